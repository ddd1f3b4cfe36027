"""Who carries out what the doctor ordered: told by the apps above, shown beside the treatment plan.

Arrows only point down, so `services` hands its source to `register` when it starts. Source: S4-23 (closed loop
health record – treatment plan – care plan).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from carenet.accounts.models import User
from elders.models import TreatmentPlan


@dataclass(frozen=True)
class Carrier:
    """A case or a service that carries out a plan: where it stands in words, and when it is looked at again."""

    title: str
    words: str
    state: str
    tone: str
    since: date
    review_on: date
    is_late: bool
    url: str


# The carriers by plan, as the user may see them: a constant number of queries for any number of plans.
Lines = Callable[[Sequence[TreatmentPlan], User, date], Mapping[int, list[Carrier]]]


@dataclass(frozen=True)
class Source:
    """What an app above tells: the carriers, which plans have one, and the page on which a plan is tied."""

    lines: Lines
    carried: Callable[[], Q]
    url: Callable[[TreatmentPlan], str]


sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source; registering it again changes nothing."""
    if source not in sources:
        sources.append(source)


@dataclass(frozen=True)
class Carried:
    """A plan with those who carry it out, and the page to tie it."""

    plan: TreatmentPlan
    carriers: tuple[Carrier, ...]
    url: str


def of(plans: Sequence[TreatmentPlan], user: User, *, on: date) -> list[Carried]:
    """The plans in their order, each with its carriers."""
    found = [source.lines(plans, user, on) for source in sources]
    return [
        Carried(
            plan,
            tuple(carrier for lines in found for carrier in lines.get(plan.pk, ())),
            next((source.url(plan) for source in sources), ""),
        )
        for plan in plans
    ]


def by_nobody(plans: QuerySet[TreatmentPlan]) -> QuerySet[TreatmentPlan]:
    """Ordered, and no case and no service carries it out."""
    for source in sources:
        plans = plans.exclude(source.carried())
    return plans
