"""The register's own part of an import: enter many checked people at once, take them back within a day.

Source: ux.md §6.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Greatest

from carenet.accounts import policies as accounts
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.actions import people
from carenet.parties.models import Community, Person
from elders import policies
from elders.actions import households, import_undo, registry, triage
from elders.actions.import_check import Entry
from elders.models import Contact, Elder, ElderCategory, HouseholdRole, LifeEvent, TriageResult
from elders.reports import intervals
from elders.states import ElderStatus, LifeEventKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

BATCH = 500
# Rows of these tables are made by the import itself; anything else that points to the elder is use.
OWN_TRACES = frozenset({"elders.lifeevent", "elders.eldercategory", "elders.contact", "elders.triageresult", "elders.concern", "elders.reminder", "elders.livingspell", "elders.householdrole"})  # fmt: skip


@transaction.atomic
def import_rows(
    *, community: Community, entries: Sequence[Entry], job: Job | None = None, is_demo: bool = False, by: User,
    at: datetime,
) -> list[Elder]:  # fmt: skip
    """Enter many checked rows in few statements, with suggestions of colours. Raises NotAllowed and refusals of
    the rows. Source: ux.md §6.10.
    """
    accounts.require(policies.may_import(by, community.pk))
    if not entries:
        return []
    total = len(entries)
    persons = []
    for number, each in enumerate(entries, start=1):
        persons.append(
            people.draft(
                community=community, name=each.name, sex=each.sex, born_on=each.born_on, id_number=each.id_number,
                no_id_reason="" if each.id_number else each.no_id_reason, phone=each.phone,
                ethnicity=each.ethnicity, is_demo=is_demo, at=at,
            )
        )  # fmt: skip
        if job is not None and number % 100 == 0:
            jobs.progress(job=job, done=number // 2, total=total)
    Person.objects.bulk_create(persons, batch_size=BATCH)
    first = registry.next_number(community, total)
    days = intervals.days_on(community.pk, months.day_of(at))
    elders = []
    for offset, (each, person) in enumerate(zip(entries, persons, strict=True)):
        elder = registry.draft(
            community=community, person=person, number=first + offset, building=each.building, grid=each.grid,
            door=each.door, living=each.living, caregiver=each.caregiver, registered_on=each.registered_on, owner=each.owner,
            is_demo=is_demo, days=days, by=by, at=at,
        )  # fmt: skip
        elder.import_job = job
        elders.append(elder)
    Elder.objects.bulk_create(elders, batch_size=BATCH)
    _enter_facts(community, entries, elders, by=by, at=at)
    if job is not None:
        jobs.progress(job=job, done=total * 3 // 4, total=total)
    triage.suggest_many(community=community, elders=elders, by=by, at=at)
    return elders


def _enter_facts(
    community: Community, entries: Sequence[Entry], elders: Sequence[Elder], *, by: User, at: datetime
) -> None:
    LifeEvent.objects.bulk_create(
        [
            LifeEvent(
                community=community, elder=elder, kind=LifeEventKind.REGISTERED, on=elder.registered_on, by=by, at=at
            )
            for elder in elders
        ],
        batch_size=BATCH,
    )  # fmt: skip
    categories: dict[tuple[int, str], ElderCategory] = {}
    contacts = []
    for each, elder in zip(entries, elders, strict=True):
        for code, kind, grade in each.categories:
            categories[elder.pk, code] = ElderCategory(
                community=community, elder=elder, code=code, disability_kind=kind, disability_grade=grade,
                valid_from=elder.registered_on, checked_by=by, evidence=each.evidence,
            )  # fmt: skip
        if each.contact is not None:
            name, relation, phone = each.contact
            contact = Contact(
                community=community, elder=elder, name=name, relation=relation, is_emergency=True, order=1
            )
            contact.seal_phone(phone)
            contacts.append(contact)
    households.settle_many(elders=elders, by=by, at=at)
    ElderCategory.objects.bulk_create(categories.values(), batch_size=BATCH)
    Contact.objects.bulk_create(contacts, batch_size=BATCH)


@transaction.atomic
def take_back(*, job: Job, by: User, at: datetime) -> int:
    """Undo an import: the entries are withdrawn and the people's data wiped. Returns how many.

    Refused when somebody has worked with one of them since; the refusal names them. Raises RowsInUse, NotAllowed.
    """
    accounts.require(policies.may_import(by, job.community_id))
    elders = list(
        Elder.objects.of(job.community_id)
        .filter(import_job_id=job.pk)
        .exclude(status=ElderStatus.WITHDRAWN)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("person")
    )
    import_undo.require_untouched(each.person.name for each in _used(elders))
    on = months.day_of(at)
    ids = [each.pk for each in elders]
    Elder.objects.filter(pk__in=ids).update(
        status=ElderStatus.WITHDRAWN, status_on=on, contact_due_at=None, archive_due_on=None, assessment_due_on=None,
        provisional_colour="", provisional_subtier="", door="", address_sealed=None, lon=None, lat=None,
        living="UNKNOWN", caregiver="UNKNOWN",
    )  # fmt: skip
    ElderCategory.objects.filter(elder_id__in=ids, valid_to__isnull=True).update(valid_to=on)
    HouseholdRole.objects.open().filter(person__elder__in=ids).update(
        until=Greatest("since", Value(on, DateField()))
    )
    Contact.objects.filter(elder_id__in=ids).update(name="—", phone_sealed=None, ended_on=on)
    Person.objects.filter(elder__in=ids).update(
        name="—", pinyin="", initials="", sex=0, born_on=None, ethnicity="", no_id_reason="", id_sealed=None,
        id_index=None, id_tail_index=None, phone_sealed=None, phone_index=None, phone_tail_index=None,
    )  # fmt: skip
    return len(ids)


def _used(elders: Sequence[Elder]) -> list[Elder]:
    """Elders (or their persons) that any table points to beyond what the import wrote itself."""
    by_id = {each.pk: each for each in elders}
    by_person = {each.person_id: each for each in elders}
    used: dict[int, Elder] = {
        each.pk: each for each in elders if each.status != "ACTIVE" or each.level is not None
    }
    for model, found in ((Elder, by_id), (Person, by_person)):
        for relation in model._meta.related_objects:
            other = relation.related_model
            label = other._meta.label_lower
            if (
                label in OWN_TRACES
                or label in {"elders.elder", "parties.person"}
                or hasattr(other, "pgh_tracked_model")
            ):
                continue
            name = relation.field.name
            hits = other._base_manager.filter(**{f"{name}__in": list(found)}).values_list(
                f"{name}_id", flat=True
            )
            used |= {found[pk].pk: found[pk] for pk in hits}
    changed = LifeEvent.objects.filter(elder_id__in=by_id).exclude(kind=LifeEventKind.REGISTERED)
    decided = TriageResult.objects.filter(elder_id__in=by_id, decisions__isnull=False)
    for pk in (*changed.values_list("elder_id", flat=True), *decided.values_list("elder_id", flat=True)):
        used[pk] = by_id[pk]
    return [used[pk] for pk in sorted(used)]
