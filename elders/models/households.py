"""The household is not the person: a home, and who is what in it, each role a dated row. Source: domain.md §2.4."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elders.models.register import Elder
from elders.querysets import HouseholdRoleQuerySet, StaffOnlyQuerySet
from elders.states import Caregiver, HouseholdRoleKind, Living, Relation


class Household(models.Model):
    """One home behind one door. It stays when people move in and out; it closes when nobody lives there."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    building = models.ForeignKey(
        "parties.Area",
        verbose_name=_("building"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    door = models.CharField(_("door"), max_length=40, blank=True, help_text=_("unit and room, like 2-501"))
    lon = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    opened_on = models.DateField(_("since"))
    closed_on = models.DateField(_("until"), null=True, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "building", "door"],
                condition=Q(closed_on__isnull=True) & ~Q(door=""),
                name="elders_household_one_door",
            ),
            models.CheckConstraint(
                name="elders_household_both_coordinates",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="elders_household_ends_after_start",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(each for each in (self.building.name if self.building else "", self.door) if each)


class HouseholdRole(models.Model):
    """What somebody is in a household, from a day until another. One person lives in one home at a time.

    The building captain (楼长) is a role too, so that the page of a home says whom the neighbours elected. Source: S3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.PROTECT, related_name="roles"
    )
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="household_roles"
    )
    kind = models.CharField(_("role"), max_length=10, choices=HouseholdRoleKind)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = HouseholdRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a household")
        verbose_name_plural = _("roles in households")
        indexes: ClassVar = [models.Index(fields=["household", "until"], name="elders_householdrole_open")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "person", "kind"],
                condition=Q(until__isnull=True),
                name="elders_householdrole_once",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True, kind="RESIDENT"),
                name="elders_householdrole_one_home",
            ),
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(until__isnull=True, kind__in=["HEAD", "CAPTAIN"]),
                name="elders_householdrole_one_head",
            ),
            models.CheckConstraint(
                name="elders_householdrole_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.person_id}"


class LivingSpell(models.Model):
    """With whom the elder lived from a day on, and whether somebody cared; append only, also entered late.

    The newest by day is the present one and stands on the elder too, where lists and rules read it.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="living_spells"
    )
    living = models.CharField(_("living with"), max_length=20, choices=Living)
    caregiver = models.CharField(_("caregiver"), max_length=8, choices=Caregiver)
    since = models.DateField(_("since"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("living situation")
        verbose_name_plural = _("living situations")
        indexes: ClassVar = [models.Index(fields=["elder", "-since"], name="elders_livingspell_elder")]

    def __str__(self) -> str:
        return self.get_living_display()
