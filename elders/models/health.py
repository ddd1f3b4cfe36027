"""Health home 健康管理之家: diseases, medicines, allergies, readings, limits, treatment plans, service days.

All of it is field class C4 (sensitive). Source: issue 3 item 3; S0-15, S1-22, S4-5, S4-22…24; domain.md §9.4.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet
from elders.rules import health as rules
from elders.states_health import (
    ConditionCode,
    HealthSource,
    MeasureChannel,
    MeasureKind,
    MeasurePart,
    MedicineManager,
    Severity,
    unit_words,
)

# A device's clock may be a little ahead.
AHEAD = timedelta(minutes=10)


@pghistory.track()
class Condition(models.Model):
    """A disease the elder lives with or had, coded as in A.4; ended, never deleted."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="conditions"
    )
    code = models.CharField(_("disease"), max_length=16, choices=ConditionCode)
    words = models.CharField(_("in words"), max_length=80, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    source = models.CharField(_("known from"), max_length=8, choices=HealthSource, default=HealthSource.TOLD)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        indexes: ClassVar = [models.Index(fields=["elder"], name="elders_condition_elder")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "code"],
                condition=Q(ended_on__isnull=True) & ~Q(code="OTHER"),
                name="elders_condition_once",
            ),
            models.CheckConstraint(
                name="elders_condition_other_has_words", condition=~Q(code="OTHER") | ~Q(words="")
            ),
            models.CheckConstraint(
                name="elders_condition_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(since__isnull=True) | Q(ended_on__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.words if self.code == ConditionCode.OTHER else str(self.get_code_display())


@pghistory.track()
class Medicine(models.Model):
    """A medicine taken regularly: name, dose and times in the words of the box, and who looks after it."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="medicines"
    )
    name = models.CharField(_("medicine"), max_length=60)
    dose = models.CharField(_("dose"), max_length=40, blank=True, help_text=_("like 5 mg, one tablet"))
    times = models.CharField(_("when"), max_length=60, blank=True, help_text=_("like morning and evening"))
    manager = models.CharField(
        _("who looks after it"), max_length=8, choices=MedicineManager, default=MedicineManager.SELF
    )
    since = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("medicine")
        verbose_name_plural = _("medicines")
        indexes: ClassVar = [models.Index(fields=["elder"], name="elders_medicine_elder")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "name"], condition=Q(ended_on__isnull=True), name="elders_medicine_once"
            ),
            models.CheckConstraint(name="elders_medicine_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="elders_medicine_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(since__isnull=True) | Q(ended_on__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Allergy(models.Model):
    """What the elder must not get: substance, what happens, how bad. Shown first wherever health is shown."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="allergies"
    )
    substance = models.CharField(_("substance"), max_length=60)
    reaction = models.CharField(_("reaction"), max_length=120, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.MILD)
    ended_on = models.DateField(_("no longer since"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("allergy")
        verbose_name_plural = _("allergies")
        indexes: ClassVar = [models.Index(fields=["elder"], name="elders_allergy_elder")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "substance"], condition=Q(ended_on__isnull=True), name="elders_allergy_once"
            ),
            models.CheckConstraint(name="elders_allergy_names_a_substance", condition=~Q(substance="")),
        ]

    def __str__(self) -> str:
        return self.substance


class MeasurementQuerySet(StaffOnlyQuerySet["Measurement"]):
    """Readings that stand, without those taken back and the rows that took them back."""

    def standing(self) -> Self:
        return self.filter(reverses__isnull=True, reversed_by__isnull=True)


def _possible(kind: str) -> Q:
    """The hard limits of a kind as a condition."""
    measure = rules.MEASURES[kind]
    found = Q(kind=kind, value__range=measure.hard)
    if measure.hard_second is None:
        return found & Q(second__isnull=True)
    return found & Q(second__range=measure.hard_second, second__lt=F("value"))


_POSSIBLE = Q()
for _kind in rules.MEASURES:
    _POSSIBLE |= _possible(_kind)


