"""Other thresholds: proposed, tried over everybody beside the present ones, and only then put in force.

Source: domain.md §1.13 audit rule 6 (rule sets are immutable; a new version runs in shadow first).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carenet.accounts import policies as accounts
from carenet.jobs import actions as jobs
from carenet.jobs import registry
from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import triage
from elders.actions.refusals import NothingDifferent, NotTriedYet, ReasonMissing, ThresholdWrong
from elders.models import Elder, RuleAdoption, RuleSet, ShadowChange, ShadowRun
from elders.reports import inputs
from elders.rules import floor, gars

if TYPE_CHECKING:
    from carenet.accounts.models import User

PIECE = 200
CODE = "GARS-carenet"


@transaction.atomic
def propose(
    *, community: Community, changes: Mapping[str, int], note: str, by: User, at: datetime
) -> RuleSet:
    """A new version with other thresholds, beside the one in use here; it changes nobody's colour.

    Raises ThresholdWrong, NothingDifferent, ReasonMissing, NotAllowed.
    """
    accounts.require(policies.may_turn_forms(by, community.pk))
    if not note.strip():
        raise ReasonMissing(field="note")
    present = triage.adopted_rules(community)
    definition = dict(present.definition)
    for name, value in changes.items():
        if name not in gars.DEFINITION or not isinstance(value, int) or not 0 <= value <= 400:
            raise ThresholdWrong(field=name)
        if value != present.definition.get(name, gars.DEFINITION[name]):
            definition[name] = value
    if definition == present.definition:
        raise NothingDifferent
    newest = RuleSet.objects.filter(code=CODE).aggregate(Max("version"))["version__max"] or 0
    return RuleSet.objects.create(
        code=CODE, version=newest + 1, definition=definition, note=note.strip()[:200], made_by=by, made_at=at
    )


def start(*, community: Community, rule_set: RuleSet, by: User, at: datetime) -> Job:
    """Queue the trial run over everybody in care or paused. Raises NotAllowed."""
    accounts.require(policies.may_turn_forms(by, community.pk))
    return jobs.start(
        community=community, kind="elders.trial", params={"rule_set": rule_set.pk}, by=by, at=at
    )


@transaction.atomic
def run(
    *, community: Community, rule_set: RuleSet, by: User, at: datetime, progress: Any = None
) -> ShadowRun:
    """Both versions over the same inputs of everybody; who would change is kept, nobody's colour is touched."""
    against = triage.adopted_rules(community)
    on = months.day_of(at)
    people = Elder.objects.of(community).present().select_related("person").order_by("pk")
    total = people.count()
    counts: dict[str, Counter[str]] = {"from": Counter(), "to": Counter()}
    changes = []
    ids = list(people.values_list("pk", flat=True))
    for begin in range(0, len(ids), PIECE):
        piece = list(people.filter(pk__in=ids[begin : begin + PIECE]))
        before = inputs.snapshots(piece, on=on, limits=against.definition)
        after = inputs.snapshots(piece, on=on, limits=rule_set.definition)
        for elder in piece:
            old = gars.triage(before[elder.pk].known, against.definition)
            new = gars.triage(after[elder.pk].known, rule_set.definition)
            counts["from"][floor.key(old.colour, old.subtier)] += 1
            counts["to"][floor.key(new.colour, new.subtier)] += 1
            if floor.key(old.colour, old.subtier) != floor.key(new.colour, new.subtier):
                changes.append((elder, old, new))
        if progress is not None:
            progress(min(begin + PIECE, total), total)
    made = ShadowRun.objects.create(
        community=community, rule_set=rule_set, against=against, elders=total, changed=len(changes),
        counts={name: dict(found) for name, found in counts.items()}, by=by, at=at,
    )  # fmt: skip
    ShadowChange.objects.bulk_create(
        [
            ShadowChange(
                community=community, run=made, elder=elder, confirmed=elder.colour, from_colour=old.colour,
                from_subtier=old.subtier, to_colour=new.colour, to_subtier=new.subtier, from_fired=list(old.fired),
                to_fired=list(new.fired),
            )
            for elder, old, new in changes
        ],
        batch_size=500,
    )  # fmt: skip
    return made


@transaction.atomic
def adopt(*, run: ShadowRun, by: User, at: datetime) -> RuleAdoption:
    """The director puts a version in force here, after looking at its newest trial against the present rules.

    Every elder is then computed anew in the background; towards red counts at once, everything else waits for a
    person. Raises NotTriedYet when the rules in use have changed since the trial; NotAllowed.
    """
    accounts.require(policies.may_turn_forms(by, run.community_id))
    community = run.community
    present = triage.adopted_rules(community)
    if present.pk != run.against_id or run.rule_set_id == present.pk:
        raise NotTriedYet
    adopted = RuleAdoption.objects.create(community=community, rule_set=run.rule_set, run=run, by=by, at=at)
    jobs.start(community=community, kind="elders.resuggest", params={}, by=by, at=at)
    return adopted


@registry.job_kind(
    "elders.trial",
    label=_("trial run of other thresholds"),
    result_url=lambda job: reverse("elders:trial", args=[job.result["run"]]),
)
def _trial(job: Job, *, at: datetime) -> dict[str, Any]:
    rule_set = RuleSet.objects.get(pk=job.params["rule_set"])
    made = run(
        community=job.community, rule_set=rule_set, by=job.by, at=at,
        progress=lambda done, total: jobs.progress(job=job, done=done, total=total),
    )  # fmt: skip
    return {"run": made.pk, "elders": made.elders, "changed": made.changed}


@registry.job_kind("elders.resuggest", label=_("suggest all colours anew"))
def _resuggest(job: Job, *, at: datetime) -> dict[str, Any]:
    ids = list(Elder.objects.of(job.community).present().order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), PIECE):
        piece = Elder.objects.of(job.community).filter(pk__in=ids[begin : begin + PIECE])
        triage.suggest_many(community=job.community, elders=piece, by=job.by, at=at)
        jobs.progress(job=job, done=min(begin + PIECE, len(ids)), total=len(ids))
    return {"elders": len(ids)}
