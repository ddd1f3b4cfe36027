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


@transaction.atomic
def correct(
    *, person: Person, name: str, sex: int, born_on: date | None, ethnicity: str = "", id_number: str = "",
    no_id_reason: str = "", phone: str = "", drops_phone: bool = False, by: User, at: datetime,
) -> list[str]:  # fmt: skip
    """Put the personal data right; returns the names of what is different now. The history keeps each version.

    An empty `id_number` or `phone` leaves what is kept; a reason why there is none takes the ID number away, and
    `drops_phone` the phone. A new ID number brings its birth date and sex, unless another one was written as well.
    Raises NameMissing, BadIdNumber, BadPhone, AlreadyRegistered, NotAllowed. Source: PIPL Art. 46; domain.md §2.1.
    """
    policies.require_registrar(by, person.community_id)
    old = Person.objects.select_for_update().get(pk=person.pk)
    fresh = Person.objects.get(pk=old.pk)
    fresh.name = " ".join(name.split())
    if not fresh.name:
        raise NameMissing(field="name")
    fresh.pinyin, fresh.initials = spelling.pinyin_of(fresh.name)
    fresh.sex, fresh.born_on, fresh.ethnicity = sex, born_on, ethnicity
    if id_number.strip():
        facts = identity.check_id_number(id_number, on=months.day_of(at))
        fresh.seal_id_number(facts.number)
        fresh.no_id_reason = ""
        fresh.born_on = facts.born_on if born_on == old.born_on else born_on
        fresh.sex = facts.sex if sex == old.sex else sex
    elif no_id_reason.strip():
        fresh.seal_id_number("")
        fresh.no_id_reason = no_id_reason.strip()
    if phone.strip() or drops_phone:
        fresh.seal_phone(identity.normal_phone(phone) if phone.strip() else "")
    return keep_version(old=old, fresh=fresh)


FACTS = {
    "name": ("name", "pinyin", "initials"), "sex": ("sex",), "born_on": ("born_on",), "ethnicity": ("ethnicity",),
    "id_number": ("id_sealed", "id_index", "id_tail_index", "no_id_reason"),
    "phone": ("phone_sealed", "phone_index", "phone_tail_index"),
}  # fmt: skip


def keep_version(*, old: Person, fresh: Person) -> list[str]:
    """Save what is different between two versions of one person, and name it. Raises AlreadyRegistered."""
    told_by = {"id_number": ("id_index", "no_id_reason"), "phone": ("phone_index",)}
    changed = [
        fact
        for fact, columns in FACTS.items()
        if any(
            _plain(getattr(old, each)) != _plain(getattr(fresh, each)) for each in told_by.get(fact, columns)
        )
    ]
    if changed:
        try:
            with transaction.atomic():
                fresh.save(update_fields=[column for fact in changed for column in FACTS[fact]])
        except IntegrityError as refused:
            if "parties_person_one_id" in str(refused):
                raise AlreadyRegistered(field="id_number") from refused
            raise
    return changed


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
