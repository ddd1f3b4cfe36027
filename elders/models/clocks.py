"""Clocks and the facts that move them: touches, risk events, concerns, reminders, dated intervals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from elders.querysets import RiskEventQuerySet, StaffOnlyQuerySet, TouchQuerySet
from elders.rules import health as rules
from elders.states import (
    ConcernKind,
    ConcernState,
    ReminderKind,
    RiskKind,
    TouchKind,
)
from elders.states_health import MeasureKind, unit_words


class Touch(models.Model):
    """Somebody of the five parties was in touch with the elder. Append only; taken back by a reversal row.

    `source_key` names the visit, service, call or device day that caused it: twice is once.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="touches"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TouchKind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    source_key = models.CharField(_("source"), max_length=80)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact made")
        verbose_name_plural = _("contacts made")
        indexes: ClassVar = [
            models.Index(fields=["elder", "-at"], name="elders_touch_elder"),
            models.Index(fields=["community", "at"], name="elders_touch_at"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "source_key"], name="elders_touch_once"),
            models.CheckConstraint(
                name="elders_touch_reversal_names_its_touch",
                condition=Q(kind="REVERSAL", reverses__isnull=False)
                | (~Q(kind="REVERSAL") & Q(reverses__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RiskEvent(models.Model):
    """Something that may change an elder's need: a fall, a discharge, a real alarm. Append only.

    Higher apps write them down; triage and the C.4 rules read them. Source: architecture.md 4a.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="risk_events"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RiskKind)
    on = models.DateField(_("day"))
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))
    source_key = models.CharField(_("source"), max_length=80)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    objects = RiskEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk event")
        verbose_name_plural = _("risk events")
        indexes: ClassVar = [models.Index(fields=["elder", "-on"], name="elders_riskevent_elder")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "source_key"], name="elders_riskevent_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Concern(models.Model):
    """A worry found here that somebody must look into; services opens the check or the case by its key."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="concerns"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ConcernKind)
    state = models.CharField(
        _("state"), max_length=8, choices=ConcernState, default=ConcernState.OPEN, editable=False
    )
    source_key = models.CharField(_("source"), max_length=80)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "raised_at"], condition=Q(state="OPEN"), name="elders_concern_open"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "source_key"], name="elders_concern_once"),
            models.CheckConstraint(
                name="elders_concern_handled_by_somebody",
                condition=Q(state="OPEN") | Q(handled_at__isnull=False, handled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def words(self) -> str:
        """What was found, in the reader's language; lines of earlier versions are sentences and stay as they are."""
        facts = rules.unpacked(self.detail)
        if facts is None:
            return self.detail
        kind, read, limits = facts
        limited = pgettext("between limits", ", ").join(limits)
        told = gettext("%(what)s %(read)s %(unit)s (%(limits)s)") % {
            "what": MeasureKind(kind).label, "read": read, "unit": unit_words(kind), "limits": limited,
        }  # fmt: skip
        return told[:1].upper() + told[1:]


class Reminder(models.Model):
    """A reminder that was given: once per elder, kind and due day. Append only. Source: architecture.md law 5."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="reminders"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ReminderKind)
    due_on = models.DateField(_("due on"))
    at = models.DateTimeField(_("reminded at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["elder", "kind", "due_on"], name="elders_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"


class ClockRule(models.Model):
    """A dated interval of a station that differs from the default of domain.md §1.13. Keys: elders.rules.clocks."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    key = models.CharField(_("clock"), max_length=24)
    days = models.PositiveSmallIntegerField(_("days"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=160)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("interval of a clock")
        verbose_name_plural = _("intervals of clocks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "key", "valid_from"], name="elders_clockrule_one_a_day"
            ),
            models.CheckConstraint(name="elders_clockrule_at_least_a_day", condition=Q(days__gte=1)),
            models.CheckConstraint(
                name="elders_clockrule_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.days}"


class CalendarFeed(models.Model):
    """A secret address under which a worker's calendar program reads what is due for the elders in their charge.

    Only the hash of the secret is kept; one address a user, revoked by the user at any time. The calendar shows
    masked names only. Stands outside the wall like sessions: whose communities it may show is decided at each reading.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="calendar_feeds",
    )
    token_hash = models.BinaryField(unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="elders_calendarfeed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
