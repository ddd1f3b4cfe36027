"""Requests come in once, at the day's price; alarms of one elder are one alarm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from elders.actions import contacts, registry
from services.actions import catalogue, dispatch, intake
from services.models import Offering, ServiceRequest
from services.refusals import AlarmsHaveTheirOwnDoor, ElderNotServed, KeyUsed
from tests import make


def test_the_same_key_gives_the_same_request(community: Any, staff: Any, now: Any) -> None:
    elder = make.elder(community)
    first = make.request(elder, by=staff, key="abc")
    assert make.request(elder, by=staff, key="abc") == first
    assert first.trail.count() == 1


def test_a_key_used_for_another_elder_is_refused(community: Any, staff: Any) -> None:
    make.request(make.elder(community), by=staff, key="abc")
    with pytest.raises(KeyUsed):
        make.request(make.elder(community), by=staff, key="abc")


def test_price_and_minutes_come_from_the_price_list_of_the_day(community: Any, staff: Any, now: Any) -> None:
    make.offering(community, "BATH-H", 12_000, minutes=80)
    catalogue.set_price(
        community=community,
        kind=make.kind("BATH-H"),
        price_fen=15_000,
        valid_from=date(2026, 12, 1),
        by=staff,
        at=now,
    )
    elder = make.elder(community)
    today = make.request(elder, "BATH-H")
    later = make.request(elder, "BATH-H", scheduled_at=now + timedelta(days=20))
    assert (today.price_fen, today.minutes) == (12_000, 80)
    assert later.price_fen == 15_000


def test_an_organisations_own_price_comes_before_the_stations(community: Any, staff: Any) -> None:
    firm = make.organisation(community)
    make.offering(community, "CLEAN", 4_000)
    make.offering(community, "CLEAN", 5_500, organisation=firm)
    assert make.request(make.elder(community), "CLEAN", organisation=firm).price_fen == 5_500


def test_the_database_refuses_two_prices_for_one_day(community: Any) -> None:
    first = make.offering(community, "CLEAN", 4_000)
    with pytest.raises(DatabaseError, match="one_price_a_day"), transaction.atomic():
        Offering.objects.create(
            community=community, kind=first.kind, price_fen=1, minutes=1, valid_from=date(2026, 6, 1)
        )


def test_somebody_who_left_gets_no_new_service(community: Any, staff: Any, now: Any) -> None:
    elder = make.elder(community)
    registry.leave(elder=elder, on=now.date(), by=staff, at=now)
    elder.refresh_from_db()
    with pytest.raises(ElderNotServed):
        make.request(elder)


def test_an_emergency_is_no_ordinary_request(community: Any) -> None:
    with pytest.raises(AlarmsHaveTheirOwnDoor):
        make.request(make.elder(community), "SOS")


def test_a_volunteer_may_not_ask_for_somebody_else(community: Any, now: Any) -> None:
    helper = make.helper(community)
    with pytest.raises(NotAllowed):
        make.request(make.elder(community), by=helper.user)


def test_the_family_may_ask_while_their_mandate_holds(community: Any, staff: Any, now: Any) -> None:
    elder = make.elder(community)
    daughter = make.user("FAMILY", community)
    with pytest.raises(NotAllowed):
        make.request(elder, by=daughter, channel="WEB")
    contacts.give_mandate(
        elder=elder, user=daughter, relation="DAUGHTER", since=date(2024, 1, 1), by=staff, at=now
    )
    request = make.request(elder, by=daughter, channel="WEB")
    assert Outbox.objects.filter(
        template="services.request.taken", key__startswith=f"services.taken:{request.pk}"
    ).exists()


def test_a_second_press_joins_the_first_alarm(community: Any, now: Any) -> None:
    elder = make.elder(community)
    first = make.alarm(elder, key="one")
    again = make.alarm(elder, key="two", at=now + timedelta(seconds=20))
    assert again == first
    assert list(first.trail.order_by("pk").values_list("verb", flat=True)) == ["take", "press"]
    assert first.due_at == now + timedelta(minutes=15)


def test_the_same_press_sent_twice_stands_once_in_the_trail(community: Any) -> None:
    elder = make.elder(community)
    first = make.alarm(elder, key="one")
    make.alarm(elder, key="two")
    make.alarm(elder, key="two")
    make.alarm(elder, key="one")
    assert first.trail.count() == 2


def test_a_new_alarm_after_the_old_one_ended_is_a_new_alarm(community: Any, staff: Any, now: Any) -> None:
    from services.actions import escalation

    elder = make.elder(community)
    first = make.alarm(elder)
    escalation.resolve(
        request_id=first.pk, outcome="HELPED", words="扶起来了", by=staff, at=now + timedelta(minutes=9)
    )
    second = make.alarm(elder, at=now + timedelta(hours=1))
    assert second != first
    assert ServiceRequest.objects.alarms().waiting().count() == 1


def test_the_database_refuses_two_open_alarms_of_one_elder(community: Any) -> None:
    first = make.alarm(make.elder(community))
    first.pk, first.key = None, "another"
    with pytest.raises(DatabaseError, match="one_open_alarm"), transaction.atomic():
        first.save(force_insert=True)


def test_an_alarm_of_somebody_who_left_is_still_an_alarm(community: Any, staff: Any, now: Any) -> None:
    elder = make.elder(community)
    registry.leave(elder=elder, on=now.date(), by=staff, at=now)
    assert make.alarm(elder).state == "REQUESTED"


def test_everybody_at_the_station_hears_an_alarm_and_the_one_on_duty_by_text(
    community: Any, staff: Any, now: Any
) -> None:
    from services.actions import duty

    duty.take_over(community=community, by=staff, at=now)
    alarm = make.alarm(make.elder(community))
    rows = Outbox.objects.filter(template="services.alarm.raised")
    assert {each.to_role for each in rows.filter(channel="INAPP")} >= {
        "DIRECTOR",
        "SOCIAL_WORKER",
        "COMMITTEE",
    }
    assert [each.to_user for each in rows.filter(channel="SMS")] == [staff]
    assert all(
        alarm.elder.person.phone() not in str(each.params) or not alarm.elder.person.phone() for each in rows
    )


def test_saying_fine_is_written_down_and_the_alarm_stays_open(community: Any, now: Any) -> None:
    alarm = make.alarm(make.elder(community))
    for _ in range(2):
        intake.say_fine(request_id=alarm.pk, by=make.registrar(), at=now + timedelta(minutes=1))
    alarm.refresh_from_db()
    assert alarm.said_fine_at == now + timedelta(minutes=1)
    assert alarm.state == "REQUESTED"
    assert alarm.trail.filter(verb="fine").count() == 1


def test_of_two_who_claim_an_alarm_the_second_reads_who_was_faster(
    community: Any, staff: Any, director: Any, now: Any
) -> None:
    alarm = make.alarm(make.elder(community))
    dispatch.claim(request_id=alarm.pk, by=director, at=now)
    with pytest.raises(Exception, match="张站长"):
        dispatch.claim(request_id=alarm.pk, by=staff, at=now)
    assert dispatch.claim(request_id=alarm.pk, by=director, at=now).handler == director
