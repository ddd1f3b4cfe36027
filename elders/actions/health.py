"""The health file: diseases, medicines, allergies, treatment plans, limits; noted, ended, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import triage
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_health import AlreadyNoted, NotANumber
from elders.models import Allergy, Condition, Elder, HealthLimit, Medicine, TreatmentPlan
from elders.rules import health as rules
from elders.states_health import ConditionCode, HealthSource, MedicineManager, Severity

if TYPE_CHECKING:
    from carenet.accounts.models import User


@dataclass(frozen=True)
class ConditionFacts:
    """One disease of a batch."""

    elder_id: int
    code: str
    since: date | None = None
    source: str = HealthSource.TOLD


@dataclass(frozen=True)
class MedicineFacts:
    """One medicine of a batch."""

    elder_id: int
    name: str
    dose: str = ""
    times: str = ""
    manager: str = MedicineManager.SELF


@transaction.atomic
def note_many(
    *, community: Community, conditions: Sequence[ConditionFacts], medicines: Sequence[MedicineFacts], by: User, at: datetime
) -> int:  # fmt: skip
    """Many diseases and medicines in two statements; what is on file already stays as it is. Returns how many are new."""
    accounts.require(policies.may_measure(by, community.pk))
    before = Condition.objects.of(community).count() + Medicine.objects.of(community).count()
    Condition.objects.bulk_create(
        [
            Condition(
                community=community, elder_id=each.elder_id, code=ConditionCode(each.code), since=each.since,
                source=HealthSource(each.source), noted_by=by, noted_at=at,
            )
            for each in conditions
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    Medicine.objects.bulk_create(
        [
            Medicine(
                community=community, elder_id=each.elder_id, name=each.name, dose=each.dose, times=each.times,
                manager=MedicineManager(each.manager), noted_by=by, noted_at=at,
            )
            for each in medicines
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return Condition.objects.of(community).count() + Medicine.objects.of(community).count() - before


@transaction.atomic
def note_condition(
    *, elder: Elder, code: str, words: str = "", since: date | None = None, source: str = HealthSource.TOLD, by: User,
    at: datetime,
) -> Condition:  # fmt: skip
    """A disease of the A.4 list, or another one in words. Raises AlreadyNoted, DateOutOfOrder. Source: GB/T 42195 A.4."""
    _may(elder, by)
    _not_later(since, at, "since")
    try:
        with transaction.atomic():
            row = Condition.objects.create(
                community_id=elder.community_id, elder=elder, code=ConditionCode(code), words=words.strip(),
                since=since, source=HealthSource(source), noted_by=by, noted_at=at,
            )  # fmt: skip
    except IntegrityError as refused:
        raise AlreadyNoted from refused
    triage.suggest_after_health(elder=elder, by=by, at=at)
    return row


@transaction.atomic
def note_medicine(
    *, elder: Elder, name: str, dose: str = "", times: str = "", manager: str = MedicineManager.SELF,
    since: date | None = None, by: User, at: datetime,
) -> Medicine:  # fmt: skip
    """A medicine taken regularly. Raises AlreadyNoted, DateOutOfOrder."""
    _may(elder, by)
    _not_later(since, at, "since")
    try:
        with transaction.atomic():
            row = Medicine.objects.create(
                community_id=elder.community_id, elder=elder, name=name.strip(), dose=dose.strip(),
                times=times.strip(), manager=MedicineManager(manager), since=since, noted_by=by, noted_at=at,
            )  # fmt: skip
    except IntegrityError as refused:
        raise AlreadyNoted from refused
    triage.suggest_after_health(elder=elder, by=by, at=at)
    return row


@transaction.atomic
def note_allergy(
    *, elder: Elder, substance: str, reaction: str = "", severity: str = Severity.MILD, by: User, at: datetime
) -> Allergy:
    """What the elder must not get. Raises AlreadyNoted."""
    _may(elder, by)
    try:
        with transaction.atomic():
            return Allergy.objects.create(
                community_id=elder.community_id, elder=elder, substance=substance.strip(),
                reaction=reaction.strip(), severity=Severity(severity), noted_by=by, noted_at=at,
            )  # fmt: skip
    except IntegrityError as refused:
        raise AlreadyNoted from refused


@transaction.atomic
def note_plan(
    *, elder: Elder, words: str, treated_by: str = "", since: date, review_on: date, by: User, at: datetime
) -> TreatmentPlan:
    """One line of what the doctor ordered, and when it is looked at again. Raises DateOutOfOrder. Source: S4-23."""
    _may(elder, by)
    _not_later(since, at, "since")
    if review_on < since:
        raise DateOutOfOrder(field="review_on")
    return TreatmentPlan.objects.create(
        community_id=elder.community_id, elder=elder, words=words.strip(), treated_by=treated_by.strip(), since=since,
        review_on=review_on, noted_by=by, noted_at=at,
    )  # fmt: skip


@transaction.atomic
def review_plan(*, plan: TreatmentPlan, review_on: date, words: str, by: User, at: datetime) -> TreatmentPlan:
    """The plan was looked at: its words as they are now, and the next day. Raises DateOutOfOrder."""
    accounts.require(policies.may_keep_health(by, plan.community_id))
    if review_on <= months.day_of(at):
        raise DateOutOfOrder(field="review_on")
    plan.review_on, plan.words = review_on, words.strip()
    plan.save(update_fields=["review_on", "words"])
    return plan


@transaction.atomic
def end(
    *, row: Condition | Medicine | Allergy | TreatmentPlan, on: date, by: User, at: datetime
) -> Condition | Medicine | Allergy | TreatmentPlan:
    """It is over, was stopped, or was an error; the row stays in the history. Raises DateOutOfOrder."""
    accounts.require(policies.may_keep_health(by, row.community_id))
    since = getattr(row, "since", None)
    if on > months.day_of(at) or (since is not None and on < since):
        raise DateOutOfOrder(field="on")
    row.ended_on = on
    row.save(update_fields=["ended_on"])
    if isinstance(row, Condition | Medicine):
        triage.suggest_after_health(elder=row.elder, by=by, at=at)
    return row


@transaction.atomic
def set_limit(
    *, elder: Elder, kind: str, part: str, low: str, high: str, source: str, on: date, by: User, at: datetime
) -> HealthLimit:  # fmt: skip
    """The elder's own limits as agreed with the doctor, from a day on; both empty lifts the limit. Raises NotANumber."""
    _may(elder, by)
    return HealthLimit.objects.create(
        community_id=elder.community_id, elder=elder, kind=kind, part=part if kind == "BP" else "FIRST",
        **_sides(kind, low, high), valid_from=on, source=source.strip(), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def set_station_limit(
    *, community: Community, kind: str, part: str, low: str, high: str, source: str, on: date, by: User, at: datetime
) -> HealthLimit:  # fmt: skip
    """The station's limit for everybody without an own one, from a day on. Raises NotANumber, NotAllowed."""
    accounts.require(policies.may_set_limits(by, community.pk))
    return HealthLimit.objects.create(
        community=community, kind=kind, part=part if kind == "BP" else "FIRST", **_sides(kind, low, high),
        valid_from=on, source=source.strip(), by=by, at=at,
    )  # fmt: skip


def _sides(kind: str, low: str, high: str) -> dict[str, int | None]:
    """The two sides as whole steps; an empty one sets no limit."""
    found: dict[str, int | None] = {}
    for name, typed in (("low", low), ("high", high)):
        found[name] = rules.parse(typed, kind) if typed.strip() else None
        if (typed.strip() and found[name] is None) or (found[name] or 0) < 0:
            raise NotANumber(field=name)
    if found["low"] is not None and found["high"] is not None and found["low"] >= found["high"]:
        raise NotANumber(field="high")
    return found


def _may(elder: Elder, by: User) -> None:
    accounts.require(policies.may_keep_health(by, elder.community_id))


def _not_later(day: date | None, at: datetime, field: str) -> None:
    if day is not None and day > months.day_of(at):
        raise DateOutOfOrder(field=field)
