"""The calls that name what other calls refer to: places, organisations, colleagues, kinds, helpers, questionnaires."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from carenet.audit.models import ReadLog
from services.actions import catalogue
from tests import make
from tests.make import api_for

ROOT = "/api/v1/"


def names(user: Any, path: str, **query: Any) -> list[str]:
    answer = api_for(user).get(ROOT + path, query)
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()["results"]]


def test_places_are_those_of_the_own_community(community: Any, staff: Any, stranger: Any) -> None:
    assert names(staff, "areas/", kind="BUILDING") == ["1号楼", "2号楼", "3号楼", "4号楼"]
    assert "测试社区" in names(staff, "areas/")
    assert "测试社区" not in names(stranger, "areas/")
    assert names(staff, "areas/", kind="NOTHING") == []


def test_organisations_are_found_by_their_party(community: Any, staff: Any, stranger: Any) -> None:
    fund = make.party(community, "CHARITY")
    make.party(community, "COMMUNITY")
    assert names(staff, "organisations/", party="CHARITY") == [fund.name]
    assert len(names(staff, "organisations/")) == 2
    assert names(stranger, "organisations/") == []
    assert api_for(make.user("VOLUNTEER", community)).get(ROOT + "organisations/").status_code == 404


def test_members_are_named_to_staff_and_it_is_written_down(
    community: Any, staff: Any, auditor: Any, stranger: Any
) -> None:
    fund = make.party(community, "CHARITY")
    speaker = fund.memberships.get().person
    path = f"organisations/{fund.pk}/members/"
    assert names(staff, path) == [speaker.name]
    assert ReadLog.objects.filter(user=staff, url=ROOT + path, person_id=speaker.pk).exists()
    for other in (auditor, stranger):
        assert api_for(other).get(ROOT + path).status_code == 404


def test_colleagues_are_those_who_work_here_now(
    community: Any, staff: Any, worker: Any, stranger: Any, auditor: Any
) -> None:
    make.user("VOLUNTEER", community, display_name="王志愿")
    gone = make.user("SOCIAL_WORKER", community, display_name="已离职")
    gone.is_active = False
    gone.save()
    found = api_for(staff).get(ROOT + "colleagues/").json()["results"]
    assert {(each["name"], *each["roles"]) for each in found} == {
        ("李主任", "COMMITTEE"),
        ("陈社工", "SOCIAL_WORKER"),
    }
    assert names(stranger, "colleagues/") == ["赵主任"]
    assert api_for(auditor).get(ROOT + "colleagues/").status_code == 404


def test_the_catalogue_gives_the_price_of_today(community: Any, staff: Any, director: Any) -> None:
    def clean() -> Any:
        rows = api_for(staff).get(ROOT + "service-kinds/").json()
        return next(each for each in rows if each["code"] == "CLEAN")

    assert clean()["price_fen"] is None
    catalogue.set_price(
        community=community, kind=make.kind("CLEAN"), price_fen=3000, minutes=90, valid_from=date(2026, 1, 1),
        by=director, at=make.NOW,
    )  # fmt: skip
    assert (clean()["price_fen"], clean()["minutes"]) == (3000, 90)


def test_helpers_are_listed_for_the_office_by_what_they_can_do(
    community: Any, staff: Any, stranger: Any
) -> None:
    one = make.helper(community, name="周帮手")
    make.helper(community, "SHOP", name="吴帮手")
    rows = api_for(staff).get(ROOT + "helpers/", {"kind": "COMP"}).json()["results"]
    assert [(each["name"], "COMP" in each["kinds"]) for each in rows] == [("周帮手", True)]
    assert names(one.user, "helpers/") == ["周帮手"]
    assert names(stranger, "helpers/") == []
    assert api_for(staff).get(ROOT + "helpers/", {"kind": "NOPE"}).status_code == 404


def test_lists_take_the_same_number_of_questions_for_many_rows(community: Any, staff: Any) -> None:
    def ask() -> None:
        for path in ("helpers/", "organisations/", "colleagues/", "areas/", "service-kinds/"):
            assert api_for(staff).get(ROOT + path).status_code == 200

    asked = []
    for size in (1, 6):
        for _each in range(size):
            make.helper(community)
            make.organisation(community)
            make.user("COMMITTEE", community)
        with CaptureQueriesContext(connection) as seen:
            ask()
        asked.append(len(seen))
    assert asked[1] <= asked[0]


def test_a_questionnaire_is_given_as_it_is_asked(community: Any, worker: Any) -> None:
    found = api_for(worker).get(ROOT + "instruments/GBT42195/").json()
    assert found["version"]
    assert {"sections", "option_sets"} <= set(found["definition"])
    assert api_for(worker).get(ROOT + "instruments/NOTHING/").status_code == 404
    family = make.user("FAMILY", community, person=make.person(community))
    assert api_for(family).get(ROOT + "instruments/").status_code == 404
