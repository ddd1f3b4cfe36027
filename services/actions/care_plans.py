"""The care plan: tie what the doctor ordered to the case or the service that carries it out, look again, loosen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.kernel.months import day_of
from services import policies
from services.models import CareLine, Case
from services.refusals import (
    AlarmsHaveTheirOwnDoor,
    CarriedAlready,
    LineOver,
    LookLater,
    NoCarrier,
    PlanOver,
    TimesWrong,
    WordsMissing,
)
from services.states import CaseState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import ServiceKind
    from elders.models import TreatmentPlan

# A look is never put off for longer. Station rule.
AT_MOST = timedelta(days=366)


@transaction.atomic
def tie(
    *,
    plan: TreatmentPlan,
    case: Case | None = None,
    kind: ServiceKind | None = None,
    words: str,
    since: date,
    review_on: date,
    by: User,
    at: datetime,
) -> CareLine:
    """Say who carries out a treatment plan: an open case of the same elder, or a service that comes regularly.

    Exactly one of `case` and `kind`; `since` may lie in the past (late entry), the next look lies ahead. Raises
    NotAllowed, WordsMissing, PlanOver, TimesWrong, LookLater, AlarmsHaveTheirOwnDoor, NoCarrier (nothing chosen, or
    a case that is closed or of somebody else), CarriedAlready. Source: S4-23.
    """
    require(policies.may_keep_care_plan(by, plan.community_id))
    plan = type(plan).objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.ended_on is not None:
        raise PlanOver
    if not words.strip():
        raise WordsMissing(field="words")
    if since > day_of(at) or since < plan.since:
        raise TimesWrong(field="since")
    _ahead(review_on, at)
    if kind is not None and kind.pk == "SOS":
        raise AlarmsHaveTheirOwnDoor(field="carrier")
    if (case is None) == (kind is None) or (
        case is not None and (case.elder_id != plan.elder_id or case.state != CaseState.OPEN)
    ):
        raise NoCarrier(field="carrier")
    try:
        with transaction.atomic():
            return CareLine.objects.create(
                community_id=plan.community_id, elder_id=plan.elder_id, plan=plan, case=case, kind=kind,
                words=words.strip(), since=since, review_on=review_on, tied_by=by, tied_at=at,
            )  # fmt: skip
    except IntegrityError as clash:
        raise CarriedAlready(field="carrier") from clash


@transaction.atomic
def look_again(*, line: CareLine, words: str, review_on: date, by: User, at: datetime) -> CareLine:
    """The line was looked at: what is done now, and the day of the next look; the words before stay in the history.

    Raises NotAllowed, WordsMissing, LineOver, LookLater.
    """
    line = _standing(line, by)
    if not words.strip():
        raise WordsMissing(field="words")
    _ahead(review_on, at)
    line.words, line.review_on = words.strip(), review_on
    line.save(update_fields=["words", "review_on"])
    return line


@transaction.atomic
def loosen(*, line: CareLine, why: str, on: date, by: User, at: datetime) -> CareLine:
    """The case or service no longer carries out the plan, since a day, for a reason; the row stays.

    Raises NotAllowed, WordsMissing, LineOver, TimesWrong.
    """
    line = _standing(line, by)
    if not why.strip():
        raise WordsMissing(field="why")
    if on > day_of(at) or on < line.since:
        raise TimesWrong(field="on")
    line.ended_on, line.ended_why, line.ended_by, line.ended_at = on, why.strip(), by, at
    line.save(update_fields=["ended_on", "ended_why", "ended_by", "ended_at"])
    return line


def _standing(line: CareLine, by: User) -> CareLine:
    line = CareLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    require(policies.may_keep_care_plan(by, line.community_id))
    if line.ended_on is not None:
        raise LineOver
    return line


def _ahead(review_on: date, at: datetime) -> None:
    today = day_of(at)
    if not today < review_on <= today + AT_MOST:
        raise LookLater(field="review_on")
