"""Put two records of one human being together, and take them apart again.

No history is rewritten: `gone` points to `kept` (`Person.merged_into`), its file ends as MERGED, and everything that
was written about it is read through the merge. Only contacts, categories, mandates and household roles in force
move, and empty facts of the kept record are filled; `Merge.moved` and `Merge.before` say exactly what.
Source: architecture.md 4a; issue 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.kernel import months, steps
from carenet.parties.models import Person
from elders import policies
from elders.actions import contacts
from elders.actions.refusals import DifferentIds, MergeRefused, NothingToUndo, SaidDifferent
from elders.models import (
    Concern,
    Contact,
    Elder,
    ElderCategory,
    HelpToken,
    HouseholdRole,
    Mandate,
    Merge,
    NotSamePerson,
)
from elders.reports import ties
from elders.states import ELDER_STEPS

if TYPE_CHECKING:
    from carenet.accounts.models import User

PERSON_FACTS = ("sex", "born_on", "ethnicity", "no_id_reason")
PERSON_SEALED = ("id_sealed", "id_index", "id_tail_index", "phone_sealed", "phone_index", "phone_tail_index")
ELDER_FACTS = ("building_id", "grid_id", "door", "lon", "lat", "dialect", "languages", "owner_id")
UNKNOWN = {"living": "UNKNOWN", "caregiver": "UNKNOWN", "literacy": "UNKNOWN"}
DUES = ("contact_due_at", "archive_due_on", "assessment_due_on")


def obstacles(*, kept: Person, gone: Person) -> list[str]:
    """Why `gone` cannot be closed in favour of `kept`, in sentences; empty when it can."""
    from django.utils.translation import gettext as _

    found = ties.of(gone)
    kept_elder, gone_elder = _elder_of(kept), _elder_of(gone)
    if kept_elder is None and gone_elder is not None:
        found.append(_("This record stands on the register and the other one does not. Keep this one."))
    if gone_elder is not None and kept_elder is not None:
        if gone_elder.level is not None and kept_elder.level is None:
            found.append(_("This record was assessed and the other one was not. Keep this one."))
        if kept_elder.status in ("LEFT", "DIED") and gone_elder.status in ("ACTIVE", "PAUSED"):
            found.append(_("This record is in care and the other one is not. Keep this one."))
    return found


@transaction.atomic
def merge(*, kept: Person, gone: Person, by: User, at: datetime) -> Merge:
    """`gone` is the same human being as `kept` and is closed in its favour.

    Raises NotAllowed, SaidDifferent, DifferentIds, MergeRefused (with the sentences of `obstacles`). Source: issue 3.
    """
    accounts.require(
        policies.may_keep_register(by, kept.community_id) and kept.community_id == gone.community_id
    )
    locked = {
        each.pk: each
        for each in Person.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    }
    accounts.require(len(locked) == 2)
    kept, gone = locked[kept.pk], locked[gone.pk]
    if kept.merged_into_id or gone.merged_into_id:
        raise NothingToUndo
    low, high = sorted((kept.pk, gone.pk))
    if NotSamePerson.objects.filter(one_id=low, other_id=high).exists():
        raise SaidDifferent
    if kept.id_index and gone.id_index and bytes(kept.id_index) != bytes(gone.id_index):
        raise DifferentIds
    list(Elder.objects.select_for_update(of=("self",)).filter(person__in=[kept.pk, gone.pk]).order_by("pk"))
    against = obstacles(kept=kept, gone=gone)
    if against:
        raise MergeRefused(why=" ".join(against))
    kept_elder, gone_elder = _elder_of(kept), _elder_of(gone)
    moved: dict[str, list[int]] = {}
    before: dict[str, Any] = {}
    if kept_elder is not None and gone_elder is not None:
        before["gone_elder"] = _close(gone_elder, by=by, at=at)
        moved |= _move(kept_elder, gone_elder)
    moved["roles"] = _move_roles(kept, gone)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    before["person"] = _fill_person(kept, gone)
    if kept_elder is not None and gone_elder is not None:
        before["elder"] = _fill_elder(kept_elder, gone_elder, at=at)
    row = Merge.objects.create(
        community_id=kept.community_id, kept=kept, gone=gone, moved=moved, before=before, by=by, at=at
    )
    audit.note(
        community=kept.community_id, verb="elders.merged", object_kind="parties.person", object_id=gone.pk, by=by,
        at=at, facts={"kept": kept.pk, "moved": {name: len(ids) for name, ids in moved.items()}},
    )  # fmt: skip
    return row


@transaction.atomic
def undo(*, merge_row: Merge, by: User, at: datetime) -> Merge:
    """They are two people after all: everything stands again as before the merge.

    A fact that somebody has corrected since stays corrected. Raises NotAllowed, NothingToUndo when it is undone
    already, or when the kept record was itself merged since (take that back first).
    """
    accounts.require(policies.may_keep_register(by, merge_row.community_id))
    row = Merge.objects.select_for_update().get(pk=merge_row.pk)
    locked = {
        each.pk: each
        for each in Person.objects.select_for_update()
        .filter(pk__in=[row.kept_id, row.gone_id])
        .order_by("pk")
    }
    kept, gone = locked[row.kept_id], locked[row.gone_id]
    if row.undone_at is not None or gone.merged_into_id != kept.pk or kept.merged_into_id is not None:
        raise NothingToUndo
    kept_elder, gone_elder = _elder_of(kept), _elder_of(gone)
    _restore(kept, row.before["person"])
    if kept_elder is not None and row.before.get("elder"):
        _restore(kept_elder, row.before["elder"])
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    if gone_elder is not None:
        Contact.objects.filter(pk__in=row.moved.get("contacts", [])).update(elder=gone_elder)
        ElderCategory.objects.filter(pk__in=row.moved.get("categories", [])).update(elder=gone_elder)
        Mandate.objects.filter(pk__in=row.moved.get("mandates", [])).update(elder=gone_elder)
    HouseholdRole.objects.filter(pk__in=row.moved.get("roles", [])).update(person=gone)
    if gone_elder is not None and "gone_elder" in row.before:
        _reopen(gone_elder, row.before["gone_elder"], at=at)
    row.undone_by, row.undone_at = by, at
    row.save(update_fields=["undone_by", "undone_at"])
    audit.note(
        community=row.community_id, verb="elders.merge_undone", object_kind="parties.person", object_id=gone.pk,
        by=by, at=at, facts={"kept": kept.pk},
    )  # fmt: skip
    return row


# --- small parts -------------------------------------------------------------------------------------------
def _elder_of(person: Person) -> Elder | None:
    return Elder.objects.filter(person=person).exclude(status="WITHDRAWN").select_related("person").first()


def _text(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _back(field: models.Field[Any, Any], text: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(text) if text else None
    return field.to_python(text) if text is not None else None


def _close(elder: Elder, *, by: User, at: datetime) -> dict[str, Any]:
    """The file ends as MERGED: nothing is due any more, its help cards stop working, its worries are handled."""
    before: dict[str, Any] = {name: _text(getattr(elder, name)) for name in ("status", "status_on", *DUES)}
    cards = HelpToken.objects.filter(elder=elder, revoked_at__isnull=True)
    before["help_tokens"] = list(cards.values_list("pk", flat=True))
    cards.update(revoked_at=at, revoked_by=by)
    for concern in Concern.objects.filter(elder=elder, state="OPEN"):
        contacts.handle_concern(concern=concern, outcome="merged", by=by, at=at)
    elder.status = steps.take(ELDER_STEPS, "merge", elder.status)
    elder.status_on = months.day_of(at)
    elder.contact_due_at = elder.archive_due_on = elder.assessment_due_on = None
    elder.save(update_fields=["status", "status_on", *DUES])
    return before


def _reopen(elder: Elder, before: dict[str, Any], *, at: datetime) -> None:
    for name in ("status", "status_on", *DUES):
        setattr(elder, name, _back(Elder._meta.get_field(name), before[name]))  # type: ignore[arg-type]
    elder.save(update_fields=["status", "status_on", *DUES])
    HelpToken.objects.filter(pk__in=before["help_tokens"]).update(revoked_at=None, revoked_by=None)


def _move(kept: Elder, gone: Elder) -> dict[str, list[int]]:
    """Contacts, categories and mandates in force that the kept file lacks."""
    phones = {each.phone() for each in Contact.objects.filter(elder=kept, ended_on__isnull=True)}
    chosen = [
        each.pk
        for each in Contact.objects.filter(elder=gone, ended_on__isnull=True)
        if not each.phone() or each.phone() not in phones
    ]
    codes = ElderCategory.objects.filter(elder=kept, valid_to__isnull=True).values("code")
    categories = ElderCategory.objects.filter(elder=gone, valid_to__isnull=True).exclude(code__in=codes)
    users = Mandate.objects.filter(elder=kept, until__isnull=True).values("user")
    mandates = Mandate.objects.filter(elder=gone).open().exclude(user__in=users)
    found = {
        "contacts": chosen,
        "categories": list(categories.values_list("pk", flat=True)),
        "mandates": list(mandates.values_list("pk", flat=True)),
    }
    Contact.objects.filter(pk__in=found["contacts"]).update(elder=kept)
    ElderCategory.objects.filter(pk__in=found["categories"]).update(elder=kept)
    Mandate.objects.filter(pk__in=found["mandates"]).update(elder=kept)
    return found


def _move_roles(kept: Person, gone: Person) -> list[int]:
    taken = set(HouseholdRole.objects.open().filter(person=kept).values_list("household_id", "kind"))
    has_home = any(kind == "RESIDENT" for _household, kind in taken)
    chosen = [
        each.pk
        for each in HouseholdRole.objects.open().filter(person=gone)
        if (each.household_id, each.kind) not in taken and not (each.kind == "RESIDENT" and has_home)
    ]
    HouseholdRole.objects.filter(pk__in=chosen).update(person=kept)
    return chosen


def _set(row: models.Model, changes: dict[str, Any]) -> dict[str, Any]:
    """Write the values; keep what stood there and what stands there now."""
    kept = {name: [_text(getattr(row, name)), _text(value)] for name, value in changes.items()}
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=[each.removesuffix("_id") for each in changes])
    return kept


def _fill_person(kept: Person, gone: Person) -> dict[str, Any]:
    """Numbers and facts the kept record lacks; numbers are sealed anew, because a seal is bound to its row."""
    changes: dict[str, Any] = {
        name: getattr(gone, name) for name in PERSON_FACTS if not getattr(kept, name) and getattr(gone, name)
    }
    fresh = Person(uid=kept.uid)
    if not kept.id_sealed and gone.id_sealed:
        fresh.seal_id_number(gone.id_number())
        changes |= {name: getattr(fresh, name) for name in PERSON_SEALED[:3]}
        changes.pop("no_id_reason", None)
    if not kept.phone_sealed and gone.phone_sealed:
        fresh.seal_phone(gone.phone())
        changes |= {name: getattr(fresh, name) for name in PERSON_SEALED[3:]}
    return _set(kept, changes)


def _fill_elder(kept: Elder, gone: Elder, *, at: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {
        name: getattr(gone, name)
        for name in _place_together(kept)
        if getattr(gone, name) and not getattr(kept, name)
    }
    changes |= {
        name: getattr(gone, name)
        for name, unknown in UNKNOWN.items()
        if getattr(kept, name) == unknown and getattr(gone, name) != unknown
    }
    if kept.address_sealed is None and gone.address_sealed is not None:
        fresh = Elder(uid=kept.uid)
        fresh.seal_address(gone.address())
        changes["address_sealed"] = fresh.address_sealed
    if gone.last_contact_at and (kept.last_contact_at is None or gone.last_contact_at > kept.last_contact_at):
        changes["last_contact_at"] = gone.last_contact_at
        if kept.contact_due_at is not None:
            due = gone.last_contact_at + contacts.silence_allowed(kept, on=months.day_of(at))
            changes["contact_due_at"] = max(kept.contact_due_at, due)
    return _set(kept, changes)


def _place_together(kept: Elder) -> Iterable[str]:
    """A place is taken over whole or not at all."""
    return ELDER_FACTS if kept.building_id is None else ("dialect", "languages", "owner_id")


def _restore(row: models.Model, before: dict[str, Any]) -> None:
    """Put back what stood there, unless somebody has changed it since."""
    changed = []
    for name, (old, new) in before.items():
        if _text(getattr(row, name)) != new:
            continue
        field = row._meta.get_field(name.removesuffix("_id"))
        setattr(row, name, old if name.endswith("_id") else _back(field, old))  # type: ignore[arg-type]
        changed.append(name.removesuffix("_id"))
    if changed:
        row.save(update_fields=changed)
