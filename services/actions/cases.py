"""Cases of social work: opened with a reason, closed with an outcome."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.errors import Conflict
from services import policies
from services.models import Case
from services.refusals import WordsMissing
from services.states import CASE_STEPS, CaseMethod

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Elder


@transaction.atomic
def open_case(
    *,
    elder: Elder,
    worker: User,
    reason: str,
    key: str,
    by: User,
    at: datetime,
    goal: str = "",
    method: str = CaseMethod.CASE,
) -> Case:
    """Open a case; one open case of a kind for each elder, and the same key gives the same case.

    Raises NotAllowed, WordsMissing, Conflict. Source: MZ/T 064-2016.
    """
    require(policies.may_visit(by, elder.community_id) or policies.is_station(by))
    if not reason.strip():
        raise WordsMissing(field="reason")
    first = Case.objects.of(elder.community_id).filter(key=key).first()
    if first is not None:
        return first
    try:
        with transaction.atomic():
            return Case.objects.create(
                community_id=elder.community_id, elder=elder, worker=worker, method=method, reason=reason.strip(),
                goal=goal.strip(), opened_at=at, key=key,
            )  # fmt: skip
    except IntegrityError as clash:
        again = Case.objects.of(elder.community_id).filter(key=key).first()
        if again is not None:
            return again
        raise Conflict(Case._meta.constraints[1].violation_error_message) from clash


@transaction.atomic
def close(*, case_id: int, outcome: str, by: User, at: datetime) -> Case:
    """Close a case with its outcome; whoever may read it. Raises NotAllowed, WordsMissing, WrongStep."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    require(policies.may_visit(by, case.community_id) and policies.may_read_case(by, case))
    if not outcome.strip():
        raise WordsMissing(field="outcome")
    case.state = steps.take(CASE_STEPS, "close", case.state)
    case.outcome, case.closed_at = outcome.strip()[:300], at
    case.save(update_fields=["state", "outcome", "closed_at"])
    return case
