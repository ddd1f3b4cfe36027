"""From the proposal to the confirmed service; of two who act at once one wins and the other reads who."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.kernel.errors import NotAllowed
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from services import reasons
from services.actions import dispatch, feedback
from services.models import Assignment, Candidate, ServiceRequest
from services.refusals import (
    AlreadyDone,
    AlreadyTaken,
    NotEligible,
    OfferOver,
    Promised,
    TimesWrong,
)
from tests import make


def proposed(request: ServiceRequest, by: Any, at: Any) -> list[tuple[str, list[str]]]:
    proposal = dispatch.propose(request_id=request.pk, by=by, at=at)
    return [
        (each.helper.person.name, [reason["code"] for reason in each.reasons])
        for each in proposal.candidates.select_related("helper__person").order_by("rank")
    ]


def skipped(request: ServiceRequest) -> dict[str, str]:
    return {each["name"]: each["code"] for each in request.proposals.latest("pk").skipped}


def balance(helper: Any, unit: str) -> int:
    return Account.objects.get(code=helper.volunteer.account_code, unit=unit).balance


# --- proposing -----------------------------------------------------------------------------------
def test_the_nearest_helper_comes_first(community: Any, staff: Any, now: Any) -> None:
    make.helper(community, east=900, name="远甲")
    make.helper(community, east=150, name="近乙")
    request = make.request(make.elder(community, lon=community.origin_lon, lat=community.origin_lat))
    assert [name for name, _why in proposed(request, staff, now)] == ["近乙", "远甲"]


def test_among_equally_near_ones_the_helper_who_knows_the_elder_comes_first(
    community: Any, staff: Any, now: Any
) -> None:
    make.helper(community, east=20, name="生人")
    friend = make.helper(community, east=120, name="熟人")
    elder = make.elder(community, lon=community.origin_lon, lat=community.origin_lat)
    before = make.accepted(elder, friend, at=now - timedelta(days=9))
    dispatch.finish(request_id=before.pk, minutes=30, by=staff, at=now - timedelta(days=9))
    names = proposed(make.request(elder), staff, now)
    assert [name for name, _why in names] == ["熟人", "生人"]
    assert "KNOWN" in names[0][1]
    assert "NEW_HERE" in names[1][1]


def test_whoever_cannot_be_sent_is_passed_over_with_the_reason(community: Any, staff: Any, now: Any) -> None:
    home = make.buildings(community)[1]
    elder = make.elder(
        community, lon=community.origin_lon, lat=community.origin_lat, building=home, door="2-501"
    )
    make.helper(community, "SHOP", name="未训练", level=1)
    make.helper(community, "SHOP", name="没保险", insured_until=None)
    make.helper(community, "SHOP", name="同住", building=home, door="2-501")
    make.helper(community, "SHOP", name="没时间", week=0)
    busy = make.helper(community, "SHOP", name="有约")
    good = make.helper(community, "SHOP", name="合适", east=500)
    when = now + timedelta(hours=1)
    make.accepted(make.elder(community), busy, "SHOP", scheduled_at=when + timedelta(minutes=20))
    request = make.request(elder, "SHOP", scheduled_at=when)
    assert [name for name, _why in proposed(request, staff, now)] == [good.person.name]
    assert skipped(request) == {
        "未训练": "NOT_TRAINED", "没保险": "NOT_INSURED", "同住": "HOUSEHOLD", "没时间": "NO_TIME", "有约": "BUSY_THEN",
    }  # fmt: skip


def test_a_helper_whose_day_is_full_is_passed_over(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community, daily_limit=1)
    make.accepted(make.elder(community), helper, scheduled_at=now + timedelta(hours=5))
    request = make.request(make.elder(community), scheduled_at=now + timedelta(hours=1))
    assert proposed(request, staff, now) == []
    assert skipped(request) == {helper.person.name: "DAY_FULL"}


def test_whoever_said_no_is_not_proposed_again(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.request(make.elder(community))
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    dispatch.decline(candidate_id=offer.pk, by=helper.user, at=now, reason="UNWELL")
    assert proposed(request, staff, now) == []
    assert skipped(request) == {helper.person.name: "DECLINED"}


def test_body_care_goes_to_care_workers_and_never_to_volunteers(community: Any, staff: Any, now: Any) -> None:
    make.helper(community, "BATH-H", level=3, name="好心人")
    make.care_worker(community, "BATH-H", east=800)
    request = make.request(make.elder(community), "BATH-H")
    assert [name for name, _why in proposed(request, staff, now)] == ["杨护理"]
    assert skipped(request) == {"好心人": "NOT_FOR_VOLUNTEERS"}


def test_the_elder_who_also_volunteers_is_not_sent_to_herself(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    elder = make.elder(community, person=helper.person)
    request = make.request(elder)
    assert proposed(request, staff, now) == []
    assert skipped(request) == {helper.person.name: "SAME_PERSON"}


def test_every_reason_makes_a_sentence(community: Any) -> None:
    facts = {
        "metres": 320,
        "walk": 6,
        "times": 3,
        "stars": "4.8",
        "name": "李主任",
        "limit": 4,
        "course": "助浴",
    }
    for code in [*reasons.FOR, *reasons.AGAINST]:
        text = reasons.sentence({"code": code, "facts": facts})
        assert text != code
        assert "%" not in text


def test_proposing_again_withdraws_the_old_proposals(community: Any, staff: Any, now: Any) -> None:
    make.helper(community)
    request = make.request(make.elder(community))
    for _ in range(2):
        dispatch.propose(request_id=request.pk, by=staff, at=now)
    assert sorted(request.candidates.values_list("state", flat=True)) == ["PROPOSED", "WITHDRAWN"]


# --- offering and accepting ----------------------------------------------------------------------
def test_the_straight_way_writes_every_step_into_the_trail(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper, by=staff)
    dispatch.start(request_id=request.pk, by=helper.user, at=now)
    dispatch.finish(request_id=request.pk, by=helper.user, at=now + timedelta(minutes=50))
    done = dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now + timedelta(hours=1))
    dispatch.close(request_id=request.pk, by=staff, at=now + timedelta(days=1))
    states = list(request.trail.order_by("pk").values_list("state", flat=True))
    assert [a for a, b in zip(states, [None, *states], strict=False) if a != b] == [
        "REQUESTED", "TRIAGED", "OFFERED", "ACCEPTED", "SCHEDULED", "IN_PROGRESS", "DONE", "CONFIRMED", "CLOSED",
    ]  # fmt: skip
    assert done.minutes == 50


def test_the_second_to_accept_reads_who_comes(community: Any, staff: Any, now: Any) -> None:
    first, second = make.helper(community, name="王先"), make.helper(community, name="李后")
    request = make.request(make.elder(community))
    one = dispatch.offer(request_id=request.pk, helper_id=first.pk, by=staff, at=now)
    two = dispatch.offer(request_id=request.pk, helper_id=second.pk, by=staff, at=now)
    dispatch.accept(candidate_id=one.pk, by=first.user, at=now)
    with pytest.raises(AlreadyTaken, match="王先"):
        dispatch.accept(candidate_id=two.pk, by=second.user, at=now)
    two.refresh_from_db()
    assert two.state == "WITHDRAWN"


def test_nobody_answers_for_somebody_else(community: Any, staff: Any, now: Any) -> None:
    helper, other = make.helper(community), make.helper(community)
    request = make.request(make.elder(community))
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    with pytest.raises(NotAllowed):
        dispatch.accept(candidate_id=offer.pk, by=other.user, at=now)
    with pytest.raises(NotAllowed):
        dispatch.offer(request_id=request.pk, helper_id=other.pk, by=helper.user, at=now)


def test_an_offer_once_answered_is_over(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.request(make.elder(community))
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    dispatch.decline(candidate_id=offer.pk, by=helper.user, at=now)
    for again in (dispatch.accept, dispatch.decline):
        with pytest.raises(OfferOver):
            again(candidate_id=offer.pk, by=helper.user, at=now)


def test_only_the_helper_reading_it_counts_as_seen(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.request(make.elder(community))
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    assert dispatch.see(candidate_id=offer.pk, by=staff, at=now).state == "OFFERED"
    assert dispatch.see(candidate_id=offer.pk, by=helper.user, at=now).state == "SEEN"


def test_an_offer_names_no_elder_to_the_helper(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    elder = make.elder(community, name="赵隐名")
    request = make.request(elder)
    dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    notice = Outbox.objects.get(template="services.offer.made")
    assert "赵隐名" not in str(notice.params)
    assert elder.door not in str(notice.params)


def test_nobody_is_promised_in_two_places_at_once(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    when = now + timedelta(hours=3)
    make.accepted(make.elder(community), helper, scheduled_at=when)
    request = make.request(make.elder(community), scheduled_at=when + timedelta(minutes=30))
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    with pytest.raises(Promised, match=helper.person.name):
        dispatch.accept(candidate_id=offer.pk, by=helper.user, at=now)
    request.refresh_from_db()
    offer.refresh_from_db()
    assert (request.state, offer.state, request.helper) == ("OFFERED", "OFFERED", None)


def test_the_database_itself_refuses_two_promises_at_once(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper, scheduled_at=now + timedelta(hours=3))
    other = make.request(make.elder(community))
    period = request.assignments.get().period
    with pytest.raises(DatabaseError, match="one_place_at_a_time"), transaction.atomic():
        Assignment.objects.create(community=community, request=other, helper=helper, period=period)


def test_an_alarm_is_never_refused_for_a_full_calendar(community: Any, staff: Any, now: Any) -> None:
    helper = make.care_worker(community, "SOS")
    make.accepted(make.elder(community), make.helper(community), scheduled_at=now)
    alarm = make.alarm(make.elder(community))
    sent = dispatch.assign(request_id=alarm.pk, helper_id=helper.pk, by=staff, at=now)
    assert sent.helper == helper
    assert not sent.assignments.exists()


def test_staff_send_a_helper_who_agreed_by_telephone_in_one_go(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community, account=False)
    request = make.request(make.elder(community))
    sent = dispatch.assign(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    assert (sent.state, sent.helper) == ("ACCEPTED", helper)
    assert not Outbox.objects.filter(template="services.offer.made").exists()


def test_by_hand_nobody_is_sent_who_may_not_go(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community, "SHOP", level=1, name="新手")
    request = make.request(make.elder(community), "SHOP")
    with pytest.raises(NotEligible, match="新手"):
        dispatch.assign(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)


def test_somebody_of_another_community_is_not_found(
    community: Any, other_community: Any, staff: Any, now: Any
) -> None:
    from carenet.parties import scope

    scope.set_for_transaction([community.pk, other_community.pk])
    helper = make.helper(other_community)
    request = make.request(make.elder(community))
    with pytest.raises(type(helper).DoesNotExist):
        dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)


def test_another_helper_goes_instead(community: Any, staff: Any, now: Any) -> None:
    ill, fit = make.helper(community, name="病了"), make.helper(community, name="顶上")
    when = now + timedelta(hours=2)
    request = make.accepted(make.elder(community), ill, scheduled_at=when)
    moved = dispatch.hand_on(request_id=request.pk, helper_id=fit.pk, by=staff, at=now, words="发烧")
    assert (moved.state, moved.helper) == ("ACCEPTED", fit)
    assert Assignment.objects.filter(helper=ill, released_at__isnull=True).count() == 0
    assert Candidate.objects.get(request=request, helper=ill).state == "WITHDRAWN"
    assert Outbox.objects.filter(template="services.task.gone", to_user=ill.user).exists()


# --- serving -------------------------------------------------------------------------------------
def test_finishing_twice_counts_once(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper)
    dispatch.finish(request_id=request.pk, minutes=60, by=helper.user, at=now)
    with pytest.raises(AlreadyDone):
        dispatch.finish(request_id=request.pk, minutes=60, by=helper.user, at=now)


def test_a_service_nobody_started_on_the_page_began_its_minutes_before_its_end(
    community: Any, staff: Any, now: Any
) -> None:
    request = make.accepted(make.elder(community), make.helper(community), at=now - timedelta(hours=5))
    done = dispatch.finish(
        request_id=request.pk, minutes=45, done_at=now - timedelta(hours=1), by=staff, at=now
    )
    assert done.started_at == now - timedelta(hours=1, minutes=45)


def test_a_service_cannot_end_in_the_future_or_before_it_began(community: Any, staff: Any, now: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    dispatch.start(request_id=request.pk, by=staff, at=now)
    for moment in (now + timedelta(hours=2), now - timedelta(hours=2)):
        with pytest.raises(TimesWrong):
            dispatch.finish(request_id=request.pk, done_at=moment, by=staff, at=now + timedelta(hours=1))


def test_the_helper_does_not_confirm_their_own_service(
    community: Any, staff: Any, worker: Any, now: Any
) -> None:
    helper = make.social_helper(community, worker)
    request = make.accepted(make.elder(community), helper, "PSY-1")
    dispatch.finish(request_id=request.pk, minutes=50, by=worker, at=now)
    with pytest.raises(NotAllowed):
        dispatch.confirm(request_id=request.pk, way="PHONE", by=worker, at=now)
    with pytest.raises(NotAllowed):
        feedback.rate(request_id=request.pk, stars=5, by=worker, at=now)
