"""Every process imports the whole application first; what few pages need waits until they need it."""

from __future__ import annotations

import subprocess
import sys

# Each takes a tenth of a second to most of one, in every web process, worker, command and test run.
LATE = ("pypinyin", "openpyxl", "docxtpl", "docx", "icalendar", "typst", "segno")


def test_heavy_libraries_are_loaded_by_the_pages_that_need_them() -> None:
    program = (
        "import sys, django; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "import carenet.celery; carenet.celery.app.loader.import_default_modules()\n"
        f"print(*[each for each in {LATE!r} if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
