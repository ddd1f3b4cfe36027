"""Shifts: how often a task comes (template, series), one date of it (slot), somebody's word (promise), late hours."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.querysets import ScopedQuerySet
from volunteers.models.registry import Team, Volunteer
from volunteers.models.time_bank import Attendance
from volunteers.models.titles import Titled
from volunteers.querysets_shifts import LateEntryQuerySet, PromiseQuerySet, SlotQuerySet
from volunteers.states_shifts import HOLDING, STANDING, Demand, LateState, PromiseState, SlotState, Way


@pghistory.track()
class ShiftTemplate(Titled):
    """A task that comes again: what, where, how many people, what it needs. Slots copy it, so old ones stay true."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    words = models.CharField(
        _("what is to be done"),
        max_length=400,
        blank=True,
        help_text=_("what a newcomer should know: what to bring, whom to ask"),
    )
    service_kind = models.ForeignKey(
        "parties.ServiceKind", verbose_name=_("service kind"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", help_text=_("its risk class says which training the helper needs"),
    )  # fmt: skip
    place = models.ForeignKey(
        "parties.Place", verbose_name=_("place"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    place_words = models.CharField(
        _("where to meet"), max_length=120, blank=True, help_text=_("when it is no place of the register")
    )
    people = models.PositiveSmallIntegerField(_("people needed"), default=2)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=120)
    warnings = ArrayField(
        models.CharField(max_length=60), verbose_name=_("warnings to tick"), default=list, blank=True,
        help_text=_("each one is ticked before promising, like “two flights of stairs”, “a cat at home”"),
    )  # fmt: skip
    demands = ArrayField(
        models.CharField(max_length=10, choices=Demand), verbose_name=_("what it asks of the body"), default=list,
        blank=True,
    )  # fmt: skip
    retired_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of shift")
        verbose_name_plural = _("kinds of shifts")
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "title"],
                name="volunteers_shifttemplate_one_title",
                violation_error_message=_("A kind of shift with this title already exists."),
            ),
            models.CheckConstraint(
                name="volunteers_shifttemplate_people", condition=Q(people__range=(1, 200))
            ),
            models.CheckConstraint(
                name="volunteers_shifttemplate_minutes", condition=Q(minutes__range=(15, 720))
            ),
            models.CheckConstraint(
                name="volunteers_shifttemplate_somewhere",
                condition=Q(place__isnull=False) | ~Q(place_words=""),
            ),
        ]

    @property
    def where(self) -> str:
        """The place in words."""
        return self.place_words or (str(self.place) if self.place else "")


