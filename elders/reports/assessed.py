"""A finished assessment as people read it: points, band or level, grounds, hints, every answer. Page and paper alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from elders.models import Assessment
from elders.rules import scoring
from elders.states import Level


def text(row: Any, name: str = "") -> str:
    """The Chinese or the English words of a part of a pack, by the reader's language."""
    language = "zh" if (translation.get_language() or "").startswith("zh") else "en"
    return str(row.get(f"{name}_{language}" if name else language, ""))


def cited(definition: Mapping[str, Any]) -> str:
    """Where the form comes from, as printed: without our own notes."""
    parts = str(definition.get("source", "")).split("; ")
    return "; ".join(each for each in parts if not each.startswith("domain.md"))


def ground(code: str) -> str:
    """A ground of C.4 in words."""
    return {
        "coma": _("In a coma: level 4 directly."),
        "diagnosis": _("Dementia or another mental disorder was diagnosed: raised by one level."),
        "events": _("Two or more care-risk events within 30 days: raised by one level."),
    }[code]


def answer_text(definition: Mapping[str, Any], item: Mapping[str, Any], value: Any) -> str:
    """One answer in words; a dash when there is none."""
    options = {each["code"]: each for each in scoring.options(definition, item)}
    if item["kind"] == "many":
        chosen = pgettext("list separator", ", ").join(
            text(options[each]) for each in value or [] if each in options
        )
        return chosen or ("—" if value is None else _("none"))
    if item["kind"] in ("number", "points"):
        return "—" if value is None else str(value)
    return text(options[value]) if value in options else "—"


def restricted_items(assessment: Assessment) -> frozenset[str]:
    """The questions about suicide and abuse (C5). Source: domain.md §9.4."""
    return frozenset(each["item"] for each in assessment.instrument.definition.get("crisis", []))


def answers(assessment: Assessment, *, restricted: bool) -> list[dict[str, Any]]:
    """Every answer by section, with its points and whether it was taken over from last time.

    What tells of suicide or abuse stays unread unless the reader is `restricted`-cleared: the row says so.
    """
    definition = assessment.instrument.definition
    withheld = frozenset() if restricted else restricted_items(assessment)
    found = []
    for section in definition["sections"]:
        rows = []
        for item in section["items"]:
            value = assessment.answers.get(item["key"])
            if item["key"] in withheld:
                unread = {"key": item["key"], "title": text(item), "text": _("read by social work only")}
                rows.append({**unread, "score": None, "same": False})
                continue
            scored = scoring.is_scored(item) and value is not None
            rows.append(
                {
                    "key": item["key"],
                    "title": text(item),
                    "text": answer_text(definition, item, value),
                    "score": scoring.points(definition, item, value) if scored else None,
                    "same": bool(assessment.marks.get(item["key"], {}).get("same")),
                }
            )
        found.append({"key": section["key"], "title": text(section), "rows": rows})
    return found


def hints(assessment: Assessment) -> list[str]:
    """Sentences that follow from the result: hints of the pack, and a warning when thinking is much impaired."""
    definition = assessment.instrument.definition
    raised = set(assessment.scores.get("flags", []))
    found = [text(each) for each in definition.get("flags", []) if each["key"] in raised]
    warn = definition.get("warn")
    if warn:
        before = (
            Assessment.objects.filter(
                elder_id=assessment.elder_id, instrument__code=warn["code"], state="SIGNED",
                signed_at__lte=assessment.signed_at or assessment.saved_at,
            )
            .select_related("instrument")
            .order_by("-signed_at")
            .first()
        )  # fmt: skip
        if before is not None:
            pack = before.instrument.definition
            items = [scoring.item_by_key(pack, key) for key in warn["items"]]
            points = [
                scoring.points(pack, item, before.answers[item["key"]])
                for item in items
                if item is not None and item["key"] in before.answers
            ]
            if len(points) == len(items) and sum(points) < warn["sum_below"]:
                found.append(text(warn))
    return found


def result(assessment: Assessment) -> dict[str, Any]:
    """The computed part of the report; the elder's level stands only on the ability assessment."""
    definition = assessment.instrument.definition
    band = next((each for each in definition.get("bands", []) if each["code"] == assessment.band), None)
    return {
        "note": text(definition, "note"),
        "source": cited(definition),
        "maximum": definition.get("maximum"),
        "has_levels": bool(definition.get("levels")),
        "sections": [
            {
                "key": each["key"],
                "title": text(each),
                "score": assessment.scores.get("sections", {}).get(each["key"]),
                "max": each["max"],
            }
            for each in definition["sections"]
            if each.get("max")
        ],
        "scales": [
            {
                "title": text(each),
                "score": assessment.scores.get("scales", {}).get(each["key"]),
                "max": each["max"],
                "is_positive": scoring.crossed(each, assessment.scores.get("scales", {}).get(each["key"], 0)),
            }
            for each in definition.get("scales", [])
        ],
        "band": text(band) if band else "",
        "band_tone": band["tone"] if band else "neutral",
        "band_range": f"{band['min']}–{band['max']}" if band else "",
        "initial": Level(assessment.initial_level).label if assessment.initial_level is not None else None,
        "final": Level(assessment.final_level).label if assessment.final_level is not None else None,
        "grounds": [ground(each) for each in assessment.grounds],
        "hints": hints(assessment),
        "takes_two": definition.get("assessors", 1) > 1,
        "is_provisional": assessment.state == "HALF",
    }


def short(assessment: Assessment) -> str:
    """The result in a few words, for lists: level, or points and band."""
    if assessment.final_level is not None:
        return str(Level(assessment.final_level).label)
    if assessment.total is None:
        return ""
    band = next(
        (
            each
            for each in assessment.instrument.definition.get("bands", [])
            if each["code"] == assessment.band
        ),
        None,
    )
    points = _("%(total)s points") % {"total": assessment.total}
    return f"{points} · {text(band)}" if band else points
