"""The step tables and their mirrors in the database."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.kernel import steps
from services import states
from services.models import RequestEvent, ServiceRequest
from services.states import CANDIDATE_STEPS, CASE_STEPS, FOLLOW_UP_STEPS, REQUEST_STEPS
from tests import make

walls = importlib.import_module("services.migrations.0002_walls")


def test_the_trigger_of_requests_holds_exactly_the_step_table() -> None:
    assert {source: sorted(targets) for source, targets in walls.REQUEST_EDGES.items()} == steps.as_edges(
        REQUEST_STEPS
    )


def test_the_trigger_of_candidates_holds_exactly_the_step_table() -> None:
    assert {a: sorted(b) for a, b in walls.CANDIDATE_EDGES.items()} == steps.as_edges(CANDIDATE_STEPS)


@pytest.mark.parametrize(
    ("table", "initial", "words"),
    [
        (REQUEST_STEPS, ["REQUESTED"], states.RequestState),
        (CANDIDATE_STEPS, ["PROPOSED"], states.CandidateState),
        (CASE_STEPS, ["OPEN"], states.CaseState),
        (FOLLOW_UP_STEPS, ["OPEN"], states.FollowUpState),
    ],
)
def test_every_state_can_be_reached(table: Any, initial: list[str], words: Any) -> None:
    assert steps.unreachable(table, initial, words.values) == set()


def test_cancelling_is_possible_before_done_and_never_after() -> None:
    sources = REQUEST_STEPS["cancel"].sources
    assert sources == set(states.BEFORE_DONE)
    assert not sources & set(states.DELIVERED)


def test_a_reopened_request_is_triaged_again_from_done_or_confirmed() -> None:
    assert REQUEST_STEPS["reopen"].target == "TRIAGED"
    assert REQUEST_STEPS["reopen"].sources == {"DONE", "CONFIRMED"}


@pytest.mark.parametrize("target", ["DONE", "CONFIRMED", "ACCEPTED", "CLOSED"])
def test_the_database_refuses_a_step_that_is_not_in_the_table(community: Any, target: str) -> None:
    request = make.request(make.elder(community))
    with pytest.raises(DatabaseError, match="cannot follow"), transaction.atomic():
        ServiceRequest.objects.filter(pk=request.pk).update(state=target)


def test_the_database_refuses_a_request_that_is_born_closed_without_a_roster(community: Any) -> None:
    request = make.request(make.elder(community))
    with (
        pytest.raises(DatabaseError, match="born closed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "insert into services_servicerequest (community_id, elder_id, kind_id, channel, urgency, state, note, "
            "minutes, price_fen, requested_at, started_at, done_at, confirmed_at, confirm_way, end_reason, by_id, key) "
            "select community_id, elder_id, kind_id, channel, urgency, 'CLOSED', '', 30, 0, requested_at, requested_at, "
            "requested_at, requested_at, 'PAPER', '', by_id, 'smuggled' from services_servicerequest where id = %s",
            [request.pk],
        )


def test_what_was_asked_is_frozen(community: Any) -> None:
    request, other = make.request(make.elder(community)), make.elder(community)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        ServiceRequest.objects.filter(pk=request.pk).update(elder=other)


def test_the_trail_is_append_only(community: Any) -> None:
    request = make.request(make.elder(community))
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestEvent.objects.filter(request=request).update(words="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestEvent.objects.filter(request=request).delete()


def test_a_request_is_never_deleted(community: Any) -> None:
    request = make.request(make.elder(community))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from services_servicerequest where id = %s", [request.pk])


def test_an_accepted_request_has_somebody_who_comes(community: Any) -> None:
    request = make.request(make.elder(community))
    for state in ("TRIAGED", "OFFERED"):
        ServiceRequest.objects.filter(pk=request.pk).update(state=state)
    with pytest.raises(DatabaseError, match="somebody_comes"), transaction.atomic():
        ServiceRequest.objects.filter(pk=request.pk).update(state="ACCEPTED")
