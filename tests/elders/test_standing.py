"""Pause and resume are one dated pair; leaving and death end everything and can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from carenet.accounts import station
from carenet.accounts.models import User
from carenet.parties import scope
from carenet.parties.models import Community
from elders.actions import registry
from elders.actions.refusals import DateOutOfOrder, PauseRunning
from elders.models import Elder, HouseholdRole, LifeEvent, Pause, RiskEvent
from tests import make

DAY = timedelta(days=1)


def kinds(elder: Elder) -> list[str]:
    return list(LifeEvent.objects.filter(elder=elder).order_by("pk").values_list("kind", flat=True))


def test_a_planned_pause_begins_and_ends_by_itself_on_its_days(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    today = now.date()
    row = registry.pause(
        elder=elder, reason="TRAVEL", since=today + 3 * DAY, until=today + 9 * DAY, by=staff, at=now
    )
    elder.refresh_from_db()
    assert row.is_planned and elder.status == "ACTIVE"
    by = station(community)
    for days, begun, resumed, status in (
        (2, 0, 0, "ACTIVE"),
        (3, 1, 0, "PAUSED"),
        (9, 0, 1, "ACTIVE"),
        (9, 0, 0, "ACTIVE"),
    ):
        at = now + days * DAY
        assert registry.begin_due(community=community, on=at.date(), by=by, at=at) == begun
        assert registry.resume_due(community=community, on=at.date(), by=by, at=at) == resumed
        elder.refresh_from_db()
        assert elder.status == status
    assert kinds(elder) == ["REGISTERED", "PAUSED", "RESUMED"]
    events = LifeEvent.objects.filter(elder=elder).order_by("pk")
    assert [each.on for each in events][1:] == [today + 3 * DAY, today + 9 * DAY]


def test_a_missed_week_still_begins_and_ends_with_the_true_days(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    today = now.date()
    registry.pause(elder=elder, since=today + DAY, until=today + 2 * DAY, by=staff, at=now)
    late = now + 8 * DAY
    by = station(community)
    assert registry.begin_due(community=community, on=late.date(), by=by, at=late) == 1
    assert registry.resume_due(community=community, on=late.date(), by=by, at=late) == 1
    row = Pause.objects.get()
    assert (row.since, row.ended_on) == (today + DAY, today + 2 * DAY)


def test_a_stay_told_afterwards_is_recorded_whole(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, by=staff)
    today = now.date()
    registry.pause(
        elder=elder, reason="HOSPITAL", since=today - 6 * DAY, until=today - 2 * DAY, by=staff, at=now
    )
    elder.refresh_from_db()
    assert elder.status == "ACTIVE" and kinds(elder) == ["REGISTERED", "PAUSED", "RESUMED"]
    assert Pause.objects.get().ended_on == today - 2 * DAY


def test_a_planned_pause_is_cancelled_and_another_may_follow(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    row = registry.pause(elder=elder, since=now.date() + DAY, by=staff, at=now)
    with pytest.raises(PauseRunning):
        registry.pause(elder=elder, since=now.date(), by=staff, at=now)
    registry.cancel_pause(pause_row=row, by=staff, at=now)
    assert registry.begin_due(community=community, on=now.date() + 5 * DAY, by=staff, at=now + 5 * DAY) == 0
    registry.pause(elder=elder, since=now.date(), by=staff, at=now)
    with pytest.raises(PauseRunning):
        registry.cancel_pause(pause_row=row, by=staff, at=now)


def test_the_day_of_return_moves(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, by=staff)
    row = registry.pause(elder=elder, since=now.date(), until=now.date() + DAY, by=staff, at=now)
    registry.change_return(pause_row=row, until=now.date() + 9 * DAY, by=staff, at=now)
    at = now + 3 * DAY
    assert registry.resume_due(community=community, on=at.date(), by=staff, at=at) == 0
    with pytest.raises(DateOutOfOrder):
        registry.change_return(pause_row=row, until=now.date() - DAY, by=staff, at=now)


def test_death_cancels_plans_ends_the_place_at_home_and_undo_brings_them_back(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    row = registry.pause(elder=elder, since=now.date() + 4 * DAY, by=staff, at=now)
    event = registry.die(elder=elder, on=now.date(), by=staff, at=now)
    row.refresh_from_db()
    assert row.cancelled_at == now and not HouseholdRole.objects.open().filter(person=elder.person).exists()
    registry.undo(event=event, reason="弄错了", by=staff, at=now)
    row.refresh_from_db()
    elder.refresh_from_db()
    assert row.cancelled_at is None and elder.status == "ACTIVE"
    assert HouseholdRole.objects.open().filter(person=elder.person, kind="RESIDENT").count() == 1


def test_two_workers_at_once_resume_everybody_exactly_once(station_db: Community) -> None:
    from tests.make import NOW

    community = station_db
    with scope.within([community.pk]):
        by = station(community)
        staff = make.user("COMMITTEE", community, username="li")
        elders = [make.elder(community, by=staff) for _each in range(6)]
        for each in elders:
            registry.pause(elder=each, since=NOW.date(), until=NOW.date() + DAY, by=staff, at=NOW)
    at = NOW + DAY
    gate, done, broke = Barrier(2), [], []

    def work() -> None:
        try:
            gate.wait()
            with scope.within([community.pk]):
                done.append(registry.resume_due(community=community, on=at.date(), by=by, at=at))
        except Exception as trouble:
            broke.append(trouble)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _each in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert broke == [] and sorted(done) == [0, 6]
    with scope.within([community.pk]):
        assert LifeEvent.objects.filter(kind="RESUMED").count() == 6


def test_a_departure_may_be_entered_late_but_not_ahead(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    with pytest.raises(DateOutOfOrder):
        registry.leave(elder=elder, on=now.date() + DAY, by=staff, at=now)
    event = registry.leave(elder=elder, on=now.date() - 5 * DAY, by=staff, at=now)
    elder.refresh_from_db()
    assert (event.on, elder.status_on) == (now.date() - 5 * DAY,) * 2


def test_the_hourly_task_keeps_the_pauses(
    community: Community, staff: User, monkeypatch: Any, now: datetime
) -> None:
    from elders import tasks

    elder = make.elder(community, by=staff)
    registry.pause(elder=elder, since=now.date() + DAY, until=now.date() + 3 * DAY, by=staff, at=now)
    for days, status in ((1, "PAUSED"), (3, "ACTIVE")):
        monkeypatch.setattr(tasks.timezone, "now", lambda days=days: now + days * DAY)
        for _twice in range(2):
            tasks.remind_due()
        assert Elder.objects.get(pk=elder.pk).status == status


def test_a_death_is_a_loss_for_whoever_lived_there_and_taken_back_with_it(
    community: Community, staff: User, now: datetime
) -> None:
    building = make.buildings(community)[0]
    home = {"building": building, "door": "1-302", "living": "COUPLE_ONLY", "by": staff}
    husband, wife = make.elder(community, **home), make.elder(community, **home)
    next_door = make.elder(community, **{**home, "door": "1-303"})
    before = wife.triage_results.count()
    event = registry.die(elder=husband, on=now.date(), by=staff, at=now)
    lost = RiskEvent.objects.get(kind="BEREAVEMENT")
    assert (lost.elder, lost.on, lost.detail) == (wife, now.date(), husband.person.name)
    assert wife.triage_results.count() == before + 1, "the colour is suggested anew"
    assert not next_door.risk_events.exists()
    registry.undo(event=event, reason="登记错了人", by=staff, at=now)
    assert RiskEvent.objects.filter(elder=wife, reverses__isnull=True, reversed_by__isnull=True).count() == 0
    assert wife.triage_results.count() == before + 2
    again = registry.die(elder=husband, on=now.date(), by=staff, at=now)
    assert RiskEvent.objects.filter(source_key__startswith=f"elders.died:{again.pk}:").count() == 1
