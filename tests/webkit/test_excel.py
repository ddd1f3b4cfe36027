"""Tables in and out without the traps of spreadsheets."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from carenet.webkit import excel


def workbook(rows: list[list[Any]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def read(rows: list[list[Any]]) -> list[excel.Row]:
    return list(excel.read_table(workbook(rows)))


def test_identity_numbers_and_phones_are_written_as_text() -> None:
    content = excel.write_xlsx([excel.Column("身份证号", text=True)], [["110105194912310021"]])
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("110105194912310021", "s", "@")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\tx"])
def test_no_text_becomes_a_formula(text: str) -> None:
    content = excel.write_xlsx([excel.Column("备注")], [[text]])
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert cell.data_type == "s"
    assert cell.value == text
    written = excel.write_csv([excel.Column("备注")], [[text]]).decode("utf-8-sig")
    assert "'" + text in written


def test_what_the_csv_export_made_harmless_is_read_back_as_it_was() -> None:
    raw = excel.write_csv([excel.Column("备注")], [["=1+1"]])
    assert next(excel.read_table(io.BytesIO(raw)))["备注"] == "=1+1"


def test_money_is_written_in_yuan_and_days_as_days() -> None:
    content = excel.write_xlsx(
        [excel.Column("金额（元）", fen=True), excel.Column("日期")], [[128450, date(2026, 11, 23)]]
    )
    row = load_workbook(io.BytesIO(content)).active[2]
    assert row[0].value == 1284.5
    assert row[1].value.date() == date(2026, 11, 23)


def test_csv_opens_in_excel_as_chinese() -> None:
    assert excel.write_csv([excel.Column("姓名")], [["王桂珍"]]).startswith(b"\xef\xbb\xbf")


def test_rows_keep_excels_own_numbers_over_empty_lines() -> None:
    rows = read([["姓名", "电话"], ["王桂珍", "1"], [None, None], ["李建国", "2"]])
    assert [(row.number, row["姓名"]) for row in rows] == [(2, "王桂珍"), (4, "李建国")]


def test_a_heading_below_a_title_line_is_not_guessed_but_blank_lines_are_skipped() -> None:
    rows = read([[None], ["姓名"], ["王桂珍"]])
    assert [(row.number, row["姓名"]) for row in rows] == [(3, "王桂珍")]


def test_an_identity_number_that_excel_made_a_number_is_a_fault() -> None:
    row = read([["姓名", "身份证号"], ["王桂珍", 110105194912310021]])[0]
    assert [fault.column for fault in row.faults] == ["身份证号"]


def test_a_phone_typed_as_a_number_is_exact_and_no_fault() -> None:
    row = read([["电话"], [13800138000]])[0]
    assert (row["电话"], row.faults) == ("13800138000", [])


def test_a_shortened_number_in_csv_is_a_fault() -> None:
    raw = "姓名,身份证号\n王桂珍,1.10105E+17\n".encode()
    assert next(excel.read_table(io.BytesIO(raw))).faults[0].column == "身份证号"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_csv_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    raw = "姓名,地址\n王桂珍,3号楼\n".encode(encoding)
    row = next(excel.read_table(io.BytesIO(raw)))
    assert (row.number, row["姓名"], row["地址"]) == (2, "王桂珍", "3号楼")


def test_semicolons_and_tabs_separate_too() -> None:
    for mark in ";\t":
        raw = f"姓名{mark}地址\n王桂珍{mark}3号楼\n".encode()
        assert next(excel.read_table(io.BytesIO(raw)))["地址"] == "3号楼"


@pytest.mark.parametrize(
    "raw", [b"", b"\xd0\xcf\x11\xe0old xls", b"PK\x03\x04broken", b"\x00\x01\x02", b"%PDF-1.4\x00"]
)
def test_anything_else_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(excel.NotATable):
        list(excel.read_table(io.BytesIO(raw)))


def test_a_column_twice_is_refused() -> None:
    with pytest.raises(excel.NotATable, match="姓名"):
        read([["姓名", "姓名"], ["a", "b"]])


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 2)
    with pytest.raises(excel.TooManyRows):
        read([["n"], [1], [2], [3]])


def test_days_and_booleans_become_plain_text() -> None:
    row = read([["日期", "同意", "数"], [date(1949, 12, 31), True, 2.5]])[0]
    assert row.values == {"日期": "1949-12-31", "同意": "1", "数": "2.5"}


def test_stars_of_required_columns_are_not_part_of_the_heading() -> None:
    assert read([["姓名*"], ["王"]])[0]["姓名"] == "王"
