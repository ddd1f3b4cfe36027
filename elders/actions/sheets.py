"""The workbooks of the import: the empty template, and the faulty rows with their cells marked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.parties.models import Area, Community
from carenet.webkit import excel
from carenet.webkit.excel import Row
from elders.actions import fault_words
from elders.actions.import_kinds import ImportKind
from elders.actions.import_rows import CellFault
from elders.rules import sheet
from elders.rules.sheet import SheetColumn

# openpyxl is imported where it is used: it takes long to load, and every process imports this module.
if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill

    from carenet.exports.gate import Stamp

HEAD, NEEDED, WRONG = "F3EADB", "F6D9C6", "F4B6B0"
ROWS_PREPARED = 3000


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


def template(community: Community, kind: ImportKind) -> bytes:
    """An empty sheet of a kind: dropdowns, ID and phone columns as text, an example row and a sheet of notes."""
    grids, buildings = places(community)
    example = {
        **kind.example, "grid": grids[0] if grids else "", "building": buildings[0] if buildings else "",
    }  # fmt: skip
    book, page = _prepared(kind, grids, buildings)
    for number, column in enumerate(kind.columns, start=1):
        cell = page.cell(2, number, example.get(column.key, ""))
        cell.font = _grey()
    return _bytes(book)


def filled(
    community: Community, kind: ImportKind, rows: Sequence[Sequence[str]], stamp: Stamp | None
) -> bytes:
    """The same sheet with what is on file, to be changed and imported again.

    The stamp of the approval stands among the notes, in the margins and in the file's properties: a row of its own
    would be read as a heading when the file comes back.
    """
    book, page = _prepared(kind, *places(community), told=[stamp.line()] if stamp else [])
    if stamp:
        excel.watermark(book, [page], stamp)
    for line, row in enumerate(rows, start=2):
        for number, text in enumerate(row, start=1):
            cell = page.cell(line, number)
            # A text is never a formula, whatever it begins with.
            cell.value, cell.data_type, cell.number_format = text, "s", "@"
            cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return _bytes(book)


def _grey() -> Font:
    from openpyxl.styles import Font

    return Font(italic=True, color="888888")


def _prepared(
    kind: ImportKind, grids: Sequence[str], buildings: Sequence[str], told: Sequence[str] = ()
) -> tuple[Workbook, Any]:
    """A workbook with the headings of a kind, its dropdowns and its notes."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    page.title = str(kind.sheet_name)
    notes, lists = book.create_sheet(pgettext("sheet", "Notes")), book.create_sheet("lists")
    lists.sheet_state = "hidden"
    offered = {**kind.offered, "grid": grids, "building": buildings}
    lists_used = 0
    for number, column in enumerate(kind.columns, start=1):
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
    page.freeze_panes = "B2"
    page.row_dimensions[1].height = 32
    _write_notes(notes, kind, told)
    return book, page


def _filled(colour: str) -> PatternFill:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


def _write_notes(notes: Any, kind: ImportKind, told: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    notes.column_dimensions["A"].width = 100
    lines = [
        _("How to fill in this sheet"),
        *(f"{number}. {each}" for number, each in enumerate(kind.notes, start=1)),
    ]
    if any(each.key in {"categories", "code"} for each in kind.columns):
        lines.append(_("Categories:") + " " + "、".join(dict.fromkeys(_first_words())))
    for number, line in enumerate([*lines, *told], start=1):
        cell = notes.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)
        elif number > len(lines):
            cell.font = Font(bold=True)


def _first_words() -> Iterable[str]:
    seen = set()
    for text, code in sheet.CATEGORY_WORDS.items():
        if code not in seen:
            seen.add(code)
            yield text


def error_workbook(
    rows: Iterable[Row], faults: Iterable[CellFault], columns: Iterable[SheetColumn] = sheet.COLUMNS
) -> bytes:
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
        _write_faulty(page, line, row, by_row[row.number], columns)
    page.freeze_panes = "B2"
    return _bytes(book)


def _write_faulty(
    page: Any, line: int, row: Row, faults: Sequence[CellFault], columns: Iterable[SheetColumn]
) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment

    told: dict[str, list[str]] = {}
    for each in faults:
        told.setdefault(each.column, []).append(fault_words.sentence(each.code, each.value, each.facts))
    for number, (heading, value) in enumerate(row.values.items(), start=1):
        cell = page.cell(line, number)
        cell.value, cell.data_type, cell.number_format = value, "s", "@"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        sentences = told.get(sheet.key_of(heading, columns) or heading)
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
