"""Write into the registers about personal data; nothing in them is ever changed or deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_privacy import NotOfThisRegister, RecordEnded, StillToTell, WordsMissing
from elders.models import PrivacyRecord, PrivacyStep
from elders.states_privacy import STEPS, HandedAs, LegalBasis, PrivacyKind, PrivacyStepKind, Risk

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def record(
    *, community: Community, kind: str, on: date, what: str, whose: str, measures: str, basis: str = LegalBasis.NONE,
    people: int | None = None, is_sensitive: bool = False, recipient: str = "", handed_as: str = "", risk: str = "",
    known_at: datetime | None = None, review_on: date | None = None, by: User, at: datetime,
) -> PrivacyRecord:  # fmt: skip
    """An impact assessment before data are used, data handed to others, or a leak.

    A leak is noticed at a moment, from which the hours to tell people are counted. Raises WordsMissing,
    DateOutOfOrder, NotAllowed. Source: PIPL Art. 21, 23, 55–57.
    """
    accounts.require(policies.may_keep_privacy(by, community.pk))
    kind = PrivacyKind(kind)
    needed = {"what": what, "whose": whose, "measures": measures}
    if kind == PrivacyKind.SHARING:
        needed |= {"recipient": recipient, "handed_as": handed_as}
    elif kind == PrivacyKind.IMPACT:
        needed |= {"risk": risk}
    if kind != PrivacyKind.BREACH and basis == LegalBasis.NONE:
        raise WordsMissing(field="basis")
    for name, words in needed.items():
        if not words.strip():
            raise WordsMissing(field=name)
    if kind == PrivacyKind.BREACH:
        known_at = known_at or at
        if known_at > at or months.day_of(known_at) < on:
            raise DateOutOfOrder(field="known_at")
    if on > months.day_of(at):
        raise DateOutOfOrder(field="on")
    if review_on is not None and review_on <= on:
        raise DateOutOfOrder(field="review_on")
    return PrivacyRecord.objects.create(
        community=community, kind=kind, on=on, known_at=known_at if kind == PrivacyKind.BREACH else None,
        what=what.strip(), whose=whose.strip(), people=people, is_sensitive=is_sensitive, basis=LegalBasis(basis),
        recipient=recipient.strip(), handed_as=HandedAs(handed_as), risk=Risk(risk), measures=measures.strip(),
        review_on=review_on, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def add_step(
    *, about: PrivacyRecord, kind: str, when: datetime, words: str, by: User, at: datetime
) -> PrivacyStep:
    """What was done afterwards, with its true moment. A leak is closed only when authority and people were told, or
    the people need not be told (harm was prevented).

    Raises NotOfThisRegister, WordsMissing, DateOutOfOrder, StillToTell, RecordEnded, NotAllowed. Source: PIPL Art. 57.
    """
    accounts.require(policies.may_keep_privacy(by, about.community_id))
    if kind not in STEPS[about.kind]:
        raise NotOfThisRegister(field="kind")
    if not words.strip():
        raise WordsMissing(field="words")
    if when > at or months.day_of(when) < about.on:
        raise DateOutOfOrder(field="when")
    done = set(PrivacyStep.objects.filter(record=about).values_list("kind", flat=True))
    if done & {PrivacyStepKind.CLOSED, PrivacyStepKind.MISTAKEN}:
        raise RecordEnded
    if about.kind == PrivacyKind.BREACH and kind == PrivacyStepKind.CLOSED:
        told = PrivacyStepKind.AUTHORITY in done and done & {PrivacyStepKind.PEOPLE, PrivacyStepKind.NO_NEED}
        if not told:
            raise StillToTell(field="kind")
    try:
        with transaction.atomic():
            return PrivacyStep.objects.create(
                community_id=about.community_id, record=about, kind=kind, when=when, words=words.strip(), by=by, at=at
            )  # fmt: skip
    except IntegrityError as twice:
        raise RecordEnded from twice
