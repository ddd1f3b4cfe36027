"""Kinds of meetings, the fixed sections of an agenda, and the step tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step
from carenet.parties.states import PartnerKind, PartyKind


class MeetingKind(models.TextChoices):
    """Source: S0-47, S4-28, S4-33."""

    JOINT = "JOINT", _("five-social joint meeting")
    FOUR_PARTY = "FOUR_PARTY", _("four-party meeting")
    MATCHING = "MATCHING", _("resource-matching meeting")


PARTY_CHOICES = [*PartyKind.choices, *PartnerKind.choices]
"""Whom somebody may speak for: one of the five parties, or a kind of partner. The codes do not overlap."""


class MeetingState(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("meeting", "planned")
    OPEN = "OPEN", pgettext_lazy("meeting", "going on")
    CLOSED = "CLOSED", pgettext_lazy("meeting", "ended")
    CALLED_OFF = "CALLED_OFF", pgettext_lazy("meeting", "called off")


MEETING_STEPS: dict[str, Step] = {
    "open": step({MeetingState.PLANNED}, MeetingState.OPEN),
    "close": step({MeetingState.OPEN}, MeetingState.CLOSED),
    "call_off": step({MeetingState.PLANNED}, MeetingState.CALLED_OFF),
}


class AgendaState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("agenda", "draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("agenda", "published")


AGENDA_STEPS: dict[str, Step] = {"publish": step({AgendaState.DRAFT}, AgendaState.PUBLISHED)}


class Section(models.IntegerChoices):
    """The agenda's fixed order. Source: S0-49 for 1 to 4; station rule (domain.md §7.2) for 0, 5 and 6."""

    OPEN_ACTIONS = 0, _("What became of the last decisions")
    RESULTS = 1, _("Results of last month")
    DIFFICULTIES = 2, _("Main difficulties")
    PLAN = 3, _("Plan for the coming month")
    HELP_WANTED = 4, _("Help wanted")
    DECISIONS = 5, _("Decisions to take")
    LISTS = 6, _("Changes of the three lists")


class DecisionState(models.TextChoices):
    """OVERDUE is not a state but a date that has passed. Source: domain.md §7.4."""

    OPEN = "OPEN", pgettext_lazy("decision", "not begun")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("decision", "in progress")
    BLOCKED = "BLOCKED", pgettext_lazy("decision", "blocked")
    SUBMITTED = "SUBMITTED", pgettext_lazy("decision", "reported done")
    VERIFIED = "VERIFIED", pgettext_lazy("decision", "verified")
    WAIVED = "WAIVED", pgettext_lazy("decision", "waived")


DECISION_STEPS: dict[str, Step] = {
    "begin": step({DecisionState.OPEN, DecisionState.BLOCKED}, DecisionState.IN_PROGRESS),
    "block": step({DecisionState.OPEN, DecisionState.IN_PROGRESS}, DecisionState.BLOCKED),
    "submit": step(
        {DecisionState.OPEN, DecisionState.IN_PROGRESS, DecisionState.BLOCKED}, DecisionState.SUBMITTED
    ),
    "send_back": step({DecisionState.SUBMITTED}, DecisionState.IN_PROGRESS),
    "verify": step({DecisionState.SUBMITTED}, DecisionState.VERIFIED),
    "waive": step(
        {DecisionState.OPEN, DecisionState.IN_PROGRESS, DecisionState.BLOCKED, DecisionState.SUBMITTED},
        DecisionState.WAIVED,
    ),
}
DECISION_DONE = frozenset({DecisionState.VERIFIED, DecisionState.WAIVED})
STEP_LABELS = {
    "begin": _("Begin work"),
    "block": _("Report that it is blocked"),
    "submit": _("Report it done"),
    "send_back": _("Send it back"),
    "verify": _("Verify: it is done"),
    "waive": _("Waive it"),
}


class MinutesState(models.TextChoices):
    """Source: domain.md §7.3."""

    DRAFT = "DRAFT", pgettext_lazy("minutes", "draft")
    CIRCULATED = "CIRCULATED", pgettext_lazy("minutes", "circulated for comment")
    CONFIRMED = "CONFIRMED", pgettext_lazy("minutes", "confirmed")
    SEALED = "SEALED", pgettext_lazy("minutes", "sealed")


MINUTES_STEPS: dict[str, Step] = {
    "circulate": step({MinutesState.DRAFT}, MinutesState.CIRCULATED),
    "revise": step({MinutesState.CIRCULATED}, MinutesState.DRAFT),
    "confirm": step({MinutesState.CIRCULATED}, MinutesState.CONFIRMED),
    "seal": step({MinutesState.CONFIRMED}, MinutesState.SEALED),
}
