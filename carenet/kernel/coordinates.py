"""Coordinates in China: WGS-84 is stored, the offsets of public maps are put on and taken off at the edge only.

GPS devices and watches speak WGS-84. Maps that the public sees must be offset: AMap and Tencent show GCJ-02, Baidu
shows BD-09, some hundred metres beside the truth. Source: domain.md §2.7 (formulas as published; vector of (120, 40)).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

# Krasovsky 1940, on which the offset is computed, and the mean radius of the earth in metres.
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
EARTH_METRES = 6_371_008.8
_BAIDU = math.pi * 3000 / 180


class Datum(models.TextChoices):
    """Which map or device a pair of numbers was read from."""

    WGS84 = "WGS84", _("GPS device or watch (WGS-84)")
    GCJ02 = "GCJ02", _("AMap or Tencent map (GCJ-02)")
    BD09 = "BD09", _("Baidu map (BD-09)")


class Place(NamedTuple):
    """Degrees; longitude first."""

    lon: float
    lat: float


def _waves(*pairs: tuple[float, float]) -> float:
    """Two thirds of a sum of sines: (height, angle in units of pi)."""
    return sum(height * math.sin(angle * math.pi) for height, angle in pairs) * 2 / 3


def _offset(lon: float, lat: float) -> Place:
    """How far GCJ-02 lies beside WGS-84 at a place, in degrees; nothing outside the rectangle around China."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return Place(0.0, 0.0)
    x, y = lon - 105, lat - 35
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (
        _waves((20, 6 * x), (20, 2 * x)) + _waves((20, y), (40, y / 3)) + _waves((160, y / 12), (320, y / 30))
    )
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (
        _waves((20, 6 * x), (20, 2 * x)) + _waves((20, x), (40, x / 3)) + _waves((150, x / 12), (300, x / 30))
    )
    angle = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(angle) ** 2
    per_lat = _AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic)) * math.pi / 180
    per_lon = _AXIS / math.sqrt(magic) * math.cos(angle) * math.pi / 180
    return Place(east / per_lon, north / per_lat)


def shown_in(datum: str, lon: float, lat: float) -> Place:
    """A stored WGS-84 place in the numbers of a map. Raises ValueError for an unknown datum."""
    chosen = Datum(datum)
    if chosen == Datum.WGS84:
        return Place(lon, lat)
    offset = _offset(lon, lat)
    public = Place(lon + offset.lon, lat + offset.lat)
    if chosen == Datum.GCJ02:
        return public
    radius = math.hypot(*public) + 0.00002 * math.sin(public.lat * _BAIDU)
    angle = math.atan2(public.lat, public.lon) + 0.000003 * math.cos(public.lon * _BAIDU)
    return Place(radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)


def stored_from(datum: str, lon: float, lat: float) -> Place:
    """The WGS-84 place behind the numbers of a map, to a millimetre: the offset is solved, not guessed.

    Raises ValueError for an unknown datum.
    """
    if Datum(datum) == Datum.WGS84:
        return Place(lon, lat)
    found = Place(lon, lat)
    for _round in range(12):
        there = shown_in(datum, *found)
        found = Place(found.lon + lon - there.lon, found.lat + lat - there.lat)
    return found


def metres_between(one: Place, other: Place) -> float:
    """The way as the crow flies between two places of one datum (haversine). Source: domain.md §2.7."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    )
    return 2 * EARTH_METRES * math.asin(math.sqrt(half))
