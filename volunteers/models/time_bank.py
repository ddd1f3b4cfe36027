"""The settings of the time bank, and every event that was credited."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers import weights
from volunteers.models.registry import Volunteer
from volunteers.querysets import AttendanceQuerySet, OwnQuerySet, PolicyQuerySet, ReversalQuerySet
from volunteers.states import Why
from volunteers.states_bank import LIMITS


def _within_limits() -> Q:
    """Every setting that has limits lies within them."""
    groups: dict[tuple[int, int], list[str]] = {}
    for key, limits in LIMITS.items():
        groups.setdefault(limits, []).append(key)
    found = ~Q(key__in=sorted(LIMITS))
    for (low, high), keys in sorted(groups.items()):
        found |= Q(key__in=sorted(keys), value__gte=low, value__lte=high)
    return found


class DayRange(Func):
    """The days from `valid_from` until before `valid_to`; without an end when there is none."""

    function = "daterange"


@pghistory.track()
class Policy(models.Model):
    """One setting of the time bank from a day on: one value per key and day, so last year's rule still explains
    last year's credit. Keys and defaults stand in `states.SETTINGS`. Source: domain.md §4.3; S2-49, S1-35.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    key = models.CharField(_("setting"), max_length=40)
    value = models.IntegerField(pgettext_lazy("setting", "value"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("first day it no longer holds")
    )
    source = models.CharField(_("decided by"), max_length=160, help_text=_("decision, meeting or document"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting of the time bank")
        verbose_name_plural = _("settings of the time bank")
        ordering: ClassVar = ["key", "-valid_from"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="volunteers_policy_one_value_a_day",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    (DayRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another value already holds on one of these days."),
            ),
            models.CheckConstraint(
                name="volunteers_policy_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="volunteers_policy_not_negative", condition=Q(value__gte=0)),
            models.CheckConstraint(name="volunteers_policy_has_a_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="volunteers_policy_within_limits",
                condition=_within_limits(),
                violation_error_message=_("This value lies outside the limits of the setting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class AttendanceReversal(models.Model):
    """An attendance was taken back, with the reason the volunteer reads. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    attendance = models.OneToOneField(
        "volunteers.Attendance",
        verbose_name=pgettext_lazy("volunteers", "attendance"),
        on_delete=models.PROTECT,
        related_name="reversal",
    )
    entry = models.ForeignKey(
        "ledger.Entry", verbose_name=pgettext_lazy("ledger", "entry"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = ReversalQuerySet.as_manager()

    class Meta:
        verbose_name = _("reversed attendance")
        verbose_name_plural = _("reversed attendances")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_attendancereversal_has_a_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Attendance(models.Model):
    """One event a volunteer served at, and what it earned: hours, coins and points of one ledger entry.

    Append only but for `reversed_by`, set once. `period` and `minutes` are what happened; `credited` and the three
    amounts are what the rules gave, `why` names the rules that gave less. The credited intervals of one volunteer
    never overlap. Once per cause: the same service is credited one time, however often it is reported.
    Source: domain.md §4.2 (three ledgers), §4.3; Order 67 Art. 3 (true, timely records).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="attendances"
    )
    key = models.CharField(_("key"), max_length=120)
    cause_kind = models.CharField(_("cause"), max_length=40)
    cause_id = models.BigIntegerField(_("number of the cause"))
    what = models.CharField(_("what was done"), max_length=120, blank=True)
    served = models.ForeignKey(
        "parties.Person",
        verbose_name=_("person helped"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    served_on = models.DateField(_("day"))
    period = DateTimeRangeField(_("time"))
    minutes = models.PositiveIntegerField(_("minutes served"))
    credited = DateTimeRangeField(_("credited time"), null=True, blank=True)
    hour_minutes = models.PositiveIntegerField(_("minutes recorded"), default=0)
    counted_minutes = models.PositiveIntegerField(
        _("minutes that earned coins and points"),
        default=0,
        help_text=_("after the limits of service, day and month"),
    )
    coins = models.PositiveIntegerField(_("coin-minutes"), default=0)
    overflow = models.PositiveIntegerField(
        _("coin-minutes beyond the full account"),
        default=0,
        help_text=_("given to the pool, or waiting for the volunteer's choice"),
    )
    points = models.PositiveIntegerField(_("points"), default=0)
    why = ArrayField(
        models.CharField(max_length=16, choices=Why), verbose_name=_("why less"), default=list, blank=True
    )
    weighed = models.JSONField(
        _("weighted by"),
        default=dict,
        blank=True,
        help_text=_("which setting, since when and by whose decision coins or points were more or fewer"),
    )
    travel_minutes = models.PositiveIntegerField(
        _("minutes of the way that counted"),
        default=0,
        help_text=_("for coins and points only; the hours on record are the time served"),
    )
    entry = models.ForeignKey(
        "ledger.Entry", verbose_name=pgettext_lazy("ledger", "entry"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    reversed_by = models.OneToOneField(
        AttendanceReversal, verbose_name=_("reversed by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("volunteers", "attendance")
        verbose_name_plural = pgettext_lazy("volunteers", "attendances")
        indexes: ClassVar = [
            models.Index(fields=["volunteer", "served_on"], name="volunteers_attendance_day"),
            models.Index(fields=["community", "served_on"], name="volunteers_attendance_month"),
            models.Index(fields=["community", "recorded_at"], name="volunteers_attendance_told"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "key"],
                condition=Q(reversed_by__isnull=True),
                name="volunteers_attendance_one_key",
            ),
            models.UniqueConstraint(
                fields=["community", "cause_kind", "cause_id", "volunteer"],
                condition=Q(reversed_by__isnull=True),
                name="volunteers_attendance_once_per_cause",
            ),
            ExclusionConstraint(
                name="volunteers_attendance_no_overlap",
                expressions=[
                    ("volunteer", RangeOperators.EQUAL),
                    ("credited", RangeOperators.OVERLAPS),
                ],
                condition=Q(reversed_by__isnull=True, credited__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_attendance_credit_is_whole",
                condition=Q(entry__isnull=False, credited__isnull=False, hour_minutes__gt=0)
                | Q(
                    entry__isnull=True,
                    credited__isnull=True,
                    hour_minutes=0,
                    counted_minutes=0,
                    travel_minutes=0,
                    coins=0,
                    overflow=0,
                    points=0,
                ),
            ),
            models.CheckConstraint(
                name="volunteers_attendance_not_more_than_served",
                condition=Q(
                    hour_minutes__lte=F("minutes"),
                    counted_minutes__lte=F("hour_minutes") + F("travel_minutes"),
                ),
            ),
            models.CheckConstraint(name="volunteers_attendance_lasts", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.served_on} {self.minutes}"

    @property
    def sentence(self) -> str:
        """What the volunteer should know; that coins come in quarters of an hour is no news."""
        told = [str(Why(each).label) for each in self.why if each != Why.ROUNDED]
        return " ".join([*told, *self.weights])

    @property
    def sentences(self) -> list[str]:
        """The rules that gave less than the time served, and those that weighed it, in words."""
        return [*(str(Why(each).label) for each in self.why), *self.weights]

    @property
    def weights(self) -> list[str]:
        """By which setting, since when and by whose decision coins or points were weighted. Source: domain.md §4.3."""
        return [weights.sentence(unit, facts) for unit, facts in sorted(self.weighed.items())]


@pghistory.track()
class TravelNote(models.Model):
    """Minutes of the way to a service, noted before its hours are credited; 0 takes them back. They count only where the
    community says so (`travel_time_counts`), for coins and points, up to a limit. Source: domain.md §4.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="+"
    )
    cause_kind = models.CharField(_("cause"), max_length=40)
    cause_id = models.BigIntegerField(_("number of the cause"))
    minutes = models.PositiveSmallIntegerField(_("minutes of the way"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to a service")
        verbose_name_plural = _("ways to services")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["volunteer", "cause_kind", "cause_id"], name="volunteers_travelnote_once"
            ),
            models.CheckConstraint(name="volunteers_travelnote_within_limits", condition=Q(minutes__lte=600)),
        ]

    def __str__(self) -> str:
        return f"{self.cause_kind} {self.cause_id}: {self.minutes}"