class Measurement(models.Model):
    """One reading. Append only: a wrong one is taken back by a reversing row with a reason, then entered anew.

    `source_key` names what it came from within the community, so that a device or a form may repeat itself.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="measurements"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MeasureKind)
    value = models.PositiveSmallIntegerField(_("value"), help_text=_("whole steps: mmHg, %, 0.1 mmol/L …"))
    second = models.PositiveSmallIntegerField(_("diastolic"), null=True, blank=True)
    taken_at = models.DateTimeField(_("measured at"))
    channel = models.CharField(_("way"), max_length=12, choices=MeasureChannel)
    is_unusual = models.BooleanField(
        _("unusual"), default=False, help_text=_("confirmed by a person, or sent by a device")
    )
    source_key = models.CharField(_("source"), max_length=120)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        indexes: ClassVar = [
            models.Index(fields=["elder", "kind", "-taken_at"], name="elders_measurement_elder"),
            models.Index(fields=["community", "-taken_at"], name="elders_measurement_at"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "source_key"], name="elders_measurement_once"),
            models.CheckConstraint(name="elders_measurement_possible", condition=_POSSIBLE),
            models.CheckConstraint(
                name="elders_measurement_not_ahead", condition=Q(taken_at__lte=F("recorded_at") + AHEAD)
            ),
            models.CheckConstraint(
                name="elders_measurement_reversal_has_reason",
                condition=Q(reverses__isnull=True) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}"

    @property
    def measure(self) -> rules.Measure:
        return rules.MEASURES[self.kind]

    @property
    def text(self) -> str:
        """128/76 mmHg."""
        return f"{self.measure.text(self.value, self.second)} {self.unit_text}"

    @property
    def unit_text(self) -> str:
        """The unit as people say it."""
        return unit_words(self.kind)


class HealthLimit(models.Model):
    """A dated limit at which somebody calls or visits: the station's, or one elder's own as agreed with the doctor.

    Append only; the row with the latest `valid_from` counts, an elder's own before the station's, both before
    the defaults of elders.rules.health.LIMITS. In whole steps of the kind's unit.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), null=True, blank=True, on_delete=models.PROTECT, related_name="limits"
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=16, choices=MeasureKind)
    part = models.CharField(_("number"), max_length=6, choices=MeasurePart, default=MeasurePart.FIRST)
    low = models.PositiveSmallIntegerField(_("at or below"), null=True, blank=True)
    high = models.PositiveSmallIntegerField(_("at or above"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=160)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("set at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit of a reading")
        verbose_name_plural = _("limits of readings")
        indexes: ClassVar = [
            models.Index(fields=["community", "elder", "kind"], name="elders_healthlimit_elder")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_healthlimit_in_order",
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lt=F("high")),
            ),
            models.CheckConstraint(
                name="elders_healthlimit_second_is_pressure", condition=Q(part="FIRST") | Q(kind="BP")
            ),
            models.CheckConstraint(name="elders_healthlimit_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.low or '–'}…{self.high or '–'}"


@pghistory.track()
class TreatmentPlan(models.Model):
    """One line of what the doctor has ordered, who treats, and when it is looked at again.

    Closed loop health record – treatment plan – care plan. Source: S4-23.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="treatment_plans"
    )
    words = models.CharField(_("what is ordered"), max_length=300)
    treated_by = models.CharField(_("doctor or clinic"), max_length=60, blank=True)
    since = models.DateField(_("since"))
    review_on = models.DateField(_("look at it again on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment plan")
        verbose_name_plural = _("treatment plans")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "review_on"],
                condition=Q(ended_on__isnull=True),
                name="elders_treatmentplan_due",
            ),
            models.Index(fields=["elder"], name="elders_treatmentplan_elder"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="elders_treatmentplan_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="elders_treatmentplan_review_after_start", condition=Q(review_on__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return self.words


class MeasuringRound(models.Model):
    """A service day's list: who sits in line, what is measured, on which true day."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    on = models.DateField(_("day"))
    place = models.ForeignKey(
        "parties.Place", verbose_name=_("place"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    kinds = models.JSONField(_("what is measured"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("service day")
        verbose_name_plural = _("service days")
        indexes: ClassVar = [models.Index(fields=["community", "-on"], name="elders_measuringround_on")]

    def __str__(self) -> str:
        return f"{self.on} {self.place or ''}".strip()


class RoundLine(models.Model):
    """One elder's place in the line. What was typed and could not be saved stays as a draft with its faults."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    round = models.ForeignKey(
        MeasuringRound, verbose_name=_("service day"), on_delete=models.PROTECT, related_name="lines"
    )
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("place in the line"))
    typed = models.JSONField(_("typed"), default=dict)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    removed_at = models.DateTimeField(_("taken off the list at"), null=True, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a service day")
        verbose_name_plural = _("lines of service days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "elder"], name="elders_roundline_once"),
            models.UniqueConstraint(fields=["round", "position"], name="elders_roundline_one_place"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"

    def taken_at(self, at: datetime) -> datetime:
        """The moment of the reading: now on the day itself, ten o'clock of the true day when entered later."""
        from carenet.kernel import months

        if months.day_of(at) == self.round.on:
            return at
        return months.start_of(self.round.on) + timedelta(hours=10)
