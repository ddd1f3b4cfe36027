"""What happens by itself when nobody answers, and how an alarm ends. Every step once, by unique keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.months import day_of
from elders.actions import contacts
from elders.models import Concern
from services import notices, policies
from services.actions import cases, coins, dispatch, settlement, trail, visits
from services.models import Candidate, RequestEvent, ServiceRequest
from services.states import (
    CANDIDATE_STEPS,
    OPEN_OFFERS,
    WAITING,
    ConfirmWay,
    FollowUpKind,
    RequestState,
    RequestVerb,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

# A confirmed service that nobody disputes is closed after a week. Source: domain.md §4.3 (dispute window).
CLOSE_AFTER = timedelta(days=7)
# One run does at most this much; the next beat does the rest.
AT_ONCE = 200


class AlarmOutcome(TextChoices):
    """How an alarm turned out. Source: domain.md §8.2 step 6."""

    REAL = "REAL", _("real: help was needed")
    HELPED = "HELPED", _("help with something small")
    FINE = "FINE", _("found well, nothing was needed")
    MISTAKE = "MISTAKE", _("pressed by mistake")
    TEST = "TEST", pgettext_lazy("alarm outcome", "test")


@transaction.atomic
def resolve(*, request_id: int, outcome: str, words: str, by: User, at: datetime) -> ServiceRequest:
    """An alarm has been dealt with: how it turned out, in words; a follow-up within 24 hours when it was real.

    Whoever resolves it took it in hand (or does so now). A real alarm is a risk event and starts triage again.
    Raises NotAllowed, AlreadyTaken, AlreadyDone. Source: domain.md §8.2 step 6.
    """
    request = trail.locked(request_id)
    require(policies.may_watch(by, request.community_id))
    if request.state in WAITING:
        dispatch.claim(request_id=request_id, by=by, at=at)
    settlement.queue(request=request, on=day_of(at))
    label = str(AlarmOutcome(outcome).label)
    minutes = max(int((at - request.requested_at).total_seconds()) // 60, 1)
    dispatch.finish(
        request_id=request_id, minutes=minutes, by=by, at=at, words=f"{label}. {words}".strip()[:300]
    )
    dispatch.confirm(
        request_id=request_id, way=ConfirmWay.PHONE, by=by, at=at, on_behalf_of=request.elder.person
    )
    request.refresh_from_db()
    if outcome == AlarmOutcome.REAL:
        contacts.note_risk(
            elder=request.elder, kind="ALARM", on=day_of(request.requested_at),
            source_key=f"services.alarm:{request.pk}", by=by, at=at,
        )  # fmt: skip
        visits.follow_up(
            elder=request.elder, kind=FollowUpKind.AFTER_ALARM, owner=request.elder.owner or by,
            key=f"alarm:{request.pk}", request=request, by=by, at=at, tell=True,
        )  # fmt: skip
    return request


@transaction.atomic
def expire_offers(*, community: Community, by: User, at: datetime) -> int:
    """Offers nobody answered in time run out; the office is told. Returns how many."""
    rows = list(
        Candidate.objects.of(community)
        .filter(state__in=OPEN_OFFERS, expires_at__lte=at)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related(
            "helper__person", "request__elder__person", "request__elder__building", "request__community"
        )
        .order_by("pk")[:AT_ONCE]
    )
    for candidate in rows:
        candidate.state = steps.take(CANDIDATE_STEPS, "expire", candidate.state)
        candidate.answered_at = at
        candidate.save(update_fields=["state", "answered_at"])
        request = candidate.request
        trail.tell(
            request, RequestVerb.EXPIRE, by=by, at=at, key=f"expire:{candidate.pk}",
            facts={"helper": candidate.helper_id, "name": candidate.helper.person.name},
        )  # fmt: skip
        notices.expired(request=request, candidate=candidate, by=by, at=at)
    requests = {each.request_id: each.request for each in rows}
    for pk in coins.among(request_ids=requests):
        coins.let_go(request=requests[pk], by=by, at=at, if_nobody_is_asked=True)
    return len(rows)


@transaction.atomic
def escalate(*, community: Community, by: User, at: datetime) -> int:
    """Alarms nobody took climb the ladder after 3, 10 and 15 minutes; each rung once. Returns how many rungs.

    A sweep that comes late climbs all rungs that are due. Source: domain.md §8.2.
    """
    alarms = list(
        ServiceRequest.objects.of(community)
        .alarms()
        .waiting()
        .filter(requested_at__lte=at - timedelta(minutes=notices.LADDER[0][0]))
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("elder__person", "elder__building", "community")
        .order_by("pk")[:AT_ONCE]
    )
    told = set(
        RequestEvent.objects.filter(request__in=alarms, verb=RequestVerb.ESCALATE).values_list(
            "request_id", "key"
        )
    )
    climbed = 0
    for request in alarms:
        for rung, (minutes, _roles) in enumerate(notices.LADDER):
            if at < request.requested_at + timedelta(minutes=minutes) or (request.pk, f"rung{rung}") in told:
                continue
            trail.tell(
                request,
                RequestVerb.ESCALATE,
                by=by,
                at=at,
                key=f"rung{rung}",
                facts={"rung": rung, "minutes": minutes},
            )
            notices.alarm_escalated(request=request, rung=rung, minutes=minutes, by=by, at=at)
            climbed += 1
    return climbed


@transaction.atomic
def open_crisis_cases(*, community: Community, by: User, at: datetime) -> int:
    """A crisis that the register found gets a case of the responsible worker, once. Returns how many are new.

    Source: architecture.md 4a (services opens the case by unique key); domain.md §1.13.
    """
    opened = 0
    concerns = Concern.objects.of(community).filter(kind="CRISIS", state="OPEN", elder__owner__isnull=False)
    for concern in concerns.select_related("elder__owner", "elder__person")[:AT_ONCE]:
        elder = concern.elder
        if elder.owner is None or elder.cases.filter(state="OPEN", method="CASE").exists():
            continue
        case = cases.open_case(
            elder=elder, worker=elder.owner, reason=str(concern.get_kind_display()), key=f"concern:{concern.pk}",
            by=by, at=at,
        )  # fmt: skip
        opened += case.opened_at == at
    return opened


@transaction.atomic
def close_undisputed(*, community: Community, by: User, at: datetime) -> int:
    """Confirmed services are closed a week later. Returns how many."""
    rows = (
        ServiceRequest.objects.of(community)
        .filter(state=RequestState.CONFIRMED, confirmed_at__lte=at - CLOSE_AFTER)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .order_by("pk")[:AT_ONCE]
    )
    closed = 0
    for request in rows:
        trail.move(request, RequestVerb.CLOSE, by=by, at=at)
        closed += 1
    return closed
