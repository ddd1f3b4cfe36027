"""Register organisations of the five parties and partners, and let persons join them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.parties import identity, policies
from carenet.parties.models import Community, Membership, Organisation, Person

if TYPE_CHECKING:
    from carenet.accounts.models import User


class UnusualCreditCode(DomainError):
    """The check characters do not fit; such codes exist, so staff may confirm it."""

    code = "unusual_credit_code"
    default_message = _(
        "The credit code does not pass its check. Please compare it with the certificate; if it is right, confirm it."
    )


class UnusualOrganisationCode(UnusualCreditCode):
    """The last character is right, the organisation code inside (9th to 17th character) is not."""

    code = "unusual_organisation_code"
    default_message = _(
        "The organisation code inside the credit code (9th to 17th character) does not pass its check. Please compare it "
        "with the certificate; if it is right, confirm it."
    )


class NoCreditCode(UnusualCreditCode):
    """Too short, too long, or with a letter that does not occur."""

    code = "no_credit_code"
    default_message = _(
        "A credit code has 18 characters: digits and capital letters without I, O, S, V and Z. Please compare it with the "
        "certificate; if it is right, confirm it."
    )


class BadOrganisation(DomainError):
    code = "bad_organisation"


def checked_code(*, code: str, confirmed: bool) -> str:
    """A credit code as it is kept; each failing check is a warning that staff may confirm, never a wall.

    Raises UnusualCreditCode, UnusualOrganisationCode, NoCreditCode. Source: domain.md §2.2.
    """
    kept = identity.normal_credit_code(code)
    if not kept or confirmed:
        return kept
    faults = identity.credit_code_faults(kept)
    if "shape" in faults:
        raise NoCreditCode(field="credit_code")
    if "check" in faults:
        raise UnusualCreditCode(field="credit_code")
    if faults:
        raise UnusualOrganisationCode(field="credit_code")
    return kept


@transaction.atomic
def register(
    *, community: Community, name: str, party_kind: str = "", partner_kind: str = "", credit_code: str = "",
    credit_code_confirmed: bool = False, by: User, at: datetime, **facts: Any,
) -> Organisation:  # fmt: skip
    """Register a party's organisation or a partner.

    Exactly one of `party_kind` and `partner_kind`. A failing credit code is refused until it is confirmed.
    Raises UnusualCreditCode (as `checked_code` does), BadOrganisation, NotAllowed. Source: S0-23, S0-30, S4-26; domain.md §2.2.
    """
    policies.require_registrar(by, community.pk)
    code = checked_code(code=credit_code, confirmed=credit_code_confirmed)
    organisation = Organisation(
        community=community, name=" ".join(name.split()), party_kind=party_kind, partner_kind=partner_kind,
        credit_code=code, credit_code_confirmed=credit_code_confirmed, **facts,
    )  # fmt: skip
    if organisation.since is None:
        organisation.since = months.day_of(at)
    try:
        organisation.full_clean(exclude=["community"])
    except ValidationError as wrong:
        raise BadOrganisation(" ".join(wrong.messages)) from wrong
    organisation.save()
    return organisation


@transaction.atomic
def join(
    *, person: Person, organisation: Organisation, role: str, since: date | None = None, title: str = "",
    by: User, at: datetime,
) -> Membership:  # fmt: skip
    """Make a person a member, representative, leader or staff of an organisation; joining twice is joining once."""
    policies.require_registrar(by, organisation.community_id)
    found, _made = Membership.objects.get_or_create(
        community_id=organisation.community_id, person=person, organisation=organisation, role=role, until=None,
        defaults={"since": since or months.day_of(at), "title": title},
    )  # fmt: skip
    return found


@transaction.atomic
def leave(*, membership: Membership, by: User, at: datetime) -> Membership:
    """End a membership today; the row stays as history."""
    policies.require_registrar(by, membership.community_id)
    membership.until = months.day_of(at)
    membership.save(update_fields=["until"])
    return membership
