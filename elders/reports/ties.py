"""What ties a record to other parts of the station, so that it cannot simply be closed by a merge.

Money, a sign-in, an open help request: nobody rewrites these silently. Higher apps add their own with `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from carenet.accounts.models import User
from carenet.ledger.models import Account
from carenet.parties.models import Person
from elders.models import Assessment, Concern, Elder

# `f(person, elder) -> sentences`; elder is None for a person who is not on the register.
Source = Callable[[Person, "Elder | None"], Iterable[str]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source of ties; registering it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def of(person: Person) -> list[str]:
    """Why this record cannot be the one that is closed, in sentences that say what to do. Empty: it can."""
    elder: Elder | None = getattr(person, "elder", None)
    found: list[str] = []
    if Account.objects.filter(person=person).exclude(balance=0).exists():
        found.append(
            _("This record has a balance of points, coins or money. Keep this one, or let it be spent or taken back first.")
        )  # fmt: skip
    if User.objects.filter(person=person, is_active=True).exists():
        found.append(_("Somebody signs in with this record. Keep this one, or close the account first."))
    if elder is not None:
        if Concern.objects.filter(elder=elder, state="OPEN", kind="CRISIS").exists():
            found.append(_("A crisis is open for this record. Please handle it first."))
        if Assessment.objects.filter(elder=elder, state="DRAFT").exists():
            found.append(_("An assessment is half filled in. Please sign it or declare it void first."))
        if elder.pauses.filter(Q(ended_on__isnull=True) & Q(cancelled_at__isnull=True)).exists():
            found.append(_("A pause is running or planned. Please end it first."))
    for source in _sources:
        found.extend(source(person, elder))
    return found
