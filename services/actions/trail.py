"""Lock a request, move it one step, write the line of its trail: what every other action stands on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from carenet.kernel import steps
from carenet.kernel.months import STATION_ZONE
from elders.actions import mandates
from services import policies
from services.models import RequestEvent, ServiceRequest
from services.refusals import AlreadyDone, AlreadyTaken
from services.states import REQUEST_STEPS, UNDER_WAY, RequestVerb

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person


# What an elder's relative may do, and which part of the mandate it needs.
MANDATED = {
    RequestVerb.TAKE: "ASK", RequestVerb.CANCEL: "ASK", RequestVerb.CONFIRM: "CONFIRM", RequestVerb.REOPEN: "CONFIRM",
    RequestVerb.RATE: "CONFIRM",
}  # fmt: skip


def locked(request_id: int) -> ServiceRequest:
    """The request under lock until the transaction ends; a second dispatcher waits here and sees the result.

    Two statements on purpose: a row that was waited for is fresh, but rows joined to it in the same statement
    are of the time before the wait. Raises ServiceRequest.DoesNotExist for another community's request (row
    security hides it).
    """
    ServiceRequest.objects.select_for_update(no_key=True).only("pk").get(pk=request_id)
    return ServiceRequest.objects.select_related(
        "community", "elder__person", "elder__building", "elder__community", "elder__owner", "kind",
        "helper__person", "helper__volunteer", "handler", "organisation",
    ).get(pk=request_id)  # fmt: skip


def move(
    request: ServiceRequest,
    verb: str,
    *,
    by: User,
    at: datetime,
    words: str = "",
    facts: dict[str, Any] | None = None,
    on_behalf_of: Person | None = None,
    fields: Iterable[str] = (),
) -> RequestEvent:
    """Take a step of the table: save the new state with `fields`, append the event. Raises AlreadyDone or
    AlreadyTaken with the name of who was faster."""
    if request.state not in REQUEST_STEPS[verb].sources:
        raise too_late(request, verb)
    request.state = steps.take(REQUEST_STEPS, verb, request.state)
    request.save(update_fields=["state", *fields])
    return tell(request, verb, by=by, at=at, words=words, facts=facts, on_behalf_of=on_behalf_of)


def tell(
    request: ServiceRequest,
    verb: str,
    *,
    by: User,
    at: datetime,
    words: str = "",
    facts: dict[str, Any] | None = None,
    on_behalf_of: Person | None = None,
    key: str = "",
) -> RequestEvent:
    """Append a line that changes no state. What somebody does under a mandate is also a use of it (MandateMissing)."""
    if verb in MANDATED and not policies.is_office(by, request.community_id):
        mandates.use_if_given(
            elder=request.elder, scope=MANDATED[RequestVerb(verb)], verb=str(verb), object_kind="services.servicerequest",
            object_id=request.pk, by=by, at=at,
        )  # fmt: skip
    return RequestEvent.objects.create(
        community_id=request.community_id,
        request=request,
        verb=verb,
        state=request.state,
        at=at,
        by=by,
        on_behalf_of=on_behalf_of,
        words=words[:300],
        facts=facts,
        key=key,
    )


def too_late(request: ServiceRequest, verb: str) -> AlreadyTaken | AlreadyDone:
    """The refusal that says who was faster and with what."""
    if verb in {"triage", "offer", "accept"} and request.state in UNDER_WAY:
        return AlreadyTaken(name=taken_by(request), state=request.state)
    last = (
        RequestEvent.objects.filter(request=request, state=request.state)
        .select_related("by", "on_behalf_of")
        .order_by("-pk")
        .first()
    )
    what = str(RequestVerb(last.verb).label) if last else str(request.get_state_display())
    when = f" {last.at.astimezone(STATION_ZONE):%H:%M}" if last else ""
    return AlreadyDone(name=str(last.by) if last else "", what=f"{what}{when}", state=request.state)


def taken_by(request: ServiceRequest) -> str:
    """Who has the request in hand: the helper, else the staff member."""
    if request.helper is not None:
        return request.helper.person.name
    return str(request.handler) if request.handler is not None else ""
