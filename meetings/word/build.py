"""Make the Word templates: `python -m meetings.word.build`. The office may change the files afterwards.

Page and type follow the habits of official Chinese papers: margins 37/35/28/26 mm, title 2 号, text 3 号 on fixed
28 pt lines; fonts are named, not shipped. Source: ux.md §6.7.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

HERE = Path(__file__).parent
BODY, TITLE, HEAD = "仿宋", "方正小标宋简体", "黑体"


def _document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    normal.font.name = BODY
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)
    return document


def _paragraph(
    document: Any, text: str, *, font: str = BODY, size: float = 16, centre: bool = False, before: float = 0
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Pt(before)


def _title(document: Any) -> None:
    _paragraph(document, "{{ number }}", size=14, centre=True)
    _paragraph(document, "{{ name }}", font=TITLE, size=22, centre=True, before=6)
    _paragraph(document, "{{ doc_title }}　{{ draft }}", size=12, centre=True)
    _paragraph(document, "{%p for each in facts %}")
    _paragraph(document, "{{ each.label }}：{{ each.value }}")
    _paragraph(document, "{%p endfor %}")


def _table(document: Any, rows: str, heads: list[str], cells: list[str]) -> None:
    table = document.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    for column, head in enumerate(heads):
        table.cell(0, column).text = head
        table.cell(2, column).text = cells[column]
    table.cell(1, 0).text = f"{{%tr for each in {rows} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = Pt(20)
                for run in paragraph.runs:
                    run.font.size = Pt(12)


def _heading(document: Any, text: str) -> None:
    _paragraph(document, text, font=HEAD, before=10)


def _follow_up(document: Any) -> None:
    _paragraph(document, "{%p if follow_up %}")
    _heading(document, "{{ follow_up_title }}")
    _table(
        document,
        "follow_up",
        [f"{{{{ columns[{index}] }}}}" for index in range(4)],
        ["{{ each.text }}", "{{ each.responsible }}", "{{ each.due }}", "{{ each.state }}"],
    )
    _paragraph(document, "{%p endif %}")


def _sections(document: Any, *, minutes: bool) -> None:
    _paragraph(document, "{%p for section in sections %}")
    _heading(document, "{{ section.title }}")
    _paragraph(document, "{%p if not section['items'] %}")
    _paragraph(document, "{{ nothing }}")
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p for item in section['items'] %}")
    _paragraph(
        document,
        "{{ item.number }}. {{ item.title }}{% if item.proposer %}（{{ item.proposer }}）{% endif %}",
    )
    _paragraph(document, "{%p if item.body %}")
    _paragraph(document, "{{ item.body }}")
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p for figure in item.figures %}")
    _paragraph(document, "　　{{ figure.label }}：{{ figure.value }}")
    _paragraph(document, "{%p endfor %}")
    if minutes:
        _paragraph(document, "{%p if item.discussion %}")
        _paragraph(document, "{{ discussion_label }}：{{ item.discussion }}")
        _paragraph(document, "{%p endif %}")
        _paragraph(document, "{%p for decision in item.decisions %}")
        _paragraph(document, "{{ decision_label }}：{{ decision }}")
        _paragraph(document, "{%p endfor %}")
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "{%p endfor %}")


def agenda() -> None:
    """议程."""
    document = _document()
    _title(document)
    _follow_up(document)
    _sections(document, minutes=False)
    document.save(str(HERE / "agenda.docx"))


def minutes() -> None:
    """会议纪要."""
    document = _document()
    _title(document)
    _heading(document, "{{ present_title }}")
    _table(
        document,
        "present + guests",
        [f"{{{{ people_columns[{index}] }}}}" for index in range(4)],
        ["{{ each.name }}", "{{ each.organisation }}", "{{ each.party }}", "{{ each.times }}"],
    )
    _paragraph(document, "{%p if absent %}")
    _paragraph(document, "{{ absent_title }}：{{ absent | join('；') }}")
    _paragraph(document, "{%p endif %}")
    _heading(document, "{{ quorum_title }}")
    _paragraph(document, "{{ quorum }}")
    _paragraph(document, "{%p for each in timeline %}")
    _paragraph(document, "{{ each.time }}　{{ each.parties }}　{{ each.verdict }}")
    _paragraph(document, "{%p endfor %}")
    _follow_up(document)
    _sections(document, minutes=True)
    _heading(document, "{{ decisions_title }}")
    _paragraph(document, "{%p if not decisions %}")
    _paragraph(document, "{{ no_decisions }}")
    _paragraph(document, "{%p else %}")
    _table(
        document,
        "decisions",
        [f"{{{{ decision_columns[{index}] }}}}" for index in range(5)],
        [
            "{{ each.number }}",
            "{{ each.text }}",
            "{{ each.responsible }}",
            "{{ each.due }}",
            "{{ each.evidence }}",
        ],
    )
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p if remarks %}")
    _heading(document, "{{ remarks_title }}")
    _paragraph(document, "{{ remarks }}")
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p for each in signatures %}")
    _paragraph(document, "{{ each }}：____________________", before=12)
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "{{ distribution }}", size=12, before=10)
    document.save(str(HERE / "minutes.docx"))


if __name__ == "__main__":
    agenda()
    minutes()
