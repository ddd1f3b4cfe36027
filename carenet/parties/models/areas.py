"""Where: the area tree, the communities that have a station, their facilities and rooms."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from carenet.parties.querysets import CommunityQuerySet, ScopedQuerySet
from carenet.parties.states import AreaKind, PlaceKind


class Area(models.Model):
    """A node of the area tree, from the province down to one building.

    `path` caches the ids from the root to this node, so that "my street and below" is one indexed condition.
    Reference data outside row security: it holds no person. Source: domain.md §2.4 (GB/T 2260, 12-digit codes
    with validity dates).
    """

    kind = models.CharField(_("kind"), max_length=12, choices=AreaKind)
    code = models.CharField(
        _("code"), max_length=20, blank=True, help_text=_("GB/T 2260 or statistical code")
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    path = ArrayField(models.BigIntegerField(), verbose_name=_("path"), default=list, editable=False)
    lon = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering: ClassVar = ["path"]
        indexes: ClassVar = [GinIndex(fields=["path"], name="parties_area_path")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["parent", "kind", "name"], name="parties_area_one_name_per_parent"
            ),
            models.CheckConstraint(
                name="parties_area_both_coordinates",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="parties_area_root_is_province",
                condition=Q(parent__isnull=False) | Q(kind="PROVINCE"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Community(models.Model):
    """A residential community with a station: the platform of the five-social linkage and the wall between data.

    `origin_lon/lat` is the origin of the local projection in metres used for nearest-helper search.
    """

    area = models.OneToOneField(
        Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="community"
    )
    slug = models.SlugField(_("short name"), unique=True, max_length=40)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    phone = models.CharField(_("help line"), max_length=30)
    hours = models.CharField(_("opening hours"), max_length=40, default="8:30–17:30")
    address = models.CharField(_("address of the station"), max_length=160, blank=True)
    origin_lon = models.FloatField(_("map origin, longitude"))
    origin_lat = models.FloatField(_("map origin, latitude"))
    residents = models.PositiveIntegerField(_("residents"), default=0)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        is_english = (translation.get_language() or "").startswith("en")
        return self.name_en if is_english and self.name_en else self.name


@pghistory.track()
class Place(models.Model):
    """A facility: station, day-care centre, canteen, rehabilitation post … Source: S0-3, S1-3, S2-9, S4-45."""

    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=PlaceKind)
    area = models.ForeignKey(Area, verbose_name=_("area"), null=True, blank=True, on_delete=models.PROTECT)
    address = models.CharField(_("address"), max_length=160, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    hours = models.CharField(_("opening hours"), max_length=60, blank=True)
    lon = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "name"], name="parties_place_one_name"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Room(models.Model):
    """A room that can be used or booked: dance, reading, table tennis … with what it cost. Source: S0-26."""

    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT)
    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=80)
    use = models.CharField(_("use"), max_length=80, blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"), default=0)
    cost_fen = models.BigIntegerField(_("cost of fitting out (fen)"), default=0)
    fitted_on = models.DateField(_("fitted out on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "name"], name="parties_room_one_name"),
            models.CheckConstraint(name="parties_room_cost_not_negative", condition=Q(cost_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name
