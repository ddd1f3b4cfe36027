"""Assessments: a draft from the first tap, answers saved one by one, scores computed by the server at signing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import translation

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import contacts, triage
from elders.actions.refusals import (
    AlreadySigned,
    BadAnswer,
    DateOutOfOrder,
    NoInstrument,
    NotComplete,
    NotInCare,
    ReasonMissing,
    SecondAssessorMissing,
)
from elders.models import Assessment, Elder, Instrument
from elders.reports import intervals
from elders.rules import scoring
from elders.states import AssessmentReason, AssessmentState, TouchKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

ABILITY = "GBT42195"


def instrument(code: str = ABILITY, *, on: date) -> Instrument:
    """The version of an instrument that is valid on a day. Raises NoInstrument."""
    found = (
        Instrument.objects.filter(code=code, valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .order_by("-valid_from", "-pk")
        .first()
    )
    if found is None:
        raise NoInstrument
    return found


@transaction.atomic
def start(
    *, elder: Elder, code: str = ABILITY, reason: str = AssessmentReason.ROUTINE, by: User, at: datetime
) -> Assessment:
    """Begin an assessment, or go on with the elder's open draft of the same instrument.

    Raises NotInCare, NoInstrument, NotAllowed. Source: domain.md §1.1.3 (reasons).
    """
    accounts.require(policies.may_assess(by, elder.community_id))
    elder = Elder.objects.select_for_update(of=("self",)).get(pk=elder.pk)
    if elder.status not in ("ACTIVE", "PAUSED"):
        raise NotInCare
    form = instrument(code, on=months.day_of(at))
    draft = Assessment.objects.filter(elder=elder, instrument=form, state=AssessmentState.DRAFT).first()
    if draft is not None:
        return draft
    return Assessment.objects.create(
        community_id=elder.community_id, elder=elder, instrument=form, reason=AssessmentReason(reason), assessor=by,
        started_at=at, saved_at=at,
    )  # fmt: skip


@transaction.atomic
def answer(*, assessment: Assessment, answers: Mapping[str, Any], by: User, at: datetime) -> Assessment:
    """Save some answers of a draft (one tap or a whole page); the others stay. Empty values take an answer back.

    Raises BadAnswer, AlreadySigned, NotAllowed.
    """
    accounts.require(policies.may_assess(by, assessment.community_id))
    assessment = _locked(assessment)
    definition = assessment.instrument.definition
    for key, value in answers.items():
        item = scoring.item_by_key(definition, key)
        if item is None:
            raise BadAnswer(item=key)
        if value in (None, ""):
            assessment.answers.pop(key, None)
            continue
        cleaned = scoring.clean_answer(definition, item, value)
        if cleaned is None:
            raise BadAnswer(item=_title(item), field=key)
        assessment.answers[key] = cleaned
    assessment.saved_at = at
    assessment.save(update_fields=["answers", "saved_at"])
    return assessment


@transaction.atomic
def sign(
    *, assessment: Assessment, second_assessor: User | None = None, informant: str = "",
    informant_relation: str = "", place: str = "", by: User, at: datetime,
) -> Assessment:  # fmt: skip
    """Sign: the server computes sub-scores, total, initial and final level; nothing changes afterwards.

    The elder's level, the 180-day and 90-day clocks and the contact clock follow, and a triage suggestion is made
    at once. Raises NotComplete, SecondAssessorMissing, AlreadySigned, NotAllowed. Source: GB/T 42195-2022 C.1–C.5.
    """
    accounts.require(policies.may_assess(by, assessment.community_id))
    assessment = _locked(assessment)
    definition = assessment.instrument.definition
    open_items = scoring.missing(definition, assessment.answers)
    if open_items:
        raise NotComplete(count=len(open_items), items=open_items)
    if definition.get("assessors", 1) > 1:
        if second_assessor is None or second_assessor.pk == by.pk:
            raise SecondAssessorMissing(field="second_assessor")
        accounts.require(policies.may_be_second_assessor(second_assessor, assessment.community_id))
    _write_scores(assessment, definition)
    assessment.state = AssessmentState.SIGNED
    assessment.assessor, assessment.second_assessor = by, second_assessor
    assessment.informant, assessment.informant_relation = informant.strip(), informant_relation
    assessment.place = place.strip()
    assessment.signed_at = assessment.saved_at = at
    assessment.save()
    _after_signing(assessment.elder.community, [assessment], by=by, at=at)
    triage.suggest(elder=assessment.elder, by=by, at=at)
    return assessment


@dataclass(frozen=True)
class Paper:
    """An assessment made on paper, or one of a demonstration year: complete answers with their true date."""

    elder: Elder
    answers: Mapping[str, Any]
    signed_at: datetime
    assessor: User
    second_assessor: User | None = None
    reason: str = AssessmentReason.ROUTINE
    informant: str = ""
    informant_relation: str = ""


@transaction.atomic
def sign_many(
    *, community: Community, papers: Iterable[Paper], code: str = ABILITY, by: User, at: datetime
) -> list[Assessment]:
    """Record many finished assessments at once, with the same computation and checks as `sign`.

    Triage is not suggested here: call `triage.suggest_many` for the elders afterwards. Raises NotComplete,
    BadAnswer, SecondAssessorMissing, DateOutOfOrder, NotAllowed.
    """
    rows = []
    forms: dict[date, Instrument] = {}
    for paper in papers:
        accounts.require(policies.may_assess(paper.assessor, community.pk))
        if paper.signed_at > at or months.day_of(paper.signed_at) < paper.elder.registered_on:
            raise DateOutOfOrder
        day = months.day_of(paper.signed_at)
        form = forms.setdefault(day, instrument(code, on=day)) if day not in forms else forms[day]
        cleaned = _clean_all(form.definition, paper.answers)
        open_items = scoring.missing(form.definition, cleaned)
        if open_items:
            raise NotComplete(count=len(open_items), items=open_items)
        if form.definition.get("assessors", 1) > 1 and (
            paper.second_assessor is None or paper.second_assessor.pk == paper.assessor.pk
        ):
            raise SecondAssessorMissing
        row = Assessment(
            community=community, elder=paper.elder, instrument=form, reason=paper.reason, answers=cleaned,
            state=AssessmentState.SIGNED, assessor=paper.assessor, second_assessor=paper.second_assessor,
            informant=paper.informant, informant_relation=paper.informant_relation, started_at=paper.signed_at,
            saved_at=paper.signed_at, signed_at=paper.signed_at,
        )  # fmt: skip
        _write_scores(row, form.definition)
        rows.append(row)
    Assessment.objects.bulk_create(rows, batch_size=500)
    _after_signing(community, rows, by=by, at=at)
    return rows


@transaction.atomic
def declare_void(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """A draft is dropped or a signed assessment was wrong: it no longer counts; the one before it does again.

    Raises ReasonMissing, AlreadySigned when it is void already, NotAllowed.
    """
    accounts.require(policies.may_confirm_colour(by, assessment.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("instrument", "elder")
        .get(pk=assessment.pk)
    )
    if assessment.state == AssessmentState.VOID:
        raise AlreadySigned
    was_signed = assessment.state == AssessmentState.SIGNED
    assessment.state, assessment.void_reason = AssessmentState.VOID, reason.strip()[:200]
    assessment.save(update_fields=["state", "void_reason"])
    if was_signed:
        _set_levels(assessment.elder.community, [assessment.elder_id], on=months.day_of(at))
        if assessment.elder.status in ("ACTIVE", "PAUSED"):
            triage.suggest(elder=assessment.elder, by=by, at=at)
    return assessment


# --- small parts -----------------------------------------------------------------------------------------
def _locked(assessment: Assessment) -> Assessment:
    found = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("instrument", "elder__community", "elder__person")
        .get(pk=assessment.pk)
    )
    if found.state != AssessmentState.DRAFT:
        raise AlreadySigned
    return found


def _title(item: Mapping[str, Any]) -> str:
    return str(item["zh" if (translation.get_language() or "").startswith("zh") else "en"])


def _clean_all(definition: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {}
    for _section, item in scoring.items(definition):
        if item["key"] in answers:
            value = scoring.clean_answer(definition, item, answers[item["key"]])
            if value is None:
                raise BadAnswer(item=_title(item))
            cleaned[item["key"]] = value
    return cleaned


def _write_scores(assessment: Assessment, definition: Mapping[str, Any]) -> None:
    scored = scoring.score(definition, assessment.answers)
    assessment.scores = scored.as_json()
    assessment.total = scored.total
    assessment.initial_level, assessment.final_level = scored.initial_level, scored.final_level
    assessment.raised, assessment.grounds = scored.raised, scored.grounds


LEVELS = """
with newest as (
  select distinct on (a.elder_id) a.elder_id, a.final_level, (a.signed_at at time zone 'Asia/Shanghai')::date as day
  from elders_assessment a
  where a.elder_id = any(%(elders)s) and a.state = 'SIGNED' and a.final_level is not null
  order by a.elder_id, a.signed_at desc, a.id desc
), wanted as (
  select e.id, n.final_level, n.day from elders_elder e left join newest n on n.elder_id = e.id
  where e.id = any(%(elders)s)
)
update elders_elder e
set level = w.final_level,
    level_on = w.day,
    assessment_due_on = case when e.status in ('ACTIVE', 'PAUSED')
      then coalesce(w.day + %(full)s, e.registered_on + %(first)s) end,
    archive_due_on = case when e.status in ('ACTIVE', 'PAUSED')
      then greatest(e.archive_due_on, w.day + %(archive)s) end
from wanted w
where e.id = w.id
"""


def _set_levels(community: Community, elder_ids: Sequence[int], *, on: date) -> None:
    """The elder's level is that of the newest signed assessment; the clocks run from its day."""
    days = intervals.days_on(community.pk, on)
    with connection.cursor() as cursor:
        cursor.execute(
            LEVELS,
            {
                "elders": list(elder_ids),
                "full": days["assessment"],
                "first": days["assessment:first"],
                "archive": days["archive"],
            },
        )


def _after_signing(community: Community, rows: Sequence[Assessment], *, by: User, at: datetime) -> None:
    if not rows:
        return
    ids = sorted({each.elder_id for each in rows})
    list(Elder.objects.of(community).filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    if any(each.final_level is not None for each in rows):
        _set_levels(community, ids, on=months.day_of(at))
    contacts.touch_many(
        community=community,
        rows=[
            contacts.Touched(
                each.elder_id, TouchKind.ASSESSMENT, each.signed_at or at, f"assessment:{each.pk}"
            )
            for each in rows
        ],
        by=by,
    )
