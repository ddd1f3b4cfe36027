"""Tables in and out: .xlsx first, .csv as UTF-8 with BOM or GB18030, without the traps of either.

Out: identity numbers and phones are text cells, and no cell that begins like a formula is one. Each column says its
field class; from C3 on the file needs an approval and carries a watermark (carenet/exports). In: rows keep Excel's own numbers, everything is text, and an identity number that Excel had turned into a number is refused
with a sentence instead of being read wrong. Source: ux.md §6.10, §8.2.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import IO, Any
from urllib.parse import quote
from zipfile import BadZipFile

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.accounts.states import FieldClass
from carenet.exports import gate
from carenet.exports.gate import Heading, Stamp
from carenet.kernel.errors import DomainError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 50_000
MOST_COLUMNS = 120
# Above 15 digits a spreadsheet number has lost its last digits.
EXACT_DIGITS = 15
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class NotATable(DomainError):
    """The upload is no .xlsx and no .csv that can be read."""

    code = "not_a_table"
    default_message = gettext_lazy(
        "This file cannot be read. Please save it as .xlsx or .csv and choose it again."
    )


class TooManyRows(DomainError):
    """The upload is longer than one import may be."""

    code = "too_many_rows"
    default_message = gettext_lazy("The file has more than %(most)s rows. Please divide it.")


# --- out ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """A column of an export: its heading, how its cells are written, and how sensitive it is (domain.md §9.4)."""

    title: str | Promise
    text: bool = False
    fen: bool = False
    width: int = 0
    field_class: FieldClass = FieldClass.INTERNAL


def personal(title: str | Promise, *, text: bool = False, width: int = 0) -> Column:
    """A column of class C3: phone, address, age."""
    return Column(title, text=text, width=width, field_class=FieldClass.PERSONAL)


def sensitive(title: str | Promise, *, text: bool = False, fen: bool = False, width: int = 0) -> Column:
    """A column of class C4: ID number, health, colour and level, allowance, money, case notes."""
    return Column(title, text=text, fen=fen, width=width, field_class=FieldClass.SENSITIVE)


def check(name: str, columns: Iterable[Column], count: Callable[[], int] | None = None) -> Stamp | None:
    """Ask the gate before the rows are fetched. Raises NeedsApproval; gives the stamp of an approved export."""
    title = str(name)
    if title.isascii() and " " not in title:
        title = title.replace("-", " ").capitalize()  # file names of the English pages: elders-register
    return gate.check(title, [Heading(str(each.title), each.field_class) for each in columns], count=count)


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula; also used for .csv. Source: OWASP CSV injection."""
    if text.startswith(_DANGEROUS):
        return "'" + text
    return text


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return ""
    if column.fen:
        return int(value) / 100
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date | time | int | float) and not column.text:
        return value
    return str(value)


def watermark(book: Any, sheets: Iterable[Any], stamp: Stamp) -> None:
    """Who and when in the properties of the file and in the margins of each printed page."""
    book.properties.creator, book.properties.lastModifiedBy = stamp.who, stamp.who
    book.properties.description = stamp.line()
    for sheet in sheets:
        # A & in a margin begins a code; two of them are one.
        sheet.oddHeader.center.text = stamp.short().replace("&", "&&")
        sheet.oddFooter.center.text = stamp.short().replace("&", "&&")


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    title: str = "",
    stamp: Stamp | None = None,
    *,
    is_form: bool = False,
) -> bytes:
    """A workbook with a frozen bold heading; streams, so 100,000 rows stay small in memory.

    With a stamp, the first and the last row say whose file it is, besides the margins and the file's properties; in
    the form of an authority, whose first row must be its headings, a sheet of its own says it.
    """
    from openpyxl import Workbook  # only here: it takes long to load, and every process imports this module
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet((title or "Sheet1")[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    in_rows = stamp is not None and not is_form
    sheet.freeze_panes = "A3" if in_rows else "A2"
    if stamp:
        watermark(book, [sheet], stamp)
    for number, column in enumerate(columns, start=1):
        wide = column.width or min(40, max(10, 2 * len(str(column.title)) + 4))
        sheet.column_dimensions[get_column_letter(number)].width = wide

    def told(page: Any) -> list[Any]:
        cell = WriteOnlyCell(page, value=stamp.line() if stamp else "")
        cell.data_type, cell.font = "s", Font(italic=True, color="8A1C1C")
        return [cell]

    if in_rows:
        sheet.append(told(sheet))
    heading = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=str(column.title))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F3EADB")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        cells = []
        for column, value in zip(columns, row, strict=True):
            plain = _plain(value, column)
            cell = WriteOnlyCell(sheet, value=plain)
            if isinstance(plain, str):
                # A string cell is never a formula, whatever it begins with; openpyxl guesses, so say it.
                cell.data_type = "s"
                cell.number_format = "@" if column.text else "General"
                cell.quotePrefix = plain.startswith(_DANGEROUS)
            elif column.fen:
                cell.number_format = "#,##0.00"
            elif isinstance(plain, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif isinstance(plain, date):
                cell.number_format = "yyyy-mm-dd"
            cells.append(cell)
        sheet.append(cells)
    if in_rows:
        sheet.append(told(sheet))
    elif stamp:
        page = book.create_sheet(_("Origin"))
        page.append(told(page))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as .csv: UTF-8 with BOM, formula-like texts made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(column.title) for column in columns])
    for row in rows:
        cells = (_plain(value, column) for column, value in zip(columns, row, strict=True))
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def attachment(content: bytes, name: str, mime: str) -> HttpResponse:
    """A download whose Chinese file name every browser keeps."""
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def xlsx_response(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, is_form: bool = False
) -> HttpResponse:
    """An export as a download, named with the day. Raises NeedsApproval when a column is of class C3 or more."""
    stamp = check(name, columns, lambda: sum(1 for _row in rows))
    content = write_xlsx(columns, rows, name, stamp, is_form=is_form)
    return attachment(content, f"{name}-{timezone.localdate():%Y%m%d}.xlsx", XLSX)


