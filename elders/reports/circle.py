"""The circle of support: who is in this elder's life, how near, and when they were last in touch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from carenet.accounts.states import Role
from elders.models import Contact, Elder, HouseholdRole, Mandate, Touch
from elders.reports import story
from elders.states import HouseholdRoleKind, Relation

# Whoever was not in touch for so long is no support at present. Machines and the elder's own sign-in do not count.
LATELY = timedelta(days=90)
NOT_PEOPLE = ("DEVICE", "SIGN_IN", "REVERSAL", "ALARM")
RADIUS = {1: 42, 2: 78, 3: 112}
MIDDLE = 140


@dataclass(frozen=True)
class Member:
    """One human being: ring 1 lives with the elder, 2 family and neighbours, 3 who comes from outside."""

    name: str
    what: str
    ring: int
    last_at: datetime | None
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Circle:
    """Everybody, and whether it has become too small."""

    members: list[Member]
    is_thin: bool

    @property
    def count(self) -> int:
        return len(self.members)


def of(elder: Elder, *, at: datetime) -> Circle:
    """Household, people to call, people with a mandate, and everybody who was in touch within 90 days.

    Thin: at most one human being. Source: issue 3 (warning when it shrinks to one).
    """
    ids = story.ids_of(elder)
    found: dict[str, Member] = {}
    roles = HouseholdRole.objects.open().filter(
        household__roles__person=elder.person_id,
        household__roles__until__isnull=True,
        household__roles__kind="RESIDENT",
    )
    for role in (
        roles.exclude(person=elder.person_id).exclude(kind="CAPTAIN").select_related("person").distinct()
    ):
        lives = role.kind in (HouseholdRoleKind.RESIDENT, HouseholdRoleKind.HEAD)
        what = Relation(role.relation).label if role.relation else HouseholdRoleKind(role.kind).label
        found.setdefault(role.person.name, Member(role.person.name, str(what), 1 if lives else 2, None))
    for contact in Contact.objects.filter(elder=elder, ended_on__isnull=True):
        found.setdefault(contact.name, Member(contact.name, str(contact.get_relation_display()), 2, None))
    for mandate in Mandate.objects.filter(elder=elder).open().select_related("user"):
        name = str(mandate.user)
        found.setdefault(name, Member(name, str(mandate.get_relation_display()), 2, None))
    touches = (
        Touch.objects.filter(
            elder__in=ids, at__gte=at - LATELY, at__lte=at, reverses__isnull=True, reversed_by__isnull=True
        )
        .exclude(kind__in=NOT_PEOPLE)
        # Imports and tasks write as the station itself: that is nobody in this elder's life.
        .exclude(by__grants__role=Role.STATION)
        .values("by_id", "by__display_name", "by__username", "by__person")
        .annotate(last=Max("at"))
        .order_by("-last")[:12]
    )
    for row in touches:
        if row["by__person"] == elder.person_id:
            continue
        name = row["by__display_name"] or row["by__username"]
        known = found.get(name)
        found[name] = Member(
            name, known.what if known else _("came or called"), known.ring if known else 3, row["last"]
        )
    return Circle(_placed(list(found.values())), len(found) <= 1)


def _placed(members: list[Member]) -> list[Member]:
    """Everybody on their ring, evenly around."""
    placed = []
    for ring in (1, 2, 3):
        rows = [each for each in members if each.ring == ring]
        for number, each in enumerate(rows):
            angle = 2 * math.pi * number / len(rows) + ring * 0.7
            placed.append(
                Member(
                    each.name, each.what, ring, each.last_at, round(MIDDLE + RADIUS[ring] * math.cos(angle), 1),
                    round(MIDDLE + RADIUS[ring] * math.sin(angle), 1),
                )
            )  # fmt: skip
    return placed
