"""Register persons and keep their names and phones right."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.parties import identity, policies, spelling
from carenet.parties.models import Community, Person

if TYPE_CHECKING:
    from carenet.accounts.models import User


class AlreadyRegistered(DomainError):
    """The ID number belongs to somebody who is already registered in this community."""

    code = "already_registered"
    default_message = _(
        "This ID number is already registered in this community. Please open the existing record."
    )


class NameMissing(DomainError):
    code = "name_missing"
    default_message = _("Please write the name.")


@transaction.atomic
def register(
    *, community: Community, name: str, sex: int = 0, born_on: date | None = None, id_number: str = "",
    no_id_reason: str = "", phone: str = "", ethnicity: str = "", is_demo: bool = False, by: User, at: datetime,
) -> Person:  # fmt: skip
    """Register a human being once. Sex and birth date are taken from the ID number when they are not given.

    Somebody without an ID number can be registered with a reason. Raises NameMissing, BadIdNumber, BadPhone,
    AlreadyRegistered, NotAllowed. Source: domain.md §2.1, §2.6.
    """
    policies.require_registrar(by, community.pk)
    person = draft(
        community=community, name=name, sex=sex, born_on=born_on, id_number=id_number, no_id_reason=no_id_reason,
        phone=phone, ethnicity=ethnicity, is_demo=is_demo, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as refused:
        if "parties_person_one_id" in str(refused):
            raise AlreadyRegistered from refused
        raise
    return person


def draft(
    *, community: Community, name: str, sex: int = 0, born_on: date | None = None, id_number: str = "",
    no_id_reason: str = "", phone: str = "", ethnicity: str = "", is_demo: bool = False, at: datetime,
) -> Person:  # fmt: skip
    """A checked, sealed, not yet saved person: the bulk import saves thousands of these in one statement."""
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    person = Person(
        community=community, name=name, sex=sex, born_on=born_on, ethnicity=ethnicity,
        no_id_reason=no_id_reason, is_demo=is_demo, created_at=at,
    )  # fmt: skip
    if id_number:
        facts = identity.check_id_number(id_number, on=months.day_of(at))
        person.seal_id_number(facts.number)
        person.born_on = born_on or facts.born_on
        person.sex = sex or facts.sex
        person.no_id_reason = ""
    person.seal_phone(identity.normal_phone(phone) if phone else "")
    person.pinyin, person.initials = spelling.pinyin_of(name)
    return person


@transaction.atomic
def rename(*, person: Person, name: str, by: User, at: datetime) -> Person:
    """Correct a name; pinyin and initials follow. The history keeps the old one."""
    policies.require_registrar(by, person.community_id)
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    person = Person.objects.select_for_update().get(pk=person.pk)
    person.name = name
    person.pinyin, person.initials = spelling.pinyin_of(name)
    person.save(update_fields=["name", "pinyin", "initials"])
    return person


@transaction.atomic
def change_phone(*, person: Person, phone: str, by: User, at: datetime) -> Person:
    """Set, change or (with an empty text) remove the phone number. Raises BadPhone.

    A user who signs in by this phone follows it.
    """
    policies.require_self_or_registrar(by, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    person.seal_phone(identity.normal_phone(phone) if phone else "")
    person.save(update_fields=["phone_sealed", "phone_index", "phone_tail_index"])
    return person
