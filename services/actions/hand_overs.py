"""A case goes to another social worker, with its open follow-ups and its notes; undone by handing it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel.months import day_of
from services import notices, policies
from services.models import Case, FollowUp, HandOver
from services.refusals import CaseClosed, HandedOverMeanwhile, HandOverDay, KeyUsed, NoSuchOwner, WordsMissing
from services.states import CaseState, FollowUpState

if TYPE_CHECKING:
    from carenet.accounts.models import User

# A case and the account whose it was when the page was opened.
Held = tuple[int, int]


@transaction.atomic
def hand_over(
    *, case_id: int, of_id: int, to: User, reason: str, on: date, key: str, by: User, at: datetime
) -> HandOver:
    """Give a case of `of_id` to another social worker or supervisor of the station, since a true day in the past or today.

    Of two at once one wins. The open follow-ups of its visits go along, and so do the notes: the new owner reads
    them, who had it reads them no longer. The same key gives the same row. Raises NotAllowed, WordsMissing,
    HandedOverMeanwhile, CaseClosed, NoSuchOwner, HandOverDay, KeyUsed. Source: domain.md §9.4; MZ/T 064-2016 (transfer).
    """
    # The owner is read after the lock: joined to it, a row that has just changed hands would not be found at all.
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    require(policies.may_visit(by, case.community_id))
    first = HandOver.objects.of(case.community_id).filter(key=key).first()
    if first is not None:
        if (first.case_id, first.to_id) != (case.pk, to.pk):
            raise KeyUsed
        return first
    if case.worker_id != of_id:
        raise HandedOverMeanwhile(name=case.worker)
    require(policies.may_hand_over(by, case))
    if case.state != CaseState.OPEN:
        raise CaseClosed
    if not reason.strip():
        raise WordsMissing(field="reason")
    if to.pk == case.worker_id or not may_own(case, to):
        raise NoSuchOwner(field="to")
    begin = first_day(case)
    if not begin <= on <= day_of(at):
        raise HandOverDay(field="on", first=date_format(begin, "DATE_FORMAT"))
    old, case.worker = case.worker, to
    case.save(update_fields=["worker"])
    row = HandOver.objects.create(
        community_id=case.community_id, case=case, of=old, to=to, reason=reason.strip()[:200], on=on, by=by, at=at, key=key
    )  # fmt: skip
    moved = FollowUp.objects.filter(visit__case=case, owner=old, state=FollowUpState.OPEN).update(owner=to)
    notices.case_handed_over(row=row, follow_ups=moved, by=by, at=at)
    audit.note(
        community=case.community_id, verb="services.case_handed_over", object_kind="services.case", object_id=case.pk,
        by=by, at=at,
    )  # fmt: skip
    return row


@transaction.atomic
def hand_over_many(
    *, held: Sequence[Held], to: User, reason: str, on: date, key: str, by: User, at: datetime
) -> list[HandOver]:
    """Several cases at once, all or none; for the supervisor, when somebody works here no longer.

    Raises what `hand_over` raises.
    """
    return [
        hand_over(
            case_id=case_id, of_id=of_id, to=to, reason=reason, on=on, key=f"{key}:{case_id}", by=by, at=at
        )
        for case_id, of_id in sorted(held)
    ]


def may_own(case: Case, user: User) -> bool:
    """Whether a case may be given to somebody: social workers and supervisors who work here, and who had it before."""
    if not user.is_active:
        return False
    if policies.may_own_cases(user, case.community_id):
        return True
    return (
        policies.may_visit(user, case.community_id)
        and HandOver.objects.filter(case=case, of_id=user.pk).exists()
    )


def first_day(case: Case) -> date:
    """The first day on which the case may change hands: when it was opened, or handed over last."""
    last = HandOver.objects.filter(case=case).order_by("-pk").first()
    return last.on if last is not None else day_of(case.opened_at)
