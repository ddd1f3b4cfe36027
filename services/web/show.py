"""How requests look: tones of their states, the steps bar, the buttons that may be pressed, the lines of the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from carenet.kernel import steps
from carenet.kernel.timeline import TimelineLine
from elders.states import Relation
from services import policies, reasons
from services.actions.coins import CLAIM_KEY
from services.models import CoinPayment, Proposal, RequestEvent, ServiceRequest
from services.states import (
    BEFORE_DONE,
    REQUEST_STEPS,
    STRAIGHT_WAY,
    CoinState,
    RequestState,
    RequestVerb,
    Urgency,
)
from volunteers.actions import coins
from volunteers.notices_bank import in_words

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import ServiceKind

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


@dataclass(frozen=True)
class PurseWords:
    """A purse in the words of a choice; `why_not` says why it cannot pay."""

    code: str
    label: str
    why_not: str = ""


def purse_words(
    found: Iterable[coins.Purse], *, user: User, on: date, kind: ServiceKind | None = None, minutes: int = 0
) -> list[PurseWords]:
    """Whose time coins, how much is there, and in words why some cannot pay (for this help, or for any)."""
    rows = []
    for each in found:
        facts = {"have": in_words(each.balance), "name": each.volunteer.person.name if each.volunteer else ""}
        if each.kind == coins.GRANT:
            label = _("Hours of the common pool: %(have)s") % facts
        elif each.volunteer is not None and each.volunteer.person_id == user.person_id:
            label = _("My time coins: %(have)s") % facts
        elif each.kind == coins.OWN:
            label = _("Time coins of %(name)s: %(have)s") % facts
        else:
            facts["relation"] = str(Relation(each.relation).label)
            label = _("Time coins of %(name)s (%(relation)s): %(have)s") % facts
        why_not = coins.why_not(purse=each, kind=kind, minutes=minutes, on=on)
        if not why_not and kind is None and not each.balance:
            why_not = _("There is nothing on this account yet.")
        rows.append(
            PurseWords(
                each.code,
                _("%(label)s. %(why)s") % {"label": label, "why": why_not} if why_not else label,
                why_not,
            )
        )
    return rows


def coins_sentence(payment: CoinPayment) -> str:
    """Where the time coins of a request stand, as a sentence."""
    facts = {"coins": in_words(payment.coins), "paid": in_words(payment.coins_paid)}
    if payment.state == CoinState.CHOSEN:
        return _("About %(coins)s are needed. They are set aside as soon as a helper is asked.") % facts
    if payment.state == CoinState.HELD:
        return _("%(coins)s are set aside. They are paid when the help was given and confirmed.") % facts
    if payment.state == CoinState.PAID and not payment.coins_paid:
        return _("The help was so short that nothing was taken.")
    if payment.state == CoinState.PAID and payment.coins_paid < payment.coins:
        return _("%(paid)s were paid; of the %(coins)s set aside the rest came back.") % facts
    if payment.state == CoinState.PAID:
        return _("%(paid)s were paid.") % facts
    if payment.state == CoinState.RETURNED:
        return _("%(paid)s were given back afterwards.") % facts
    return _("Not used: nothing was taken.")


def whose_coins(payment: CoinPayment) -> str:
    """Whose time coins pay."""
    if payment.volunteer is None:
        return str(payment.get_purse_display())
    if payment.relation:
        return f"{payment.volunteer.person.name} ({payment.get_relation_display()})"
    return payment.volunteer.person.name


def may_choose_coins(row: ServiceRequest) -> bool:
    """Whether time coins can still be chosen for a request; a gift for points is paid already."""
    return row.state in BEFORE_DONE and not row.is_alarm and not row.key.startswith(CLAIM_KEY)


def paying(rows: Iterable[ServiceRequest]) -> dict[int, CoinPayment]:
    """The time coins that pay, or have paid, for requests of a page; one query."""
    found = CoinPayment.objects.standing().filter(request__in=[each.pk for each in rows])
    return {each.request_id: each for each in found.select_related("volunteer__person")}


def coins_of(row: ServiceRequest) -> dict[str, Any] | None:
    """What the page of a request says about its time coins; the newest, also when it came to nothing."""
    payment = row.coin_payments.select_related("volunteer__person").order_by("-pk").first()
    if payment is None:
        return None
    return {
        "sentence": coins_sentence(payment), "tone": COIN_TONES[payment.state], "whose": whose_coins(payment),
        "label": payment.get_state_display(), "stands": payment.stands, "words": payment.words,
        "may_give_back": payment.state == CoinState.PAID and payment.coins_paid > 0,
    }  # fmt: skip


COIN_TONES = {"CHOSEN": "warn", "HELD": "info", "PAID": "good", "DROPPED": "neutral", "RETURNED": "neutral"}
COIN_WORDS = {
    "chosen": gettext_lazy("chosen, about %(coins)s needed"),
    "held": gettext_lazy("%(coins)s set aside"),
    "let_go": gettext_lazy("%(coins)s free again until the next helper is asked"),
    "paid": gettext_lazy("%(coins)s paid"),
    "dropped": gettext_lazy("not used"),
    "returned": gettext_lazy("%(coins)s given back"),
}


def steps_bar(request: ServiceRequest) -> list[dict[str, Any]]:
    """The way of a request in six stations."""
    stations = [
        (_("Asked for"), "REQUESTED", request.requested_at),
        (_("Checked"), "TRIAGED", None),
        (_("Offered"), "OFFERED", None),
        (_("Somebody comes"), "ACCEPTED", request.answered_at),
        (_("Done"), "DONE", request.done_at),
        (pgettext("steps", "Confirmed"), "CONFIRMED", request.confirmed_at),
    ]
    order: tuple[str, ...] = STRAIGHT_WAY
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
    elif event.verb == RequestVerb.COINS and facts.get("step") in COIN_WORDS:
        parts.append(str(COIN_WORDS[facts["step"]]) % {"coins": in_words(facts.get("coins", 0))})
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
