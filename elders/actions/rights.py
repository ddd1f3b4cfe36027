"""Requests about one's own data: asked, answered within fifteen working days, opened again when the answer was wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.documents.models import Document
from carenet.kernel import months, steps
from elders import policies
from elders.actions import mandates
from elders.actions.refusals import DateOutOfOrder, ReasonMissing
from elders.models import Elder, RightsRequest
from elders.states import RIGHT_STEPS, Relation, RightKind, RightState

if TYPE_CHECKING:
    from carenet.accounts.models import User

WORKING_DAYS = 15


def due_after(asked_on: date, days: int = WORKING_DAYS) -> date:
    """The last day of so many working days (Monday to Friday; public holidays only make the answer earlier).

    Source: domain.md §9.1 (15 working days, station rule).
    """
    due, left = asked_on, days
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return due


@transaction.atomic
def ask(
    *, elder: Elder, kind: str, words: str, asked_by: str = Relation.SELF, asker_name: str = "",
    asked_on: date | None = None, paper: Document | None = None, by: User, at: datetime,
) -> RightsRequest:  # fmt: skip
    """The elder, the family or a worker for them asks for a copy, a correction, deletion … Raises ReasonMissing,
    DateOutOfOrder, MandateMissing, NotAllowed. Source: PIPL Art. 44–48, 50.
    """
    if not policies.may_keep_register(by, elder.community_id):
        accounts.require(policies.acts_for(by, elder))
        mandates.use(
            elder=elder, scope="RIGHTS", verb="ask", object_kind="elders.rightsrequest", by=by, at=at
        )
    asked_on = asked_on or months.day_of(at)
    if asked_on > months.day_of(at):
        raise DateOutOfOrder(field="asked_on")
    if not words.strip():
        raise ReasonMissing(field="words")
    return RightsRequest.objects.create(
        community_id=elder.community_id, elder=elder, kind=RightKind(kind), words=words.strip()[:500],
        asked_on=asked_on, due_on=due_after(asked_on), asked_by=asked_by, asker_name=asker_name.strip(), paper=paper,
        recorded_by=by, recorded_at=at,
    )  # fmt: skip


@transaction.atomic
def answer(*, request: RightsRequest, granted: bool, words: str, by: User, at: datetime) -> RightsRequest:
    """Done, or refused with reasons; the answer is what the elder is told. Raises WrongStep, ReasonMissing, NotAllowed."""
    accounts.require(policies.may_keep_register(by, request.community_id))
    row = RightsRequest.objects.select_for_update().get(pk=request.pk)
    row.state = RightState(steps.take(RIGHT_STEPS, "grant" if granted else "refuse", row.state))
    if not words.strip():
        raise ReasonMissing(field="words")
    row.answer, row.answered_by, row.answered_at = words.strip()[:500], by, at
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return row


@transaction.atomic
def reopen(*, request: RightsRequest, by: User, at: datetime) -> RightsRequest:
    """The answer was wrong or the asker does not agree: it waits again, with its first day. Raises WrongStep."""
    accounts.require(policies.may_keep_register(by, request.community_id))
    row = RightsRequest.objects.select_for_update().get(pk=request.pk)
    row.state = RightState(steps.take(RIGHT_STEPS, "reopen", row.state))
    row.answered_by, row.answered_at = None, None
    row.save(update_fields=["state", "answered_by", "answered_at"])
    return row
