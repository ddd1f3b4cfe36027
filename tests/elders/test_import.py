"""The import of a register: Excel's own row numbers, plain sentences, good rows only, undo for a day."""

from __future__ import annotations

import csv
import io
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from carenet.accounts.models import User
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel.errors import NotAllowed
from carenet.parties import identity
from carenet.parties.models import Community, Person
from carenet.webkit import excel
from elders.actions import contacts, fault_words, import_check, importing, sheets
from elders.actions.import_kinds import KINDS
from elders.actions.refusals import NothingToImport, RowsInUse
from elders.models import Contact, Elder, ElderCategory, ImportFault, TriageResult
from elders.rules import sheet
from tests import make
from tests.make import NOW

HEADINGS = [each.zh for each in sheet.COLUMNS]
TOTAL = 1226


def id_of(number: int, *, born: date | None = None, sex: int = 2) -> str:
    born = born or date(1936 + number % 25, number % 12 + 1, number % 28 + 1)
    return identity.demo_id_number(born_on=born, sex=sex, sequence=number % 500)


def good_row(number: int) -> dict[str, Any]:
    return {
        "姓名": f"{'王李张刘陈杨'[number % 6]}{'桂秀玉建国淑'[number // 6 % 6]}{'珍英兰华芳民'[number // 36 % 6]}",
        "身份证号": id_of(number),
        "性别": "女",
        "电话": f"199{number:08d}",
        "网格": f"第{(number % 4) // 2 + 1}网格",
        "楼栋": f"{number % 4 + 1}号楼",
        "门牌": f"{number % 6 + 1}-{number % 9 + 1}01",
        "居住情况": ["独居", "空巢（夫妻）", "与子女同住", "与子女同住"][number % 4],
        "人员类别": "低保、肢体残疾二级" if number % 50 == 0 else "",
        "民族": "白族" if number % 3 else "傈僳",
        "紧急联系人": f"联系人{number}" if number % 2 else "",
        "与老人关系": "女儿" if number % 2 else "",
        "联系人电话": f"198{number:08d}" if number % 2 else "",
    }


# (code, column that is named, change of a row). Planted from data row 10 on, every 40th row.
PLANTED: list[tuple[str, str, dict[str, Any]]] = [
    ("bad_id_check", "id_number", {"身份证号": "999999194506070021"}),
    ("bad_id_check", "id_number", {"身份证号": "999999194506070022"}),
    ("id_as_number", "id_number", {"身份证号": 999999194506070020}),
    ("id_as_number", "id_number", {"身份证号": 9.99999194506e17}),
    ("bad_id_number", "id_number", {"身份证号": "12345"}),
    ("bad_id_number", "id_number", {"身份证号": "99999919450607002A"}),
    ("bad_id_date", "id_number", {"身份证号": "999999194502300026"}),
    (
        "future_birth",
        "id_number",
        {"身份证号": identity.demo_id_number(born_on=date(2031, 1, 1), sex=2, sequence=1)},
    ),
    ("id_missing", "id_number", {"身份证号": ""}),
    ("future_birth", "born_on", {"出生日期": "2030-01-01"}),
    ("birth_differs", "born_on", {"出生日期": "1950-01-01"}),
    ("bad_date", "born_on", {"出生日期": "去年"}),
    ("too_young", "id_number", {"身份证号": id_of(7, born=date(1980, 1, 1))}),
    ("unknown_grid", "grid", {"网格": "第九网格"}),
    ("unknown_grid", "grid", {"网格": "不存在网格"}),
    ("unknown_building", "building", {"楼栋": "88号楼"}),
    ("unknown_building", "building", {"楼栋": "东方明珠"}),
    ("building_missing", "building", {"楼栋": ""}),
    ("building_not_in_grid", "building", {"网格": "第1网格", "楼栋": "4号楼"}),
    ("twice_in_file", "id_number", {"身份证号": id_of(0)}),
    ("twice_in_file", "id_number", {"身份证号": id_of(1)}),
    ("in_register", "id_number", {"身份证号": id_of(20_001)}),
    (
        "like_in_register",
        "name",
        {"姓名": "和阿普", "身份证号": "", "无证原因": "证件遗失", "出生日期": "1940-02-03"},
    ),
    ("name_missing", "name", {"姓名": ""}),
    ("name_missing", "name", {"姓名": "  "}),
    ("bad_phone", "phone", {"电话": "12345"}),
    ("bad_phone", "contact_phone", {"紧急联系人": "儿子", "联系人电话": "138001380001"}),
    ("sex_differs", "sex", {"性别": "男"}),
    ("unknown_word", "living", {"居住情况": "住在山上"}),
    ("unknown_category", "categories", {"人员类别": "神仙"}),
]


