"""Services that volunteers asked for with their points: pulled up from `volunteers`, settled or given back there.

A claim becomes a request with the key `claim:<number>`; how the request ended decides what becomes of the points.
Source: architecture.md 4a (a service as reward).
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from carenet.kernel.errors import DomainError
from carenet.kernel.months import day_of
from services.actions import dispatch, intake
from services.models import ServiceRequest
from services.states import BEFORE_DONE, CancelReason, Channel, RequestState
from volunteers.actions import service_rewards
from volunteers.models import ServiceClaim
from volunteers.states import ClaimState, SlipChannel

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

logger = logging.getLogger(__name__)
CHANNELS = {
    SlipChannel.WEB: Channel.WEB,
    SlipChannel.COUNTER: Channel.COUNTER,
    SlipChannel.PHONE: Channel.PHONE,
}


class ServiceBegan(DomainError):
    """The helper is there already, or was."""

    code = "service_began"
    default_message = gettext_lazy(
        "The service has already begun, so the points stay set aside. If something is wrong, please call the station."
    )


def key_of(claim: ServiceClaim) -> str:
    """The key of the request that a claim becomes."""
    return f"claim:{claim.pk}"


def pull(*, community: Community, by: User, at: datetime, limit: int = 200) -> int:
    """Make requests of new claims, settle what was confirmed, give back what was cancelled or is too late.

    Facts decide, so twice or late is the same. All claims are looked at, `limit` at a time: many that wait for their
    helper do not keep new ones waiting, and one that is refused does not stop the others. Returns how many moved.
    """
    moved, last = 0, 0
    while True:
        held = list(
            ServiceClaim.objects.of(community).held().filter(pk__gt=last)
            .select_related("elder__person", "kind", "volunteer__person").order_by("pk")[:limit]
        )  # fmt: skip
        requests = {
            each.key: each
            for each in ServiceRequest.objects.of(community).filter(key__in=[key_of(each) for each in held])
        }
        for claim in held:
            try:
                moved += _step(claim, requests.get(key_of(claim)), by=by, at=at)
            except DomainError as refused:  # it stays held and is looked at again with the next bell
                logger.warning("service for points %s: %s", claim.pk, refused.code)
        if len(held) < limit:
            return moved
        last = held[-1].pk


def _still_held(claim: ServiceClaim) -> bool:
    """Locked: whoever takes it back at this moment and the sweep wait for each other."""
    locked = ServiceClaim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)
    return locked.state == ClaimState.HELD


@transaction.atomic
def _step(claim: ServiceClaim, request: ServiceRequest | None, *, by: User, at: datetime) -> bool:
    """What one claim needs now; whether anything was done."""
    if not _still_held(claim):
        return False
    late = claim.expires_on < day_of(at)
    if request is None:
        if late or claim.elder.status != "ACTIVE":
            _back(claim, late=late, by=by, at=at)
        else:
            _ask(claim, by=by, at=at)
        return True
    if request.state in (RequestState.CONFIRMED, RequestState.CLOSED):
        service_rewards.settle(claim=claim, by=by, on=day_of(at), at=at)
        return True
    if request.state in (RequestState.CANCELLED, RequestState.FAILED):
        _back(claim, late=False, by=by, at=at)
        return True
    if late and request.state in BEFORE_DONE and request.state != RequestState.IN_PROGRESS:
        dispatch.cancel(request_id=request.pk, reason=CancelReason.NOT_NEEDED, by=by, at=at)
        _back(claim, late=True, by=by, at=at)
        return True
    return False


def _ask(claim: ServiceClaim, *, by: User, at: datetime) -> None:
    with override("zh-hans"):  # the station's own paper language
        note = _("A gift for points of %(name)s.") % {"name": claim.volunteer.person.name}
        if claim.wish:
            note = f"{note} {claim.wish}"
    intake.take(
        elder=claim.elder, kind=claim.kind, channel=CHANNELS[SlipChannel(claim.channel)], key=key_of(claim), by=by, at=at,
        note=note, minutes=claim.minutes, on_behalf_of=claim.volunteer.person,
    )  # fmt: skip


def _back(claim: ServiceClaim, *, late: bool, by: User, at: datetime) -> None:
    words = _("not given in time") if late else _("the service was cancelled")
    service_rewards.release(claim=claim, words=words, by=by, at=at)


@transaction.atomic
def withdraw(*, claim: ServiceClaim, by: User, at: datetime) -> None:
    """The owner changed their mind: the request goes, if nobody has begun. Raises ServiceBegan, NotAllowed."""
    held = _still_held(claim)
    request = (
        ServiceRequest.objects.select_for_update(of=("self",), no_key=True)
        .filter(community_id=claim.community_id, key=key_of(claim))
        .first()
    )
    if request is None or request.state in (RequestState.CANCELLED, RequestState.FAILED):
        return
    if request.state == RequestState.IN_PROGRESS or request.state not in BEFORE_DONE:
        raise ServiceBegan
    if held:
        dispatch.cancel(request_id=request.pk, reason=CancelReason.NOT_NEEDED, by=by, at=at)


def standing(*, claim: ServiceClaim) -> str:
    """Where the request behind a claim stands, in words; empty when there is none yet."""
    request = ServiceRequest.objects.filter(community_id=claim.community_id, key=key_of(claim)).first()
    return str(request.get_state_display()) if request else ""
