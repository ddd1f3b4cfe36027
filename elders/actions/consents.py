"""Consents: one purpose at a time, to a text of a version, on paper, by word or online; withdrawn in one step."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.documents.models import Document
from carenet.parties.models import Community
from elders import policies
from elders.actions import mandates
from elders.actions.refusals import ConsentAlready, PaperMissing, TextVersionExists
from elders.models import Consent, ConsentText, Elder
from elders.states import ConsentPurpose, ConsentWay, Relation

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def give(
    *, elder: Elder, purpose: str, version: str, given_by: str = Relation.SELF, way: str = ConsentWay.SPOKEN,
    paper: Document | None = None, given_at: datetime | None = None, by: User, at: datetime,
) -> Consent:  # fmt: skip
    """Record a consent for one purpose; an older one of another version is followed by it.

    By staff at the counter, by the elder themselves, or by somebody whose mandate covers it. `given_at` is the true
    moment when it is recorded late. Raises ConsentAlready, PaperMissing, MandateMissing. Source: PIPL Art. 14, 29.
    """
    _require(elder, by, at, verb="consent")
    if way == ConsentWay.PAPER and paper is None:
        raise PaperMissing(field="paper")
    running = (
        Consent.objects.select_for_update()
        .filter(elder=elder, purpose=purpose, withdrawn_at__isnull=True)
        .first()
    )
    if running is not None:
        if running.version == version:
            raise ConsentAlready
        _end(running, by=by, at=at)
    try:
        with transaction.atomic():
            return Consent.objects.create(
                community_id=elder.community_id, elder=elder, purpose=ConsentPurpose(purpose), version=version,
                given_at=min(given_at or at, at), given_by=given_by, way=way, paper=paper, recorded_by=by,
            )  # fmt: skip
    except IntegrityError as refused:
        raise ConsentAlready from refused


@transaction.atomic
def withdraw(*, consent: Consent, by: User, at: datetime) -> Consent:
    """Withdrawing is as easy as giving; what was done before stays lawful. Twice is once. Source: PIPL Art. 15."""
    _require(consent.elder, by, at, verb="withdraw")
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at is None:
        _end(consent, by=by, at=at)
    return consent


def _end(consent: Consent, *, by: User, at: datetime) -> None:
    consent.withdrawn_at = max(at, consent.given_at)
    consent.withdrawn_recorded_by = by
    consent.save(update_fields=["withdrawn_at", "withdrawn_recorded_by"])


def _require(elder: Elder, by: User, at: datetime, *, verb: str) -> None:
    if policies.may_keep_register(by, elder.community_id):
        return
    accounts.require(policies.acts_for(by, elder))
    mandates.use(elder=elder, scope="RIGHTS", verb=verb, object_kind="elders.consent", by=by, at=at)


@transaction.atomic
def publish_text(
    *, community: Community, purpose: str, version: str, text_zh: str, text_en: str = "", valid_from: date, by: User,
    at: datetime,
) -> ConsentText:  # fmt: skip
    """A new wording of a purpose. Whoever agreed to an older one is asked again. Raises TextVersionExists, NotAllowed.

    Source: PIPL Art. 14, 17.
    """
    accounts.require(policies.may_decide_retention(by, community.pk))
    try:
        with transaction.atomic():
            return ConsentText.objects.create(
                community=community, purpose=ConsentPurpose(purpose), version=version.strip(), text_zh=text_zh.strip(),
                text_en=text_en.strip(), valid_from=valid_from, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as refused:
        raise TextVersionExists(field="version") from refused
