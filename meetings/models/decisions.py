"""What was decided, who does it until when, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agendas import AgendaItem
from meetings.models.meetings import Meeting
from meetings.querysets import DecisionQuerySet, MeetingRoomQuerySet
from meetings.states import DECISION_DONE, DecisionState


@pghistory.track()
class Decision(models.Model):
    """A decision of a meeting that had its quorum at that moment: the database refuses any other.

    `parties` are the parties present when it was taken, written by the database. Text, moment and parties never
    change; only what becomes of it does. Source: S0-48, S0-50; domain.md §7.4.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="decisions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    item = models.ForeignKey(
        AgendaItem, verbose_name=_("agenda item"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="decisions",
    )  # fmt: skip
    text = models.CharField(_("decision"), max_length=400)
    responsible = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("responsible organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("to be done by"))
    evidence = models.CharField(_("evidence asked for"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"))
    parties = ArrayField(
        models.CharField(max_length=20), verbose_name=_("parties present"), default=list, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=12, choices=DecisionState, default=DecisionState.OPEN)
    state_note = models.CharField(_("what became of it"), max_length=300, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar = ["meeting", "number"]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "due_on"],
                condition=~Q(state__in=["VERIFIED", "WAIVED"]),
                name="meetings_decision_open",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "number"], name="meetings_decision_one_number"),
            models.CheckConstraint(name="meetings_decision_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Neither verified nor waived."""
        return self.state not in DECISION_DONE

    def is_overdue(self, on: date) -> bool:
        """Open and past its day."""
        return self.is_open and self.due_on < on


class DecisionStep(models.Model):
    """A step in the life of a decision. Append only."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    decision = models.ForeignKey(
        Decision, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="steps_taken"
    )
    state = models.CharField(_("state"), max_length=12, choices=DecisionState)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a decision")
        verbose_name_plural = _("steps of decisions")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.state}"
