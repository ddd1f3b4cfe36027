"""A second person approves or refuses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.exports import policies
from carenet.exports.actions import refusals
from carenet.exports.actions.making import MAKE
from carenet.exports.models import Export
from carenet.exports.states import STEPS, ExportState
from carenet.jobs import actions as jobs
from carenet.kernel import steps
from carenet.kernel.errors import WrongStep
from carenet.notices import actions as notices

if TYPE_CHECKING:
    from carenet.accounts.models import User


def _held(export: Export, by: User, at: datetime) -> Export:
    """The row, locked, when `by` may decide about it now. Raises NotYourDecision, TooLateToDecide."""
    row = (
        Export.objects.select_for_update(of=("self",))
        .select_related("asked_by", "community")
        .get(pk=export.pk)
    )
    if not policies.may_decide(by, row):
        chosen = policies.approvers(
            community_id=row.community_id, field_class=row.field_class, asker=row.asked_by
        )
        if not chosen:
            raise refusals.NobodyApproves
        raise refusals.NotYourDecision(who="、".join(str(each) for each in chosen))
    if row.state == ExportState.ASKED and not row.is_waiting(at):
        raise refusals.TooLateToDecide
    return row


@transaction.atomic
def approve(*, export: Export, by: User, at: datetime) -> Export:
    """Let the file be made, in the background, with the asker's rights and this approval in its watermark.

    Raises NotYourDecision (four eyes), TooLateToDecide, WrongStep. Source: domain.md §9.4.
    """
    row = _held(export, by, at)
    row.state = ExportState(steps.take(STEPS, "approve", row.state))
    row.decided_by, row.decided_at = by, at
    row.job = jobs.start(
        community=row.community, kind=MAKE, params={"export": row.pk}, by=row.asked_by, at=at
    )
    row.save(update_fields=["state", "decided_by", "decided_at", "job"])
    audit.note(
        community=row.community_id, verb="exports.approved", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title, "purpose": row.purpose, "asker": row.asked_by_id},
    )  # fmt: skip
    return row


@transaction.atomic
def refuse(*, export: Export, reason: str, by: User, at: datetime) -> Export:
    """No file, and the asker reads why. Raises NotYourDecision, TooLateToDecide, WrongStep."""
    row = _held(export, by, at)
    row.state = ExportState(steps.take(STEPS, "refuse", row.state))
    row.decided_by, row.decided_at, row.reason, row.ended_at = by, at, reason.strip(), at
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "ended_at"])
    notices.write(
        community=row.community, template="exports.refused", key=f"exports.refused:{row.pk}",
        params={"export": row.pk, "list": row.title, "reason": row.reason}, to_user=row.asked_by, due_at=at, by=by, at=at,
    )  # fmt: skip
    audit.note(
        community=row.community_id, verb="exports.refused", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title, "reason": row.reason, "asker": row.asked_by_id},
    )  # fmt: skip
    return row


@transaction.atomic
def make_again(*, export: Export, by: User, at: datetime) -> Export:
    """The background job failed: the asker has the approved file made once more within its week.

    Raises WrongStep, TooLateToDecide, NotAllowed.
    """
    row = (
        Export.objects.select_for_update(of=("self",))
        .select_related("job", "community", "asked_by")
        .get(pk=export.pk)
    )
    accounts.require(row.asked_by_id == by.pk)
    if not row.failed_because:
        raise WrongStep(step="make_again", state=row.state)
    if at >= row.decide_until:
        raise refusals.TooLateToDecide
    row.job = jobs.start(community=row.community, kind=MAKE, params={"export": row.pk}, by=by, at=at)
    row.save(update_fields=["job"])
    return row
