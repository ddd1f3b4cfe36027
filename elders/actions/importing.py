"""Import the register from a file: check first, enter only the good rows, take everything back within a day.

Two background jobs: `elders.import_check` reads and reports, `elders.import` enters what was found good. The
uploaded file is kept encrypted, because it holds ID numbers. Source: ux.md §6.10.
"""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts import policies as accounts
from carenet.documents.actions import freezing
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.jobs.registry import job_kind
from carenet.jobs.states import JobState
from carenet.kernel import months
from carenet.parties import sealed
from carenet.parties.actions import people
from carenet.parties.models import Community, Person
from carenet.webkit import excel
from elders import policies
from elders.actions import households, import_check, registry, triage
from elders.actions.import_check import Checked, Entry
from elders.actions.refusals import NothingToImport, RowsInUse
from elders.models import Contact, Elder, ElderCategory, HouseholdRole, ImportFault, LifeEvent, TriageResult
from elders.reports import intervals
from elders.rules import sheet
from elders.states import ElderStatus, LifeEventKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

CHECK, ENTER = "elders.import_check", "elders.import"
SEALED_COLUMN = "elders_import.upload"
BATCH = 500
MOST_NAMES = 5
# Rows of these tables are made by the import itself; anything else that points to the elder is use.
OWN_TRACES = frozenset({"elders.lifeevent", "elders.eldercategory", "elders.contact", "elders.triageresult", "elders.concern", "elders.reminder", "elders.livingspell", "elders.householdrole"})  # fmt: skip


@transaction.atomic
def upload(*, community: Community, content: bytes, name: str, by: User, at: datetime) -> Job:
    """Keep the file (encrypted) and queue its check. Raises NotAllowed, NotAFile."""
    accounts.require(policies.may_import(by, community.pk))
    row = uuid.uuid4()
    stored = (
        sealed.seal(base64.b64encode(content).decode(), column=SEALED_COLUMN, row=row) if content else b""
    )
    document = freezing.freeze(
        community=community, kind="elders.import", title=name, content=stored, mime="application/octet-stream",
        cause=None, by=by, at=at,
    )  # fmt: skip
    return jobs.start(
        community=community,
        kind=CHECK,
        params={"row": str(row), "name": name[:120]},
        upload=document,
        by=by,
        at=at,
    )


def content_of(job: Job) -> io.BytesIO:
    """The uploaded file of a check job, opened."""
    assert job.upload is not None
    plain = sealed.unseal(freezing.read(job.upload), column=SEALED_COLUMN, row=uuid.UUID(job.params["row"]))
    return io.BytesIO(base64.b64decode(plain))


def _check(job: Job, *, at: datetime) -> Checked:
    rows = list(excel.read_table(content_of(job)))
    jobs.progress(job=job, done=0, total=max(len(rows), 1))

    def told() -> Any:
        for number, row in enumerate(rows, start=1):
            if number % 50 == 0:
                jobs.progress(job=job, done=number, total=len(rows))
            yield row

    return import_check.check(told(), community=job.community, on=months.day_of(at))


def _result_url(job: Job) -> str:
    from django.urls import reverse

    return reverse("elders:import-result", args=[job.pk])


@job_kind(CHECK, label=_("Check of a register file"), result_url=_result_url)
def run_check(job: Job, *, at: datetime) -> dict[str, Any]:
    """Look through the file and keep the faults by row and column."""
    checked = _check(job, at=at)
    ImportFault.objects.filter(job=job).delete()
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                community_id=job.community_id, job=job, row=each.row, column=each.column,
                value=sheet.masked(each.column, each.value), code=each.code, facts=each.facts,
            )
            for each in checked.faults
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return {
        "rows": checked.rows,
        "good": len(checked.good),
        "faulty": checked.faulty_rows,
        "lines": [
            gettext("%(rows)s rows read: %(good)s can be entered, %(faulty)s must be mended.")
            % {"rows": checked.rows, "good": len(checked.good), "faulty": checked.faulty_rows}
        ],
    }


@transaction.atomic
def enter(*, check_job: Job, by: User, at: datetime) -> Job:
    """Enter the good rows of a checked file in the background. Raises NothingToImport, NotAllowed."""
    accounts.require(policies.may_import(by, check_job.community_id))
    check_job = Job.objects.select_for_update(of=("self",)).select_related("community").get(pk=check_job.pk)
    again = Job.objects.filter(
        kind=ENTER, params__check=check_job.pk, state__in=[JobState.QUEUED, JobState.RUNNING, JobState.DONE]
    )
    is_ready = check_job.kind == CHECK and check_job.state == JobState.DONE and check_job.result.get("good")
    if not is_ready or check_job.params.get("cancelled") or again.exists():
        raise NothingToImport
    return jobs.start(
        community=check_job.community, kind=ENTER, params={"check": check_job.pk, **check_job.params},
        upload=check_job.upload, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def cancel(*, check_job: Job, by: User, at: datetime) -> None:
    """Nothing of this file is wanted: its faults are forgotten. Raises NotAllowed."""
    accounts.require(policies.may_import(by, check_job.community_id))
    ImportFault.objects.filter(job=check_job).delete()
    check_job.params = {**check_job.params, "cancelled": True}
    check_job.save(update_fields=["params"])


def _undo(job: Job, *, by: User, at: datetime) -> None:
    take_back(job=job, by=by, at=at)


@job_kind(ENTER, label=_("Import of the register"), undo=_undo, result_url=_result_url)
def run_enter(job: Job, *, at: datetime) -> dict[str, Any]:
    """Check again (the register may have changed since) and enter the good rows, all or none."""
    checked = _check(job, at=at)
    entered = import_rows(community=job.community, entries=checked.good, job=job, by=job.by, at=at)
    return {
        "rows": checked.rows,
        "good": len(entered),
        "faulty": checked.faulty_rows,
        "lines": [gettext("%(count)s elders were entered in the register.") % {"count": len(entered)}],
    }


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
            door=each.door, living=each.living, caregiver=each.caregiver, registered_on=each.registered_on,
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
                valid_from=elder.registered_on, checked_by=by,
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
    used = _used(elders)
    if used:
        shown = "、".join(each.person.name for each in used[:MOST_NAMES])
        more = (
            gettext(" and %(count)s more") % {"count": len(used) - MOST_NAMES}
            if len(used) > MOST_NAMES
            else ""
        )
        raise RowsInUse(names=shown + more)
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
