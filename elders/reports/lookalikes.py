"""Who in the register looks like the person being entered: same ID, same phone, same name or sound and birth date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from carenet.kernel.errors import DomainError
from carenet.parties import identity, sealed, spelling
from carenet.parties.models import Community, Person


@dataclass(frozen=True)
class Lookalike:
    """A person on file, why they look alike, and their elder file if they have one."""

    person_id: int
    name: str
    born_on: date | None
    place: str
    elder_id: int | None
    reasons: tuple[str, ...]


def find(
    *,
    community: Community,
    name: str,
    born_on: date | None,
    id_number: str = "",
    phone: str = "",
    except_id: int = 0,
) -> list[Lookalike]:
    """Look-alikes in the community, ID matches first. Reasons: `id`, `phone`, `name_and_birth`, `sound_and_birth`."""
    number = "".join(id_number.split()).upper()
    try:
        normal = identity.normal_phone(phone) if phone.strip() else ""
    except DomainError:
        normal = ""
    wanted = Q()
    id_hash = sealed.index(number, "id") if number else None
    phone_hash = sealed.index(normal, "phone") if normal else None
    if id_hash:
        wanted |= Q(id_index=id_hash)
        if born_on is None and len(number) == 18 and number[6:14].isdigit():
            try:
                born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            except ValueError:
                born_on = None
    if phone_hash:
        wanted |= Q(phone_index=phone_hash)
    cleaned = " ".join(name.split())
    if cleaned and born_on:
        wanted |= Q(name=cleaned, born_on=born_on)
    sound = spelling.pinyin_of(cleaned)[0] if cleaned and born_on else ""
    if sound:
        wanted |= Q(pinyin=sound, born_on=born_on)
    if not wanted:
        return []
    rows = (
        Person.objects.of(community)
        .living_records()
        .filter(wanted)
        .exclude(pk=except_id)
        .select_related("elder", "elder__building")[:20]
    )
    found = []
    for person in rows:
        elder = getattr(person, "elder", None)
        if elder is not None and elder.status in ("WITHDRAWN", "MERGED"):
            continue
        reasons = []
        if id_hash and person.id_index is not None and bytes(person.id_index) == id_hash:
            reasons.append("id")
        if phone_hash and person.phone_index is not None and bytes(person.phone_index) == phone_hash:
            reasons.append("phone")
        if person.name == cleaned and person.born_on == born_on:
            reasons.append("name_and_birth")
        elif sound and person.pinyin == sound and person.born_on == born_on:
            reasons.append("sound_and_birth")
        found.append(
            Lookalike(
                person.pk, person.name, person.born_on, elder.place_text if elder else "",
                elder.pk if elder else None, tuple(reasons),
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: "id" not in each.reasons)