def work_list(
    request: HttpRequest, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A list for today's work: at once, without its personal columns; with `columns=all` whole, once it is approved."""
    if request.GET.get("columns") == "all" or all(each.field_class < gate.FROM_CLASS for each in columns):
        return xlsx_response(name, columns, rows)
    kept = [number for number, each in enumerate(columns) if each.field_class < gate.FROM_CLASS]
    short = ([row[number] for number in kept] for row in rows)
    return xlsx_response(name, [columns[number] for number in kept], short)


# --- in -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell."""

    column: str
    value: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """A row with Excel's own number (the heading is 1) and its cells as text by heading."""

    number: int
    values: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def _cell(value: Any, heading: str, faults: list[Fault]) -> str:
    """A cell as text; a number too long to be exact is a fault, because its last digits are gone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float):
        whole = float(value).is_integer()
        text = str(int(value)) if whole else repr(value)
        if whole and len(text.lstrip("-")) > EXACT_DIGITS:
            faults.append(_lost_digits(heading, text))
        return text
    return str(value).replace("\u3000", " ").strip()


def _lost_digits(heading: str, text: str) -> Fault:
    sentence = _(
        "Excel has changed the last digits of this number. Please set the column “%(column)s” to text."
    )
    return Fault(heading, text, sentence % {"column": heading})


def _looks_scientific(text: str) -> bool:
    """1.10101E+17: a number that a spreadsheet shortened before it was saved as .csv."""
    head, mark, tail = text.upper().partition("E+")
    return bool(mark) and tail.isdigit() and head.replace(".", "", 1).isdigit() and int(tail) >= EXACT_DIGITS


def _headings(cells: Sequence[Any]) -> list[str]:
    found = ["" if cell is None else str(cell).replace("\n", "").replace("*", "").strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    if not found or len(found) > MOST_COLUMNS:
        raise NotATable
    twice = [one for one, other in pairwise(sorted(each for each in found if each)) if one == other]
    if twice:
        raise NotATable(_("The column “%(column)s” stands twice in the heading."), column=twice[0])
    return found


def _rows(lines: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[Row]:
    headings: list[str] = []
    seen = 0
    for number, cells in lines:
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        if not headings:
            headings = _headings(cells)
            continue
        seen += 1
        if seen > MOST_ROWS:
            raise TooManyRows(most=f"{MOST_ROWS:,}")
        faults: list[Fault] = []
        values = {}
        for heading, value in zip(headings, cells, strict=False):
            if heading:
                text = _cell(value, heading, faults)
                if _looks_scientific(text):
                    faults.append(_lost_digits(heading, text))
                values[heading] = text
        yield Row(number, values, faults)
    if not headings:
        raise NotATable(_("The file is empty."))


def _csv_text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable


def _csv_lines(text: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """Lines with the number Excel shows: one per record, whatever line breaks stand inside its cells."""
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    # A leading apostrophe is our own mark against formulas (see `harmless`).
    for number, cells in enumerate(csv.reader(io.StringIO(text), dialect), start=1):
        yield (
            number,
            [each[1:] if each.startswith("'") and each[1:2] in _DANGEROUS else each for each in cells],
        )


def read_table(upload: IO[bytes]) -> Iterator[Row]:
    """Rows of the first sheet of an .xlsx, or of a .csv in UTF-8 or GB18030. Raises NotATable, TooManyRows."""
    raw = upload.read()
    if raw[:2] == b"PK":
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            yield from _rows(enumerate(sheet.iter_rows(values_only=True), start=sheet.min_row or 1))
        except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError) as wrong:
            raise NotATable from wrong
        return
    if raw[:4] == b"\xd0\xcf\x11\xe0" or b"\x00" in raw[:4096]:
        raise NotATable  # an old .xls or another binary file
    yield from _rows(_csv_lines(_csv_text(raw)))
