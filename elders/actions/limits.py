"""A doctor's look at the station's limits of readings: written down, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions.refusals import DateOutOfOrder, EventStays, ReasonMissing
from elders.actions.refusals_health import DoctorMissing
from elders.models import LimitReview
from elders.reports import limits

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def confirm(
    *, community: Community, doctor: str, clinic: str, on: date, note: str = "", by: User, at: datetime
) -> LimitReview:
    """A named doctor found the limits right that hold on that day; the numbers are kept as the doctor saw them.

    Raises DoctorMissing, DateOutOfOrder, NotAllowed. Source: station rule (elders.rules.health).
    """
    accounts.require(policies.may_set_limits(by, community.pk))
    if not doctor.strip() or not clinic.strip():
        raise DoctorMissing(field="clinic" if doctor.strip() else "doctor")
    if on > months.day_of(at):
        raise DateOutOfOrder(field="on")
    return LimitReview.objects.create(
        community=community, doctor=doctor.strip(), clinic=clinic.strip(), on=on, note=note.strip()[:200],
        limits=limits.as_rows(limits.of_station(community.pk, on=on)), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def take_back(*, review: LimitReview, reason: str, by: User, at: datetime) -> LimitReview:
    """The confirmation was not so: a row with the reason reverses it, once. Raises ReasonMissing, EventStays, NotAllowed."""
    accounts.require(policies.may_set_limits(by, review.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if review.reverses_id is not None:
        raise EventStays
    try:
        with transaction.atomic():
            return LimitReview.objects.create(
                community_id=review.community_id, doctor=review.doctor, clinic=review.clinic, on=review.on,
                limits=review.limits, note=reason.strip()[:200], reverses=review, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as twice:
        raise EventStays from twice
