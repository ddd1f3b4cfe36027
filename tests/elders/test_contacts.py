"""The contact clock: any party's touch starts it anew, twice is once, and silence is noticed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.parties.models import Community
from elders.actions import contacts
from elders.actions.refusals import ConsentAlready, DateOutOfOrder
from elders.models import ClockRule, Concern, Elder, RiskEvent, Touch
from elders.rules import clocks
from tests import make


def test_the_longest_allowed_silence_follows_the_table() -> None:
    days = clocks.DEFAULTS
    found = {
        (colour, tier): clocks.contact_days(days, colour=colour, subtier=tier)
        for colour, tier in [
            ("RED", ""),
            ("YELLOW", "A"),
            ("YELLOW", "B"),
            ("GREEN", "STABLE"),
            ("UNASSESSED", ""),
        ]
    }
    assert list(found.values()) == [1, 4, 7, 90, 30]


def test_a_provisional_colour_only_ever_adds_contact() -> None:
    days = clocks.DEFAULTS
    assert clocks.contact_days(days, colour="GREEN", provisional="RED") == 1
    assert clocks.contact_days(days, colour="RED", provisional="GREEN") == 1


@pytest.mark.parametrize(
    ("fields", "days"),
    [({"total": 60}, 1), ({"living": "ALONE"}, 4), ({"living": "COUPLE_ONLY"}, 7), ({}, 90)],
)
def test_a_touch_starts_the_clock_of_the_colour(
    community: Community, worker: User, staff: User, now: datetime, fields: dict, days: int
) -> None:
    elder = make.elder(
        community, living=fields.get("living", "WITH_CHILDREN"), born_on=date(1955, 1, 1), by=staff
    )
    make.coloured(elder, by=worker, second=staff, total=fields.get("total", 90))
    assert contacts.touch(
        elder=elder, kind="CALL", at=now + timedelta(hours=1), by=worker, source_key="call:1"
    )
    elder.refresh_from_db()
    assert elder.last_contact_at == now + timedelta(hours=1)
    assert elder.contact_due_at == now + timedelta(hours=1, days=days)


def test_the_same_source_touches_once(community: Community, worker: User, now: datetime) -> None:
    elder = make.elder(community)
    assert contacts.touch(elder=elder, kind="VISIT", at=now, by=worker, source_key="visit:1")
    assert not contacts.touch(
        elder=elder, kind="VISIT", at=now + timedelta(days=1), by=worker, source_key="visit:1"
    )
    elder.refresh_from_db()
    assert (Touch.objects.count(), elder.last_contact_at) == (1, now)


def test_an_older_touch_recorded_late_does_not_turn_the_clock_back(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    contacts.touch(elder=elder, kind="VISIT", at=now, by=worker, source_key="visit:2")
    contacts.touch(elder=elder, kind="VISIT", at=now - timedelta(days=9), by=worker, source_key="visit:1")
    elder.refresh_from_db()
    assert elder.last_contact_at == now


def test_many_touches_are_one_statement_and_count_the_new_ones(
    community: Community, worker: User, now: datetime, django_assert_max_num_queries
) -> None:
    elders = [make.elder(community) for _each in range(5)]
    rows = [
        contacts.Touched(each.pk, "CALL", now + timedelta(minutes=number), f"call:{each.pk}:{number}")
        for each in elders
        for number in range(4)
    ]
    with django_assert_max_num_queries(6):
        assert contacts.touch_many(community=community, rows=rows, by=worker) == 20
    assert contacts.touch_many(community=community, rows=rows, by=worker) == 0
    assert set(Elder.objects.values_list("last_contact_at", flat=True)) == {now + timedelta(minutes=3)}


def test_taking_a_touch_back_counts_the_clock_again(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    contacts.touch(elder=elder, kind="CALL", at=now, by=worker, source_key="call:1")
    contacts.touch(elder=elder, kind="VISIT", at=now + timedelta(days=3), by=worker, source_key="visit:9")
    wrong = Touch.objects.get(source_key="visit:9")
    for _twice in range(2):
        contacts.take_back(touch_row=wrong, by=worker, at=now + timedelta(days=3))
    elder.refresh_from_db()
    assert Touch.objects.count() == 3
    assert (elder.last_contact_at, elder.contact_due_at) == (now, now + timedelta(days=30))


def test_a_stations_own_interval_goes_before_the_default(
    community: Community, worker: User, now: datetime
) -> None:
    ClockRule.objects.create(
        community=community,
        key="contact:UNASSESSED",
        days=10,
        valid_from=date(2026, 1, 1),
        source="站务会 2026-1",
    )
    elder = make.elder(community)
    contacts.touch(elder=elder, kind="CALL", at=now + timedelta(days=25), by=worker, source_key="call:1")
    elder.refresh_from_db()
    assert elder.contact_due_at == now + timedelta(days=35)


def test_a_stranger_may_not_touch(community: Community, stranger: User, now: datetime) -> None:
    elder = make.elder(community)
    with pytest.raises(NotAllowed):
        contacts.touch(elder=elder, kind="CALL", at=now, by=stranger, source_key="x")


def test_silence_is_raised_once_and_again_only_after_the_next_silence(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    late = now + timedelta(days=31)
    assert contacts.raise_silence(community=community, at=now) == 0
    assert contacts.raise_silence(community=community, at=late) == 1
    assert contacts.raise_silence(community=community, at=late + timedelta(hours=1)) == 0
    contacts.touch(elder=elder, kind="CALL", at=late, by=worker, source_key="call:1")
    assert contacts.raise_silence(community=community, at=late + timedelta(days=1)) == 0
    assert contacts.raise_silence(community=community, at=late + timedelta(days=31)) == 1


def test_a_concern_is_handled_once_with_its_outcome(
    community: Community, worker: User, now: datetime
) -> None:
    make.elder(community)
    contacts.raise_silence(community=community, at=now + timedelta(days=31))
    concern = Concern.objects.get()
    contacts.handle_concern(concern=concern, outcome="电话联系上了", by=worker, at=now)
    with pytest.raises(WrongStep):
        contacts.handle_concern(concern=concern, outcome="x", by=worker, at=now)


def test_self_harm_raises_a_crisis_and_a_provisional_red_at_once(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    for _twice in range(2):
        contacts.note_risk(
            elder=elder, kind="SELF_HARM", on=now.date(), source_key="visit:7", by=worker, at=now
        )
    elder.refresh_from_db()
    assert elder.provisional_colour == "RED"
    assert RiskEvent.objects.count() == 1
    assert Concern.objects.filter(kind="CRISIS").exists()
    assert elder.contact_due_at == now + timedelta(days=1)


def test_a_risk_event_of_tomorrow_is_refused(community: Community, worker: User, now: datetime) -> None:
    with pytest.raises(DateOutOfOrder):
        contacts.note_risk(
            elder=make.elder(community),
            kind="FALL",
            on=now.date() + timedelta(days=1),
            source_key="x",
            by=worker,
            at=now,
        )


def test_a_consent_is_given_once_and_withdrawn_as_easily(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    consent = contacts.give_consent(elder=elder, purpose="HEALTH", version="2026-1", by=staff, at=now)
    with pytest.raises(ConsentAlready):
        contacts.give_consent(elder=elder, purpose="HEALTH", version="2026-1", by=staff, at=now)
    contacts.withdraw_consent(consent=consent, by=staff, at=now)
    assert contacts.give_consent(elder=elder, purpose="HEALTH", version="2026-2", by=staff, at=now).pk


def test_a_contacts_phone_is_sealed_and_opens_only_in_its_row(
    community: Community, staff: User, now: datetime
) -> None:
    row = contacts.add_contact(
        elder=make.elder(community), name="王小红", relation="DAUGHTER", phone="139 0000 1111", is_emergency=True,
        by=staff, at=now,
    )  # fmt: skip
    assert row.phone() == "13900001111"
    assert b"13900001111" not in bytes(row.phone_sealed)
