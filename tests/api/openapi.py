"""The checked-in OpenAPI document: `.venv/bin/python -m tests.api.openapi` writes it anew."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("openapi.yaml")


def current() -> tuple[str, str]:
    """The document as the code is now, in English, and what drf-spectacular complained about."""
    from django.core.management import call_command
    from django.utils import translation

    out, complaints = io.StringIO(), io.StringIO()
    with translation.override("en"), redirect_stderr(complaints):
        call_command("spectacular", stdout=out, validate=True)
    return out.getvalue(), complaints.getvalue()


def main() -> None:
    """Write the snapshot."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.test")
    import django

    django.setup()
    document, complaints = current()
    SNAPSHOT.write_text(document, "utf-8")
    print(complaints or f"{SNAPSHOT.name} written")


if __name__ == "__main__":
    main()
