"""Assessments made on paper, or of a demonstration year: recorded whole, with their true date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import levels
from elders.actions.assessments import ABILITY, instrument, title
from elders.actions.refusals import BadAnswer, DateOutOfOrder, NotComplete, SecondAssessorMissing
from elders.models import Assessment, Elder, Instrument
from elders.rules import scoring
from elders.states import AssessmentReason, AssessmentState, SecondSignature

if TYPE_CHECKING:
    from carenet.accounts.models import User


@dataclass(frozen=True)
class Paper:
    """An assessment made on paper with all its signatures: complete answers with their true date."""

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
            second_signature=SecondSignature.PAPER if paper.second_assessor else "",
        )  # fmt: skip
        levels.write_scores(row, form.definition)
        rows.append(row)
    Assessment.objects.bulk_create(rows, batch_size=500)
    levels.after_signing(community=community, rows=rows, by=by, at=at)
    return rows


def _clean_all(definition: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {}
    for _section, item in scoring.items(definition):
        if item["key"] in answers:
            value = scoring.clean_answer(definition, item, answers[item["key"]])
            if value is None:
                raise BadAnswer(item=title(item))
            cleaned[item["key"]] = value
    return cleaned
