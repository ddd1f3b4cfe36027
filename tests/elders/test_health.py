"""The health home: readings are recorded once, asked about when unusual, taken back with a reason, followed up."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties import scope
from carenet.parties.models import Community
from elders.actions import contacts, health, measurements
from elders.actions.measurements import Reading
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_health import (
    AlreadyNoted,
    AlreadyTakenBack,
    Impossible,
    MeasuredInFuture,
    NotANumber,
    Unusual,
)
from elders.models import Concern, Condition, Elder, HealthLimit, Measurement, Touch
from elders.rules import health as rules
from tests import make


def reading(elder: Elder, kind: str, value: Any, second: Any = None, **changed: Any) -> Reading:
    fields: dict[str, Any] = {"taken_at": make.NOW, "source_key": f"t:{kind}:{value}:{second}", **changed}
    return Reading(elder_id=elder.pk, kind=kind, value=value, second=second, **fields)


def record(elder: Elder, kind: str, value: Any, second: Any = None, *, by: User, channel: str = "HAND", at: datetime = make.NOW, **changed: Any) -> Measurement:  # fmt: skip
    return measurements.record(
        elder=elder, reading=reading(elder, kind, value, second, **changed), channel=channel, by=by, at=at
    )


# --- numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kind", "stored"),
    [
        ("7.8", "GLUCOSE_FASTING", 78), ("７．８", "GLUCOSE_FASTING", 78), ("7，8", "GLUCOSE_FASTING", 78),
        ("128", "BP", 128), (36.5, "TEMPERATURE", 365), ("7.85", "GLUCOSE_FASTING", None), ("12a", "BP", None),
        ("", "BP", None), ("NaN", "WEIGHT", None), ("1e9", "WEIGHT", None), ("128.5", "BP", None),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_whole_steps_or_nothing(typed: Any, kind: str, stored: int | None) -> None:
    assert rules.parse(typed, kind) == stored


@given(st.sampled_from(sorted(rules.MEASURES)), st.integers(0, 3000))
def test_a_stored_number_is_written_and_read_back_the_same(kind: str, value: int) -> None:
    assert rules.parse(rules.MEASURES[kind].text(value), kind) == value


@given(st.sampled_from(sorted(rules.MEASURES)), st.integers(0, 3000), st.integers(0, 3000))
def test_what_is_impossible_is_also_unusual(kind: str, value: int, second: int) -> None:
    two = second if rules.MEASURES[kind].has_second else None
    if rules.impossible(kind, value, two) and (two is None or two < value):
        assert rules.unusual(kind, value, two, None) == "rare"


@pytest.mark.parametrize("kind", sorted(rules.MEASURES))
def test_the_database_refuses_what_the_rules_call_impossible(
    community: Community, staff: User, kind: str
) -> None:
    elder, measure = make.elder(community), rules.MEASURES[kind]
    second = measure.hard_second[0] if measure.hard_second else None
    for value in (measure.hard[0] - 1, measure.hard[1] + 1):
        with pytest.raises(Impossible):
            record(elder, kind, measure.text(value), second, by=staff, confirmed=True)
        with pytest.raises(IntegrityError, match="elders_measurement_possible"), transaction.atomic():
            Measurement.objects.create(
                community=community, elder=elder, kind=kind, value=value, second=second, taken_at=make.NOW,
                channel="HAND", source_key="x", recorded_by=staff, recorded_at=make.NOW,
            )  # fmt: skip
    assert not Measurement.objects.exists()


def test_diastolic_stays_below_systolic(community: Community, staff: User) -> None:
    with pytest.raises(Impossible):
        record(make.elder(community), "BP", 90, 95, by=staff, confirmed=True)
    with pytest.raises(Impossible):
        record(make.elder(community), "BP", 128, by=staff, confirmed=True)


# --- asked about ---------------------------------------------------------------------------------
def test_a_rare_value_is_saved_only_after_somebody_confirmed_it(community: Community, staff: User) -> None:
    elder = make.elder(community)
    with pytest.raises(Unusual) as asked:
        record(elder, "TEMPERATURE", "40.2", by=staff)
    assert "40.2" in asked.value.message
    assert not Measurement.objects.exists()
    saved = record(elder, "TEMPERATURE", "40.2", by=staff, confirmed=True)
    assert (saved.value, saved.is_unusual) == (402, True)


def test_a_jump_against_the_elders_own_last_value_is_asked_about(community: Community, staff: User) -> None:
    elder, other = make.elder(community), make.elder(community)
    record(elder, "WEIGHT", "62.0", by=staff, taken_at=make.NOW - timedelta(days=20))
    record(other, "WEIGHT", "48.0", by=staff, taken_at=make.NOW - timedelta(days=20), source_key="other")
    with pytest.raises(Unusual) as asked:
        record(elder, "WEIGHT", "48.0", by=staff)
    assert "62.0" in asked.value.message
    assert record(other, "WEIGHT", "48.5", by=staff, source_key="fits").is_unusual is False


def test_an_old_or_withdrawn_last_value_is_not_compared_with(community: Community, staff: User) -> None:
    elder = make.elder(community)
    record(elder, "WEIGHT", "62.0", by=staff, taken_at=make.NOW - timedelta(days=200))
    record(elder, "WEIGHT", "48.0", by=staff)
    wrong = record(elder, "HEART_RATE", 120, by=staff, taken_at=make.NOW - timedelta(days=1))
    measurements.take_back(measurement=wrong, reason="看错了", by=staff, at=make.NOW)
    record(elder, "HEART_RATE", 66, by=staff)


def test_a_device_is_never_asked_and_its_reading_is_marked(community: Community, staff: User) -> None:
    saved = record(make.elder(community), "OXYGEN", 84, by=staff, channel="DEVICE")
    assert saved.is_unusual
    assert Concern.objects.filter(kind="HEALTH_LIMIT").count() == 1


# --- once ----------------------------------------------------------------------------------------
def test_the_same_key_is_recorded_once_and_its_elder_followed_up_once(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    rows = [reading(elder, "BP", 186, 112, confirmed=True), reading(elder, "HEART_RATE", 72)]
    for expected in ([True, True], [False, False]):
        found = measurements.record_many(
            community=community, readings=rows, channel="DEVICE", by=staff, at=make.NOW
        )
        assert [each.is_new for each in found] == expected
        assert all(each.measurement_id for each in found)
    assert Measurement.objects.count() == 2
    assert Concern.objects.filter(kind="HEALTH_LIMIT").count() == 1
    assert Touch.objects.filter(source_key__startswith="measured:").count() == 1


def test_one_faulty_row_keeps_the_others(
    community: Community, staff: User, other_community: Community
) -> None:
    elder = make.elder(community)
    with scope.within([community.pk, other_community.pk]):
        stranger = make.elder(other_community)
    found = measurements.record_many(
        community=community,
        readings=[
            reading(elder, "BP", 128, 76), reading(elder, "BP", "12x", 76), reading(stranger, "BP", 120, 70),
            reading(elder, "TEMPERATURE", "36.5"), reading(elder, "STEPS", 900),
            reading(elder, "HEART_RATE", 70, taken_at=make.NOW + timedelta(hours=1)),
        ],
        channel="SERVICE_DAY", by=staff, at=make.NOW,
    )  # fmt: skip
    assert [each.refusal.code if each.refusal else "" for each in found] == [
        "", "not_a_number", "unknown_elder", "", "not_a_number", "measured_in_future",
    ]  # fmt: skip
    assert Measurement.objects.count() == 2


def test_a_batch_costs_the_same_queries_whatever_its_length(
    community: Community, staff: User, django_assert_max_num_queries: Any
) -> None:
    elders = [make.elder(community) for _ in range(12)]
    for few in (elders[:2], elders):
        rows = [
            reading(each, "BP", 190, 100, source_key=f"q:{len(few)}:{each.pk}", confirmed=True)
            for each in few
        ]
        with django_assert_max_num_queries(28):
            measurements.record_many(
                community=community, readings=rows, channel="SERVICE_DAY", by=staff, at=make.NOW
            )
    assert Concern.objects.filter(kind="HEALTH_LIMIT").count() == 12


# --- past a limit --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value", "second", "count"),
    [
        ("BP", 180, 80, 1), ("BP", 179, 109, 0), ("BP", 150, 110, 1), ("BP", 90, 60, 1), ("GLUCOSE_FASTING", "16.7", None, 1),
        ("GLUCOSE_FASTING", "16.6", None, 0), ("GLUCOSE_AFTER", "3.9", None, 1), ("OXYGEN", 92, None, 1), ("OXYGEN", 93, None, 0),
        ("WEIGHT", "35.0", None, 0), ("TEMPERATURE", "38.5", None, 1),
    ],
)  # fmt: skip
def test_a_reading_at_its_limit_opens_a_follow_up(
    community: Community, staff: User, kind: str, value: Any, second: Any, count: int
) -> None:
    record(make.elder(community), kind, value, second, by=staff, confirmed=True)
    assert Concern.objects.filter(kind="HEALTH_LIMIT", state="OPEN").count() == count


def test_while_a_follow_up_is_open_the_next_high_reading_joins_it_and_afterwards_opens_another(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    for number in range(3):
        record(elder, "BP", 186 + number, 112, by=staff, confirmed=True)
    concern = Concern.objects.get(kind="HEALTH_LIMIT")
    with translation.override("zh-hans"):
        assert concern.words == "血压 186/112 mmHg（≥180、≥110）"
    with translation.override("en"):
        assert concern.words == "Blood pressure 186/112 mmHg (≥180, ≥110)"
    concern.detail = "血压 186/112 mmHg（≥180）"  # a line of an earlier version
    assert concern.words == concern.detail
    contacts.handle_concern(concern=concern, outcome="已去卫生中心", by=staff, at=make.NOW)
    record(elder, "BP", 190, 112, by=staff, confirmed=True)
    assert Concern.objects.filter(kind="HEALTH_LIMIT", state="OPEN").count() == 1


def test_a_late_entry_opens_no_follow_up(community: Community, staff: User) -> None:
    old = make.NOW - timedelta(days=4)
    record(make.elder(community), "BP", 190, 112, by=staff, confirmed=True, taken_at=old)
    assert not Concern.objects.filter(kind="HEALTH_LIMIT").exists()


def test_the_elders_own_limit_goes_before_the_stations_from_its_day_on(
    community: Community, staff: User
) -> None:
    elder, other = make.elder(community), make.elder(community)
    HealthLimit.objects.create(
        community=community, kind="BP", part="FIRST", high=170, valid_from=make.NOW.date(), source="站内规定", by=staff,
        at=make.NOW,
    )  # fmt: skip
    health.set_limit(
        elder=elder, kind="BP", part="FIRST", low="", high="150", source="张医生", on=make.NOW.date(), by=staff, at=make.NOW
    )  # fmt: skip
    for each in (elder, other):
        record(each, "BP", 160, 80, by=staff, source_key=f"a{each.pk}")
    assert [each.elder for each in Concern.objects.filter(kind="HEALTH_LIMIT")] == [elder]
    record(other, "BP", 172, 80, by=staff)
    assert Concern.objects.filter(kind="HEALTH_LIMIT", elder=other).count() == 1


def test_a_reading_counts_as_contact(community: Community, staff: User) -> None:
    elder = make.elder(community)
    record(
        elder,
        "BP",
        128,
        76,
        by=staff,
        at=make.NOW + timedelta(hours=2),
        taken_at=make.NOW + timedelta(hours=1),
    )
    elder.refresh_from_db()
    assert elder.last_contact_at == make.NOW + timedelta(hours=1)


# --- taken back ----------------------------------------------------------------------------------
def test_a_wrong_reading_is_taken_back_once_with_a_reason_and_its_follow_up_ends(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    wrong = record(elder, "BP", 196, 112, by=staff, confirmed=True)
    right = measurements.correct(
        measurement=wrong, value=136, second=82, reason="看错了", confirmed=True, by=staff, at=make.NOW
    )
    assert list(Measurement.objects.standing()) == [right]
    assert right.taken_at == wrong.taken_at
    assert Concern.objects.get(kind="HEALTH_LIMIT").state == "HANDLED"
    with pytest.raises(AlreadyTakenBack):
        measurements.take_back(measurement=wrong, reason="又一次", by=staff, at=make.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        measurements.take_back(measurement=right, reason=" ", by=staff, at=make.NOW)


@pytest.mark.parametrize(
    "sql", ["update elders_measurement set value = 120", "delete from elders_measurement"]
)
def test_a_reading_is_never_edited_or_deleted(community: Community, staff: User, sql: str) -> None:
    record(make.elder(community), "BP", 128, 76, by=staff)
    with pytest.raises(Exception, match="permission denied|append"), transaction.atomic():
        connection.cursor().execute(sql)


def test_only_staff_of_the_community_measure(
    community: Community, stranger: User, auditor: User, street_officer: User
) -> None:
    elder = make.elder(community)
    for user in (stranger, auditor, street_officer):
        with pytest.raises(NotAllowed):
            record(elder, "BP", 128, 76, by=user)
        with pytest.raises(NotAllowed):
            health.note_allergy(elder=elder, substance="青霉素", by=user, at=make.NOW)


def test_a_reading_of_tomorrow_is_refused(community: Community, staff: User) -> None:
    with pytest.raises(MeasuredInFuture):
        record(make.elder(community), "BP", 128, 76, by=staff, taken_at=make.NOW + timedelta(days=1))


# --- the health file -----------------------------------------------------------------------------
def test_a_disease_is_on_file_once_and_may_come_again_after_it_ended(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    first = health.note_condition(
        elder=elder, code="HYPERTENSION", since=date(2015, 1, 1), by=staff, at=make.NOW
    )
    with pytest.raises(AlreadyNoted):
        health.note_condition(elder=elder, code="HYPERTENSION", by=staff, at=make.NOW)
    with pytest.raises(DateOutOfOrder):
        health.end(row=first, on=date(2014, 1, 1), by=staff, at=make.NOW)
    health.end(row=first, on=make.NOW.date(), by=staff, at=make.NOW)
    health.note_condition(elder=elder, code="HYPERTENSION", by=staff, at=make.NOW)
    assert Condition.objects.filter(elder=elder).count() == 2


def test_a_limit_with_its_sides_crossed_is_refused(community: Community, staff: User) -> None:
    with pytest.raises(NotANumber):
        health.set_limit(
            elder=make.elder(community), kind="BP", part="FIRST", low="160", high="150", source="x",
            on=make.NOW.date(), by=staff, at=make.NOW,
        )  # fmt: skip


@pytest.mark.parametrize("workers", [2])
def test_two_senders_at_once_open_one_follow_up(station_db: Community, workers: int) -> None:
    with scope.within([station_db.pk]):
        elder, by = make.elder(station_db), make.registrar()
    start = threading.Barrier(workers)
    faults: list[BaseException] = []

    def send(number: int) -> None:
        try:
            start.wait(10)
            with scope.within([station_db.pk]):
                measurements.record_many(
                    community=station_db, channel="DEVICE", by=by, at=make.NOW,
                    readings=[reading(elder, "BP", 190 + number, 112, source_key=f"race:{number}")],
                )  # fmt: skip
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(each,)) for each in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not faults
    with scope.within([station_db.pk]):
        assert Measurement.objects.filter(elder=elder).count() == workers
        assert Concern.objects.filter(elder=elder, kind="HEALTH_LIMIT").count() == 1
