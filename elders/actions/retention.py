"""The retention rules: first a plan that says what would happen, then the director has it done.

An elder's file is kept while served and five years; then name, numbers, address and contacts go, and what is left
counts in statistics only. Source: domain.md §9.3; PIPL Art. 19, 47.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.documents.models import Document
from carenet.kernel import steps
from carenet.parties.models import Community, Person
from elders import policies
from elders.actions.refusals import PlanChanged
from elders.models import (
    Consent,
    Contact,
    Elder,
    ElderCategory,
    Mandate,
    RetentionRun,
    RightsRequest,
    WitnessRecord,
)
from elders.reports import ties
from elders.states import RETENTION_STEPS, RetentionState

if TYPE_CHECKING:
    from carenet.accounts.models import User

KEEP_YEARS = 5
EXAMPLES = 8


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def due(community: Community, *, on: date) -> list[Elder]:
    """The files whose time is over: left or died more than five years ago, nothing open, nobody signs in with them."""
    rows = (
        Elder.objects.of(community)
        .filter(
            status__in=["LEFT", "DIED"],
            anonymised_on__isnull=True,
            status_on__lt=_years_before(on, KEEP_YEARS),
        )
        .select_related("person")
        .order_by("status_on", "pk")
    )
    return list(rows)


def _held(elders: list[Elder]) -> dict[int, list[str]]:
    """Files that must wait: money, an account, a request of the family."""
    found = {each.pk: ties.of(each.person) for each in elders}
    asked = set(RightsRequest.objects.open().filter(elder__in=elders).values_list("elder_id", flat=True))
    for pk in asked:
        found[pk].append("rights")
    return {pk: why for pk, why in found.items() if why}


@transaction.atomic
def plan(*, community: Community, on: date, by: User, at: datetime) -> RetentionRun:
    """What the rules would do today: how many files, rows and papers, with examples. Nothing is changed."""
    accounts.require(policies.may_keep_register(by, community.pk))
    elders = due(community, on=on)
    held = _held(elders)
    chosen = [each for each in elders if each.pk not in held]
    ids = [each.pk for each in chosen]
    facts: dict[str, Any] = {
        "elders": ids,
        "held": sorted(held),
        "counts": {
            "files": len(ids),
            "contacts": Contact.objects.filter(elder__in=ids).count(),
            "papers": len(_papers(ids)),
            "held": len(held),
        },
        "examples": [
            {"number": each.number_text, "status": each.status, "since": each.status_on.isoformat()}
            for each in chosen[:EXAMPLES]
        ],
    }
    return RetentionRun.objects.create(
        community=community, on=on, plan=facts, planned_by=by, planned_at=at, state=RetentionState.PLANNED
    )


def _papers(ids: list[int]) -> list[Document]:
    wanted: set[int] = set()
    for model in (Consent, Mandate, RightsRequest, WitnessRecord):
        rows = model._base_manager.filter(elder__in=ids, paper__isnull=False)
        wanted |= set(rows.values_list("paper_id", flat=True))
    return list(Document.objects.filter(pk__in=wanted).order_by("pk"))


@transaction.atomic
def carry_out(*, run: RetentionRun, by: User, at: datetime) -> RetentionRun:
    """The director has the plan done, exactly as shown. Raises PlanChanged when the files are no longer the same ones,
    WrongStep when it was done or dropped, NotAllowed.
    """
    accounts.require(policies.may_decide_retention(by, run.community_id))
    run = RetentionRun.objects.select_for_update().select_related("community").get(pk=run.pk)
    state = RetentionState(steps.take(RETENTION_STEPS, "do", run.state))
    elders = due(run.community, on=run.on)
    held = _held(elders)
    ids = [each.pk for each in elders if each.pk not in held]
    if ids != run.plan["elders"]:
        raise PlanChanged
    list(Elder.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    papers = _papers(ids)
    forget(elder_ids=ids, on=run.on)
    names = [each.stored_name for each in papers]
    transaction.on_commit(lambda: _delete(names))
    run.state, run.decided_by, run.decided_at = state, by, at
    run.result = {"files": len(ids), "papers": len(names)}
    run.save(update_fields=["state", "decided_by", "decided_at", "result"])
    audit.note(
        community=run.community, verb="elders.retention_done", object_kind="elders.retentionrun", object_id=run.pk,
        by=by, at=at, facts=run.result,
    )  # fmt: skip
    return run


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


@transaction.atomic
def drop(*, run: RetentionRun, by: User, at: datetime) -> RetentionRun:
    """The plan is not carried out. Raises WrongStep, NotAllowed."""
    accounts.require(policies.may_decide_retention(by, run.community_id))
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    run.state = RetentionState(steps.take(RETENTION_STEPS, "drop", run.state))
    run.decided_by, run.decided_at = by, at
    run.save(update_fields=["state", "decided_by", "decided_at"])
    return run


def forget(*, elder_ids: list[int], on: date) -> None:
    """Name, numbers, address, contacts and evidence go; birth year, sex, standing and colours stay for statistics."""
    Contact.objects.filter(elder__in=elder_ids).update(name="—", phone_sealed=None, best_at="")
    ElderCategory.objects.filter(elder__in=elder_ids).update(evidence="")
    Mandate.objects.filter(elder__in=elder_ids).update(evidence="")
    RightsRequest.objects.filter(elder__in=elder_ids).update(asker_name="")
    for elder in Elder.objects.filter(pk__in=elder_ids).select_related("person"):
        person = elder.person
        Person.objects.filter(pk=person.pk).update(
            name="—", pinyin="", initials="", born_on=date(person.born_on.year, 1, 1) if person.born_on else None,
            ethnicity="", no_id_reason="", id_sealed=None, id_index=None, id_tail_index=None, phone_sealed=None,
            phone_index=None, phone_tail_index=None,
        )  # fmt: skip
    Elder.objects.filter(pk__in=elder_ids).update(
        door="", address_sealed=None, lon=None, lat=None, religion_sealed=None, religion_why="", dialect="",
        anonymised_on=on,
    )  # fmt: skip
