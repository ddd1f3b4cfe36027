"""Mandates, requests about one's own data and households by REST: the actions of the pages, counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties import scope
from carenet.parties.models import Community, Person
from carenet.webkit import once
from elders.actions import mandates, rights
from elders.models import Elder, Household, HouseholdRole, Mandate, RightsRequest
from tests import make

DAY = timedelta(days=1)


def post(api: Any, name: str, args: list[Any], data: dict[str, Any], key: str = "") -> Any:
    return api.post(
        reverse(f"api-elders:{name}", args=args), data, format="json",
        headers={"Idempotency-Key": key or once.new_key()},
    )  # fmt: skip


def home_of(elder: Elder) -> Household:
    return HouseholdRole.objects.open().get(person=elder.person, kind="RESIDENT").household


def mandate(holder: User, /, **changed: Any) -> dict[str, Any]:
    return {
        "holder": holder.username, "relation": "DAUGHTER", "scopes": ["READ", "ASK"],
        "since": timezone.localdate().isoformat(), **changed,
    }  # fmt: skip


@pytest.fixture
def daughter(community: Community) -> User:
    return make.user("FAMILY", community, username="xh", person=make.person(community, phone="13900000001"))


def read(user: User, elder: Elder, *fields: str) -> int:
    rows = ReadLog.objects.filter(user=user, person_id=elder.person_id, fields__contains=list(fields))
    return rows.count()


# --- mandates --------------------------------------------------------------------------------------------
def test_a_mandate_given_twice_with_one_key_counts_once_and_is_ended(
    community: Community, staff: User, daughter: User, api_for: Any
) -> None:
    elder, api, key = make.elder(community, by=staff), api_for(staff), once.new_key()
    since = timezone.localdate() - 9 * DAY
    body = mandate(daughter, holder="139 0000 0001", since=since.isoformat())
    first, again = (post(api, "mandates", [elder.pk], body, key) for _each in range(2))
    assert (first.status_code, first.data["id"]) == (201, again.data["id"])
    row = Mandate.objects.get()
    assert (row.user, row.scopes, row.since, row.granted_by) == (daughter, ["READ", "ASK"], since, staff)
    assert (first.data["is_in_force"], first.data["uses"]) == (True, 0)
    assert "13900000001" not in first.content.decode()

    ended = post(api, "mandate-end", [elder.pk, row.pk], {})
    assert (ended.status_code, ended.data["is_in_force"]) == (200, False)
    assert not Mandate.objects.open().exists()
    assert read(staff, elder, "mandates") == 2


def test_the_list_of_mandates_tells_how_often_each_was_used(
    community: Community, staff: User, daughter: User, api_for: Any
) -> None:
    elder, at = make.elder(community, by=staff), timezone.now()
    give = {"elder": elder, "relation": "DAUGHTER", "since": timezone.localdate(), "by": staff, "at": at}
    mandates.give(user=daughter, **give)
    mandates.use(elder=elder, scope="ASK", verb="take", by=daughter, at=at)
    shown = api_for(staff).get(reverse("api-elders:mandates", args=[elder.pk]))
    assert [(each["holder"], each["uses"]) for each in shown.data] == [(str(daughter), 1)]
    assert shown.data[0]["last_used_at"] is not None


def test_a_second_mandate_of_the_same_person_is_refused_with_a_sentence(
    community: Community, staff: User, daughter: User, api_for: Any
) -> None:
    elder, api = make.elder(community, by=staff), api_for(staff)
    assert post(api, "mandates", [elder.pk], mandate(daughter)).status_code == 201
    for body, code in (
        (mandate(daughter), "mandate_already"),
        (mandate(daughter, holder="13911112222"), "nobody_of_this_name"),
        (mandate(daughter, until="2001-01-01"), "date_out_of_order"),
    ):
        refused = post(api, "mandates", [elder.pk], body)
        assert (refused.status_code, refused.data["code"]) == (409, code)
        assert refused.data["message"]
    assert Mandate.objects.count() == 1


def test_the_end_of_a_mandate_is_never_moved_to_a_later_day(
    community: Community, staff: User, daughter: User, api_for: Any
) -> None:
    elder, api = make.elder(community, by=staff), api_for(staff)
    since = timezone.localdate() - 9 * DAY
    post(api, "mandates", [elder.pk], mandate(daughter, since=since.isoformat()))
    row = Mandate.objects.get()
    assert post(api, "mandate-end", [elder.pk, row.pk], {"on": since + DAY}).status_code == 200
    later = post(api, "mandate-end", [elder.pk, row.pk], {"on": timezone.localdate()})
    assert (later.status_code, later.data["code"]) == (409, "date_out_of_order")
    row.refresh_from_db()
    assert row.until == since + DAY


# --- requests about one's own data -----------------------------------------------------------------------
def test_a_request_asked_twice_with_one_key_counts_once_and_is_answered(
    community: Community, staff: User, api_for: Any
) -> None:
    elder, api, key = make.elder(community, by=staff), api_for(staff), once.new_key()
    day = timezone.localdate() - 3 * DAY
    body = {"elder": elder.pk, "kind": "CORRECT", "words": "生日写错了", "asked_on": day.isoformat()}
    first, again = (post(api, "data-request-list", [], body, key) for _each in range(2))
    assert (first.status_code, first.data["id"]) == (201, again.data["id"])
    row = RightsRequest.objects.get()
    assert (row.asked_on, row.due_on, row.recorded_by) == (day, rights.due_after(day), staff)

    answered = post(api, "data-request-answer", [row.pk], {"granted": False, "words": "与身份证一致，不改"})
    assert (answered.data["state"], answered.data["answered_by"]) == ("REFUSED", staff.pk)
    refused = post(api, "data-request-answer", [row.pk], {"granted": True, "words": "改了"})
    assert (refused.status_code, bool(refused.data["message"])) == (409, True)
    assert post(api, "data-request-reopen", [row.pk], {}).data["state"] == "OPEN"
    assert read(staff, elder, "requests") == 3


def test_the_list_of_requests_is_chosen_by_state_and_by_elder(
    community: Community, staff: User, api_for: Any
) -> None:
    at, api = timezone.now(), api_for(staff)
    one, two = (make.elder(community, by=staff) for _each in range(2))
    rows = [rights.ask(elder=each, kind="COPY", words="要", by=staff, at=at) for each in (one, two)]
    rights.answer(request=rows[0], granted=True, words="好", by=staff, at=at)

    def shown(**query: Any) -> list[int]:
        answer = api.get(reverse("api-elders:data-request-list"), query)
        return [each["elder"] for each in answer.data["results"]]

    assert (shown(), shown(state="OPEN"), shown(elder=one.pk)) == ([one.pk, two.pk], [two.pk], [one.pk])
    assert api.get(reverse("api-elders:data-request-list"), {"state": "NO"}).status_code == 400


# --- households ------------------------------------------------------------------------------------------
def test_a_role_given_twice_with_one_key_counts_once_and_ends_and_comes_back(
    community: Community, staff: User, api_for: Any
) -> None:
    elder, api, key = make.elder(community, door="2-501", by=staff), api_for(staff), once.new_key()
    home, people = home_of(elder), Person.objects.count()
    body = {
        "who": "王小红", "phone": "13900000001", "kind": "CARER", "relation": "DAUGHTER",
        "since": timezone.localdate().isoformat(),
    }  # fmt: skip
    first, again = (post(api, "household-roles", [home.pk], body, key) for _each in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert Person.objects.count() == people + 1
    role = HouseholdRole.objects.get(household=home, kind="CARER")
    assert (role.person.name, role.relation, role.by) == ("王小红", "DAUGHTER", staff)
    assert "13900000001" not in first.content.decode()
    assert [(each["kind"], each["elder"]) for each in first.data["roles"]] == [
        ("RESIDENT", elder.pk), ("CARER", None),
    ]  # fmt: skip

    post(api, "household-end-role", [home.pk, role.pk], {})
    role.refresh_from_db()
    assert role.until == timezone.localdate()
    post(api, "household-reopen-role", [home.pk, role.pk], {})
    role.refresh_from_db()
    assert role.until is None


def test_a_second_head_and_a_second_home_are_refused_with_a_sentence(
    community: Community, staff: User, api_for: Any
) -> None:
    elder, other = (make.elder(community, door=door, by=staff) for door in ("2-501", "2-502"))
    home, api, since = home_of(elder), api_for(staff), timezone.localdate().isoformat()
    assert (
        post(
            api,
            "household-roles",
            [home.pk],
            {"who": str(elder.number), "kind": "HEAD", "since": since},
        ).status_code
        == 201
    )
    for kind, code in (("HEAD", "one_head"), ("RESIDENT", "one_home")):
        body = {"who": str(other.number), "kind": kind, "since": since}
        refused = post(api, "household-roles", [home.pk], body)
        assert (refused.status_code, refused.data["code"]) == (409, code)
        assert refused.data["message"]


def test_a_captain_given_in_one_home_is_captain_of_the_whole_building(
    community: Community, staff: User, api_for: Any
) -> None:
    elders = [make.elder(community, door=f"1-{each}01", by=staff) for each in (1, 2)]
    body = {"who": str(elders[1].number), "kind": "CAPTAIN", "since": timezone.localdate().isoformat()}
    assert post(api_for(staff), "household-roles", [home_of(elders[0]).pk], body).status_code == 201
    captains = HouseholdRole.objects.open().filter(kind="CAPTAIN", person=elders[1].person)
    assert {each.household for each in captains} == {home_of(each) for each in elders}


def test_the_home_of_an_elder_is_found_and_the_look_is_written_down(
    community: Community, staff: User, api_for: Any
) -> None:
    one, two = (make.elder(community, door=door, by=staff) for door in ("2-501", "2-502"))
    api = api_for(staff)
    everything = api.get(reverse("api-elders:household-list"))
    assert [(each["door"], each["residents"]) for each in everything.data["results"]] == [
        ("2-501", 1), ("2-502", 1),
    ]  # fmt: skip
    assert not read(staff, one, "household")
    found = api.get(reverse("api-elders:household-list"), {"elder": two.pk}).data["results"]
    assert [each["door"] for each in found] == ["2-502"]
    assert (read(staff, one, "household"), read(staff, two, "household")) == (0, 1)
    api.get(reverse("api-elders:household-detail", args=[home_of(one).pk]))
    assert read(staff, one, "household") == 1


# --- everybody else --------------------------------------------------------------------------------------
def test_another_community_finds_nothing_and_writes_nothing(
    community: Community,
    other_community: Community,
    staff: User,
    stranger: User,
    daughter: User,
    api_for: Any,
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    at, home = timezone.now(), home_of(elder)
    row = mandates.give(
        elder=elder, user=daughter, relation="DAUGHTER", since=timezone.localdate(), by=staff, at=at
    )
    asked = rights.ask(elder=elder, kind="COPY", words="要", by=staff, at=at)
    role = HouseholdRole.objects.get()
    api = api_for(stranger)
    for name, args, body in (
        ("mandates", [elder.pk], mandate(daughter)),
        ("mandate-end", [elder.pk, row.pk], {}),
        ("data-request-list", [], {"elder": elder.pk, "kind": "COPY", "words": "要"}),
        ("data-request-answer", [asked.pk], {"granted": True, "words": "好"}),
        ("household-roles", [home.pk], {"who": "x", "kind": "KIN", "since": "2026-01-01"}),
        ("household-end-role", [home.pk, role.pk], {}),
    ):
        assert post(api, name, args, body).status_code == 404, name
    for name, args in (
        ("mandates", [elder.pk]), ("data-request-detail", [asked.pk]), ("household-detail", [home.pk]),
    ):  # fmt: skip
        assert api.get(reverse(f"api-elders:{name}", args=args)).status_code == 404, name
    for name in ("data-request-list", "household-list"):
        assert api.get(reverse(f"api-elders:{name}")).data["results"] == []
    assert api.get(reverse("api-elders:household-list"), {"elder": elder.pk}).status_code == 404
    with scope.within([community.pk, other_community.pk]):
        row.refresh_from_db()
        asked.refresh_from_db()
        role.refresh_from_db()
        assert (row.until, asked.state, role.until) == (None, "OPEN", None)
        assert (Mandate.objects.count(), RightsRequest.objects.count(), Person.objects.count()) == (1, 1, 2)


def test_a_number_of_the_address_must_fit_the_other(
    community: Community, staff: User, daughter: User, api_for: Any
) -> None:
    one, two = (make.elder(community, door=door, by=staff) for door in ("2-501", "2-502"))
    api = api_for(staff)
    made = post(api, "mandates", [one.pk], mandate(daughter))
    assert post(api, "mandate-end", [two.pk, made.data["id"]], {}).status_code == 404
    role = HouseholdRole.objects.get(person=one.person)
    assert post(api, "household-end-role", [home_of(two).pk, role.pk], {}).status_code == 404


def test_the_lists_cost_the_same_for_many(community: Community, staff: User, api_for: Any) -> None:
    api, at, today = api_for(staff), timezone.now(), timezone.localdate()
    costs: dict[str, list[int]] = {}
    elder = make.elder(community, door="9-901", by=staff)
    since = today - 100 * DAY
    for size in (2, 8):
        while RightsRequest.objects.count() < size:
            number = RightsRequest.objects.count()
            other = make.elder(community, door=f"1-{number}", by=staff)
            rights.ask(elder=other, kind="COPY", words="要", by=staff, at=at)
            holder = make.user("FAMILY", community, username=f"kin-{number}")
            mandates.give(elder=elder, user=holder, relation="SON", since=since, by=staff, at=at)
            HouseholdRole.objects.create(
                community=community, household=home_of(elder), person=other.person, kind="KIN", since=today,
                by=staff, at=at,
            )  # fmt: skip
        for name, args in (
            ("data-request-list", []), ("household-list", []), ("mandates", [elder.pk]),
            ("household-detail", [home_of(elder).pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as asked:
                answer = api.get(reverse(f"api-elders:{name}", args=args))
            assert answer.status_code == 200, name
            costs.setdefault(name, []).append(len(asked))
    assert all(many <= few <= 16 for few, many in costs.values()), costs
