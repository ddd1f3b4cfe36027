"""Groups an elder belongs to: added with their evidence, ended on a day, never deleted. Source: domain.md §2.9."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from elders import policies
from elders.actions import triage
from elders.actions.refusals import DateOutOfOrder
from elders.models import Elder, ElderCategory, TriageResult

if TYPE_CHECKING:
    from carenet.accounts.models import User


@dataclass(frozen=True)
class CategoryFacts:
    """A category as it is typed in."""

    code: str
    evidence: str = ""
    disability_kind: int | None = None
    disability_grade: int | None = None
    valid_from: date | None = None


@transaction.atomic
def add_category(*, elder: Elder, category: CategoryFacts, on: date, by: User, at: datetime) -> ElderCategory:
    """Record a group with its evidence; a running row of the same code is kept as it is.

    Some groups decide a colour (Y3): what was suggested before is suggested anew. Source: domain.md §2.9, §1.13.
    """
    accounts.require(policies.may_keep_register(by, elder.community_id))
    holds = ElderCategory.objects.filter(
        elder=elder, code=category.code, valid_to__gt=months.day_of(at)
    ).first()
    if holds is not None:
        return holds  # its last day is known and lies ahead
    found, new = ElderCategory.objects.get_or_create(
        elder=elder,
        code=category.code,
        valid_to=None,
        defaults={
            "community_id": elder.community_id,
            "evidence": category.evidence,
            "disability_kind": category.disability_kind,
            "disability_grade": category.disability_grade,
            "valid_from": category.valid_from or on,
            "checked_by": by,
        },
    )
    if new:
        _renew(elder, by=by, at=at)
    return found


def _renew(elder: Elder, *, by: User, at: datetime) -> None:
    """Not while somebody is being registered: their first suggestion comes at the end of that."""
    if TriageResult.objects.filter(elder=elder).exists():
        triage.suggest_after_event(elder=elder, by=by, at=at)


@transaction.atomic
def end_category(*, category: ElderCategory, on: date, by: User, at: datetime) -> ElderCategory:
    """The group no longer applies from a day on; the row stays, the colour is suggested anew. Raises DateOutOfOrder."""
    accounts.require(policies.may_keep_register(by, category.community_id))
    if on < category.valid_from:
        raise DateOutOfOrder
    category.valid_to = on
    category.save(update_fields=["valid_to"])
    _renew(category.elder, by=by, at=at)
    return category
