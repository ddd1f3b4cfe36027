"""Real threads on a committed database: the last place, two who step back, one person in two shifts.

Eight at once: each waits for the row of the shift, and none longer than the lock timeout on a busy machine.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make.parties import registrar
from tests.volunteers.test_redeem_races import at_once
from volunteers.actions import promises
from volunteers.models import Promise, Slot


@pytest.fixture
def station(station_db: Any) -> Any:
    registrar()
    return station_db


def test_the_last_place_goes_to_one_and_two_who_step_back_make_room_for_exactly_two(station: Any) -> None:
    with scope.within([station.pk]):
        slot = make.slot(station, people=2)
        other = make.slot(station, starts_at=slot.starts_at, people=20)
        people = [make.volunteer(station) for _each in range(12)]
    at = slot.starts_at - timedelta(days=4)

    def ask(number: int) -> None:
        with scope.within([station.pk]):
            promises.promise(slot=slot, volunteer=people[number], by=registrar(), at=at)

    assert at_once(8, ask) == {"done": 2, "shift_full": 6}
    with scope.within([station.pk]):
        slot.refresh_from_db()
        assert slot.taken == 2
        holders = list(Promise.objects.filter(slot=slot).select_related("volunteer", "slot").order_by("pk"))
        rest = [each for each in people if each.pk not in {row.volunteer_id for row in holders}]
        for number, each in enumerate(rest[:5]):
            make.promised(slot, each, wait=True, at=at + timedelta(minutes=number))
    later = at + timedelta(hours=1)

    def back(number: int) -> None:
        with scope.within([station.pk]):
            promises.step_back(promise=holders[number], by=registrar(), at=later)

    assert at_once(2, back) == {"done": 2}
    with scope.within([station.pk]):
        held = set(Promise.objects.filter(slot=slot).holding().values_list("volunteer_id", flat=True))
        assert held == {rest[0].pk, rest[1].pk}, "the two oldest of the waiting list"
        assert Slot.objects.get(pk=slot.pk).taken == 2
        assert Outbox.objects.filter(template="volunteers.shift.promoted", channel="INAPP").count() == 2
    # One person, two shifts at one hour, many presses: one of them holds.
    last = rest[9]

    def both(number: int) -> None:
        with scope.within([station.pk]):
            wanted = other if number % 2 else slot
            promises.promise(slot=wanted, volunteer=last, by=registrar(), at=later, wait=True)

    answers = at_once(8, both)
    assert set(answers) <= {"done", "elsewhere"} and answers["done"] >= 1
    with scope.within([station.pk]):
        assert Promise.objects.filter(volunteer=last).holding().count() == 1
        assert Slot.objects.get(pk=other.pk).taken == 1
