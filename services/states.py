"""Words and step tables of the services app; pure data.

The database repeats the step tables as triggers (migration 0002_walls). A rating is a row, not a state, and to
reopen is a step that leads back to TRIAGED: a reopened request is a triaged one whose trail says why.
Source: architecture.md 4a; domain.md §3.5 (closed loop demanded by S0 and S1).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step


class RequestState(models.TextChoices):
    """Where a request for a service stands."""

    REQUESTED = "REQUESTED", pgettext_lazy("request state", "asked for")
    TRIAGED = "TRIAGED", pgettext_lazy("request state", "checked, waiting for a helper")
    OFFERED = "OFFERED", pgettext_lazy("request state", "offered to a helper")
    ACCEPTED = "ACCEPTED", pgettext_lazy("request state", "accepted")
    SCHEDULED = "SCHEDULED", pgettext_lazy("request state", "time agreed")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("request state", "under way")
    DONE = "DONE", pgettext_lazy("request state", "done, waiting for confirmation")
    CONFIRMED = "CONFIRMED", pgettext_lazy("request state", "confirmed")
    CLOSED = "CLOSED", pgettext_lazy("request state", "closed")
    CANCELLED = "CANCELLED", pgettext_lazy("request state", "cancelled")
    FAILED = "FAILED", pgettext_lazy("request state", "nobody could come")


R = RequestState

BEFORE_DONE = (R.REQUESTED, R.TRIAGED, R.OFFERED, R.ACCEPTED, R.SCHEDULED, R.IN_PROGRESS)
# From the wish to the archive, when nothing comes between.
STRAIGHT_WAY = (*BEFORE_DONE, R.DONE, R.CONFIRMED, R.CLOSED)
# The elder is not the station's any more. Mirrors elders.states.ElderStatus.
GONE = ("LEFT", "DIED")
# Nobody is at the door yet: this ends when the elder is gone, and may come back to where it was.
AHEAD = (R.REQUESTED, R.TRIAGED, R.OFFERED, R.ACCEPTED, R.SCHEDULED)
WAITING = (R.REQUESTED, R.TRIAGED, R.OFFERED)
UNDER_WAY = (R.ACCEPTED, R.SCHEDULED, R.IN_PROGRESS)
DELIVERED = (R.DONE, R.CONFIRMED, R.CLOSED)
ENDED = (R.CLOSED, R.CANCELLED, R.FAILED)

REQUEST_STEPS: dict[str, Step] = {
    "triage": step([R.REQUESTED], R.TRIAGED),
    "offer": step([R.TRIAGED], R.OFFERED),
    "accept": step([R.OFFERED], R.ACCEPTED),
    "schedule": step([R.ACCEPTED], R.SCHEDULED),
    "start": step([R.SCHEDULED], R.IN_PROGRESS),
    "finish": step([R.IN_PROGRESS], R.DONE),
    "confirm": step([R.DONE], R.CONFIRMED),
    "close": step([R.CONFIRMED], R.CLOSED),
    "reopen": step([R.DONE, R.CONFIRMED], R.TRIAGED),
    "cancel": step(BEFORE_DONE, R.CANCELLED),
    "fail": step([R.TRIAGED, R.OFFERED], R.FAILED),
}

# The way a service takes when nothing goes wrong; the roster writes this trail for delivered routine services.
STRAIGHT = ("take", "triage", "offer", "accept", "schedule", "start", "finish", "confirm", "close")


class RequestVerb(models.TextChoices):
    """What stands in the trail of a request; the first ones change its state, the others do not."""

    TAKE = "take", pgettext_lazy("request verb", "asked for")
    TRIAGE = "triage", pgettext_lazy("request verb", "checked by the station")
    OFFER = "offer", pgettext_lazy("request verb", "offered")
    ACCEPT = "accept", pgettext_lazy("request verb", "accepted")
    SCHEDULE = "schedule", pgettext_lazy("request verb", "time agreed")
    START = "start", pgettext_lazy("request verb", "service began")
    FINISH = "finish", pgettext_lazy("request verb", "service done")
    CONFIRM = "confirm", pgettext_lazy("request verb", "confirmed")
    CLOSE = "close", pgettext_lazy("request verb", "closed")
    REOPEN = "reopen", pgettext_lazy("request verb", "reopened")
    CANCEL = "cancel", pgettext_lazy("request verb", "cancelled")
    FAIL = "fail", pgettext_lazy("request verb", "nobody could come")
    PROPOSE = "propose", pgettext_lazy("request verb", "helpers proposed")
    DECLINE = "decline", pgettext_lazy("request verb", "declined")
    EXPIRE = "expire", pgettext_lazy("request verb", "no answer in time")
    WITHDRAW = "withdraw", pgettext_lazy("request verb", "offer withdrawn")
    HAND_ON = "hand_on", pgettext_lazy("request verb", "handed to another helper")
    PRESS = "press", pgettext_lazy("request verb", "alarm pressed again")
    FINE = "fine", pgettext_lazy("request verb", "said: I am fine, pressed by mistake")
    ESCALATE = "escalate", pgettext_lazy("request verb", "escalated")
    RATE = "rate", pgettext_lazy("request verb", "rated")
    SETTLE = "settle", pgettext_lazy("request verb", "hours and costs booked")
    RESTORE = "restore", pgettext_lazy("request verb", "goes on")
    COINS = "coins", pgettext_lazy("request verb", "time coins")


class CandidateState(models.TextChoices):
    """Where a proposed helper stands."""

    PROPOSED = "PROPOSED", pgettext_lazy("candidate state", "proposed")
    OFFERED = "OFFERED", pgettext_lazy("candidate state", "asked")
    SEEN = "SEEN", pgettext_lazy("candidate state", "has read it")
    ACCEPTED = "ACCEPTED", pgettext_lazy("candidate state", "comes")
    DECLINED = "DECLINED", pgettext_lazy("candidate state", "cannot")
    EXPIRED = "EXPIRED", pgettext_lazy("candidate state", "did not answer in time")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("candidate state", "withdrawn")


C = CandidateState

OPEN_OFFERS = (C.OFFERED, C.SEEN)

CANDIDATE_STEPS: dict[str, Step] = {
    "offer": step([C.PROPOSED], C.OFFERED),
    "see": step([C.OFFERED], C.SEEN),
    "accept": step([C.OFFERED, C.SEEN], C.ACCEPTED),
    "decline": step([C.OFFERED, C.SEEN], C.DECLINED),
    "expire": step([C.OFFERED, C.SEEN], C.EXPIRED),
    "withdraw": step([C.PROPOSED, C.OFFERED, C.SEEN, C.ACCEPTED], C.WITHDRAWN),
}


class Channel(models.TextChoices):
    """How a request reached the station. Source: S1, S4 (many channels, one queue)."""

    ONE_TAP = "ONE_TAP", _("one-tap button")
    PHONE = "PHONE", pgettext_lazy("channel", "telephone")
    COUNTER = "COUNTER", _("counter")
    WEB = "WEB", _("web page")
    API = "API", _("other system")
    DEVICE = "DEVICE", pgettext_lazy("channel", "device")
    PAPER = "PAPER", _("paper")
    VISIT = "VISIT", _("two attempts in vain")


class Urgency(models.TextChoices):
    """Severity. Source: domain.md §8.1 (station rule)."""

    P1 = "P1", _("P1 danger to life")
    P2 = "P2", _("P2 probably serious")
    P3 = "P3", _("P3 soon")
    P4 = "P4", _("P4 normal")


class HelperKind(models.TextChoices):
    VOLUNTEER = "VOLUNTEER", pgettext_lazy("helper kind", "volunteer")
    CARE_WORKER = "CARE_WORKER", pgettext_lazy("helper kind", "care worker")
    SOCIAL_WORKER = "SOCIAL_WORKER", pgettext_lazy("helper kind", "social worker")


class DeclineReason(models.TextChoices):
    BUSY = "BUSY", _("no time")
    FAR = "FAR", _("too far")
    UNWELL = "UNWELL", _("not well")
    UNSUITED = "UNSUITED", _("cannot do this kind of work")
    OTHER = "OTHER", pgettext_lazy("reason", "another reason")


class CancelReason(models.TextChoices):
    NOT_NEEDED = "NOT_NEEDED", _("no longer needed")
    ELDER_AWAY = "ELDER_AWAY", _("elder is away or in hospital")
    DUPLICATE = "DUPLICATE", _("asked for twice")
    MISTAKE = "MISTAKE", _("asked for by mistake")
    NO_SHOW = "NO_SHOW", _("the helper did not come")
    OTHER = "OTHER", pgettext_lazy("reason", "another reason")
    DEPARTED = "DEPARTED", _("the elder moved away or died")
    PAUSED = "PAUSED", _("services are paused")


# What the register's own events say; nobody chooses these by hand, and only these can be taken back.
STANDING_REASONS = (CancelReason.DEPARTED, CancelReason.PAUSED)
HAND_REASONS = tuple((each.value, each.label) for each in CancelReason if each not in STANDING_REASONS)


class ConfirmWay(models.TextChoices):
    """How the elder said yes; never only an SMS link. Source: domain.md §3.5."""

    SELF = "SELF", _("by the elder on this page")
    FAMILY = "FAMILY", _("by the family")
    PHONE = "PHONE", _("spoken yes on the telephone")
    PAPER = "PAPER", _("signed paper slip")
    COUNTER = "COUNTER", _("in person at the counter")
    ROSTER = "ROSTER", _("signed list")


class PurseKind(models.TextChoices):
    """Whose time coins pay for a help. Source: domain.md §4.3 redeem_for, issue_to_key_elders."""

    OWN = "OWN", _("the elder's own time coins")
    GRANT = "GRANT", _("hours of the common pool given to the elder")
    RELATIVE = "RELATIVE", _("time coins of a relative")


class CoinState(models.TextChoices):
    """Where the time coins of a request stand."""

    CHOSEN = "CHOSEN", pgettext_lazy("time coins", "chosen, nothing set aside yet")
    HELD = "HELD", pgettext_lazy("time coins", "set aside")
    PAID = "PAID", pgettext_lazy("time coins", "paid")
    DROPPED = "DROPPED", pgettext_lazy("time coins", "not used")
    RETURNED = "RETURNED", pgettext_lazy("time coins", "given back afterwards")


COIN_STEPS: dict[str, Step] = {
    "hold": step([CoinState.CHOSEN], CoinState.HELD),
    "let_go": step([CoinState.HELD], CoinState.CHOSEN),
    "pay": step([CoinState.HELD], CoinState.PAID),
    "drop": step([CoinState.CHOSEN, CoinState.HELD], CoinState.DROPPED),
    "return": step([CoinState.PAID], CoinState.RETURNED),
}
# A request has one such row at most; what was dropped or given back stays in the history only.
COINS_STAND = (CoinState.CHOSEN, CoinState.HELD, CoinState.PAID)


class Seen(models.TextChoices):
    """Whether the elder was met. Source: domain.md §8.3."""

    SEEN = "SEEN", pgettext_lazy("visit", "met in person")
    PHONE = "PHONE", pgettext_lazy("visit", "by telephone")
    NOT_SEEN = "NOT_SEEN", pgettext_lazy("visit", "not met")


class WhyNotSeen(models.TextChoices):
    NO_ANSWER = "NO_ANSWER", _("knocked, no answer")
    OUT = "OUT", _("gone out")
    HOSPITAL = "HOSPITAL", _("in hospital")
    REFUSED = "REFUSED", _("did not want a visit")


class Mood(models.TextChoices):
    GOOD = "GOOD", pgettext_lazy("mood", "good")
    FAIR = "FAIR", pgettext_lazy("mood", "so-so")
    POOR = "POOR", pgettext_lazy("mood", "poor")


class Finding(models.TextChoices):
    """What a visitor noticed. Source: domain.md §8.3 (health, mood, safety, hygiene, living environment)."""

    NOTHING = "NOTHING", pgettext_lazy("finding", "nothing unusual")
    FALL = "FALL", pgettext_lazy("finding", "fall")
    FALL_RISK = "FALL_RISK", pgettext_lazy("finding", "fall risk")
    MEDICINE = "MEDICINE", pgettext_lazy("finding", "medicine")
    MEALS = "MEALS", pgettext_lazy("finding", "meals")
    MOOD = "MOOD", pgettext_lazy("finding", "mood")
    HYGIENE = "HYGIENE", pgettext_lazy("finding", "hygiene")
    SAFETY = "SAFETY", pgettext_lazy("finding", "gas, water, power")
    HOUSING = "HOUSING", pgettext_lazy("finding", "housing")
    FAMILY = "FAMILY", pgettext_lazy("finding", "family matters")
    OTHER = "OTHER", pgettext_lazy("finding", "something else")


WORRYING = (Finding.FALL,)


class FollowUpKind(models.TextChoices):
    FALL = "FALL", _("look after the fall")
    POOR = "POOR", _("look again: in a poor state")
    CALL_BACK = "CALL_BACK", _("try again soon")
    CHECK_NOW = "CHECK_NOW", _("urgent check")
    AFTER_ALARM = "AFTER_ALARM", _("follow up the alarm")
    OFFER_AGAIN = "OFFER_AGAIN", _("wants no visits: offer them again")


class FollowUpState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("follow-up", "open")
    DONE = "DONE", pgettext_lazy("follow-up", "done")


FOLLOW_UP_STEPS: dict[str, Step] = {"finish": step([FollowUpState.OPEN], FollowUpState.DONE)}


class CaseMethod(models.TextChoices):
    """The methods of social work. Source: MZ/T 064-2016 (methods)."""

    CASE = "CASE", pgettext_lazy("case method", "individual case")
    GROUP = "GROUP", pgettext_lazy("case method", "group work")
    COMMUNITY = "COMMUNITY", pgettext_lazy("case method", "community work")


class CaseState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("case", "open")
    CLOSED = "CLOSED", pgettext_lazy("case", "closed")


CASE_STEPS: dict[str, Step] = {"close": step([CaseState.OPEN], CaseState.CLOSED)}

# A week map has 42 bits: 7 days (Monday first) x 6 slots of the day.
WEEK_ALWAYS = (1 << 42) - 1
SLOT_STARTS = (0, 7, 10, 13, 16, 19)  # hours at which the six slots begin


def week_slot(weekday: int, hour: int) -> int:
    """The bit (0..41) of a weekday (Monday 0) and an hour of the day."""
    slot = max(index for index, start in enumerate(SLOT_STARTS) if hour >= start)
    return weekday * 6 + slot
