"""One departure ends all services ahead; taken back, exactly the same stands again. A pause rests what falls into it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.accounts.models import User
from carenet.kernel import months
from carenet.notices.models import Outbox
from carenet.parties.models import Community
from elders.actions import standing
from elders.models import Elder, LifeEvent
from services.actions import departures, dispatch, visits
from services.models import Assignment, Candidate, FollowUp, RequestEvent, ServiceRequest
from tests import make
from tests.make import NOW

TODAY = months.day_of(NOW)
SOON = NOW + timedelta(days=2)
GONE = {"state": "CANCELLED", "end_reason": "DEPARTED"}


def picture(elder: Elder) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must be there again as it was."""
    elder.refresh_from_db()
    requests = ServiceRequest.objects.filter(elder=elder).order_by("pk")
    return {
        "requests": list(requests.values_list("pk", "state", "end_reason", "helper", "handler", "scheduled_at", "due_at")),
        "offers": list(Candidate.objects.filter(request__elder=elder).order_by("pk").values_list("pk", "state")),
        "promises": list(
            Assignment.objects.filter(request__elder=elder).order_by("pk").values_list("pk", "released_at")
        ),
        "follow_ups": list(FollowUp.objects.open().filter(elder=elder).order_by("pk").values_list("pk")),
        "clocks": [(elder.status, elder.contact_due_at, elder.archive_due_on, elder.assessment_due_on)],
        "cards": list(elder.help_tokens.order_by("pk").values_list("pk", "revoked_at")),
    }  # fmt: skip


@pytest.fixture
def busy(community: Community, staff: User, worker: User) -> Elder:
    """An elder with one piece of work of each sort ahead."""
    elder = make.elder(community, owner=worker)
    helper = make.helper(community, "COMP", "SHOP")
    make.request(elder)
    asked = make.request(elder, "SHOP", scheduled_at=SOON + timedelta(days=3))
    dispatch.offer(request_id=asked.pk, helper_id=helper.pk, by=staff, at=NOW)
    make.accepted(elder, helper, scheduled_at=SOON)
    make.help_token(elder)
    visits.follow_up(elder=elder, kind="CALL_BACK", owner=worker, due_at=SOON, key="f1", by=worker, at=NOW)
    return elder


@pytest.mark.parametrize("verb", ["leave", "die"])
def test_a_departure_ends_all_work_ahead_and_undo_brings_exactly_the_same_back(
    busy: Elder, staff: User, verb: str
) -> None:
    before = picture(busy)
    event = getattr(standing, verb)(elder=busy, on=TODAY, by=staff, at=NOW)
    after = picture(busy)
    assert [row[1:3] for row in after["requests"]] == [("CANCELLED", "DEPARTED")] * 3
    assert {state for _pk, state in after["offers"]} == {"WITHDRAWN", "ACCEPTED"}
    assert all(released == NOW for _pk, released in after["promises"])
    assert after["follow_ups"] == [] and after["clocks"][0][1:] == (None, None, None)
    standing.undo(event=event, reason="记错了人", by=staff, at=NOW)
    assert picture(busy) == before
    verbs = list(
        RequestEvent.objects.filter(request__elder=busy).order_by("pk").values_list("verb", flat=True)
    )
    assert verbs[-6:] == ["cancel"] * 3 + ["restore"] * 3


def test_helpers_and_the_responsible_worker_are_told_of_the_end_and_of_the_return(
    busy: Elder, staff: User, worker: User
) -> None:
    event = standing.leave(elder=busy, on=TODAY, by=staff, at=NOW)
    gone = Outbox.objects.get(template="services.task.gone")
    assert gone.to_user_id == ServiceRequest.objects.get(helper__isnull=False).helper.user_id  # type: ignore[union-attr]
    ended = Outbox.objects.get(template="services.work.ended")
    assert (ended.to_user, ended.params["count"]) == (worker, 3)
    standing.undo(event=event, reason="记错了人", by=staff, at=NOW)
    assert Outbox.objects.filter(template="services.task.back").count() == 1


