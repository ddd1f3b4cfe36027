"""After the service: hours, coins, points and costs once; rating, complaint, and the other ends of a request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from elders.models import Touch
from services.actions import dispatch, feedback
from services.models import Assignment, RequestEvent, ServiceRequest, Settlement
from services.refusals import (
    AlreadyDone,
    AlreadyRated,
    NotDeliveredYet,
    WordsMissing,
)
from tests import make
from volunteers.actions import registry as volunteers


def balance(helper: Any, unit: str) -> int:
    return Account.objects.get(code=helper.volunteer.account_code, unit=unit).balance


def test_confirming_credits_hours_coins_and_points_once_and_counts_the_contact(
    community: Any, staff: Any, now: Any
) -> None:
    helper = make.helper(community)
    elder = make.elder(community)
    request = make.accepted(elder, helper, at=now - timedelta(hours=2))
    dispatch.finish(request_id=request.pk, minutes=90, by=helper.user, at=now)
    assert balance(helper, "MINUTE") == 0
    dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now)
    with pytest.raises(AlreadyDone):
        dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now)
    assert (balance(helper, "MINUTE"), balance(helper, "COIN"), balance(helper, "POINT")) == (90, 90, 15)
    assert Settlement.objects.get(request=request).attendance is not None
    assert Touch.objects.filter(elder=elder, source_key=f"services.request:{request.pk}").count() == 1


def test_a_reopened_service_is_not_paid_a_second_time(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper, at=now - timedelta(hours=3))
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now)
    dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now)
    dispatch.reopen(request_id=request.pk, words="没有打扫干净", by=staff, at=now)
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=now)
    dispatch.accept(candidate_id=offer.pk, by=staff, at=now)
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now + timedelta(hours=2))
    dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now + timedelta(hours=2))
    assert balance(helper, "MINUTE") == 60
    assert request.settlement is not None


def test_the_price_of_a_shared_service_is_split_and_adds_up(community: Any, staff: Any, now: Any) -> None:
    make.offering(community, "BATH-H", 12_000)
    helper = make.care_worker(community)
    request = make.accepted(make.elder(community), helper, "BATH-H", at=now - timedelta(hours=3))
    dispatch.finish(request_id=request.pk, minutes=90, by=staff, at=now)
    dispatch.confirm(request_id=request.pk, way="PAPER", by=staff, at=now)
    split = Settlement.objects.get(request=request).cost_split
    assert split is not None
    assert split.price_fen == 12_000
    assert split.gov_fen + split.fund_fen + split.advance_fen + split.person_fen == 12_000


def test_a_volunteer_who_left_meanwhile_does_not_stop_the_confirmation(
    community: Any, staff: Any, now: Any
) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper, at=now - timedelta(hours=3))
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now)
    volunteers.leave(volunteer=helper.volunteer, on=date(2026, 11, 1), reason="搬家", by=staff, at=now)
    assert dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now).state == "CONFIRMED"


def test_a_service_is_rated_once_after_it_was_given(community: Any, staff: Any, now: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    with pytest.raises(NotDeliveredYet):
        feedback.rate(request_id=request.pk, stars=5, by=staff, at=now)
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now)
    feedback.rate(request_id=request.pk, stars=5, words="很好", by=staff, at=now)
    with pytest.raises(AlreadyRated):
        feedback.rate(request_id=request.pk, stars=1, words="不好", by=staff, at=now)


def test_a_complaint_says_what_was_wrong(community: Any, staff: Any, now: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now)
    with pytest.raises(WordsMissing):
        feedback.rate(request_id=request.pk, stars=2, by=staff, at=now)


def test_cancelling_frees_the_helper_and_tells_them(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community)
    request = make.accepted(make.elder(community), helper, scheduled_at=now + timedelta(hours=4))
    dispatch.cancel(request_id=request.pk, reason="ELDER_AWAY", by=staff, at=now)
    assert Assignment.objects.filter(released_at__isnull=True).count() == 0
    assert Outbox.objects.filter(template="services.task.gone", to_user=helper.user).exists()
    make.accepted(make.elder(community), helper, scheduled_at=now + timedelta(hours=4))


def test_what_is_done_cannot_be_cancelled(community: Any, staff: Any, now: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=now)
    with pytest.raises(AlreadyDone, match="李主任"):
        dispatch.cancel(request_id=request.pk, reason="NOT_NEEDED", by=staff, at=now)


def test_when_nobody_can_come_the_reason_stays_in_words(community: Any, staff: Any, now: Any) -> None:
    request = make.request(make.elder(community))
    dispatch.triage(request_id=request.pk, by=staff, at=now)
    with pytest.raises(WordsMissing):
        dispatch.fail(request_id=request.pk, words=" ", by=staff, at=now)
    assert (
        dispatch.fail(request_id=request.pk, words="周边没有持证护理员", by=staff, at=now).state == "FAILED"
    )


def test_row_history_keeps_who_changed_a_request(community: Any, staff: Any, now: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    events = ServiceRequest.pgh_event_model.objects.filter(pgh_obj=request)  # type: ignore[attr-defined]
    assert events.count() >= 3
    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(state="CLOSED")
    assert RequestEvent.objects.filter(request=request).count() >= 4
