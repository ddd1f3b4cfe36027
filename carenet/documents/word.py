"""Papers as Word files, filled into a template the office can change."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def render(template: Path, data: dict[str, Any]) -> bytes:
    """The Word file of a template with its data; signs like < and & in the data are kept as they are."""
    from docxtpl import DocxTemplate  # only here: it takes long to load

    document = DocxTemplate(str(template))
    document.render(data, autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()
