"""Imports of households, categories and readings: nobody is guessed, questions are asked, all of it is taken back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import Note, ReadLog
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel.errors import NotAllowed
from carenet.parties import identity
from carenet.parties.actions import people
from carenet.parties.models import Community
from carenet.webkit import excel, once
from elders.actions import categories, households, importing, measurements, sheets
from elders.actions.import_kinds import KINDS
from elders.actions.refusals import NothingToImport, RowsInUse
from elders.models import (
    Concern,
    Elder,
    ElderCategory,
    Household,
    HouseholdRole,
    ImportFault,
    LifeEvent,
    Measurement,
)
from elders.reports.incoming import Reading
from tests import make
from tests.elders.test_import import xlsx
from tests.make import NOW, parties

TODAY = NOW.date()
HEADS = {code: [each.zh for each in kind.columns] for code, kind in KINDS.items()}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def checked(kind: str, community: Community, rows: Sequence[dict[str, Any]], by: User) -> Job:
    content = xlsx(list(rows), HEADS[kind])
    job = importing.upload(community=community, content=content, name="表.xlsx", kind=kind, by=by, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    return done


def entered(check_job: Job, by: User, *, is_looked_at: bool = False) -> Job:
    job = importing.enter(check_job=check_job, is_looked_at=is_looked_at, by=by, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    return done


def faults(job: Job) -> dict[int, str]:
    return dict(ImportFault.objects.filter(job=job).values_list("row", "code"))


def counts(job: Job) -> tuple[int, ...]:
    """New, changed, on file already, questions, faults."""
    return tuple(job.result[each] for each in ("new", "changed", "same", "asked", "faulty"))


def roles() -> set[tuple[str, str, str]]:
    """The running roles: who, what, behind which door."""
    rows = HouseholdRole.objects.open().select_related("person", "household")
    return {(each.person.name, each.kind, each.household.door) for each in rows}


# --- whom a row is about --------------------------------------------------------------------------------
def test_nobody_is_guessed(community: Community, staff: User) -> None:
    number = identity.demo_id_number(born_on=date(1941, 2, 3), sex=2, sequence=7)
    one = make.elder(community, name="王桂珍", id_number=number, born_on=None, phone="13800138001")
    two = make.elder(community, name="王桂珍", born_on=date(1950, 5, 6))
    other = make.elder(community, name="李建国")
    row = {"姓名": "王桂珍", "人员类别": "低保"}
    job = checked(
        "categories", community,
        [
            row | {"档案号": one.number_text},
            row | {"身份证号": number, "人员类别": "失独"},
            row | {"出生日期": "1950-05-06"},
            row | {"电话": "138 0013 8001", "人员类别": "留守"},
            row | {"楼栋": "1号楼"},
            row,
            row | {"档案号": "99999"},
            row | {"档案号": other.number_text},
            row | {"档案号": two.number_text, "身份证号": number},
            row | {"姓名": "张三", "出生日期": "1950-05-06"},
            row | {"身份证号": "999999194102030041"},
        ],
        staff,
    )  # fmt: skip
    assert faults(job) == {
        6: "ambiguous_person", 7: "who_missing", 8: "unknown_number", 9: "other_name", 10: "number_and_id_differ",
        11: "unknown_person", 12: "bad_id_check",
    }  # fmt: skip
    entered(job, staff)
    assert set(ElderCategory.objects.values_list("elder", "code")) == {
        (one.pk, "DIBAO"), (one.pk, "SHIDU"), (two.pk, "DIBAO"), (one.pk, "LIUSHOU"),
    }  # fmt: skip


# --- categories -------------------------------------------------------------------------------------------
def test_categories_begin_change_and_end_and_never_overlap(community: Community, staff: User) -> None:
    elder = make.elder(community)
    who = {"档案号": elder.number_text, "姓名": elder.person.name}

    def put(code: str, **facts: Any) -> None:
        found = categories.CategoryFacts(code=code, valid_from=date(2024, 1, 1), **facts)
        categories.add_category(elder=elder, category=found, on=TODAY, by=staff, at=NOW)

    put("DIBAO", evidence="低保证 1")
    put("SHIDU")
    put("VETERAN")
    job = checked(
        "categories", community,
        [
            who | {"人员类别": "低保", "证件号": "低保证 2", "有效期自": "2024-01-01"},
            who | {"人员类别": "SHIDU", "有效期自": "2024-01-01", "有效期至": "2026-06-30"},
            who | {"人员类别": "失独", "有效期自": "2026-07-01"},
            who | {"人员类别": "优抚", "有效期自": "2025-01-01"},
            who | {"人员类别": "残疾", "残疾类别": "肢体", "残疾等级": "2", "有效期自": "2025-01-01", "证件号": "残42"},
            who | {"人员类别": "肢体残疾二级", "有效期自": "2025-02-01"},
            who | {"人员类别": "归侨", "残疾等级": "二级"},
            who | {"人员类别": "劳模", "有效期自": "2025-02-01", "有效期至": "2025-01-01"},
            who | {"人员类别": "低保、失独"},
            who | {"人员类别": "劳模", "有效期自": (TODAY + timedelta(days=1)).isoformat()},
            who | {"人员类别": "低收入"},
        ],
        staff,
    )  # fmt: skip
    assert faults(job) == {
        5: "overlap", 7: "overlap_in_file", 8: "not_disabled", 9: "bad_order", 10: "unknown_one_category",
        11: "future_date",
    }  # fmt: skip
    assert counts(job) == (3, 2, 0, 0, 6)
    done = entered(job, staff)
    rows = {
        (each.code, each.valid_from): (
            each.evidence,
            each.disability_kind,
            each.disability_grade,
            each.valid_to,
        )
        for each in ElderCategory.objects.filter(elder=elder)
    }
    start = date(2024, 1, 1)
    assert rows == {
        ("DIBAO", start): ("低保证 2", None, None, None),
        ("SHIDU", start): ("", None, None, date(2026, 7, 1)),
        ("SHIDU", date(2026, 7, 1)): ("", None, None, None),
        ("VETERAN", start): ("", None, None, None),
        ("DISABLED", date(2025, 1, 1)): ("残42", 4, 2, None),
        ("LOW_INCOME", TODAY): ("", None, None, None),
    }
    elder.refresh_from_db()
    assert "Y3" in elder.triage_results.order_by("-pk")[0].fired
    jobs.undo(job_id=done.pk, by=staff, at=NOW + timedelta(hours=23))
    running = ElderCategory.objects.filter(elder=elder, valid_to__isnull=True)
    assert set(running.values_list("code", "evidence")) == {
        ("DIBAO", "低保证 1"),
        ("SHIDU", ""),
        ("VETERAN", ""),
    }
    again = checked("categories", community, [who | {"人员类别": "残疾", "有效期自": "2025-01-01"}], staff)
    assert counts(again) == (1, 0, 0, 0, 0), "what was taken back never held"


def test_a_category_whose_last_day_lies_ahead_still_holds(
    community: Community, staff: User, client_for: Any
) -> None:
    at = timezone.now()
    elder = make.elder(community, at=at)
    row = {
        "档案号": elder.number_text,
        "姓名": elder.person.name,
        "人员类别": "低保",
        "有效期自": "2024-01-01",
    }
    last = timezone.localdate(at) + timedelta(days=200)
    entered(checked("categories", community, [row | {"有效期至": last.isoformat()}], staff), staff)
    client = client_for(staff)
    assert "低保" in client.get(reverse("elders:file", args=[elder.pk])).content.decode()
    found = client.get(reverse("elders:list"), {"category": "DIBAO"}).content.decode()
    assert elder.person.name in found
    again = categories.add_category(
        elder=elder, category=categories.CategoryFacts("DIBAO"), on=timezone.localdate(at), by=staff, at=at
    )
    assert again.valid_to == last + timedelta(days=1)


def test_a_category_somebody_changed_since_is_not_taken_back(community: Community, staff: User) -> None:
    elder = make.elder(community)
    row = {
        "档案号": elder.number_text,
        "姓名": elder.person.name,
        "人员类别": "低保",
        "有效期自": "2024-01-01",
    }
    done = entered(checked("categories", community, [row], staff), staff)
    category = ElderCategory.objects.get(elder=elder)
    categories.end_category(category=category, on=TODAY, by=staff, at=NOW)
    with pytest.raises(RowsInUse, match=elder.person.name):
        jobs.undo(job_id=done.pk, by=staff, at=NOW)


# --- households -------------------------------------------------------------------------------------------
def test_a_person_in_two_homes_is_a_question_and_a_move_is_taken_back(
    community: Community, staff: User
) -> None:
    first, second = parties.buildings(community)[:2]
    wife = make.elder(community, name="王桂珍", building=first, door="1-101")
    man = make.elder(community, name="李建国", building=second, door="2-202")
    fresh = make.elder(community, name="和阿普", building=first, door="")
    kin = people.register(community=community, name="李小红", no_id_reason="亲属", by=staff, at=NOW)

    def row(elder: Elder, **facts: Any) -> dict[str, Any]:
        return {
            "楼栋": first.name,
            "门牌": "1-101",
            "档案号": elder.number_text,
            "姓名": elder.person.name,
        } | facts

    rows = [
        row(wife, 户内角色="户主", 与户主关系="本人", 开始日期="2020-05-01"),
        row(man, 户内角色="同住", 与户主关系="配偶", 开始日期="2026-01-05"),
        row(fresh, 户内角色="同住", 门牌="9-901"),
        row(fresh, 户内角色="同住", 门牌="9-902"),
        row(man, 户内角色="户主", 门牌="1-101"),
        row(wife, 户内角色="楼长"),
        row(wife, 户内角色="邻居"),
        row(wife, 户内角色="同住", 楼栋="88号楼"),
        {"楼栋": first.name, "门牌": "1-101", "姓名": "李小红", "档案号": f"P{kin.pk}", "户内角色": "不同住亲属", "与户主关系": "女儿"},
        row(wife, 户内角色="照护人", 开始日期="2025-01-01", 结束日期="2025-03-01"),
    ]  # fmt: skip
    before = roles()
    job = checked("households", community, rows, staff)
    assert faults(job) == {
        3: "lives_elsewhere", 5: "two_homes_in_file", 6: "two_heads_in_file", 7: "captain_by_hand",
        8: "unknown_role", 9: "unknown_building",
    }  # fmt: skip
    assert counts(job) == (4, 0, 0, 1, 5)
    done = entered(job, staff, is_looked_at=True)
    assert roles() == {
        ("王桂珍", "HEAD", "1-101"), ("王桂珍", "RESIDENT", "1-101"), ("李建国", "RESIDENT", "1-101"),
        ("和阿普", "RESIDENT", "9-901"), ("李小红", "KIN", "1-101"),
    }  # fmt: skip
    man.refresh_from_db()
    fresh.refresh_from_db()
    assert (man.building, man.door, fresh.door) == (first, "1-101", "9-901")
    moved = LifeEvent.objects.get(elder=man, kind="MOVED")
    assert moved.on == date(2026, 1, 5) if man.registered_on <= date(2026, 1, 5) else man.registered_on
    jobs.undo(job_id=done.pk, by=staff, at=NOW)
    assert roles() == before
    man.refresh_from_db()
    fresh.refresh_from_db()
    assert (man.building, man.door, fresh.door) == (second, "2-202", "")
    assert Household.objects.get(door="9-901").closed_on is not None
    again = checked("households", community, rows[:1], staff)
    assert counts(again) == (1, 0, 0, 0, 0)


def test_without_the_tick_the_questions_stay_out_and_a_new_head_ends_the_old_ones(
    community: Community, staff: User
) -> None:
    building = parties.buildings(community)[0]
    old, new = (make.elder(community, building=building, door="1-101") for _each in range(2))
    home = households.settle(elder=old, since=TODAY, by=staff, at=NOW)
    assert home is not None
    households.give_role(
        household=home, person=old.person, kind="HEAD", since=date(2020, 1, 1), by=staff, at=NOW
    )
    row = {
        "楼栋": building.name,
        "门牌": "1-101",
        "档案号": new.number_text,
        "姓名": new.person.name,
        "户内角色": "户主",
    }
    job = checked("households", community, [row], staff)
    assert faults(job) == {2: "other_head"}
    with pytest.raises(NothingToImport):
        importing.enter(check_job=job, by=staff, at=NOW)
    done = entered(job, staff, is_looked_at=True)
    heads = HouseholdRole.objects.open().filter(household=home, kind="HEAD")
    assert [each.person for each in heads] == [new.person]
    jobs.undo(job_id=done.pk, by=staff, at=NOW)
    assert [each.person for each in heads.all()] == [old.person]


# --- readings ---------------------------------------------------------------------------------------------
def test_readings_are_judged_as_by_hand(community: Community, staff: User, worker: User) -> None:
    elder = make.elder(community)
    who = {"档案号": elder.number_text, "姓名": elder.person.name}
    when = f"{NOW - timedelta(hours=3):%Y-%m-%d %H:%M}"
    rows = [
        who | {"测量项目": "血压", "数值": "186/112", "测量时间": when},
        who | {"测量项目": "体重", "数值": "121", "单位": "斤", "测量时间": "2026-01-05"},
        who | {"测量项目": "体温", "数值": 36.6, "单位": "℃", "测量时间": "2026-01-05 8:30"},
        who | {"测量项目": "心率", "数值": "180", "测量时间": "2026-01-05 08:30"},
        who | {"测量项目": "血糖", "数值": "7.8", "测量时间": "2026-01-05"},
        who | {"测量项目": "空腹血糖", "数值": "140", "单位": "mg/dL", "测量时间": "2026-01-05"},
        who | {"测量项目": "空腹血糖", "数值": "7.85", "测量时间": "2026-01-05"},
        who | {"测量项目": "血压", "数值": "128", "测量时间": "2026-01-05"},
        who | {"测量项目": "血氧", "数值": "30", "测量时间": "2026-01-05"},
        who | {"测量项目": "血氧", "数值": "97", "测量时间": "2030-01-05"},
        who | {"测量项目": "体温", "数值": "36.6", "测量时间": "2026-01-05 08:30"},
    ]  # fmt: skip
    job = checked("readings", community, rows, worker)
    assert faults(job) == {
        5: "unusual_rare", 6: "unknown_measure", 7: "wrong_unit", 8: "not_a_reading", 9: "second_missing",
        10: "impossible_reading", 11: "future_moment", 12: "twice_reading",
    }  # fmt: skip
    assert counts(job) == (3, 0, 0, 1, 7)
    done = entered(job, worker)
    standing = Measurement.objects.standing().filter(elder=elder)
    assert set(standing.values_list("kind", "value", "second", "channel")) == {
        ("BP", 186, 112, "IMPORT"), ("WEIGHT", 605, None, "IMPORT"), ("TEMPERATURE", 366, None, "IMPORT"),
    }  # fmt: skip
    concern = Concern.objects.get(elder=elder, kind="HEALTH_LIMIT")
    assert "186/112" in concern.detail
    assert counts(checked("readings", community, rows[:3], worker)) == (0, 0, 3, 0, 0)
    other = checked("readings", community, [rows[2] | {"数值": "37.0"}], worker)
    assert faults(other) == {2: "other_value_on_file"}
    jobs.undo(job_id=done.pk, by=worker, at=NOW)
    assert not standing.exists()
    concern.refresh_from_db()
    assert concern.state == "HANDLED"
    again = entered(checked("readings", community, rows[:4], worker), worker, is_looked_at=True)
    assert again.result["new"] == 4
    assert standing.get(kind="HEART_RATE").is_unusual


# --- round trip, size, rights -----------------------------------------------------------------------------
def _a_community_with_everything(community: Community, staff: User) -> None:
    building = parties.buildings(community)[1]
    elder = make.elder(community, building=building, door="3-301")
    make.elder(community, building=building, door="3-301")
    home = Household.objects.get(door="3-301")
    kin = people.register(
        community=community, name="女儿", phone="13900139000", no_id_reason="亲属", by=staff, at=NOW
    )
    households.give_role(
        household=home, person=elder.person, kind="HEAD", relation="SELF", since=TODAY, by=staff, at=NOW
    )
    households.give_role(
        household=home, person=kin, kind="KIN", relation="DAUGHTER", since=TODAY, by=staff, at=NOW
    )
    facts = categories.CategoryFacts("DISABLED", "残疾人证 42", 4, 2, date(2024, 3, 1))
    categories.add_category(elder=elder, category=facts, on=TODAY, by=staff, at=NOW)
    ended = categories.add_category(
        elder=elder,
        category=categories.CategoryFacts("DIBAO", valid_from=date(2023, 1, 1)),
        on=TODAY,
        by=staff,
        at=NOW,
    )
    categories.end_category(category=ended, on=date(2025, 1, 1), by=staff, at=NOW)
    for number, (kind, value, second) in enumerate(
        [("BP", 128, 76), ("BP", 128, 76), ("WEIGHT", "60.5", None), ("GLUCOSE_FASTING", "30.1", None)]
    ):
        reading = Reading(
            elder.pk, kind, value, NOW - timedelta(seconds=90), f"x{number}", second=second, confirmed=True
        )
        measurements.record(elder=elder, reading=reading, channel="HAND", by=staff, at=NOW)


@pytest.mark.parametrize("kind", ["households", "categories", "readings"])
def test_an_export_that_nobody_changed_imports_as_no_change(
    community: Community, staff: User, kind: str
) -> None:
    _a_community_with_everything(community, staff)
    rows, shown = importing.export(
        kind=kind, community=community, purpose="核对", since=TODAY - timedelta(days=30), until=TODAY, by=staff, at=NOW,
        url="/x/",
    )  # fmt: skip
    content = sheets.filled(community, KINDS[kind], rows, ["导出人"])
    job = importing.upload(community=community, content=content, name="x.xlsx", kind=kind, by=staff, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    assert faults(done) == {}
    assert counts(done) == (0, 0, len(rows), 0, 0)
    assert len(rows) == {"households": 4, "categories": 2, "readings": 4}[kind] + (
        Elder.objects.count() - 2 if kind == "households" else 0
    )
    assert ReadLog.objects.filter(purpose="核对").count() == len(shown)
    assert Note.objects.filter(verb=f"elders.{kind}_exported", facts__purpose="核对").exists()


@pytest.mark.parametrize("kind", ["households", "categories", "readings"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    community: Community, staff: User, django_assert_max_num_queries: Any, kind: str
) -> None:
    building = parties.buildings(community)[0]
    for _each in range(24):
        make.elder(community, door="")
    elders = list(Elder.objects.select_related("person").order_by("pk"))
    facts = {
        "households": {"楼栋": building.name, "户内角色": "户主"}, "categories": {"人员类别": "低保", "有效期自": "2024-01-01"},
        "readings": {"测量项目": "血压", "数值": "186/112", "测量时间": f"{NOW - timedelta(hours=1):%Y-%m-%d %H:%M}"},
    }[kind]  # fmt: skip

    def bring(part: Sequence[Elder]) -> Job:
        rows = [
            {"档案号": each.number_text, "姓名": each.person.name, "门牌": f"1-{each.number}"} | facts
            for each in part
        ]
        done = entered(checked(kind, community, rows, staff), staff)
        assert done.result["new"] == len(part)
        return done

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        small = bring(elders[:3])
        jobs.undo(job_id=small.pk, by=staff, at=NOW)
    with django_assert_max_num_queries(len(few)):
        large = bring(elders[3:])
        jobs.undo(job_id=large.pk, by=staff, at=NOW)


def test_social_workers_bring_readings_but_no_categories(
    community: Community, worker: User, client_for: Any
) -> None:
    with pytest.raises(NotAllowed):
        importing.upload(community=community, content=b"x", name="x", kind="categories", by=worker, at=NOW)
    client = client_for(worker)
    assert client.get(reverse("elders:import-of", args=["readings"])).status_code == 200
    assert client.get(reverse("elders:import-of", args=["categories"])).status_code == 404
    assert client.get(reverse("elders:import-of", args=["nonsense"])).status_code == 404


def test_the_wizard_from_the_export_to_the_list_of_past_imports(
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    elder = make.elder(community, at=timezone.now())
    client = client_for(staff)
    out = reverse("elders:import-export", args=["readings"])
    empty = client.get(out, {"purpose": "核对"})
    assert empty.status_code == 422
    assert client.get(out).status_code == 422, "no export without a purpose"
    when = f"{timezone.localtime() - timedelta(days=2):%Y-%m-%d %H:%M}"
    row = {
        "档案号": elder.number_text,
        "姓名": elder.person.name,
        "测量时间": when,
        "测量项目": "心率",
        "数值": "180",
    }
    upload = io.BytesIO(xlsx([row], HEADS["readings"]))
    upload.name = "读数.xlsx"
    started = client.post(
        reverse("elders:import-of", args=["readings"]), {"file": upload, "idempotency_key": once.new_key()}
    )
    check_job = Job.objects.get()
    assert started.url == reverse("elders:import-result", args=[check_job.pk])
    jobs.run(job_id=check_job.pk, at=timezone.now())
    page = client.get(started.url).content.decode()
    assert "180" in page
    assert "looked_at" in page
    enter = reverse("elders:import-enter", args=[check_job.pk])
    assert client.post(enter, {"idempotency_key": once.new_key()}).url == started.url, "the tick is missing"
    going = client.post(enter, {"idempotency_key": once.new_key(), "looked_at": "on"})
    jobs.run(job_id=Job.objects.latest("pk").pk, at=timezone.now())
    assert client.get(going.url).status_code == 200
    found = client.get(out, {"purpose": "年度核对"})
    assert [each["数值"] for each in excel.read_table(io.BytesIO(found.content))] == ["180"]
    for _round in range(2):
        with django_assert_max_num_queries(30):
            past = client.get(reverse("elders:import-past"))
        assert "读数.xlsx" in past.content.decode()
    assert client.get(reverse("elders:import-past"), {"format": "xlsx"}).content[:2] == b"PK"
