"""GARS-carenet v1: the red, yellow and green triage. Three-valued: an unknown input fires nothing.

Our own composite, because the source names "GARS" without items or cut-offs. Pure functions over an input
snapshot and the thresholds of a rule set. Source: domain.md §1.13; S4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

DEFINITION: dict[str, Any] = {
    "red_level": 2,
    "core_loss_red": 8,
    "core_loss_yellow": 3,
    "fall_red": 8,
    "fall_yellow": 4,
    "gds5": 2,
    "gds15": 5,
    "phq2": 3,
    "phq9": 10,
    "ucla3": 6,
    "lsns6_below": 12,
    "age": 80,
    "chronic": 3,
    "medicines": 5,
    "zbi4": 8,
    "secondary_for_yellow": 2,
    "hits_for_a": 3,
    "vital_age_below": 70,
    "vital_iadl": 8,
    "stale_input_days": 180,
    "stale_level_days": 365,
    # Whether the health home speaks, too (0 no, 1 yes); a version without these words does not read it. The two
    # counts are off at 0. Source: station rule, tried in shadow before anybody's colour follows it.
    "health_home": 0,
    "recent_falls": 0,
    "past_limits": 0,
}
LIVING_YELLOW = frozenset({"ALONE", "COUPLE_ONLY", "LEFT_BEHIND", "WITH_DISABLED_CHILD"})
# Groups of rule Y3: destitute at home, bereaved of the only child and special families, heavy disability (1, 2).
GROUPS_YELLOW = frozenset({"TEKUN_SCATTERED", "SHIDU", "FAMILY_PLANNING_SPECIAL", "DISABLED_HEAVY"})
RULES = ("R1", "R2", "R3", "R4", "Y1", "Y2", "Y3", "X1", "X2", "X3", "X4", "X5", "X6", "X7")


@dataclass(frozen=True)
class Inputs:
    """What is known; None means unknown and fires nothing. `living` and `groups` use the register's words."""

    age: int | None = None
    level: int | None = None
    core_loss: int | None = None
    raised: bool | None = None
    living: str | None = None
    groups: frozenset[str] = frozenset()
    has_caregiver: bool | None = None
    special_care: bool | None = None
    dementia: bool | None = None
    chronic: int | None = None
    medicines: int | None = None
    discharged: bool | None = None
    fall_score: int | None = None
    gds5: int | None = None
    gds15: int | None = None
    phq2: int | None = None
    phq9: int | None = None
    phq9_item9: int | None = None
    self_harm: bool | None = None
    abuse: bool | None = None
    ucla3: int | None = None
    lsns6: int | None = None
    iadl: int | None = None
    zbi4: int | None = None
    leisure: int | None = None
    self_value: int | None = None
    ability_score: int | None = None
    recent_falls: int | None = None
    past_limits: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data with sorted groups."""
        return {**asdict(self), "groups": sorted(self.groups)}


@dataclass(frozen=True)
class Outcome:
    """The suggestion: colour, tier, every rule that fired in order, and whether it is a crisis."""

    colour: str
    subtier: str
    fired: tuple[str, ...]
    is_crisis: bool


def _at_least(value: int | None, limit: int) -> bool:
    return value is not None and value >= limit


def _reaches(value: int | None, limits: Mapping[str, Any], name: str) -> bool:
    """A count with a limit that may be off (0) or unknown to an older version of the rules."""
    return bool(limits.get(name)) and _at_least(value, limits[name])


def _mild_and_lost(known: Inputs, limits: Mapping[str, Any], limit: str) -> bool:
    return known.level == 1 and (_at_least(known.core_loss, limits[limit]) or known.raised is True)


def fired_rules(known: Inputs, limits: Mapping[str, Any] = DEFINITION) -> tuple[str, ...]:
    """Every rule whose condition is known to hold, in the order of the table."""
    y1 = _mild_and_lost(known, limits, "core_loss_yellow")
    alone_with_it = (
        known.living == "ALONE"
        or known.has_caregiver is False
        or known.special_care is True
        or _at_least(known.fall_score, limits["fall_red"])
    )
    mood = any(
        _at_least(value, limits[name])
        for name, value in (
            ("gds5", known.gds5), ("gds15", known.gds15), ("phq2", known.phq2), ("phq9", known.phq9)
        )
    )  # fmt: skip
    holds = {
        "R1": _at_least(known.level, limits["red_level"]),
        "R2": known.dementia is True,
        "R3": _mild_and_lost(known, limits, "core_loss_red") and alone_with_it,
        "R4": _at_least(known.phq9_item9, 1) or known.self_harm is True or known.abuse is True,
        "Y1": y1,
        "Y2": known.living in LIVING_YELLOW,
        "Y3": bool(known.groups & GROUPS_YELLOW),
        "X1": mood,
        "X2": _at_least(known.ucla3, limits["ucla3"])
        or (known.lsns6 is not None and known.lsns6 < limits["lsns6_below"]),
        "X3": _at_least(known.age, limits["age"]),
        "X4": _at_least(known.chronic, limits["chronic"])
        or _at_least(known.medicines, limits["medicines"])
        or known.discharged is True
        or _reaches(known.past_limits, limits, "past_limits"),
        "X5": _at_least(known.fall_score, limits["fall_yellow"])
        or _reaches(known.recent_falls, limits, "recent_falls"),
        "X6": _at_least(known.zbi4, limits["zbi4"]),
        "X7": known.level == 1 and not y1,
    }
    return tuple(rule for rule in RULES if holds[rule])


def triage(known: Inputs, limits: Mapping[str, Any] = DEFINITION) -> Outcome:
    """The suggested colour: evaluate all rules, first colour found wins.

    Any R is RED; any Y or two X are YELLOW (tier A when living alone, Y3, or three hits); a missing level is
    UNASSESSED; otherwise GREEN, "active" at 60–69 with full IADL, else "stable".
    """
    fired = fired_rules(known, limits)
    primary = [rule for rule in fired if rule[0] == "Y"]
    secondary = [rule for rule in fired if rule[0] == "X"]
    if any(rule[0] == "R" for rule in fired):
        return Outcome("RED", "", fired, "R4" in fired)
    if primary or len(secondary) >= limits["secondary_for_yellow"]:
        is_a = (
            known.living == "ALONE" or "Y3" in fired or len(primary) + len(secondary) >= limits["hits_for_a"]
        )
        return Outcome("YELLOW", "A" if is_a else "B", fired, False)
    if known.level is None:
        return Outcome("UNASSESSED", "", fired, False)
    vital = known.age is not None and 60 <= known.age < limits["vital_age_below"]
    vital = vital and known.iadl == limits["vital_iadl"]
    return Outcome("GREEN", "VITAL" if vital else "STABLE", fired, False)


def severity(colour: str, subtier: str = "") -> int:
    """How much need a colour stands for: grey, green, yellow B, yellow A, red. Used for "towards red"."""
    return {"UNASSESSED": 0, "GREEN": 1, "RED": 4}.get(colour, 3 if subtier == "A" else 2)


def _round_half_up(value: float) -> int:
    return int(value + 0.5)


def indices(known: Inputs) -> dict[str, int | None]:
    """Three display indices, 0–100, higher means more need; None when an input is missing. Never decide a colour."""
    physio = psych = social = None
    if known.ability_score is not None and known.chronic is not None:
        many = 10 * _at_least(known.medicines, 5) + 10 * (known.discharged is True)
        physio = _round_half_up(
            0.7 * (90 - known.ability_score) / 90 * 100 + 0.3 * min(100, 20 * known.chronic + many)
        )
    if known.ucla3 is not None and known.lsns6 is not None:
        psych = _round_half_up(0.5 * (known.ucla3 - 3) / 6 * 100 + 0.5 * (30 - known.lsns6) / 30 * 100)
    if known.leisure is not None and known.self_value is not None:
        social = _round_half_up(0.5 * known.leisure / 3 * 100 + 0.5 * (9 - known.self_value) / 9 * 100)
    return {"physio": physio, "psych": psych, "social": social}


def names() -> Iterable[str]:
    """The names of all inputs."""
    return [each.name for each in fields(Inputs)]