def rows_with_faults() -> tuple[list[dict[str, Any]], dict[int, tuple[str, str]]]:
    rows = [good_row(number) for number in range(TOTAL)]
    expected = {}
    for index, (code, column, change) in enumerate(PLANTED):
        place = 10 + index * 40
        rows[place].update(change)
        expected[place + 2] = (code, column)  # the heading is Excel's row 1
    assert len(expected) == 30
    return rows, expected


def xlsx(rows: list[dict[str, Any]], headings: list[str] = HEADINGS) -> bytes:
    book = Workbook()
    page = book.active
    page.append(headings)
    for row in rows:
        page.append([row.get(each, "") for each in headings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(rows: list[dict[str, Any]], encoding: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([row.get(each, "") for each in HEADINGS])
    return out.getvalue().encode(encoding)


@pytest.fixture
def known_people(community: Community, staff: User) -> None:
    """One with the ID of row in_register, one with the name and birth date of like_in_register."""
    make.elder(community, name="老住户", id_number=id_of(20_001), born_on=None, by=staff, at=NOW)
    make.elder(community, name="和阿普", born_on=date(1940, 2, 3), sex=1, by=staff, at=NOW)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def checked(community: Community, content: bytes, by: User) -> Job:
    job = importing.upload(community=community, content=content, name="花名册.xlsx", by=by, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    return done


def entered(check_job: Job, by: User) -> Job:
    job = importing.enter(check_job=check_job, by=by, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    return done


@pytest.mark.parametrize("kind", ["xlsx", "csv-gb18030", "csv-utf8"])
def test_thirty_planted_faults_are_found_in_their_rows_and_only_the_good_rows_enter(
    community: Community, staff: User, known_people: None, kind: str
) -> None:
    rows, expected = rows_with_faults()
    content = {
        "xlsx": lambda: xlsx(rows), "csv-gb18030": lambda: csv_bytes(rows, "gb18030"),
        "csv-utf8": lambda: csv_bytes(rows, "utf-8-sig"),
    }[kind]()  # fmt: skip
    if kind != "xlsx":
        # A whole number of 18 digits is a correct text in a csv: that row is good after all.
        expected = {row: fault for row, fault in expected.items() if row != 10 + 2 * 40 + 2}
        expected[10 + 2 * 40 + 2] = ("bad_id_check", "id_number")
    began = time.process_time()
    check_job = checked(community, content, staff)
    assert {each.row: (each.code, each.column) for each in ImportFault.objects.all()} == expected
    assert (check_job.result["rows"], check_job.result["good"], check_job.result["faulty"]) == (
        TOTAL,
        TOTAL - 30,
        30,
    )
    assert Elder.objects.count() == 2, "nothing is entered before it is told"
    entered(check_job, staff)
    assert time.process_time() - began < 40, "the processor's time, whatever else the machine does"
    assert Elder.objects.count() == 2 + TOTAL - 30
    assert sorted(Elder.objects.values_list("number", flat=True)) == list(range(1, TOTAL - 30 + 3))


def test_an_import_enters_everything_the_row_says(community: Community, staff: User) -> None:
    job = entered(checked(community, xlsx([good_row(50), good_row(51)]), staff), staff)
    first, second = Elder.objects.order_by("number").select_related("person")
    assert first.person.name == good_row(50)["姓名"]
    assert first.person.id_number() == id_of(50)
    assert first.person.phone() == "19900000050"
    assert first.person.initials
    assert first.person.ethnicity == "14"
    assert (first.building.name, first.grid.name, first.door) == ("3号楼", "第2网格", "3-601")
    assert first.living == "WITH_CHILDREN"
    assert second.living == "WITH_CHILDREN"
    codes = ElderCategory.objects.filter(elder=first).values_list(
        "code", "disability_kind", "disability_grade"
    )
    assert set(codes) == {("DIBAO", None, None), ("DISABLED", 4, 2)}
    contact = Contact.objects.get()
    assert (contact.elder, contact.relation, contact.phone()) == (second, "DAUGHTER", "19800000051")
    assert TriageResult.objects.filter(elder=first).get().fired == ["Y3", "X3"]
    first.refresh_from_db()
    assert (first.provisional_colour, first.provisional_subtier) == ("YELLOW", "A")
    assert first.import_job_id == job.pk


def test_no_id_number_is_kept_in_plain_text_by_an_import(
    community: Community, staff: User, tmp_path: Any
) -> None:
    row = good_row(3) | {"楼栋": "88号楼"}
    bad = good_row(4) | {"身份证号": "999999194506070021"}
    checked(community, xlsx([row, bad]), staff)
    stored = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert stored
    assert stored[:2] != b"PK"
    assert id_of(3).encode() not in stored
    assert ImportFault.objects.get(code="bad_id_check").value == "999***********0021"


def test_every_fault_has_a_sentence_in_both_languages(community: Community) -> None:
    codes = {code for code, _column, _change in PLANTED} | set(fault_words.SENTENCES)
    for code in codes:
        facts = {
            "expected": "1940-01-01", "age": 40, "grid": "第1网格", "other": 7, "count": 2, "most": 40, "since": "x", "until": "y",
            "place": "x", "name": "x", "decimals": 1, "last": "x",
        }  # fmt: skip
        with translation.override("en"):
            english = fault_words.sentence(code, "x", facts)
        with translation.override("zh-hans"):
            chinese = fault_words.sentence(code, "x", facts)
        assert english.endswith(".")
        assert "%(" not in english
        assert chinese.endswith("。"), code
        assert chinese != english, code


def test_the_same_file_cannot_be_entered_twice(community: Community, staff: User) -> None:
    check_job = checked(community, xlsx([good_row(1)]), staff)
    entered(check_job, staff)
    with pytest.raises(NothingToImport):
        importing.enter(check_job=check_job, by=staff, at=NOW)
    again = checked(community, xlsx([good_row(1)]), staff)
    assert again.result["good"] == 0


def test_a_cancelled_file_is_not_entered(community: Community, staff: User) -> None:
    check_job = checked(community, xlsx([good_row(1)]), staff)
    importing.cancel(check_job=check_job, by=staff, at=NOW)
    with pytest.raises(NothingToImport):
        importing.enter(check_job=check_job, by=staff, at=NOW)


def test_an_import_is_undone_within_a_day_and_the_same_file_can_come_again(
    community: Community, staff: User
) -> None:
    content = xlsx([good_row(number) for number in range(5)])
    job = entered(checked(community, content, staff), staff)
    jobs.undo(job_id=job.pk, by=staff, at=NOW + timedelta(hours=23))
    assert Elder.objects.visible_to(staff).count() == 0
    assert not Person.objects.exclude(id_sealed=None).exists()
    assert not Person.objects.filter(name__contains=good_row(0)["姓名"]).exists()
    entered(checked(community, content, staff), staff)
    assert Elder.objects.visible_to(staff).count() == 5


def test_an_import_somebody_worked_with_is_not_undone_and_the_refusal_names_them(
    community: Community, staff: User, worker: User
) -> None:
    job = entered(checked(community, xlsx([good_row(number) for number in range(3)]), staff), staff)
    elder = Elder.objects.order_by("number")[1]
    contacts.touch(elder=elder, kind="CALL", at=NOW, by=worker, source_key="call:1")
    with pytest.raises(RowsInUse, match=elder.person.name):
        jobs.undo(job_id=job.pk, by=staff, at=NOW)
    assert Elder.objects.visible_to(staff).count() == 3


def test_a_person_who_got_an_account_counts_as_used(community: Community, staff: User) -> None:
    job = entered(checked(community, xlsx([good_row(1)]), staff), staff)
    make.user("ELDER", community, person=Elder.objects.get().person)
    with pytest.raises(RowsInUse):
        jobs.undo(job_id=job.pk, by=staff, at=NOW)


def test_an_import_cannot_be_undone_after_a_day(community: Community, staff: User) -> None:
    job = entered(checked(community, xlsx([good_row(1)]), staff), staff)
    with pytest.raises(jobs.running.TooLateToUndo):
        jobs.undo(job_id=job.pk, by=staff, at=NOW + timedelta(hours=25))


def test_a_sheet_without_the_needed_columns_is_refused_as_a_whole(community: Community, staff: User) -> None:
    job = importing.upload(
        community=community, content=xlsx([{"姓名": "王"}], ["姓名", "电话"]), name="x.xlsx", by=staff, at=NOW
    )
    with translation.override("zh-hans"):
        done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "FAILED"
    assert "身份证号" in done.error
    assert "楼栋" in done.error


def test_a_social_worker_may_not_import(community: Community, worker: User) -> None:
    with pytest.raises(NotAllowed):
        importing.upload(community=community, content=b"x", name="x", by=worker, at=NOW)


def test_the_template_can_be_read_back_and_its_example_row_is_not_imported(community: Community) -> None:
    with translation.override("zh-hans"):
        content = sheets.template(community, KINDS["register"])
    rows = list(excel.read_table(io.BytesIO(content)))
    assert [sheet.key_of(each) for each in rows[0].values] == [each.key for each in sheet.COLUMNS]
    assert import_check.check(rows, community=community, on=NOW.date()).rows == 0
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    letter = {cell.value.rstrip("*"): cell.column_letter for cell in page[1]}
    assert page[f"{letter['身份证号']}5"].number_format == "@"
    assert len(page.data_validations.dataValidation) == 6


def test_the_error_workbook_holds_the_faulty_rows_with_marks(community: Community, staff: User) -> None:
    rows = [good_row(0), good_row(1) | {"楼栋": "88号楼"}, good_row(2) | {"姓名": "@SUM(A1)", "电话": "1"}]
    read = list(excel.read_table(io.BytesIO(xlsx(rows))))
    found = import_check.check(read, community=community, on=NOW.date())
    with translation.override("zh-hans"):
        page = load_workbook(io.BytesIO(sheets.error_workbook(read, found.faults))).worksheets[0]
    assert page.max_row == 3
    headings = [cell.value for cell in page[1]]
    marked = page.cell(2, headings.index("楼栋") + 1)
    assert marked.fill.fgColor.rgb.endswith("F4B6B0")
    assert "88号楼" in marked.comment.text
    assert page.cell(2, len(headings)).value == 3, "Excel's own row number"
    name = page.cell(3, headings.index("姓名") + 1)
    assert (name.value, name.data_type == "f") == ("@SUM(A1)", False)


def test_a_building_is_understood_however_it_is_written(community: Community) -> None:
    for written in ("1号楼", "1 号楼", "1#", "1", "1栋", "1幢"):
        read = list(excel.read_table(io.BytesIO(xlsx([good_row(0) | {"楼栋": written}]))))
        assert import_check.check(read, community=community, on=NOW.date()).faults == []
