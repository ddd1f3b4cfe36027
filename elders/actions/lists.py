"""Saved filters of the elders' list: kept by one user under a name, replaced by the same name, thrown away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction

from carenet.accounts import policies as accounts
from carenet.parties.models import Community
from elders import policies
from elders.actions.refusals import NameTaken, ReasonMissing
from elders.models import SavedFilter

if TYPE_CHECKING:
    from carenet.accounts.models import User

# What may be kept. Never the search words: they are names and numbers of people.
KEPT = ("colour", "level", "grid", "building", "category", "living", "due", "owner", "status", "order")


def cleaned(query: str) -> str:
    """The parts of an address that are a filter."""
    return urlencode([(key, value) for key, value in parse_qsl(query) if key in KEPT and value])[:400]


@transaction.atomic
def save(*, community: Community, name: str, query: str, by: User, at: datetime) -> SavedFilter:
    """Keep a filter; the same name again replaces it. Raises ReasonMissing (no name), NotAllowed."""
    accounts.require(policies.may_read_register(by, community.pk))
    if not name.strip():
        raise ReasonMissing(field="name")
    row, _new = SavedFilter.objects.update_or_create(
        community=community, user=by, name=name.strip()[:40], defaults={"query": cleaned(query), "at": at}
    )
    return row


@transaction.atomic
def rename(*, saved: SavedFilter, name: str, by: User, at: datetime) -> SavedFilter:
    """Give an own filter another name. Raises ReasonMissing (no name), NameTaken, NotAllowed."""
    accounts.require(saved.user_id == by.pk)
    if not name.strip():
        raise ReasonMissing(field="name")
    saved.name, saved.at = name.strip()[:40], at
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "at"])
    except IntegrityError as refused:
        raise NameTaken(field="name") from refused
    return saved


@transaction.atomic
def forget(*, saved: SavedFilter, by: User, at: datetime) -> None:
    """Throw an own filter away."""
    accounts.require(saved.user_id == by.pk)
    saved.delete()
