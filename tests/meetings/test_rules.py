"""Parties are counted, not heads; the database counts as the rules do."""

from __future__ import annotations

from datetime import date, datetime
from itertools import combinations

import pytest
from django.db import connection

from carenet.kernel import steps
from carenet.kernel.months import STATION_ZONE
from meetings import rules, states
from meetings.tasks import month_due
from meetings.words import in_chinese


@pytest.mark.parametrize(
    "parties, ok",
    [
        ((), False),
        (("COMMUNITY", "SOCIAL_WORKER"), False),
        (("COMMUNITY", "COMMUNITY", "COMMUNITY"), False),
        (("COMMUNITY", "VOLUNTEER", "CHARITY"), True),
        (("SOCIAL_WORKER", "VOLUNTEER", "CHARITY"), True),
        (("SOCIAL_ORGANISATION", "VOLUNTEER", "CHARITY"), False),
        (("COMMUNITY", "SOCIAL_WORKER", "PROPERTY"), False),
        (("COMMUNITY", "SOCIAL_WORKER", "GOVERNMENT"), False),
    ],
)
def test_a_joint_meeting_needs_three_of_the_five_and_the_community_or_the_social_workers(parties, ok):
    assert rules.quorum(parties) is ok


@pytest.mark.parametrize(
    "parties, ok",
    [
        (("COMMUNITY", "PROPERTY", "OWNERS_COMMITTEE"), True),
        (("COMMUNITY", "PROPERTY", "VOLUNTEER"), False),
        (("SOCIAL_WORKER", "PROPERTY", "OWNERS_COMMITTEE"), True),
    ],
)
def test_a_four_party_meeting_needs_three_of_its_four(parties, ok):
    assert rules.quorum(parties, "FOUR_PARTY") is ok


@pytest.mark.parametrize(
    "parties, ok",
    [
        (("COMMUNITY", "SOCIAL_WORKER", "VOLUNTEER"), False),
        (("COMMUNITY", "SOCIAL_WORKER", "BAKERY"), True),
        (("COMMUNITY", "CHARITY"), False),
        (("COMMUNITY", "VOLUNTEER", "GOVERNMENT"), False),
    ],
)
def test_a_matching_meeting_needs_three_parties_and_somebody_who_holds_resources(parties, ok):
    assert rules.quorum(parties, "MATCHING") is ok


@pytest.mark.parametrize("kind", states.MeetingKind.values)
def test_the_database_counts_exactly_as_the_rules_do(db, kind):
    codes = [*rules.FIVE, "PROPERTY", "OWNERS_COMMITTEE", "GOVERNMENT", "OTHER", "HOSPITAL"]
    cases = [each for size in range(6) for each in combinations(codes, size)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT meetings_quorum(%s, string_to_array(t, ',')) FROM unnest(%s::text[]) WITH ORDINALITY AS x(t, n) ORDER BY n",
            [kind, [",".join(each) for each in cases]],
        )
        found = [row[0] for row in cursor.fetchall()]

    assert found == [rules.quorum(each, kind) for each in cases]


@pytest.mark.parametrize("code", [code for code, _label in states.PARTY_CHOICES])
def test_each_kind_of_partner_counts_in_the_database_as_in_the_rules(db, code):
    with connection.cursor() as cursor:
        cursor.execute("SELECT meetings_quorum('MATCHING', %s)", [["COMMUNITY", "VOLUNTEER", code]])
        assert cursor.fetchone()[0] is rules.quorum(["COMMUNITY", "VOLUNTEER", code], "MATCHING")


@pytest.mark.parametrize(
    "table, initial, choices",
    [
        (states.MEETING_STEPS, ["PLANNED"], states.MeetingState),
        (states.DECISION_STEPS, ["OPEN"], states.DecisionState),
        (states.MINUTES_STEPS, ["DRAFT"], states.MinutesState),
        (states.AGENDA_STEPS, ["DRAFT"], states.AgendaState),
    ],
    ids=["meeting", "decision", "minutes", "agenda"],
)
def test_every_state_can_be_reached(table, initial, choices):
    assert steps.unreachable(table, initial, choices.values) == set()


@pytest.mark.parametrize(
    "moment, month",
    [
        ((2026, 11, 25, 1, 59), (2026, 11, 1)),
        ((2026, 11, 25, 2, 0), (2026, 12, 1)),
        ((2026, 11, 28, 12, 0), (2026, 12, 1)),
        ((2026, 12, 1, 0, 0), (2026, 12, 1)),
        ((2026, 12, 24, 23, 0), (2026, 12, 1)),
        ((2026, 12, 31, 23, 0), (2027, 1, 1)),
        ((2027, 2, 28, 3, 0), (2027, 3, 1)),
    ],
)
def test_the_agenda_due_is_the_one_of_the_last_25th_however_late_one_looks(moment, month):
    assert month_due(datetime(*moment, tzinfo=STATION_ZONE)) == date(*month)


def test_the_usual_day_is_the_first_friday():
    assert rules.usual_day(date(2026, 12, 1)) == date(2026, 12, 4)
    assert rules.usual_day(date(2027, 1, 1)) == date(2027, 1, 1)


def test_two_working_days_skip_the_weekend():
    assert rules.working_days_after(date(2026, 12, 4), 2) == date(2026, 12, 8)


def test_numbers_are_written_in_chinese():
    assert [in_chinese(each) for each in (1, 7, 10, 12, 20, 31)] == [
        "一",
        "七",
        "十",
        "十二",
        "二十",
        "三十一",
    ]
