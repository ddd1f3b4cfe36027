"""Earning and taking back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from carenet.kernel.errors import NotAllowed
from carenet.ledger.check import check_books
from carenet.ledger.models import Account, Entry
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import ask_closing
from volunteers.actions import closing, registry, settings, time_bank
from volunteers.models import Attendance, Volunteer


def balances(volunteer: Volunteer) -> dict[str, int]:
    return dict(Account.objects.filter(code=volunteer.account_code).values_list("unit", "balance"))


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    return make.volunteer(community)


def test_one_event_fills_three_ledgers_in_one_entry(volunteer: Volunteer) -> None:
    attendance = make.served(volunteer, minutes=100)
    assert balances(volunteer) == {"MINUTE": 100, "COIN": 90, "POINT": 16}
    assert attendance.entry.postings.count() == 3
    assert attendance.why == ["ROUNDED"]
    assert check_books() == []


def test_the_same_cause_is_credited_once_however_often_it_is_reported(volunteer: Volunteer) -> None:
    first = make.served(volunteer, minutes=60, cause=("services.request", 7), key="a")
    again = make.served(volunteer, minutes=60, cause=("services.request", 7), key="b")
    third = make.served(volunteer, minutes=60, cause=("services.request", 7), key="a")
    assert first.pk == again.pk == third.pk
    assert balances(volunteer)["POINT"] == 10
    assert Entry.objects.filter(key__startswith="attend:").count() == 1


def test_one_event_may_be_served_by_two_volunteers(volunteer: Volunteer, community: Any) -> None:
    other = make.volunteer(community)
    make.served(volunteer, cause=("services.request", 7))
    make.served(other, cause=("services.request", 7))
    assert balances(volunteer)["POINT"] == balances(other)["POINT"] == 10


def test_a_key_used_for_another_service_is_refused(volunteer: Volunteer) -> None:
    make.served(volunteer, cause=("services.request", 7), key="a")
    with pytest.raises(time_bank.KeyReused):
        make.served(volunteer, cause=("services.request", 8), key="a")


def test_an_overlap_of_ten_minutes_costs_ten_minutes_and_says_so(volunteer: Volunteer) -> None:
    start = NOW - timedelta(days=2)
    make.served(volunteer, minutes=60, start=start)
    second = make.served(volunteer, minutes=60, start=start + timedelta(minutes=50))
    assert (second.hour_minutes, second.why) == (50, ["OVERLAP", "ROUNDED"])
    assert second.minutes == 60
    assert balances(volunteer)["MINUTE"] == 110


def test_time_that_is_wholly_credited_already_earns_nothing_but_stays_on_record(volunteer: Volunteer) -> None:
    start = NOW - timedelta(days=2)
    make.served(volunteer, minutes=60, start=start)
    second = make.served(volunteer, minutes=30, start=start + timedelta(minutes=10))
    assert second.entry is None and second.why == ["OVERLAP"] and second.minutes == 30
    assert balances(volunteer)["MINUTE"] == 60


def test_the_database_refuses_two_credits_for_the_same_minute(volunteer: Volunteer) -> None:
    first = make.served(volunteer)
    twin = Attendance.objects.get(pk=first.pk)
    twin.pk, twin.key, twin.cause_id = None, "twin", 999_999
    with pytest.raises(IntegrityError, match="volunteers_attendance_no_overlap"), transaction.atomic():
        twin.save()


def test_limits_of_a_day_hold_over_several_services(volunteer: Volunteer) -> None:
    start = NOW.replace(hour=0) - timedelta(days=3)
    earned = [
        make.served(volunteer, minutes=200, start=start + timedelta(hours=4 * number)) for number in range(3)
    ]
    assert [each.counted_minutes for each in earned] == [200, 200, 80]
    assert balances(volunteer)["MINUTE"] == 600
    assert earned[2].why == ["DAY_CAP", "ROUNDED"]


def test_nobody_is_credited_for_serving_themselves(volunteer: Volunteer) -> None:
    attendance = make.served(volunteer, served=volunteer.person)
    assert attendance.why == ["OWN_HOUSEHOLD"] and attendance.minutes == 60
    assert balances(volunteer)["MINUTE"] == 0


def test_the_home_of_a_registered_elder_counts_for_the_household_rule(community: Any) -> None:
    building = make.buildings(community)[0]
    elder = make.elder(community, building=building, door="2-501")
    volunteer = make.volunteer(community, building=building, door="2－501")
    neighbour = make.volunteer(community, building=building, door="2-502")
    assert make.served(volunteer, served=elder.person).why == ["OWN_HOUSEHOLD"]
    assert make.served(neighbour, served=elder.person).entry is not None
    assert balances(volunteer) == {"MINUTE": 0, "COIN": 0, "POINT": 0}


def test_a_service_after_the_volunteer_left_is_recorded_and_not_credited(volunteer: Volunteer) -> None:
    gone = NOW.date() - timedelta(days=30)
    registry.leave(volunteer=volunteer, on=gone, reason="moved", by=registrar(), at=NOW)
    late = make.served(volunteer, start=NOW - timedelta(days=29))
    assert (late.why, late.entry) == (["NOT_ACTIVE"], None)


def test_hours_served_before_leaving_and_booked_afterwards_count_and_the_accounts_rest_again(
    volunteer: Volunteer,
) -> None:
    registry.leave(volunteer=volunteer, on=NOW.date(), reason="moved", by=registrar(), at=NOW)
    late = make.served(volunteer, minutes=90)
    assert (late.hour_minutes, late.coins, late.points, late.why) == (90, 90, 15, [])
    assert balances(volunteer) == {"MINUTE": 90, "COIN": 90, "POINT": 15}
    resting = Account.objects.filter(code=volunteer.account_code, frozen_at__isnull=False)
    assert resting.count() == 3
    time_bank.reverse(attendance=late, reason="日期记错", by=registrar(), at=NOW)
    assert balances(volunteer) == {"MINUTE": 0, "COIN": 0, "POINT": 0} and resting.count() == 3
    assert check_books() == []


def test_after_the_accounts_were_closed_a_late_service_keeps_its_hours_only(
    volunteer: Volunteer, staff: Any, director: Any
) -> None:
    closing.approve(closing=ask_closing(volunteer, None, staff), on=NOW.date(), at=NOW, by=director)
    late = make.served(volunteer, minutes=90)
    assert (late.hour_minutes, late.counted_minutes, late.why) == (90, 0, ["ACCOUNT_CLOSED"])
    assert balances(volunteer) == {"MINUTE": 90, "COIN": 0, "POINT": 0}
    assert not Outbox.objects.filter(template="volunteers.credited", to_person=volunteer.person).exists()


def test_a_setting_counts_from_its_day_on(volunteer: Volunteer, director: Any) -> None:
    settings.set_value(
        community=volunteer.community, key="points_per_hour", value=15, valid_from=NOW.date() + timedelta(days=1),
        source="居民会议 2026-11", by=director, at=NOW,
    )  # fmt: skip
    before = make.served(volunteer, start=NOW - timedelta(days=1))
    after = make.served(volunteer, start=NOW + timedelta(days=2))
    assert (before.points, after.points) == (10, 15)


def test_two_values_of_a_setting_on_one_day_are_refused_by_the_database(
    volunteer: Volunteer, director: Any
) -> None:
    row = settings.set_value(
        community=volunteer.community, key="points_per_hour", value=15, valid_from=NOW.date(), source="x", by=director,
        at=NOW,
    )  # fmt: skip
    row.pk, row.value = None, 20
    with pytest.raises(IntegrityError, match="volunteers_policy_one_value_a_day"), transaction.atomic():
        row.save()


def test_a_volunteer_cannot_change_the_settings(volunteer: Volunteer) -> None:
    with pytest.raises(NotAllowed):
        settings.set_value(
            community=volunteer.community, key="points_per_hour", value=99, valid_from=NOW.date(), source="me",
            by=make.volunteer_user(volunteer), at=NOW,
        )  # fmt: skip


def test_taking_a_credit_back_needs_a_reason_and_happens_once(volunteer: Volunteer, staff: Any) -> None:
    attendance = make.served(volunteer)
    with pytest.raises(time_bank.ReasonMissing):
        time_bank.reverse(attendance=attendance, reason=" ", by=staff, at=NOW)
    time_bank.reverse(attendance=attendance, reason="没有去", by=staff, at=NOW)
    with pytest.raises(time_bank.AlreadyReversed):
        time_bank.reverse(attendance=attendance, reason="没有去", by=staff, at=NOW)
    assert balances(volunteer) == {"MINUTE": 0, "COIN": 0, "POINT": 0}
    assert Outbox.objects.filter(template="volunteers.credit_taken_back").count() == 1
    assert check_books() == []


def test_time_taken_back_can_be_credited_again(volunteer: Volunteer, staff: Any) -> None:
    start = NOW - timedelta(days=2)
    wrong = make.served(volunteer, start=start, cause=("services.request", 7), key="a")
    time_bank.reverse(attendance=wrong, reason="时间记错", by=staff, at=NOW)
    right = make.served(volunteer, start=start, minutes=120, cause=("services.request", 7), key="a")
    assert right.pk != wrong.pk and right.hour_minutes == 120
    assert balances(volunteer)["MINUTE"] == 120


def test_points_already_spent_are_not_taken_back_silently(volunteer: Volunteer, staff: Any) -> None:
    from volunteers.actions import rewards

    attendance = make.served(volunteer, minutes=180)
    rewards.redeem(
        volunteer=volunteer,
        reward=make.reward(volunteer.community),
        key="r",
        by=registrar(),
        on=NOW.date(),
        at=NOW,
    )
    with pytest.raises(time_bank.AlreadySpent):
        time_bank.reverse(attendance=attendance, reason="没有去", by=staff, at=NOW)


def test_a_volunteer_cannot_take_back_credits(volunteer: Volunteer) -> None:
    with pytest.raises(NotAllowed):
        time_bank.reverse(
            attendance=make.served(volunteer), reason="x", by=make.volunteer_user(volunteer), at=NOW
        )


def test_a_roster_gives_the_same_as_one_by_one(community: Any) -> None:
    """The set-based path against its plain twin, with caps and overlaps in it."""
    one, many = make.volunteer(community), make.volunteer(community)
    day = NOW.replace(hour=6) - timedelta(days=4)
    plan = [(0, 200), (150, 120), (300, 240), (600, 30), (610, 10), (700, 100)]
    for number, (begin, minutes) in enumerate(plan):
        make.served(one, minutes=minutes, start=day + timedelta(minutes=begin), key=f"one-{number}")
    rows = time_bank.earn_many(
        community=community, at=NOW, by=registrar(),
        services=[
            time_bank.Service(
                many, minutes, (day + timedelta(minutes=begin), day + timedelta(minutes=begin + minutes)),
                ("test.roster", number), f"many-{number}",
            )
            for number, (begin, minutes) in enumerate(plan)
        ],
    )  # fmt: skip
    fields = ("hour_minutes", "counted_minutes", "coins", "points", "why")
    assert list(one.attendances.order_by("pk").values_list(*fields)) == [
        tuple(getattr(each, name) for name in fields) for each in rows
    ]
    assert balances(one) == balances(many)
    assert check_books() == []


def test_a_roster_of_any_length_takes_the_same_number_of_statements(
    community: Any, django_assert_max_num_queries: Any
) -> None:
    volunteers = [make.volunteer(community) for _ in range(4)]

    def roster(first: int, count: int) -> None:
        time_bank.earn_many(
            community=community, at=NOW, by=registrar(),
            services=[
                time_bank.Service(
                    volunteers[number % 4], 30,
                    (NOW - timedelta(hours=number + 1), NOW - timedelta(hours=number, minutes=30)),
                    ("test.roster", number), f"r-{number}",
                )
                for number in range(first, first + count)
            ],
        )  # fmt: skip

    roster(0, 3)
    with django_assert_max_num_queries(22):
        roster(10, 4)
    with django_assert_max_num_queries(22):
        roster(100, 200)


def test_an_attendance_cannot_be_edited_or_deleted(volunteer: Volunteer) -> None:
    attendance = make.served(volunteer)
    for change in (
        lambda: Attendance.objects.filter(pk=attendance.pk).update(minutes=600),
        lambda: attendance.delete(),
    ):
        with pytest.raises(Exception, match=r"permission denied|append only"), transaction.atomic():
            change()


def test_a_service_must_end_after_it_begins(volunteer: Volunteer) -> None:
    with pytest.raises(time_bank.BadPeriod):
        make.served(volunteer, minutes=0)
