"""Colours, rules and clocks in plain words, for pages, prints and the elder who asks why.

Source: domain.md §1.13 audit rules 2 and 7 (explain in plain words; word and icon beside every colour).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from elders.models import TriageResult
from elders.rules import gars
from elders.states import RESTRICTED_INPUTS, RESTRICTED_RULES, CategoryCode, Living

TONES = {"RED": "bad", "YELLOW": "warn", "GREEN": "good", "UNASSESSED": "neutral"}
ICONS = {"RED": "triangle-alert", "YELLOW": "house", "GREEN": "leaf", "UNASSESSED": "clipboard-list"}
SENTENCES: dict[str, Promise | str] = {
    "R1": _("Ability level %(level)s: needs help in daily life (level 2 or more)."),
    "R2": _("Dementia has been diagnosed."),
    "R3": _("Mild disability with clear losses (%(core_loss)s points), and %(because)s."),
    "R4": _("There are signs of self-harm, abuse or neglect: somebody must look into it today."),
    "Y1": _("Mild disability with losses in self-care, walking or thinking (%(core_loss)s points)."),
    "Y2": _("Living situation: %(living)s."),
    "Y3": _("Belongs to a group with special protection: %(groups)s."),
    "X1": _("Signs of low mood."),
    "X2": _("Lonely, or in touch with few people."),
    "X3": _("%(age)s years old (80 or over)."),
    "X4": _(
        "Three or more chronic diseases, five or more medicines, or just back from hospital%(readings)s."
    ),
    "X5": _("Some risk of falling%(falls)s."),
    "X6": _("The person who cares for them is worn out."),
    "X7": _("Only hearing, sight, transport or mood are weaker than before."),
}
WITHHELD = _("A serious reason that only social work reads: somebody must look into it today.")
INPUT_NAMES: dict[str, Promise | str] = {
    "age": _("age"), "level": _("ability level"), "core_loss": _("points lost in self-care, mobility and thinking"),
    "raised": _("level raised by C.4"), "living": _("living with"), "groups": _("groups"),
    "has_caregiver": _("caregiver"), "special_care": _("special care"), "dementia": _("dementia"),
    "chronic": _("chronic diseases"), "medicines": _("regular medicines"), "discharged": _("discharged within 30 days"),
    "fall_score": _("fall score"), "gds5": "GDS-5", "gds15": "GDS-15", "phq2": "PHQ-2", "phq9": "PHQ-9",
    "phq9_item9": _("PHQ-9 question 9"), "self_harm": _("self-harm"), "abuse": _("suspected abuse"),
    "ucla3": "UCLA-3", "lsns6": "LSNS-6", "iadl": "IADL", "zbi4": "ZBI-4", "leisure": _("unmet leisure need"),
    "self_value": _("self-value"), "ability_score": _("ability score"),
    "recent_falls": _("falls within 30 days"), "past_limits": _("kinds of readings past their limit"),
}  # fmt: skip

CLOCKS: dict[str, Promise | str] = {
    "contact:RED": _("longest silence: red"), "contact:YELLOW:A": _("longest silence: yellow A"),
    "contact:YELLOW:B": _("longest silence: yellow B"), "contact:GREEN": _("longest silence: green"),
    "contact:UNASSESSED": _("longest silence: grey"), "archive": _("archive update"),
    "archive:crisis": _("archive update after a crisis"), "assessment": _("full assessment"),
    "assessment:first": _("first assessment after registration"), "level": _("ability level stays valid"),
    "target:RED": _("plan after a need: red"), "target:YELLOW:A": _("plan after a need: yellow A"),
    "target:YELLOW:B": _("plan after a need: yellow B"), "target:GREEN": _("plan after a need: green"),
}  # fmt: skip


@dataclass(frozen=True)
class Badge:
    """A colour as it stands on a page: never the colour alone."""

    label: str
    tone: str
    icon: str
    long: str


@dataclass(frozen=True)
class Because:
    """A rule that fired, in words."""

    rule: str
    text: str
    tone: str


@dataclass(frozen=True)
class Input:
    """One input of a suggestion as a table row."""

    name: str
    value: str
    on: str
    age_days: int


def short_colour(colour: str, subtier: str = "") -> str:
    """红, 黄A, 绿, 灰."""
    words = {
        "RED": pgettext("colour, short", "Red"),
        "YELLOW": pgettext("colour, short", "Yellow"),
        "GREEN": pgettext("colour, short", "Green"),
        "UNASSESSED": pgettext("colour, short", "Grey"),
    }
    if colour != "YELLOW" or not subtier:
        return words[colour]
    return pgettext("yellow and its finer colour", "%(colour)s %(finer)s") % {
        "colour": words[colour],
        "finer": subtier,
    }


def long_colour(colour: str, subtier: str = "") -> str:
    """红·失能失智 …, with active or stable for green."""
    words = {
        "RED": gettext("red: lost ability or memory"),
        "YELLOW": gettext("yellow: empty nest or alone"),
        "GREEN": gettext("green: young and active") if subtier == "VITAL" else gettext("green: stable"),
        "UNASSESSED": gettext("grey: waiting for assessment"),
    }
    return words[colour] + (f" {subtier}" if colour == "YELLOW" and subtier else "")


def badge(colour: str, subtier: str = "") -> Badge:
    """Word, tone and icon of a colour."""
    return Badge(short_colour(colour, subtier), TONES[colour], ICONS[colour], long_colour(colour, subtier))


def because(result: TriageResult, *, restricted: bool, spoken: bool = False) -> list[Because]:
    """The fired rules as sentences with the values they fired on.

    Who does not read C5 (`restricted`) learns that there is a serious reason, not which; what is `spoken` or printed
    for the elder never names it either, because somebody else in the home may read along. Source: domain.md §9.4.
    """
    facts = _facts(result)
    tones = {"R": "bad", "Y": "warn", "X": "neutral"}
    found = []
    for rule in result.fired:
        if rule in RESTRICTED_RULES and (spoken or not restricted):
            text = gettext("Somebody of the station looks in on you soon.") if spoken else str(WITHHELD)
            found.append(Because("R", text, tones["R"]))
        else:
            found.append(Because(rule, str(SENTENCES[rule]) % facts, tones[rule[0]]))
    return found


def fired(result: TriageResult, *, restricted: bool) -> list[str]:
    """The codes of the fired rules; the restricted one only as “R”."""
    return ["R" if each in RESTRICTED_RULES and not restricted else each for each in result.fired]


def known(result: TriageResult, *, restricted: bool) -> dict[str, Any]:
    """The stored inputs, without those that tell of suicide or abuse unless `restricted`."""
    return {name: each for name, each in result.inputs.items() if restricted or name not in RESTRICTED_INPUTS}


def inputs(result: TriageResult, *, restricted: bool) -> list[Input]:
    """What was known, with the day and the age of each input."""
    return [
        Input(str(INPUT_NAMES.get(name, name)), _value(name, each["value"]), each["on"], each["age_days"])
        for name, each in known(result, restricted=restricted).items()
    ]


def _facts(result: TriageResult) -> dict[str, Any]:
    value = {name: each["value"] for name, each in result.inputs.items()}
    reasons = []
    if value.get("living") == Living.ALONE:
        reasons.append(gettext("lives alone"))
    if value.get("has_caregiver") is False:
        reasons.append(gettext("no caregiver"))
    if value.get("special_care"):
        reasons.append(gettext("needs special care"))
    if (value.get("fall_score") or 0) >= 8:
        reasons.append(gettext("high risk of falling"))
    return {
        "level": value.get("level", "—"),
        "core_loss": value.get("core_loss", "—"),
        "age": value.get("age", "—"),
        "living": _value("living", value.get("living", "UNKNOWN")),
        "groups": _value("groups", [each for each in value.get("groups", []) if each in gars.GROUPS_YELLOW]),
        "because": pgettext("between reasons", ", ").join(reasons),
        "readings": gettext("; readings past their limit") if value.get("past_limits") else "",
        "falls": gettext("; fell within the last 30 days") if value.get("recent_falls") else "",
    }


def _value(name: str, value: Any) -> str:
    if name == "living":
        return str(Living(value).label)
    if name == "groups":
        return pgettext("between reasons", ", ").join(_group(each) for each in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


def _group(code: str) -> str:
    if code == "DISABLED_HEAVY":
        return gettext("severe disability (grade 1 or 2)")
    return str(CategoryCode(code).label)


THRESHOLDS: dict[str, Promise | str] = {
    "red_level": _("R1: ability level at least"), "core_loss_red": _("R3: points lost at least"),
    "fall_red": _("R3: fall score at least"), "core_loss_yellow": _("Y1: points lost at least"),
    "gds5": _("X1: GDS-5 at least"), "gds15": _("X1: GDS-15 at least"), "phq2": _("X1: PHQ-2 at least"),
    "phq9": _("X1: PHQ-9 at least"), "ucla3": _("X2: UCLA-3 at least"), "lsns6_below": _("X2: LSNS-6 below"),
    "age": _("X3: age at least"), "chronic": _("X4: chronic diseases at least"),
    "medicines": _("X4: regular medicines at least"), "fall_yellow": _("X5: fall score at least"),
    "zbi4": _("X6: ZBI-4 at least"), "secondary_for_yellow": _("X rules that make yellow"),
    "hits_for_a": _("Y and X rules that make yellow A"), "vital_age_below": _("green, active: younger than"),
    "vital_iadl": _("green, active: IADL exactly"), "stale_input_days": _("scores count for days"),
    "stale_level_days": _("the ability level counts for days"),
    "health_home": _("read the health home (1 yes, 0 no)"),
    "recent_falls": _("X5: falls within 30 days at least (0: not read)"),
    "past_limits": _("X4: kinds of readings past their limit at least (0: not read)"),
}  # fmt: skip


def thresholds(definition: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every threshold of a rule set in words, in the order of the rules."""
    return [(str(name), definition.get(key, gars.DEFINITION[key])) for key, name in THRESHOLDS.items()]


def different(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a version changes, like “R1: ability level at least 2 → 3”."""
    return [
        f"{name} {old.get(key, gars.DEFINITION[key])} → {new.get(key, gars.DEFINITION[key])}"
        for key, name in THRESHOLDS.items()
        if old.get(key, gars.DEFINITION[key]) != new.get(key, gars.DEFINITION[key])
    ]


INDICES: dict[str, Promise | str] = {
    "physio": _("body"), "psych": _("mind"), "social": _("taking part"),
}  # fmt: skip


def indices(result: TriageResult) -> list[tuple[str, int | None]]:
    """The three display indices, 0 to 100, higher is more need; None when an input is missing."""
    return [(str(name), result.indices.get(key)) for key, name in INDICES.items()]
