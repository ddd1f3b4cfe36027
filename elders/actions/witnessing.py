"""Witness records of grass-roots democratic reviews: attach one to a decision, correct it by a later row, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.documents.models import Document
from carenet.kernel import months
from elders import policies
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_witness import HealthWord, ReviewOver, ReviewTextMissing, TooFewPeople
from elders.models import Elder, TriageDecision, WitnessRecord
from elders.rules import witness
from elders.states import ReviewOpinion

if TYPE_CHECKING:
    from carenet.accounts.models import User

FEWEST = 2


@dataclass(frozen=True)
class Review:
    """What the meeting's record says."""

    met_on: date
    present: str
    people: int
    opinion: str
    words: str
    place: str = ""
    paper: Document | None = None


@transaction.atomic
def attach(*, decision: TriageDecision, review: Review, by: User, at: datetime) -> WitnessRecord:
    """Neighbours met over a decided or proposed colour; what they thought stands beside it and changes nothing.

    Late entry with the true day is welcome. Raises NotAllowed, DateOutOfOrder, TooFewPeople, ReviewTextMissing, and
    HealthWord when the record tells of health. Source: domain.md §1.13 audit rule 8.
    """
    accounts.require(policies.may_record_review(by, decision.community_id))
    _check(decision.elder, review, at)
    return _write(decision, review, by=by, at=at)


@transaction.atomic
def correct(*, record: WitnessRecord, review: Review, reason: str, by: User, at: datetime) -> WitnessRecord:
    """A later row replaces the record, with the reason; the first one stays readable. Keeps the paper without a new one.

    Raises NotAllowed, ReviewOver when it was replaced or taken back before, and what `attach` raises.
    """
    accounts.require(policies.may_record_review(by, record.community_id))
    _check(record.elder, review, at, reason=reason)
    return _follow(record, review, reason=reason, withdrawn=False, by=by, at=at)


@transaction.atomic
def take_back(*, record: WitnessRecord, reason: str, by: User, at: datetime) -> WitnessRecord:
    """It never took place, or belongs to somebody else: a later row says so. Raises NotAllowed, ReviewOver, HealthWord,
    ReviewTextMissing.
    """
    accounts.require(policies.may_record_review(by, record.community_id))
    _plain(record.elder, {"reason": reason}, needed=("reason",))
    same = Review(
        record.met_on, record.present, record.people, record.opinion, record.words, record.place, record.paper
    )
    return _follow(record, same, reason=reason, withdrawn=True, by=by, at=at)


def _follow(
    record: WitnessRecord, review: Review, *, reason: str, withdrawn: bool, by: User, at: datetime
) -> WitnessRecord:
    """The row after `record`; of two at once the database lets one in (one correction a row)."""
    first = WitnessRecord.objects.select_related("decision").get(pk=record.pk)
    if first.is_withdrawn:
        raise ReviewOver
    try:
        with transaction.atomic():
            return _write(
                first.decision, review, corrects=first, reason=reason, withdrawn=withdrawn, by=by, at=at
            )
    except IntegrityError as refused:
        raise ReviewOver from refused


def _write(
    decision: TriageDecision, review: Review, *, corrects: WitnessRecord | None = None, reason: str = "",
    withdrawn: bool = False, by: User, at: datetime,
) -> WitnessRecord:  # fmt: skip
    return WitnessRecord.objects.create(
        community_id=decision.community_id, elder_id=decision.elder_id, decision=decision, met_on=review.met_on,
        place=review.place.strip(), present=review.present.strip(), people=review.people,
        opinion=ReviewOpinion(review.opinion), words=review.words.strip(),
        paper=review.paper or (corrects.paper if corrects else None), corrects=corrects, is_withdrawn=withdrawn,
        reason=reason.strip(), by=by, at=at,
    )  # fmt: skip


def _check(elder: Elder, review: Review, at: datetime, reason: str | None = None) -> None:
    if review.met_on > months.day_of(at) or review.met_on < elder.registered_on:
        raise DateOutOfOrder(field="met_on")
    if review.people < FEWEST:
        raise TooFewPeople(field="people")
    texts = {"present": review.present, "words": review.words, "place": review.place}
    needed = ["present", "words"]
    if reason is not None:
        texts["reason"] = reason
        needed.append("reason")
    _plain(elder, texts, needed=needed)


def _plain(elder: Elder, texts: dict[str, str], *, needed: tuple[str, ...] | list[str]) -> None:
    """No text is empty that is needed, and none tells of health; the elder's own file knows which words do."""
    for name in needed:
        if not texts[name].strip():
            raise ReviewTextMissing(field=name)
    known = [str(each) for each in elder.conditions.filter(ended_on__isnull=True)]
    known += elder.medicines.filter(ended_on__isnull=True).values_list("name", flat=True)
    known += elder.allergies.filter(ended_on__isnull=True).values_list("substance", flat=True)
    for name, text in texts.items():
        word = witness.health_word(text, known)
        if word:
            raise HealthWord(field=name, word=word)
