"""Thousands of random operations of the time bank: every book sums to zero, nothing goes below its limit, hours are never
spent, a call that comes twice changes nothing, and the same seed gives the same state.

`CARENET_LIVES=20000` lives longer; a failure names its seed and its last operations.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.volunteers.lives import CAP, ELDERS, PEOPLE, PRICE, Life, Place
from tests.volunteers.purse import red
from volunteers.actions import settings

OPERATIONS = int(os.environ.get("CARENET_LIVES", "20000" if os.environ.get("CARENET_NIGHTLY") else "2000"))
LENGTH = 250  # operations of one life


@pytest.fixture
def place(community: Any, other_community: Any, director: Any) -> Place:
    for key, value in {
        "balance_cap_minutes": CAP, "point_months": 3, "expiry_last_warning": 10, "expiry_first_warning": 20,
        "cap_month_minutes": 44_640, "cap_day_minutes": 1440,
    }.items():  # fmt: skip
        settings.set_value(
            community=community, key=key, value=value, valid_from=NOW.date() - timedelta(days=1000), source="测试",
            by=director, at=NOW - timedelta(days=1000),
        )  # fmt: skip
    team = make.team(community)
    people = [make.volunteer(community, team=team) for _ in range(PEOPLE)]
    with scope.within([other_community.pk]):
        there = [
            make.volunteer(other_community, name=each.person.name, born_on=each.person.born_on)
            for each in people
        ]
    return Place(
        community, other_community, director, make.user("DIRECTOR", community, username="second", display_name="副站长"),
        people, there, [red(make.elder(community)) for _ in range(ELDERS)], make.reward(community, points=PRICE, stock=500), team,
    )  # fmt: skip


def lived(place: Place, seed: int, operations: int) -> Life:
    """One whole life; the place is as before."""
    with transaction.atomic():
        life = Life(place, seed)
        life.live(operations)
        transaction.set_rollback(True)
    return life


def test_whatever_happens_the_books_and_a_plain_twin_agree(place: Place) -> None:
    done: set[str] = set()
    for seed in range(max(OPERATIONS // LENGTH, 1)):
        life = lived(place, seed, LENGTH)
        done |= {name.split()[0] for name, _count in life.answers.items() if name.endswith(" done")}
        done |= {"again" for name in life.answers if name.endswith(" again")}
        done |= {"ended" for name in life.answers if name == "points ended"}
    assert OPERATIONS < 2000 or done == {
        "accept", "again", "approve", "ask", "call_back", "choose", "decline", "donate", "earn", "ended", "fill", "grant",
        "hand_over", "offer", "propose", "receive", "redeem", "reverse", "send", "station_agrees", "take_back", "withdraw",
    }, "each operation came and was allowed"  # fmt: skip


def test_a_life_lived_again_from_its_seed_leaves_the_same_state(place: Place) -> None:
    states = []
    for _again in range(2):
        with transaction.atomic():
            life = Life(place, 99)
            life.live(100, look_every=50)
            states.append((life.log, dict(life.answers), life.books(), life.there))
            transaction.set_rollback(True)
    assert states[0] == states[1]
