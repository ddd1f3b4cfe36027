"""Kin and carers whom nobody knows: asked about, entered as members of the home, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from carenet.accounts.models import User
from carenet.jobs import actions as jobs
from carenet.parties.models import Community, Person
from elders.actions import households
from elders.actions.refusals import NothingToImport, RowsInUse
from elders.models import HouseholdRole
from tests import make
from tests.elders.test_import_kinds import TODAY, checked, counts, entered, faults, roles
from tests.make import NOW


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_kin_and_carers_nobody_knows_enter_as_members_of_the_home_when_somebody_says_so(
    community: Community, staff: User
) -> None:
    elder = make.elder(community, name="王桂珍", door="2-501", building=make.buildings(community)[0])
    home = {"楼栋": elder.building.name, "门牌": "2-501"}
    told = [
        home | {"姓名": "赵小明", "电话": "139 0000 0001", "户内角色": "亲属", "与户主关系": "儿子"},
        home | {"姓名": "赵小明", "电话": "139 0000 0001", "户内角色": "紧急联系人"},
        home | {"姓名": "钱阿姨", "户内角色": "照护人"},
        home | {"姓名": "孙某", "电话": "12", "户内角色": "亲属"},
    ]
    job = checked("households", community, told, staff)
    assert faults(job) == {2: "new_member", 3: "new_member", 4: "new_member", 5: "bad_phone"}
    assert counts(job) == (0, 0, 0, 3, 1)
    before = Person.objects.count()
    with pytest.raises(NothingToImport):
        entered(job, staff)
    done = entered(job, staff, is_looked_at=True)
    assert Person.objects.count() == before + 2, "one human being, two roles"
    son = Person.objects.get(name="赵小明")
    assert (son.phone(), hasattr(son, "elder")) == ("13900000001", False)
    assert {each for each in roles() if each[0] != "王桂珍"} == {
        ("赵小明", "KIN", "2-501"), ("赵小明", "EMERGENCY", "2-501"), ("钱阿姨", "CARER", "2-501"),
    }  # fmt: skip
    again = checked("households", community, told[:3], staff)
    assert (faults(again), counts(again)) == ({}, (0, 0, 3, 0, 0)), "known now, without being asked again"
    jobs.undo(job_id=done.pk, by=staff, at=NOW)
    assert not Person.objects.filter(name__in=["赵小明", "钱阿姨"]).exists()
    assert {each[0] for each in roles()} == {"王桂珍"}


def test_an_import_of_members_is_not_taken_back_once_somebody_works_with_one_of_them(
    community: Community, staff: User
) -> None:
    elder = make.elder(community, door="2-501", building=make.buildings(community)[0])
    row = {"楼栋": elder.building.name, "门牌": "2-501", "姓名": "赵小明", "户内角色": "亲属"}
    done = entered(checked("households", community, [row], staff), staff, is_looked_at=True)
    son = Person.objects.get(name="赵小明")
    home = HouseholdRole.objects.get(person=son).household
    households.give_role(household=home, person=son, kind="CARER", since=TODAY, by=staff, at=NOW)
    with pytest.raises(RowsInUse, match="赵小明"):
        jobs.undo(job_id=done.pk, by=staff, at=NOW)
