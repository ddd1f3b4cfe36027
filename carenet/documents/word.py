"""Papers as Word files, filled into a template the office can change."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def render(template: Path, data: dict[str, Any]) -> bytes:
    """The Word file of a template with its data; signs like < and & in the data are kept as they are."""
    document = DocxTemplate(str(template))
    document.render(data, autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()
