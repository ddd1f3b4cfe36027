"""Whom to ask: the nearest helpers who can, may and have time, with every reason for and against.

Reads only; `dispatch.propose` stores the answer. Source: S1 (nearest social organisation, social worker or
volunteer); domain.md §3.5 (filter, then distance, continuity, rating, fairness); architecture.md law 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q

from carenet.kernel.months import STATION_ZONE, day_of, start_of
from services import nearest, policies, reasons
from services.models import Assignment, Candidate, CoinPayment, Feedback, Helper, ServiceRequest
from services.reports import engaged
from services.states import DELIVERED, CandidateState, HelperKind, week_slot

WANTED = 5
# How many of the nearest are looked at before the search goes wider, and how far it goes at most.
LOOK_AT = (40, 200)
# Helpers within one step count as equally near: a walk of about four minutes.
STEP_METRES = 200
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Suitable:
    """A helper who could go."""

    helper_id: int
    metres: float
    reasons: list[dict[str, Any]]
    order: tuple[Any, ...]


@dataclass(frozen=True)
class Skipped:
    """A helper who was passed over, and why."""

    helper_id: int
    name: str
    metres: int
    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "helper": self.helper_id, "name": self.name, "metres": self.metres, "code": self.code,
            "facts": self.facts,
        }  # fmt: skip


@dataclass(frozen=True)
class Found:
    """The answer of one search."""

    looked_at: int
    suitable: list[Suitable]
    skipped: list[Skipped]


@dataclass(frozen=True)
class _Known:
    """What the database knows about the helpers looked at; a constant number of queries."""

    busy: frozenset[int]
    day_load: dict[int, int]
    times_before: dict[int, int]
    ratings: dict[int, tuple[float, int]]
    recent: dict[int, int]
    answers: dict[int, str]
    coins: CoinPayment | None


def look(*, request: ServiceRequest, at: datetime, limit: int = WANTED) -> Found:
    """The best `limit` helpers for a request, and the nearer or better ones that were passed over."""
    x, y, known_place = nearest.place_of(request.elder)
    when = request.scheduled_at or at
    near: list[nearest.Near] = []
    suitable: list[Suitable] = []
    skipped: list[Skipped] = []
    for width in LOOK_AT:
        near = nearest.nearest(
            community_id=request.community_id, kind_number=request.kind.number, x=x, y=y, limit=width
        )
        suitable, skipped = _sort_out(request, near, when=when, at=at, known_place=known_place)
        if len(suitable) >= limit or len(near) < width:
            break
    return Found(len(near), sorted(suitable, key=lambda each: each.order)[:limit], skipped)


def _sort_out(
    request: ServiceRequest, near: list[nearest.Near], *, when: datetime, at: datetime, known_place: bool
) -> tuple[list[Suitable], list[Skipped]]:
    helpers = (
        Helper.objects.select_related("person", "volunteer")
        .prefetch_related("volunteer__qualifications")
        .in_bulk([each.helper_id for each in near])
    )
    facts = _facts(request, helpers.keys(), when=when, at=at)
    suitable: list[Suitable] = []
    skipped: list[Skipped] = []
    for each in near:
        helper = helpers.get(each.helper_id)
        if helper is None or not helper.active:
            continue
        against = _against(request, helper, each, facts, when=when)
        if against is not None:
            code, details = against
            skipped.append(Skipped(helper.pk, helper.person.name, round(each.metres), code, details))
        else:
            suitable.append(_for(helper, each, facts, known_place=known_place))
    return suitable, skipped


def _against(
    request: ServiceRequest, helper: Helper, near: nearest.Near, known: _Known, *, when: datetime
) -> tuple[str, dict[str, Any]] | None:
    """The first reason not to ask, in the order a dispatcher would think of it."""
    local = when.astimezone(STATION_ZONE)
    if helper.person_id == request.elder.person_id:
        return "SAME_PERSON", {}
    if _same_household(request, helper):
        return "HOUSEHOLD", {}
    if known.coins is not None and helper.kind != HelperKind.VOLUNTEER:
        return "COINS", {}
    if known.coins is not None and known.coins.volunteer_id == helper.volunteer_id:
        return "PAYS", {}
    if helper.pk in known.answers:
        return ("DECLINED" if known.answers[helper.pk] == CandidateState.DECLINED else "NO_ANSWER"), {}
    why = policies.why_not_sent(helper, request.kind, day_of(when))
    if why:
        return why, {}
    # An alarm asks whoever is near; calendars are for ordinary services.
    if request.is_alarm:
        return None
    if not (near.week >> week_slot(local.weekday(), local.hour)) & 1:
        return "NO_TIME", {}
    if helper.pk in known.busy:
        return "BUSY_THEN", {}
    load = known.day_load.get(helper.pk, 0)
    if load >= helper.daily_limit:
        return "DAY_FULL", {"times": load, "limit": helper.daily_limit}
    return None


def _for(helper: Helper, near: nearest.Near, known: _Known, *, known_place: bool) -> Suitable:
    times = known.times_before.get(helper.pk, 0)
    stars, votes = known.ratings.get(helper.pk, (0.0, 0))
    recent = known.recent.get(helper.pk, 0)
    metres = round(near.metres)
    found: list[dict[str, Any]] = [
        {"code": "NEAR", "facts": {"metres": metres, "walk": reasons.walk_minutes(metres)}},
        {"code": "KNOWN", "facts": {"times": times}} if times else {"code": "NEW_HERE", "facts": {}},
        {"code": "RATED", "facts": {"stars": f"{stars:.1f}", "times": votes}}
        if votes
        else {"code": "NOT_RATED", "facts": {}},
        {"code": "RECENT", "facts": {"times": recent}},
    ]
    if not known_place:
        found.insert(1, {"code": "AT_CENTRE", "facts": {}})
    order = (int(near.metres // STEP_METRES), -min(times, 1), -round(stars * 2), recent, near.metres)
    return Suitable(helper.pk, near.metres, found, order)


def _facts(request: ServiceRequest, helper_ids: Iterable[int], *, when: datetime, at: datetime) -> _Known:
    ids = list(helper_ids)
    period = (when, when + timedelta(minutes=max(request.minutes, 1)))
    day = start_of(day_of(when))
    promised = Assignment.objects.filter(helper__in=ids, released_at__isnull=True)
    delivered = ServiceRequest.objects.filter(helper__in=ids, state__in=DELIVERED)
    loads = (
        ServiceRequest.objects.filter(helper__in=ids)
        .exclude(state__in=["CANCELLED", "FAILED"])
        .filter(
            Q(scheduled_at__gte=day, scheduled_at__lt=day + timedelta(days=1))
            | Q(scheduled_at__isnull=True, started_at__gte=day, started_at__lt=day + timedelta(days=1))
        )
        .values_list("helper")
        .annotate(n=Count("pk"))
    )
    ratings = (
        Feedback.objects.filter(request__helper__in=ids, at__gte=at - timedelta(days=365))
        .values_list("request__helper")
        .annotate(stars=Avg("stars"), n=Count("pk"))
    )
    return _Known(
        busy=frozenset(promised.filter(period__overlap=period).values_list("helper", flat=True))
        | engaged.in_shifts(ids, *period),
        day_load=dict(loads),
        times_before=dict(
            delivered.filter(elder=request.elder).values_list("helper").annotate(n=Count("pk"))
        ),
        ratings={helper: (float(stars), votes) for helper, stars, votes in ratings},
        recent=dict(
            delivered.filter(done_at__gte=at - RECENT, done_at__lte=at)
            .values_list("helper")
            .annotate(n=Count("pk"))
        ),
        coins=request.coin_payments.standing().first(),
        answers=dict(
            Candidate.objects.filter(
                request=request, helper__in=ids, state__in=[CandidateState.DECLINED, CandidateState.EXPIRED]
            ).values_list("helper", "state")
        ),
    )


def _same_household(request: ServiceRequest, helper: Helper) -> bool:
    """Same building and same door. Source: domain.md §4.3 (no crediting inside one household)."""
    volunteer, elder = helper.volunteer, request.elder
    return (
        volunteer is not None
        and elder.building_id is not None
        and volunteer.building_id == elder.building_id
        and bool(elder.door)
        and volunteer.door == elder.door
    )
