"""Imports of households, categories and readings: nobody is guessed, questions are asked, all of it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.parties import identity
from carenet.parties.actions import people
from carenet.parties.models import Community
from elders.actions import categories, households, importing
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
