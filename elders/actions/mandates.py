"""Mandates (代办): who may act for the elder, for what, until when, on what evidence; every use is written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.accounts.models import User as UserModel
from carenet.documents.models import Document
from carenet.kernel.errors import DomainError
from carenet.parties import identity, sealed
from carenet.parties.models import Community
from elders import policies
from elders.actions import support
from elders.actions.refusals import DateOutOfOrder, MandateAlready, MandateMissing, NobodyOfThisName
from elders.models import Elder, Mandate, MandateUse
from elders.states import MandateScope

if TYPE_CHECKING:
    from carenet.accounts.models import User


def holder_of(*, community: Community, text: str) -> UserModel:
    """The account of somebody who may get a mandate, by phone number or user name. Raises NobodyOfThisName."""
    rows = UserModel.objects.filter(is_active=True, grants__community=community).distinct()
    wanted = text.strip()
    found: UserModel | None = rows.filter(username=wanted).first()
    if found is None:
        try:
            number = identity.normal_phone(wanted)
        except DomainError as refused:
            raise NobodyOfThisName(field="holder") from refused
        found = rows.filter(person__phone_index=sealed.index(number, "phone")).first()
    if found is None:
        raise NobodyOfThisName(field="holder")
    return found


@transaction.atomic
def give(
    *, elder: Elder, user: User, relation: str, scopes: Iterable[str] = (), evidence: str = "",
    paper: Document | None = None, since: date, until: date | None = None, by: User, at: datetime,
) -> Mandate:  # fmt: skip
    """Somebody may act for the elder, for the named things, until a day or until it is ended.

    Without scopes it opens everything. Raises MandateAlready, DateOutOfOrder, NotAllowed. Source: S2; PIPL Art. 44.
    """
    accounts.require(policies.may_keep_register(by, elder.community_id))
    if until is not None and until < since:
        raise DateOutOfOrder(field="until")
    running = Mandate.objects.select_for_update().filter(elder=elder, user=user, until__isnull=True).first()
    if running is not None:
        raise MandateAlready(field="holder")
    try:
        with transaction.atomic():
            return Mandate.objects.create(
                community_id=elder.community_id, elder=elder, user=user, relation=relation, evidence=evidence.strip(),
                scopes=[MandateScope(each).value for each in scopes] or list(MandateScope.values), paper=paper,
                since=since, until=until, granted_by=by,
            )  # fmt: skip
    except IntegrityError as refused:
        raise MandateAlready(field="holder") from refused


@transaction.atomic
def end(*, mandate: Mandate, on: date, by: User, at: datetime) -> Mandate:
    """The mandate ends with a day; an end is never moved to a later one. Raises DateOutOfOrder, NotAllowed."""
    accounts.require(policies.may_keep_register(by, mandate.community_id))
    if on < mandate.since or (mandate.until is not None and on > mandate.until):
        raise DateOutOfOrder(field="on")
    mandate.until = on
    mandate.save(update_fields=["until"])
    support.warn_if_thin(elder=mandate.elder, at=at)
    return mandate


@transaction.atomic
def use(
    *,
    elder: Elder,
    scope: str,
    verb: str,
    object_kind: str = "",
    object_id: object = "",
    by: User,
    at: datetime,
) -> MandateUse | None:
    """Somebody acts for the elder: the mandate must cover it, and the use is written down. None: the elder acts self.

    Raises MandateMissing. Source: issue 3 (every use logged).
    """
    if by.person_id is not None and by.person_id == elder.person_id:
        return None
    found = (
        Mandate.objects.filter(elder=elder, user=by, scopes__contains=[MandateScope(scope).value])
        .open()
        .order_by("pk")
        .first()
    )
    if found is None:
        raise MandateMissing
    return MandateUse.objects.create(
        community_id=elder.community_id, mandate=found, scope=scope, verb=verb, object_kind=object_kind,
        object_id=str(object_id), at=at,
    )  # fmt: skip


@transaction.atomic
def use_if_given(
    *,
    elder: Elder,
    scope: str,
    verb: str,
    object_kind: str = "",
    object_id: object = "",
    by: User,
    at: datetime,
) -> MandateUse | None:
    """For doors that other people than a mandate's holder use too: without any mandate nothing is written.

    Whoever holds one must have the part of it that this needs. Raises MandateMissing.
    """
    if not Mandate.objects.filter(elder=elder, user=by).open().exists():
        return None
    return use(
        elder=elder, scope=scope, verb=verb, object_kind=object_kind, object_id=object_id, by=by, at=at
    )
