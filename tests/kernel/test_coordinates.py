"""Coordinates. Vectors: domain.md §2.7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carenet.kernel.coordinates import Datum, Place, metres_between, shown_in, stored_from

CHINA = {"lon": st.floats(74, 134), "lat": st.floats(18, 53)}


def test_amap_shows_a_place_at_its_published_offset() -> None:
    shown = shown_in(Datum.GCJ02, 120, 40)
    assert shown == pytest.approx((120.00567568355486, 40.0013047896019), abs=1e-9)
    assert metres_between(Place(120, 40), shown) == pytest.approx(505, abs=1)


def test_baidu_puts_its_own_offset_on_top() -> None:
    assert shown_in(Datum.BD09, 120, 40) == pytest.approx((120.01207668505418, 40.0076542742487), abs=1e-9)


def test_a_place_abroad_is_not_offset() -> None:
    assert shown_in(Datum.GCJ02, 2.35, 48.86) == (2.35, 48.86)


@given(**CHINA)
def test_what_a_map_shows_leads_back_to_the_place_within_a_millimetre(lon: float, lat: float) -> None:
    for datum in Datum.values:
        there = shown_in(datum, lon, lat)
        assert metres_between(stored_from(datum, *there), Place(lon, lat)) < 0.001


def test_an_unknown_datum_is_an_error() -> None:
    with pytest.raises(ValueError, match="CGCS"):
        stored_from("CGCS", 120, 40)
