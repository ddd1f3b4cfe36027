"""Assessments: a draft from the first tap, answers saved one by one, scores computed by the server at signing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation

from carenet.accounts import policies as accounts
from carenet.kernel import months, steps
from carenet.notices import actions as notices
from elders import policies
from elders.actions import crises, levels, triage
from elders.actions.refusals import (
    AlreadySigned,
    BadAnswer,
    DateOutOfOrder,
    FormNotInUse,
    NoInstrument,
    NotComplete,
    NotInCare,
    NotTheSecondAssessor,
    ReasonMissing,
    SecondAssessorMissing,
)
from elders.models import Assessment, Elder, Instrument
from elders.reports import packs
from elders.rules import scoring
from elders.states import ASSESSMENT_STEPS, AssessmentReason, AssessmentState, SecondSignature

if TYPE_CHECKING:
    from carenet.accounts.models import User

ABILITY = packs.ABILITY
# An assessment entered later than it was made stands at noon of its day.
NOON = timedelta(hours=12)
OPEN = (AssessmentState.DRAFT, AssessmentState.HALF)


def instrument(code: str = ABILITY, *, on: date) -> Instrument:
    """The version of an instrument that is valid on a day. Raises NoInstrument."""
    found = packs.instrument(code, on=on)
    if found is None:
        raise NoInstrument
    return found


@transaction.atomic
def start(
    *, elder: Elder, code: str = ABILITY, reason: str = AssessmentReason.ROUTINE, by: User, at: datetime
) -> Assessment:
    """Begin an assessment, or go on with the elder's open one of the same instrument.

    Raises NotInCare, NoInstrument, FormNotInUse, NotAllowed. Source: domain.md §1.1.3 (reasons), §1.0 (who may fill).
    """
    form = instrument(code, on=months.day_of(at))
    accounts.require(policies.may_fill(by, elder.community_id, form.definition))
    elder = Elder.objects.select_for_update(of=("self",)).get(pk=elder.pk)
    if elder.status not in ("ACTIVE", "PAUSED"):
        raise NotInCare
    found = Assessment.objects.filter(elder=elder, instrument__code=form.code, state__in=OPEN).first()
    if found is not None:
        return found
    if not packs.is_in_use(elder.community_id, form):
        raise FormNotInUse
    return Assessment.objects.create(
        community_id=elder.community_id, elder=elder, instrument=form, reason=AssessmentReason(reason), assessor=by,
        started_at=at, saved_at=at,
    )  # fmt: skip


@dataclass(frozen=True)
class Clash:
    """An answer that somebody else changed meanwhile: theirs stays until a person chooses."""

    item: str
    mine: Any
    theirs: Any
    by: str
    at: str


@dataclass(frozen=True)
class Merged:
    """What became of sent answers: those that clash were not written."""

    assessment: Assessment
    clashes: list[Clash]
    has_crisis: bool = False


def answer(*, assessment: Assessment, answers: Mapping[str, Any], by: User, at: datetime) -> Assessment:
    """Save some answers of a draft (one tap or a whole page); the others stay. Empty values take an answer back.

    Raises BadAnswer, AlreadySigned, NotAllowed.
    """
    return merge(assessment=assessment, answers=answers, by=by, at=at).assessment


@transaction.atomic
def merge(
    *, assessment: Assessment, answers: Mapping[str, Any], bases: Mapping[str, Any] | None = None,
    same: Collection[str] = (), by: User, at: datetime,
) -> Merged:  # fmt: skip
    """Save answers given on a page or kept on a phone without network, and never over somebody else's unseen.

    `bases` holds what the sender knew of each item before: an answer the sender did not change is left alone, one
    that was changed elsewhere meanwhile is a clash and stays theirs. `same` names the items the assessor took over
    from last time, one by one. An answer that calls for help at once (PHQ-9 item 9, signs of abuse) opens the crisis
    here, not at the signature. Raises BadAnswer, AlreadySigned, NotAllowed.
    """
    accounts.require(policies.may_fill(by, assessment.community_id, assessment.instrument.definition))
    assessment = _locked(assessment)
    definition = assessment.instrument.definition
    clashes, changed = [], False
    for key, value in answers.items():
        item = scoring.item_by_key(definition, key)
        if item is None:
            raise BadAnswer(item=key)
        new = None if value in (None, "") else scoring.clean_answer(definition, item, value)
        if new is None and value not in (None, ""):
            raise BadAnswer(item=title(item), field=key)
        stored = assessment.answers.get(key)
        if _alike(new, stored):
            continue
        if bases is not None:
            # What the sender did not know of was not answered there: an empty field never wipes it out.
            base = bases.get(key)
            if _alike(new, base):
                continue
            if not _alike(stored, base):
                mark = assessment.marks.get(key, {})
                clashes.append(Clash(key, new, stored, mark.get("name", ""), mark.get("at", "")))
                continue
        changed = True
        if new is None:
            assessment.answers.pop(key, None)
        else:
            assessment.answers[key] = new
        assessment.marks[key] = {"by": by.pk, "name": str(by), "at": at.isoformat()}
        if key in same:
            assessment.marks[key]["same"] = True
    if changed:
        assessment.saved_at = at
        assessment.save(update_fields=["answers", "marks", "saved_at"])
    has_crisis = bool(scoring.crisis_items(definition, assessment.answers))
    if has_crisis:
        crises.report(elder=assessment.elder, source=f"assessment:{assessment.pk}", by=by, at=at)
    return Merged(assessment, clashes, has_crisis)


@transaction.atomic
def sign(
    *, assessment: Assessment, second_assessor: User | None = None, informant: str = "",
    informant_relation: str = "", place: str = "", made_on: date | None = None, by: User, at: datetime,
) -> Assessment:  # fmt: skip
    """Sign: the server computes scores, band and levels; no answer changes afterwards.

    Where two assessors are asked for, the result waits (HALF) until the second one has signed with an own sign-in;
    level, clocks and colour follow only then. `made_on` is the true day of an assessment entered later.
    Raises NotComplete, SecondAssessorMissing, DateOutOfOrder, AlreadySigned, NotAllowed.
    Source: GB/T 42195-2022 C.1–C.5; domain.md §1.1.3 (two assessors).
    """
    definition = assessment.instrument.definition
    accounts.require(policies.may_fill(by, assessment.community_id, definition))
    assessment = _locked(assessment)
    open_items = scoring.missing(definition, assessment.answers)
    if open_items:
        raise NotComplete(count=len(open_items), items=open_items)
    takes_two = definition.get("assessors", 1) > 1
    if takes_two:
        if second_assessor is None or second_assessor.pk == by.pk:
            raise SecondAssessorMissing(field="second_assessor")
        accounts.require(policies.may_be_second_assessor(second_assessor, assessment.community_id))
    signed_at = at
    if made_on is not None and made_on != months.day_of(at):
        if made_on > months.day_of(at) or made_on < assessment.elder.registered_on:
            raise DateOutOfOrder(field="made_on")
        signed_at = months.start_of(made_on) + NOON
    levels.write_scores(assessment, definition)
    verb = "half" if takes_two else "sign"
    assessment.state = AssessmentState(steps.take(ASSESSMENT_STEPS, verb, assessment.state))
    assessment.assessor, assessment.second_assessor = by, second_assessor if takes_two else None
    assessment.informant, assessment.informant_relation = informant.strip(), informant_relation
    assessment.place, assessment.returned = place.strip(), ""
    assessment.signed_at, assessment.saved_at = signed_at, at
    assessment.save()
    if takes_two and second_assessor is not None:
        levels.touch(community=assessment.elder.community, rows=[assessment], by=by, at=at)
        _ask_for_the_second(assessment, second_assessor, by=by, at=at)
        return assessment
    return _finish(assessment, by=by, at=at)


@transaction.atomic
def countersign(*, assessment: Assessment, by: User, at: datetime) -> Assessment:
    """The second assessor signs, from an own account: now the result counts.

    Raises NotTheSecondAssessor, WrongStep. Source: domain.md §1.1.3 (at least two assessors).
    """
    assessment = _open_row(assessment)
    if assessment.second_assessor_id != by.pk or assessment.assessor_id == by.pk:
        raise NotTheSecondAssessor
    accounts.require(policies.may_be_second_assessor(by, assessment.community_id))
    if assessment.state != AssessmentState.HALF:
        raise AlreadySigned
    assessment.state = AssessmentState(steps.take(ASSESSMENT_STEPS, "sign", assessment.state))
    assessment.second_signature, assessment.countersigned_at = SecondSignature.OWN, at
    assessment.save(update_fields=["state", "second_signature", "countersigned_at"])
    return _finish(assessment, by=by, at=at)


@transaction.atomic
def send_back(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """The second assessor does not agree (or the first one saw a slip): a draft again, with every answer kept.

    Raises NotTheSecondAssessor, ReasonMissing, WrongStep.
    """
    assessment = _open_row(assessment)
    if by.pk not in (assessment.second_assessor_id, assessment.assessor_id):
        raise NotTheSecondAssessor
    if not reason.strip():
        raise ReasonMissing(field="reason")
    assessment.state = AssessmentState(steps.take(ASSESSMENT_STEPS, "send_back", assessment.state))
    assessment.returned = f"{by}: {reason.strip()}"[:200]
    assessment.second_assessor, assessment.signed_at, assessment.saved_at = None, None, at
    levels.clear_scores(assessment)
    assessment.save()
    if by.pk != assessment.assessor_id:
        notices.write(
            community=assessment.elder.community, template="elders.assessment_sent_back",
            key=f"elders.sent_back:{assessment.pk}:{at.isoformat()}", to_user=assessment.assessor,
            params={"name": assessment.elder.person.name, "assessment": assessment.pk}, due_at=at, by=by, at=at,
        )  # fmt: skip
    return assessment


@transaction.atomic
def declare_void(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """A draft is dropped or a signed assessment was wrong: it no longer counts; the one before it does again.

    Raises ReasonMissing, AlreadySigned when it is void already, NotAllowed.
    """
    accounts.require(policies.may_confirm_colour(by, assessment.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    assessment = _open_row(assessment)
    if assessment.state == AssessmentState.VOID:
        raise AlreadySigned
    was_signed = assessment.state == AssessmentState.SIGNED
    assessment.state = AssessmentState(steps.take(ASSESSMENT_STEPS, "void", assessment.state))
    assessment.void_reason = reason.strip()[:200]
    assessment.save(update_fields=["state", "void_reason"])
    if was_signed:
        levels.set_levels(assessment.elder.community, [assessment.elder_id], on=months.day_of(at))
        if assessment.elder.status in ("ACTIVE", "PAUSED"):
            triage.suggest(elder=assessment.elder, by=by, at=at)
    return assessment


# --- small parts -----------------------------------------------------------------------------------------
def title(item: Mapping[str, Any]) -> str:
    """The words of an item in the reader's language."""
    return str(item["zh" if (translation.get_language() or "").startswith("zh") else "en"])


def _open_row(assessment: Assessment) -> Assessment:
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("instrument", "elder__community", "elder__person", "assessor")
        .get(pk=assessment.pk)
    )


def _locked(assessment: Assessment) -> Assessment:
    found = _open_row(assessment)
    if found.state != AssessmentState.DRAFT:
        raise AlreadySigned
    return found


def _alike(one: Any, other: Any) -> bool:
    """The same answer; the order of a list does not matter, and an answer not given is like an empty text."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return (None if one == "" else one) == (None if other == "" else other)


def _finish(assessment: Assessment, *, by: User, at: datetime) -> Assessment:
    levels.after_signing(community=assessment.elder.community, rows=[assessment], by=by, at=at)
    triage.suggest_after_event(elder=Elder.objects.get(pk=assessment.elder_id), by=by, at=at)
    return assessment


def _ask_for_the_second(assessment: Assessment, second: User, *, by: User, at: datetime) -> None:
    notices.write(
        community=assessment.elder.community, template="elders.second_signature",
        key=f"elders.second_signature:{assessment.pk}:{at.isoformat()}", to_user=second,
        params={"name": assessment.elder.person.name, "assessment": assessment.pk}, due_at=at, by=by, at=at,
    )  # fmt: skip
