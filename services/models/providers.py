"""Who can be sent: helpers, what they can do, where they are, when they have time."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.models.points import PointField
from services.querysets import DutyQuerySet, HelperQuerySet, StaffQuerySet
from services.states import WEEK_ALWAYS, HelperKind


@pghistory.track()
class Helper(models.Model):
    """A person who may be sent to an elder: volunteer, care worker or social worker.

    `x`, `y` are metres east and north of the community's origin. `week` is a map of 42 bits: 7 days from Monday,
    6 slots a day from midnight, 7, 10, 13, 16 and 19 o'clock. Source: proof.md §1b; domain.md §3.2.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="helpers"
    )
    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="helpers",
    )
    kind = models.CharField(_("kind"), max_length=14, choices=HelperKind)
    volunteer = models.OneToOneField(
        "volunteers.Volunteer",
        verbose_name=_("volunteer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="helper",
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    daily_limit = models.PositiveSmallIntegerField(_("services a day at most"), default=4)
    week = models.BigIntegerField(
        _("week map"), default=WEEK_ALWAYS, help_text=_("42 bits: 7 days of 6 slots")
    )
    active = models.BooleanField(_("may be asked"), default=True)
    x = models.FloatField(_("metres east"), default=0.0)
    y = models.FloatField(_("metres north"), default=0.0)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "person", "kind"], name="services_helper_once"),
            models.CheckConstraint(
                name="services_helper_volunteers_are_enrolled",
                condition=Q(kind="VOLUNTEER", volunteer__isnull=False)
                | (~Q(kind="VOLUNTEER") & Q(volunteer__isnull=True)),
            ),
            models.CheckConstraint(
                name="services_helper_week_has_42_bits", condition=Q(week__gte=0, week__lte=WEEK_ALWAYS)
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class HelperSkill(models.Model):
    """One kind of service a helper may give, with the place repeated for the nearest-neighbour index.

    The index (community, kind, point) answers "the nearest who can do this" at the same speed for common and
    rare skills. Source: proof.md §1b, A2.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, db_index=False
    )
    helper = models.ForeignKey(
        Helper, verbose_name=_("helper"), on_delete=models.PROTECT, related_name="skills", db_index=False
    )
    kind_number = models.PositiveSmallIntegerField(_("service number"))
    xy = PointField(verbose_name=_("place in metres"))
    week = models.BigIntegerField(_("week map"), default=WEEK_ALWAYS)
    active = models.BooleanField(_("may be asked"), default=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "kind_number"], name="services_helperskill_once"),
        ]
        indexes: ClassVar = [
            GistIndex(
                fields=["community", "kind_number", "xy"],
                name="services_skill_nearest",
                condition=Q(active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper_id}: {self.kind_number}"


class DutyShift(models.Model):
    """Who answers alarms, from when to when; one at a time in a community. Source: domain.md §8.2."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    user = models.ForeignKey("accounts.User", verbose_name=_("on duty"), on_delete=models.PROTECT)
    since = models.DateTimeField(pgettext_lazy("duty", "since"))
    until = models.DateTimeField(pgettext_lazy("duty", "until"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(until__isnull=True), name="services_dutyshift_one_at_a_time"
            ),
            models.CheckConstraint(
                name="services_dutyshift_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
