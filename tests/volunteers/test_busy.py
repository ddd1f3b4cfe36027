"""One hour is promised once: to a shift or to an elder, whichever door comes first; and a shift asks for its own day."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from carenet.kernel.errors import DomainError
from carenet.notices.models import Outbox
from carenet.parties import scope
from services.actions import dispatch
from services.models import Assignment
from services.refusals import Promised, PromisedShift
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import promises, registry, shift_refusals, shifts
from volunteers.models import Promise, Slot
from volunteers.states_shifts import PromiseState

SOON = NOW + timedelta(days=3)  # the hour of make.slot


def helps(community: Any, helper: Any, at: Any = NOW, **fields: Any) -> Any:
    return make.accepted(make.elder(community), helper, at=at, scheduled_at=SOON, **fields)


def test_who_has_promised_help_cannot_promise_a_shift_at_that_hour(community: Any) -> None:
    helper = make.helper(community)
    request = helps(community, helper)
    slot = make.slot(community)
    with pytest.raises(shift_refusals.Helping) as refused:
        make.promised(slot, helper.volunteer, at=NOW)
    assert request.kind.title in refused.value.message and "11-24 10:00" in refused.value.message
    next_hour = make.slot(community, starts_at=SOON + timedelta(hours=4))
    assert make.promised(next_hour, helper.volunteer, at=NOW).state == PromiseState.PROMISED
    dispatch.cancel(request_id=request.pk, reason="NOT_NEEDED", by=registrar(), at=NOW)
    assert make.promised(slot, helper.volunteer, at=NOW).state == PromiseState.PROMISED


def test_who_has_promised_a_shift_is_not_sent_to_an_elder_at_that_hour(community: Any) -> None:
    helper, slot = make.helper(community), make.slot(community)
    held = make.promised(slot, helper.volunteer, at=NOW)
    with pytest.raises(PromisedShift) as refused:
        helps(community, helper)
    assert slot.title in refused.value.message and isinstance(refused.value, Promised)
    asked = make.request(make.elder(community), scheduled_at=SOON)
    proposal = dispatch.propose(request_id=asked.pk, by=registrar(), at=NOW)
    assert {each["name"]: each["code"] for each in proposal.skipped}[helper.person.name] == "BUSY_THEN"
    promises.step_back(promise=held, by=registrar(), at=NOW)
    assert dispatch.assign(request_id=asked.pk, helper_id=helper.pk, by=registrar(), at=NOW).helper == helper


def test_the_waiting_list_and_stand_ins_pass_over_who_helps_an_elder_then(community: Any) -> None:
    helper, free = make.helper(community), make.volunteer(community, insured_until=date(2027, 12, 31))
    team = make.team(community)
    slot = make.slot(community, people=1, team=team)
    holder = make.promised(slot, make.volunteer(community, team=team), at=NOW)
    for number, each in enumerate((helper.volunteer, free)):
        make.promised(slot, each, at=NOW + timedelta(minutes=number), wait=True)
    helps(community, helper)
    promises.step_back(promise=holder, by=registrar(), at=NOW)
    assert dict(Promise.objects.filter(slot=slot).values_list("volunteer", "state")) == {
        holder.volunteer_id: "RELEASED", helper.volunteer_id: "WAITING", free.pk: "PROMISED",
    }  # fmt: skip
    type(helper.volunteer).objects.filter(pk=helper.volunteer_id).update(team=team)
    late = SOON - timedelta(hours=2)
    promises.step_back(promise=Promise.objects.get(volunteer=free), by=registrar(), at=late)
    told = Outbox.objects.filter(template="volunteers.shift.stand_in_wanted")
    assert helper.person_id not in set(told.values_list("to_person_id", flat=True))


def test_a_cancelled_shift_comes_back_without_who_helps_an_elder_meanwhile(community: Any) -> None:
    helper, slot = make.helper(community), make.slot(community)
    held = make.promised(slot, helper.volunteer, at=NOW)
    shifts.cancel(slot=slot, reason="停电", by=registrar(), at=NOW)
    helps(community, helper)
    shifts.restore(slot=slot, by=registrar(), at=NOW)
    held.refresh_from_db()
    assert held.state == PromiseState.CANCELLED
    told = Outbox.objects.get(template="volunteers.shift.restored_without")
    assert told.to_person_id == helper.person_id


def test_the_office_writes_down_who_was_there_whatever_had_been_promised(community: Any) -> None:
    helper, slot = make.helper(community), make.slot(community)
    helps(community, helper)
    assert make.promised(slot, helper.volunteer, at=SOON + timedelta(hours=3)).state == PromiseState.PROMISED


def test_open_shifts_ask_for_training_on_their_own_day(community: Any, client_for: Any, staff: Any) -> None:
    now = timezone.now()
    kind = make.kind("SHOP")
    volunteer = make.volunteer(community, insured_until=timezone.localdate(now) + timedelta(days=90))
    registry.qualify(
        volunteer=volunteer, service_kind=kind, valid_from=timezone.localdate(now) - timedelta(days=30),
        valid_to=timezone.localdate(now) + timedelta(days=6), by=staff, at=now,
    )  # fmt: skip
    near, far = (
        make.slot(community, starts_at=now + timedelta(days=days), service_kind=kind) for days in (3, 10)
    )
    days = client_for(make.volunteer_user(volunteer)).get(reverse("volunteers:open-shifts")).context["days"]
    said = {each["slot"].pk: each["why_not"] for day in days for each in day["offers"]}
    assert said[near.pk] == "" and said[far.pk] == str(shift_refusals.NotQualified.default_message)


def test_of_a_shift_and_a_help_promised_at_the_same_moment_one_holds(station_db: Any) -> None:
    registrar()
    with scope.within([station_db.pk]):
        helper, slot = make.helper(station_db), make.slot(station_db)
        requests = [
            make.request(make.elder(station_db, name=name), scheduled_at=SOON)
            for name in ("王奶奶", "赵爷爷")
        ]
    ready = threading.Barrier(3)
    answers: list[str] = []

    def run(work: Any) -> None:
        try:
            with scope.within([station_db.pk]):
                ready.wait()
                work()
            answers.append("done")
        except DomainError as refused:
            answers.append(refused.code)
        finally:
            connections.close_all()

    jobs: list[Any] = [lambda: make.promised(slot, helper.volunteer, at=NOW)]
    for each in requests:
        jobs.append(
            lambda each=each: dispatch.assign(request_id=each.pk, helper_id=helper.pk, by=registrar(), at=NOW)
        )
    threads = [threading.Thread(target=run, args=[each]) for each in jobs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers).count("done") == 1, answers
    with scope.within([station_db.pk]):
        held = Promise.objects.holding().count() + Assignment.objects.filter(released_at=None).count()
        assert (held, Slot.objects.get().taken in (0, 1)) == (1, True)
