"""Papers by typst: tagged PDF with embedded Noto fonts for simplified Chinese; nothing of the system is used.

A template is a .typ file below /templates; it reads its data with `json(bytes(sys.inputs.data))`.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


class _Encoder(DjangoJSONEncoder):
    """Lazy words too."""


def render(template_name: str, data: dict[str, Any], *, at: datetime | None = None) -> bytes:
    """The PDF of a template (“meetings/minutes.typ”) with its data; the same input gives the same bytes when `at`
    (the paper's own date) is given.
    """
    import typst  # only here: it takes long to load

    root = Path(settings.BASE_DIR) / "templates"
    found: bytes = typst.compile(
        str(root / template_name),
        root=str(root),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, cls=_Encoder, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()) if at else None,
    )
    return found
