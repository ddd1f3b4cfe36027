"""The workbooks of the import: the empty template, and the faulty rows with their cells marked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.parties.models import Area, Community
from carenet.webkit.excel import Row
from elders.actions import fault_words
from elders.actions.import_check import CellFault
from elders.rules import sheet

# openpyxl is imported where it is used: it takes long to load, and every process imports this module.
if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import PatternFill

HEAD, NEEDED, WRONG = "F3EADB", "F6D9C6", "F4B6B0"
ROWS_PREPARED = 3000
# Words offered as a dropdown in the template; the import understands more of them.
OFFERED: dict[str, Sequence[str]] = {
    "sex": ("男", "女"),
    "living": ("独居", "空巢（夫妻）", "留守", "与残疾子女同住", "与子女同住", "其他"),
    "caregiver": ("有", "无"),
    "contact_relation": ("配偶", "儿子", "女儿", "儿媳", "女婿", "孙子", "孙女", "兄弟姐妹", "亲属", "邻居", "朋友", "保姆", "其他"),
}  # fmt: skip
EXAMPLE = {
    "name": "示例 王桂珍", "id_number": "99999919450607002X", "sex": "女", "born_on": "1945-06-07",
    "phone": "13800000000", "door": "2-501", "living": "独居", "caregiver": "无", "categories": "低保、肢体残疾二级",
    "ethnicity": "白", "contact_name": "王小红", "contact_relation": "女儿", "contact_phone": "13900000000",
}  # fmt: skip


def _heading(column: sheet.SheetColumn) -> str:
    return column.zh if (translation.get_language() or "").startswith("zh") else column.en


def places(community: Community) -> tuple[list[str], list[str]]:
    """Names of the grids and buildings that may be written."""
    areas = Area.objects.filter(
        path__contains=[community.area_id], kind__in=["GRID", "BUILDING"], valid_to__isnull=True
    ).order_by("path")
    grids = [each.name for each in areas if each.kind == "GRID"]
    buildings = list(dict.fromkeys(each.name for each in areas if each.kind == "BUILDING"))
    return grids, buildings


def template(community: Community) -> bytes:
    """An empty register: dropdowns, ID and phone columns as text, an example row and a sheet of notes."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    page.title = pgettext("sheet", "Register")
    notes, lists = book.create_sheet(pgettext("sheet", "Notes")), book.create_sheet("lists")
    lists.sheet_state = "hidden"
    grids, buildings = places(community)
    offered = {**OFFERED, "grid": grids, "building": buildings}
    lists_used = 0
    for number, column in enumerate(sheet.COLUMNS, start=1):
        letter = get_column_letter(number)
        head = page.cell(1, number, _heading(column) + ("*" if column.required else ""))
        head.font, head.fill = Font(bold=True), _filled(NEEDED if column.required else HEAD)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[letter].width = column.width
        if column.text:
            page.column_dimensions[letter].number_format = "@"
            for row in range(2, 400):
                page.cell(row, number).number_format = "@"
        words = offered.get(column.key)
        if words:
            lists_used += 1
            place = get_column_letter(lists_used)
            for row, text in enumerate(words, start=1):
                lists.cell(row, lists_used, text)
            rule = DataValidation(
                type="list",
                formula1=f"{quote_sheetname(lists.title)}!${place}$1:${place}${len(words)}",
                allow_blank=True,
            )
            rule.error, rule.errorTitle = _("Please choose one from the list."), _heading(column)
            rule.showErrorMessage = True
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS_PREPARED}")
    example = {**EXAMPLE, "grid": grids[0] if grids else "", "building": buildings[0] if buildings else ""}
    for number, column in enumerate(sheet.COLUMNS, start=1):
        cell = page.cell(2, number, example.get(column.key, ""))
        cell.font = Font(italic=True, color="888888")
    page.freeze_panes = "B2"
    page.row_dimensions[1].height = 32
    _write_notes(notes)
    return _bytes(book)


def _filled(colour: str) -> PatternFill:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


def _write_notes(notes: Any) -> None:
    from openpyxl.styles import Alignment, Font

    notes.column_dimensions["A"].width = 100
    lines = [
        _("How to fill in this sheet"),
        _("1. One row is one person of 60 or over. Columns with * are needed."),
        _("2. The grey row is an example; it is not imported. You may delete it."),
        _(
            "3. The ID number and phone columns are set to text. When you paste, choose “values only”, so that Excel does not turn them into numbers."
        ),
        _(
            "4. Somebody without an ID number: leave it empty, write the date of birth and say why there is none."
        ),
        _("5. Dates are written like 1946-03-05."),
        _(
            "6. Several categories in one cell are divided by 、 . Disabilities: kind and grade, like 肢体残疾二级."
        ),
        _("7. Categories:") + " " + "、".join(dict.fromkeys(_first_words())),
        _("8. Nothing is entered before you have seen the result and agreed."),
    ]
    for number, line in enumerate(lines, start=1):
        cell = notes.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


def _first_words() -> Iterable[str]:
    seen = set()
    for text, code in sheet.CATEGORY_WORDS.items():
        if code not in seen:
            seen.add(code)
            yield text


def error_workbook(rows: Iterable[Row], faults: Iterable[CellFault]) -> bytes:
    """The faulty rows as they were, wrong cells red with the sentence, and how to mend each in the last column."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    by_row: dict[int, list[CellFault]] = {}
    for each in faults:
        by_row.setdefault(each.row, []).append(each)
    book = Workbook()
    page = book.active
    page.title = _("To be mended")
    headings: list[str] = []
    line = 1
    for row in rows:
        if not headings:
            headings = [*row.values, _("How to mend it"), _("Row in your file")]
            for number, text in enumerate(headings, start=1):
                cell = page.cell(1, number, text)
                cell.font, cell.fill = Font(bold=True), _filled(HEAD)
                page.column_dimensions[get_column_letter(number)].width = (
                    60 if number == len(headings) - 1 else 16
                )
        if row.number not in by_row:
            continue
        line += 1
        _write_faulty(page, line, row, by_row[row.number])
    page.freeze_panes = "B2"
    return _bytes(book)


def _write_faulty(page: Any, line: int, row: Row, faults: Sequence[CellFault]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment

    told: dict[str, list[str]] = {}
    for each in faults:
        told.setdefault(each.column, []).append(fault_words.sentence(each.code, each.value, each.facts))
    for number, (heading, value) in enumerate(row.values.items(), start=1):
        cell = page.cell(line, number)
        cell.value, cell.data_type, cell.number_format = value, "s", "@"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        sentences = told.get(sheet.key_of(heading) or heading)
        if sentences:
            cell.fill = _filled(WRONG)
            cell.comment = Comment("\n".join(sentences), "carenet")
    end = len(row.values)
    page.cell(
        line, end + 1, "；".join(each for found in told.values() for each in found)
    ).alignment = Alignment(wrap_text=True)
    page.cell(line, end + 2, row.number)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
