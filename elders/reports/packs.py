"""The forms of a station: which version is valid, which are in use, and which of them somebody may fill in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from elders.models import Instrument, InstrumentSwitch

if TYPE_CHECKING:
    from collections.abc import Iterable

ABILITY = "GBT42195"
# In the order in which people look for them: ability first, then mood, ties, falls, own short ones, licensed ones.
ORDER = (
    ABILITY, "BARTHEL", "LAWTON", "GDS15", "GDS5", "PHQ2", "PHQ9", "UCLA3", "LSNS6", "DJG6", "STAY_INDEPENDENT",
    "LP", "SV", "MNASF", "MINICOG", "AD8", "ZBI4", "ZBI12", "FRAT",
)  # fmt: skip


def instrument(code: str, *, on: date) -> Instrument | None:
    """The version of an instrument that is valid on a day."""
    return (
        Instrument.objects.filter(code=code, valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .order_by("-valid_from", "-pk")
        .first()
    )


def every(on: date) -> list[Instrument]:
    """The valid version of every form, in the order of `ORDER`."""
    rows = (
        Instrument.objects.filter(valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .order_by("code", "-valid_from", "-pk")
        .distinct("code")
    )
    return sorted(rows, key=lambda each: ORDER.index(each.code) if each.code in ORDER else len(ORDER))


def switches(community_id: int) -> dict[str, InstrumentSwitch]:
    """The newest switch of each form that was ever turned on or off here."""
    rows = (
        InstrumentSwitch.objects.filter(community_id=community_id)
        .select_related("by")
        .order_by("code", "-pk")
        .distinct("code")
    )
    return {each.code: each for each in rows}


def is_in_use(community_id: int, form: Instrument) -> bool:
    """Turned on by the station, or never turned off and on by default."""
    newest = (
        InstrumentSwitch.objects.filter(community_id=community_id, code=form.code).order_by("-pk").first()
    )
    return newest.is_on if newest else form.definition.get("default", "on") == "on"


def in_use(community_id: int, on: date) -> list[Instrument]:
    """The forms a station works with."""
    turned = switches(community_id)
    return [
        each
        for each in every(on)
        if (turned[each.code].is_on if each.code in turned else each.definition.get("default", "on") == "on")
    ]


def codes(forms: Iterable[Instrument]) -> list[str]:
    """Their codes."""
    return [each.code for each in forms]
