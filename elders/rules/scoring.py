"""Score an instrument: sub-scores, total, band, scales; initial level, grounds for change, final level.

Pure functions over an instrument's definition and the answers given. Source: GB/T 42195-2022 Appendix B and C;
domain.md §1.1.2 to §1.13; each pack names its own source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Definition = Mapping[str, Any]
Answers = Mapping[str, Any]
WORST = 4


@dataclass(frozen=True)
class Scored:
    """What the server computed. `grounds` names the C.4 rules that applied, `missing` the unanswered items."""

    sections: dict[str, int]
    total: int
    initial_level: int | None
    final_level: int | None
    raised: bool
    grounds: list[str] = field(default_factory=list)
    core_loss: int | None = None
    band: str = ""
    scales: dict[str, int] = field(default_factory=dict)
    is_positive: bool | None = None
    flags: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The form kept in `Assessment.scores`."""
        return {
            "sections": self.sections,
            "total": self.total,
            "core_loss": self.core_loss,
            "raised": self.raised,
            "scales": self.scales,
            "is_positive": self.is_positive,
            "flags": self.flags,
        }


def items(definition: Definition) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every (section, item) in order."""
    for section in definition["sections"]:
        for item in section["items"]:
            yield section, item


def options(definition: Definition, item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers an item offers; named sets are shared between items."""
    found = item.get("options", [])
    return list(definition["option_sets"][found]) if isinstance(found, str) else list(found)


def item_by_key(definition: Definition, key: str) -> Mapping[str, Any] | None:
    """One item, or None when the instrument has no such item."""
    return next((item for _section, item in items(definition) if item["key"] == key), None)


def clean_answer(definition: Definition, item: Mapping[str, Any], value: Any) -> Any:
    """The answer in its stored form, or None when it is no answer to this item."""
    codes = {each["code"] for each in options(definition, item)}
    if item["kind"] == "many":
        chosen = [value] if isinstance(value, str) else list(value or [])
        return [each for each in chosen if each in codes]
    if item["kind"] in ("number", "points"):
        text = str(value).strip()
        if not text.isdigit() or not item["min"] <= int(text) <= item["max"]:
            return None
        return int(text)
    return str(value) if str(value) in codes else None


def is_required(item: Mapping[str, Any]) -> bool:
    """Scored items always; facts unless the pack says otherwise."""
    return bool(is_scored(item) or item.get("required", False))


def is_scored(item: Mapping[str, Any]) -> bool:
    """Whether the item adds to the total: a scored answer, or the total of a licensed paper form."""
    return item["kind"] in ("score", "points")


def missing(definition: Definition, answers: Answers) -> list[str]:
    """Keys of required items without an answer, in order."""
    return [
        item["key"]
        for _section, item in items(definition)
        if is_required(item) and answers.get(item["key"]) in (None, "", [])
    ]


def points(definition: Definition, item: Mapping[str, Any], answer: Any) -> int:
    """The score of one answer; the total of a paper form is its own score."""
    if item["kind"] == "points":
        return int(answer)
    return int(next(each["score"] for each in options(definition, item) if each["code"] == answer))


def level_of(definition: Definition, total: int) -> int | None:
    """The initial level of a total. Source: GB/T 42195-2022, level table."""
    return next(
        (each["level"] for each in definition.get("levels", []) if each["min"] <= total <= each["max"]), None
    )


def change(definition: Definition, initial: int, answers: Answers) -> tuple[int, list[str]]:
    """Final level and the C.4 grounds that applied.

    Coma leads to level 4 directly. A confirmed dementia or other mental disorder, and two or more care-risk
    events in 30 days (summed over kinds), each raise one level; `max_raise` caps the raise (default 1: the two
    ambiguous points of the standard are settings). Level 4 is never raised. Source: C.4; domain.md §1.1.2.
    """
    rules = definition.get("changes")
    if not rules:
        return initial, []
    coma = rules["coma"]
    if answers.get(coma["item"]) == coma["answer"] or answers.get(coma["or_item"]) == coma["or_answer"]:
        return coma["level"], ["coma"]
    grounds = []
    diagnoses = rules["diagnoses"]
    if set(answers.get(diagnoses["item"]) or ()) & set(diagnoses["any"]):
        grounds.append("diagnosis")
    events = rules["events"]
    counts = [int(answers.get(each) or 0) for each in events["items"]]
    happened = sum(counts) if events["counting"] == "sum" else max(counts, default=0)
    if happened >= events["at_least"]:
        grounds.append("events")
    return min(initial + min(len(grounds), rules["max_raise"]), WORST), grounds


def band_of(definition: Definition, total: int) -> dict[str, Any] | None:
    """The band a total falls into, as the pack draws them; None when it draws none."""
    return next(
        (dict(each) for each in definition.get("bands", []) if each["min"] <= total <= each["max"]), None
    )


def crossed(limit: Mapping[str, Any] | None, value: int) -> bool | None:
    """Whether a value is on the worrying side of a cut-off (`at_least` or `below`); None without one."""
    if not limit:
        return None
    if "at_least" in limit:
        return bool(value >= limit["at_least"])
    return bool(value < limit["below"])


def flags(definition: Definition, by_item: Mapping[str, int]) -> list[str]:
    """Hints of the pack that follow from some of its items (like: the cognitive part is low)."""
    found = []
    for each in definition.get("flags", []):
        values = [by_item[key] for key in each["items"]]
        if min(values) <= each["any_at_most"] or sum(values) <= each["sum_at_most"]:
            found.append(each["key"])
    return found


def crisis_items(definition: Definition, answers: Answers) -> list[Mapping[str, Any]]:
    """The answers that call for help at once, whatever the total. Source: domain.md §1.11; station rule."""
    return [each for each in definition.get("crisis", []) if answers.get(each["item"]) in each["answers"]]


def score(definition: Definition, answers: Answers) -> Scored:
    """Everything of C.1 to C.5, or band and scales, for complete answers. Call `missing` first."""
    sections: dict[str, int] = {}
    by_item: dict[str, int] = {}
    for section, item in items(definition):
        if is_scored(item):
            by_item[item["key"]] = points(definition, item, answers[item["key"]])
            sections[section["key"]] = sections.get(section["key"], 0) + by_item[item["key"]]
    total = sum(sections.values())
    core = definition.get("core")
    core_loss = core["maximum"] - sum(by_item[each] for each in core["items"]) if core else None
    initial = level_of(definition, total)
    final, grounds = (None, []) if initial is None else change(definition, initial, answers)
    band = band_of(definition, total)
    return Scored(
        sections, total, initial, final, final is not None and initial is not None and final > initial, grounds,
        core_loss, band["code"] if band else "",
        {each["key"]: sum(by_item[key] for key in each["items"]) for each in definition.get("scales", [])},
        crossed(definition.get("cutoff"), total), flags(definition, by_item),
    )  # fmt: skip


def best_answers(definition: Definition) -> dict[str, Any]:
    """The best result and no events: where a demonstration or a test starts from."""
    found: dict[str, Any] = {}
    best = max if definition["direction"] == "higher_is_better" else min
    for _section, item in items(definition):
        if item["kind"] == "score":
            found[item["key"]] = best(options(definition, item), key=lambda each: each["score"])["code"]
        elif item["kind"] == "points":
            found[item["key"]] = best(item["min"], item["max"])
        elif item["kind"] == "one":
            found[item["key"]] = options(definition, item)[0]["code"]
    return found
