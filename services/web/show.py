"""How requests look: tones of their states, the steps bar, the buttons that may be pressed, the lines of the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from carenet.kernel import steps
from carenet.kernel.timeline import TimelineLine
from services import policies, reasons
from services.models import Proposal, RequestEvent, ServiceRequest
from services.states import REQUEST_STEPS, RequestState, RequestVerb, Urgency

if TYPE_CHECKING:
    from carenet.accounts.models import User

TONES = {
    "REQUESTED": "warn", "TRIAGED": "warn", "OFFERED": "info", "ACCEPTED": "info", "SCHEDULED": "info",
    "IN_PROGRESS": "info", "DONE": "warn", "CONFIRMED": "good", "CLOSED": "neutral", "CANCELLED": "neutral",
    "FAILED": "bad",
}  # fmt: skip
CANDIDATE_TONES = {
    "PROPOSED": "neutral", "OFFERED": "info", "SEEN": "info", "ACCEPTED": "good", "DECLINED": "warn",
    "EXPIRED": "warn", "WITHDRAWN": "neutral",
}  # fmt: skip
URGENCY_TONES = {Urgency.P1: "sos", Urgency.P2: "bad", Urgency.P3: "warn", Urgency.P4: "neutral"}

# Which steps staff take by a button, in which order, and how the button is called.
BUTTONS = {
    "triage": gettext_lazy("Check and complete"),
    "schedule": gettext_lazy("Agree on the time"),
    "start": gettext_lazy("Service begins"),
    "finish": gettext_lazy("Service is done"),
    "confirm": gettext_lazy("Confirm for the elder"),
    "close": gettext_lazy("Close the file"),
    "reopen": gettext_lazy("It was not right: open again"),
    "fail": gettext_lazy("Nobody can come"),
    "cancel": gettext_lazy("Cancel the request"),
}
QUIET = frozenset({"reopen", "fail", "cancel", "close"})


@dataclass(frozen=True)
class Button:
    """One step that may be taken now."""

    verb: str
    label: str
    url: str
    needs_form: bool
    quiet: bool


def tone(state: str) -> str:
    return TONES.get(state, "neutral")


def buttons(request: ServiceRequest, user: User, forms: Iterable[str]) -> list[Button]:
    """The steps of the table that start here and that this user may take."""
    allowed = {
        "triage": policies.may_dispatch,
        "schedule": policies.may_serve,
        "start": policies.may_serve,
        "finish": policies.may_serve,
        "confirm": policies.may_confirm,
        "close": policies.may_dispatch,
        "reopen": policies.may_cancel,
        "fail": policies.may_dispatch,
        "cancel": policies.may_cancel,
    }
    open_now = set(steps.open_steps(REQUEST_STEPS, request.state))
    if request.state in (RequestState.ACCEPTED, RequestState.SCHEDULED):
        open_now |= {"start", "finish", "schedule"}
    return [
        Button(
            verb,
            str(label),
            reverse("services:request-step", args=[request.pk, verb]),
            verb in forms,
            verb in QUIET,
        )
        for verb, label in BUTTONS.items()
        if verb in open_now and allowed[verb](user, request)
    ]


def steps_bar(request: ServiceRequest) -> list[dict[str, Any]]:
    """The way of a request in six stations."""
    order = [
        "REQUESTED",
        "TRIAGED",
        "OFFERED",
        "ACCEPTED",
        "SCHEDULED",
        "IN_PROGRESS",
        "DONE",
        "CONFIRMED",
        "CLOSED",
    ]
    stations = [
        (_("Asked for"), "REQUESTED", request.requested_at),
        (_("Checked"), "TRIAGED", None),
        (_("Offered"), "OFFERED", None),
        (_("Somebody comes"), "ACCEPTED", request.answered_at),
        (_("Done"), "DONE", request.done_at),
        (pgettext("steps", "Confirmed"), "CONFIRMED", request.confirmed_at),
    ]
    if request.state not in order:
        return []
    now = order.index(request.state)
    found = []
    for position, (label, state, at) in enumerate(stations):
        reached = now >= order.index(state)
        following = stations[position + 1][1] if position + 1 < len(stations) else None
        current = reached and following is not None and now < order.index(following)
        done = (reached and not current) or (state == "CONFIRMED" and reached)
        found.append(
            {
                "label": label,
                "state": "done" if done else "current" if current else "todo",
                "at": at if reached else None,
            }
        )
    return found


def trail_lines(events: Iterable[RequestEvent]) -> list[TimelineLine]:
    """The trail in words."""
    return [
        TimelineLine(
            at=each.at, app="services", kind=each.verb, title=str(RequestVerb(each.verb).label), detail=detail_of(each),
            party=str(each.by),
        )
        for each in events
    ]  # fmt: skip


def detail_of(event: RequestEvent) -> str:
    """The facts of one line as a sentence."""
    facts = event.facts or {}
    parts = []
    if event.verb == RequestVerb.HAND_ON:
        parts.append(
            _("from %(one)s to %(other)s") % {"one": facts.get("from", ""), "other": facts.get("to", "")}
        )
    elif event.verb == RequestVerb.PROPOSE:
        parts.append(_("%(number)s suitable helpers found") % {"number": facts.get("found", 0)})
    elif event.verb == RequestVerb.ESCALATE:
        parts.append(_("no answer for %(minutes)s minutes") % {"minutes": facts.get("minutes", "")})
    elif event.verb == RequestVerb.FINISH and "minutes" in facts:
        text = _("%(minutes)s minutes") % {"minutes": facts["minutes"]}
        if facts.get("measured") not in (None, facts["minutes"]):
            text += _(" (measured: %(minutes)s)") % {"minutes": facts["measured"]}
        parts.append(text)
    elif facts.get("name"):
        parts.append(str(facts["name"]))
    if event.on_behalf_of is not None:
        parts.append(_("for %(name)s") % {"name": event.on_behalf_of.name})
    if event.words:
        parts.append(event.words)
    return " · ".join(parts)


def skipped_lines(proposal: Proposal | None) -> list[dict[str, Any]]:
    """Who was passed over in a search, and why."""
    if proposal is None:
        return []
    return [
        {"name": each["name"], "metres": each["metres"], "why": reasons.sentence(each)}
        for each in proposal.skipped
    ]