@pghistory.track()
class ShiftSeries(models.Model):
    """The same task on certain weekdays for some weeks; every date becomes a slot of its own."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    template = models.ForeignKey(
        ShiftTemplate, verbose_name=_("kind of shift"), on_delete=models.PROTECT, related_name="series"
    )
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), help_text=_("Monday is 0")
    )
    starts = models.TimeField(pgettext_lazy("shift", "begins at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    people = models.PositiveSmallIntegerField(_("people needed"))
    from_on = models.DateField(pgettext_lazy("shift", "first day"))
    until_on = models.DateField(_("last day"))
    created_at = models.DateTimeField(_("created at"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", editable=False
    )  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of shifts")
        verbose_name_plural = _("series of shifts")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_shiftseries_ends_after_start", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(name="volunteers_shiftseries_people", condition=Q(people__range=(1, 200))),
            models.CheckConstraint(
                name="volunteers_shiftseries_minutes", condition=Q(minutes__range=(15, 720))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.starts:%H:%M}"


@pghistory.track(exclude=["taken"])
class Slot(Titled):
    """One shift on one day: so many places, promised by so many.

    `taken` is counted by a trigger of the promises and never written by hand; it may not pass `people`, so the last
    place is given once, whoever asks at the same moment. Once published, time and task are frozen: people have
    promised that hour; another hour is another shift. Source: issue 4 build 2; architecture.md law 11.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    template = models.ForeignKey(
        ShiftTemplate, verbose_name=_("kind of shift"), on_delete=models.PROTECT, related_name="slots"
    )
    series = models.ForeignKey(
        ShiftSeries, verbose_name=_("series of shifts"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="slots",
    )  # fmt: skip
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="slots",
    )  # fmt: skip
    words = models.CharField(_("what is to be done"), max_length=400, blank=True)
    place = models.CharField(_("place"), max_length=120)
    service_kind = models.ForeignKey(
        "parties.ServiceKind", verbose_name=_("service kind"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    warnings = ArrayField(
        models.CharField(max_length=60), verbose_name=_("warnings to tick"), default=list, blank=True
    )
    demands = ArrayField(
        models.CharField(max_length=10, choices=Demand), verbose_name=_("what it asks of the body"), default=list,
        blank=True,
    )  # fmt: skip
    starts_at = models.DateTimeField(pgettext_lazy("shift", "begins at"))
    ends_at = models.DateTimeField(pgettext_lazy("shift", "ends at"))
    people = models.PositiveSmallIntegerField(_("people needed"))
    taken = models.PositiveSmallIntegerField(_("places taken"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=SlotState, default=SlotState.DRAFT)
    cancel_reason = models.CharField(_("why cancelled"), max_length=160, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    booked_at = models.DateTimeField(_("hours booked at"), null=True, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("hours booked by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["community", "starts_at"], name="volunteers_slot_week"),
            models.Index(fields=["team", "starts_at"], name="volunteers_slot_team"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "starts_at"], name="volunteers_slot_once_a_series"),
            models.CheckConstraint(
                name="volunteers_slot_not_overfilled", condition=Q(taken__lte=F("people"))
            ),
            models.CheckConstraint(
                name="volunteers_slot_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="volunteers_slot_people", condition=Q(people__range=(1, 200))),
            models.CheckConstraint(
                name="volunteers_slot_cancelled_with_a_reason",
                condition=Q(state="CANCELLED", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state="CANCELLED") & Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="volunteers_slot_closed_when_booked",
                condition=~Q(state="CLOSED") | Q(booked_at__isnull=False, booked_by__isnull=False),
            ),
        ]

    @property
    def free(self) -> int:
        """Places nobody has promised yet."""
        return max(self.people - self.taken, 0)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@pghistory.track()
class Promise(models.Model):
    """A volunteer's word for a shift, and what became of it.

    `period` is the shift's time, set by a trigger; a volunteer's held promises never overlap. One standing word for
    each shift and volunteer; a stand-in's promise names the one it replaces.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    slot = models.ForeignKey(Slot, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="promises")
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="promises"
    )
    state = models.CharField(_("state"), max_length=10, choices=PromiseState, default=PromiseState.PROMISED)
    before_cancel = models.CharField(
        _("standing before cancelling"), max_length=10, blank=True, editable=False
    )
    period = DateTimeRangeField(_("time"), editable=False)
    promised_at = models.DateTimeField(_("promised at"))
    ticked = ArrayField(
        models.CharField(max_length=60), verbose_name=_("warnings ticked"), default=list, blank=True
    )
    replaces = models.OneToOneField(
        "self", verbose_name=_("stands in for"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="replaced_by",
    )  # fmt: skip
    told_at = models.DateTimeField(_("said “I cannot come” at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=160, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    in_at = models.DateTimeField(_("came at"), null=True, blank=True)
    in_way = models.CharField(_("checked in"), max_length=8, choices=Way, blank=True)
    out_at = models.DateTimeField(_("left at"), null=True, blank=True)
    out_way = models.CharField(_("checked out"), max_length=8, choices=Way, blank=True)
    attendance = models.OneToOneField(
        Attendance, verbose_name=pgettext_lazy("volunteers", "attendance"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="promise",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("shift", "promise")
        verbose_name_plural = pgettext_lazy("shift", "promises")
        indexes: ClassVar = [
            models.Index(fields=["volunteer", "-slot"], name="volunteers_promise_mine"),
            models.Index(fields=["slot", "state", "promised_at"], name="volunteers_promise_queue"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot", "volunteer"],
                condition=Q(state__in=STANDING),
                name="volunteers_promise_one_word",
            ),
            ExclusionConstraint(
                name="volunteers_promise_no_overlap",
                expressions=[("volunteer", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=HOLDING),
            ),
            models.CheckConstraint(
                name="volunteers_promise_here_has_a_time",
                condition=~Q(state__in=["HERE", "DONE"]) | Q(in_at__isnull=False) & ~Q(in_way=""),
            ),
            models.CheckConstraint(
                name="volunteers_promise_leaves_after_coming",
                condition=Q(out_at__isnull=True) | Q(in_at__isnull=False, out_at__gte=F("in_at")),
            ),
            models.CheckConstraint(
                name="volunteers_promise_done_is_booked",
                condition=~Q(state="DONE") | Q(attendance__isnull=False, out_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.volunteer_id} {self.state}"

    @property
    def served_minutes(self) -> int:
        """Whole minutes between coming and leaving, within the shift; 0 while one of them is open."""
        if self.in_at is None or self.out_at is None:
            return 0
        start, end = max(self.in_at, self.period.lower), min(self.out_at, self.period.upper)
        return max(int((end - start).total_seconds()) // 60, 0)


@pghistory.track()
class LateEntry(models.Model):
    """Hours that were served but never ticked, asked for afterwards with their true date, approved by somebody else.

    Four eyes: who approves is neither who asked nor who gets the hours. Source: Order 67 Art. 3; domain.md §4.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="late_entries"
    )
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    what = models.CharField(_("what was done"), max_length=120)
    why = models.CharField(_("why it was not ticked"), max_length=160)
    starts_at = models.DateTimeField(pgettext_lazy("shift", "began at"))
    ends_at = models.DateTimeField(pgettext_lazy("shift", "ended at"))
    state = models.CharField(_("state"), max_length=10, choices=LateState, default=LateState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by the captain"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    answer = models.CharField(_("answer"), max_length=160, blank=True)
    attendance = models.OneToOneField(
        Attendance, verbose_name=pgettext_lazy("volunteers", "attendance"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="late_entry",
    )  # fmt: skip

    objects = LateEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("late entry of hours")
        verbose_name_plural = _("late entries of hours")
        indexes: ClassVar = [models.Index(fields=["community", "state"], name="volunteers_lateentry_open")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["volunteer", "starts_at"],
                condition=Q(state__in=["ASKED", "CAPTAIN_OK", "APPROVED"]),
                name="volunteers_lateentry_once",
            ),
            models.CheckConstraint(
                name="volunteers_lateentry_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="volunteers_lateentry_four_eyes",
                condition=Q(state="WITHDRAWN") | Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="volunteers_lateentry_captain_is_another",
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="volunteers_lateentry_decided",
                condition=Q(
                    state__in=["ASKED", "CAPTAIN_OK"], decided_at__isnull=True, decided_by__isnull=True
                )
                | Q(
                    state__in=["APPROVED", "REFUSED", "WITHDRAWN"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="volunteers_lateentry_approved_is_booked",
                condition=~Q(state="APPROVED") | Q(attendance__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