def test_an_alarm_work_that_has_begun_and_work_whose_time_has_passed_wait_for_a_person(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    helper, other = make.helper(community, "COMP"), make.helper(community, "COMP")
    make.alarm(elder)
    begun = make.accepted(elder, helper, scheduled_at=NOW - timedelta(minutes=20))
    dispatch.start(request_id=begun.pk, by=staff, at=NOW)
    make.accepted(elder, other, scheduled_at=NOW - timedelta(hours=3))
    standing.die(elder=elder, on=TODAY, by=staff, at=NOW)
    assert not ServiceRequest.objects.filter(elder=elder, state="CANCELLED").exists()


def test_a_helper_promised_elsewhere_meanwhile_does_not_come_back(
    community: Community, staff: User, busy: Elder
) -> None:
    event = standing.leave(elder=busy, on=TODAY, by=staff, at=NOW)
    mine = ServiceRequest.objects.get(elder=busy, helper__isnull=False)
    assert mine.helper is not None
    make.accepted(make.elder(community), mine.helper, scheduled_at=SOON)
    standing.undo(event=event, reason="记错了人", by=staff, at=NOW)
    mine.refresh_from_db()
    assert (mine.state, mine.helper_id, mine.end_reason) == ("TRIAGED", None, "")
    assert ServiceRequest.objects.filter(elder=busy, state="CANCELLED").count() == 0


def test_what_a_person_called_off_does_not_come_back(busy: Elder, staff: User) -> None:
    by_hand = ServiceRequest.objects.filter(elder=busy).earliest("pk")
    dispatch.cancel(request_id=by_hand.pk, reason="NOT_NEEDED", by=staff, at=NOW)
    event = standing.leave(elder=busy, on=TODAY, by=staff, at=NOW)
    standing.undo(event=event, reason="记错了人", by=staff, at=NOW)
    by_hand.refresh_from_db()
    assert (by_hand.state, by_hand.end_reason) == ("CANCELLED", "NOT_NEEDED")
    with pytest.raises(DatabaseError, match="cannot follow"), transaction.atomic():
        ServiceRequest.objects.filter(pk=by_hand.pk).update(state="TRIAGED", end_reason="")


def test_a_hundred_departures_cost_the_statements_of_one_and_twice_is_once(
    community: Community, staff: User, django_assert_max_num_queries: Any
) -> None:
    for count in (1, 6):
        for _ in range(count):
            elder = make.elder(community)
            make.request(elder)
            make.request(elder, "SHOP", scheduled_at=SOON)
            # As if the two had crossed: the fact is there, the work still stands.
            fact = LifeEvent.objects.create(
                community=community, elder=elder, kind="LEFT", on=TODAY, by=staff, at=NOW
            )
            Elder.objects.filter(pk=elder.pk).update(
                status="LEFT",
                status_on=TODAY,
                contact_due_at=None,
                archive_due_on=None,
                assessment_due_on=None,
            )
        with django_assert_max_num_queries(16):
            assert departures.catch_up(community=community, by=staff, at=NOW) == 2 * count
        assert departures.catch_up(community=community, by=staff, at=NOW) == 0
    elder = Elder.objects.get(pk=fact.elder_id)
    assert departures.back(elder=elder, cause=f"event:{fact.pk}", by=staff, at=NOW) == 2
    assert departures.back(elder=elder, cause=f"event:{fact.pk}", by=staff, at=NOW) == 0


def states(elder: Elder) -> list[str]:
    return list(ServiceRequest.objects.filter(elder=elder).order_by("pk").values_list("state", flat=True))


def test_a_pause_rests_what_falls_into_it_and_the_return_brings_the_rest_back(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    for days in (1, 3, 8):
        make.request(elder, scheduled_at=NOW + timedelta(days=days))
    make.request(elder, "SHOP")
    row = standing.pause(
        elder=elder, reason="HOSPITAL", since=TODAY, until=TODAY + timedelta(days=5), by=staff, at=NOW
    )
    assert states(elder) == ["CANCELLED", "CANCELLED", "REQUESTED", "CANCELLED"]
    standing.change_return(pause_row=row, until=None, by=staff, at=NOW)
    assert states(elder) == ["CANCELLED"] * 4
    standing.change_return(pause_row=row, until=TODAY + timedelta(days=5), by=staff, at=NOW)
    assert states(elder) == ["CANCELLED", "CANCELLED", "REQUESTED", "CANCELLED"]
    back_at = NOW + timedelta(days=2)
    standing.resume(elder=elder, on=months.day_of(back_at), by=staff, at=back_at)
    assert states(elder) == ["CANCELLED", "REQUESTED", "REQUESTED", "REQUESTED"]


def test_a_pause_taken_back_and_a_return_taken_back_are_followed(community: Community, staff: User) -> None:
    elder = make.elder(community)
    make.request(elder, scheduled_at=SOON)
    standing.pause(elder=elder, reason="TRAVEL", since=TODAY, by=staff, at=NOW)
    paused = LifeEvent.objects.get(elder=elder, kind="PAUSED")
    standing.resume(elder=elder, on=TODAY, by=staff, at=NOW)
    assert states(elder) == ["REQUESTED"]
    resumed = LifeEvent.objects.get(elder=elder, kind="RESUMED")
    standing.undo(event=resumed, reason="还没回来", by=staff, at=NOW)
    assert states(elder) == ["CANCELLED"]
    standing.undo(event=paused, reason="没有去", by=staff, at=NOW)
    assert states(elder) == ["REQUESTED"]


def test_a_plan_to_rest_stops_nothing_before_its_day(community: Community, staff: User) -> None:
    elder = make.elder(community)
    make.request(elder, scheduled_at=SOON)
    standing.pause(elder=elder, reason="TRAVEL", since=TODAY + timedelta(days=1), by=staff, at=NOW)
    assert states(elder) == ["REQUESTED"]
    then = NOW + timedelta(days=1)
    standing.begin_due(community=community, on=months.day_of(then), by=staff, at=then)
    assert states(elder) == ["CANCELLED"]


def test_a_departure_from_a_pause_and_back_leaves_the_pause_its_own_work(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    make.request(elder, scheduled_at=SOON)
    make.request(elder, "SHOP", scheduled_at=NOW + timedelta(days=9))
    standing.pause(
        elder=elder, reason="HOSPITAL", since=TODAY, until=TODAY + timedelta(days=5), by=staff, at=NOW
    )
    event: LifeEvent = standing.leave(elder=elder, on=TODAY, by=staff, at=NOW)
    assert states(elder) == ["CANCELLED", "CANCELLED"]
    standing.undo(event=event, reason="没有搬", by=staff, at=NOW)
    assert states(elder) == ["CANCELLED", "REQUESTED"]
    elder.refresh_from_db()
    standing.resume(elder=elder, on=TODAY, by=staff, at=NOW)
    assert states(elder) == ["REQUESTED", "REQUESTED"]
