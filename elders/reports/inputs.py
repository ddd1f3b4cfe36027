"""What triage knows of an elder: every input with its day, its age and where it came from.

Constant number of queries for any number of elders. Source: domain.md §1.13 (inputs, audit rules 1 and 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from carenet.kernel import months
from elders.models import Assessment, Elder, ElderCategory, LifeEvent, RiskEvent
from elders.reports import health_inputs
from elders.rules import gars
from elders.states import Caregiver, Living

RISK_WINDOW = timedelta(days=30)
CRISIS_WINDOW = timedelta(days=180)
# Rule 5: these inputs are forgotten after `stale_input_days`.
FADING = ("gds5", "gds15", "phq2", "phq9", "ucla3", "lsns6", "fall_score", "zbi4")
# Instruments of one number: code -> input.
TOTALS = {
    "GDS5": "gds5", "GDS15": "gds15", "PHQ2": "phq2", "PHQ9": "phq9", "UCLA3": "ucla3", "LSNS6": "lsns6",
    "STAY_INDEPENDENT": "fall_score", "ZBI4": "zbi4", "LAWTON": "iadl", "LP": "leisure", "SV": "self_value",
}  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """The inputs, and for each known one where it came from and of which day it is."""

    known: gars.Inputs
    origins: dict[str, tuple[str, date]] = field(default_factory=dict)
    is_stale: bool = False

    def as_json(self, on: date) -> dict[str, dict[str, Any]]:
        """What `TriageResult.inputs` keeps: value, source, day and age in days of every known input."""
        values = self.known.as_json()
        return {
            name: {
                "value": values[name],
                "source": source,
                "on": day.isoformat(),
                "age_days": (on - day).days,
            }
            for name, (source, day) in sorted(self.origins.items())
        }


def snapshots(
    elders: Iterable[Elder], *, on: date, limits: Mapping[str, Any] = gars.DEFINITION
) -> dict[int, Snapshot]:
    """The inputs of many elders as of a day, by elder id."""
    chosen = list(elders)
    ids = [each.pk for each in chosen]
    groups: dict[int, set[str]] = {}
    group_days: dict[int, date] = {}
    for category in ElderCategory.objects.filter(elder_id__in=ids, valid_from__lte=on).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    ):
        code = category.code
        if code == "DISABLED" and category.disability_grade in (1, 2):
            code = "DISABLED_HEAVY"
        groups.setdefault(category.elder_id, set()).add(code)
        group_days[category.elder_id] = max(
            group_days.get(category.elder_id, category.valid_from), category.valid_from
        )
    facts_on = dict(
        LifeEvent.objects.filter(elder_id__in=ids, kind__in=["REGISTERED", "MOVED", "UPDATED"], on__lte=on)
        .values_list("elder_id")
        .annotate(Max("on"))
    )
    latest: dict[int, list[Assessment]] = {}
    for assessment in (
        Assessment.objects.filter(
            elder_id__in=ids, state="SIGNED", signed_at__lt=months.start_of(on + timedelta(days=1))
        )
        .select_related("instrument")
        .order_by("elder_id", "instrument__code", "-signed_at", "-pk")
        .distinct("elder_id", "instrument__code")
    ):
        latest.setdefault(assessment.elder_id, []).append(assessment)
    events: dict[int, list[RiskEvent]] = {}
    for event in RiskEvent.objects.filter(
        elder_id__in=ids,
        on__gt=on - CRISIS_WINDOW,
        on__lte=on,
        reverses__isnull=True,
        reversed_by__isnull=True,
    ):
        events.setdefault(event.elder_id, []).append(event)
    homes: dict[int, health_inputs.Home] = {}
    if limits.get("health_home"):
        homes = health_inputs.homes(chosen, on=on)
    return {
        elder.pk: _snapshot(
            elder,
            on=on,
            limits=limits,
            groups=groups.get(elder.pk, set()),
            groups_on=group_days.get(elder.pk),
            facts_on=facts_on.get(elder.pk, elder.registered_on),
            assessments=latest.get(elder.pk, []),
            events=events.get(elder.pk, []),
            home=homes.get(elder.pk),
        )
        for elder in chosen
    }


def _snapshot(
    elder: Elder, *, on: date, limits: Mapping[str, Any], groups: set[str], groups_on: date | None, facts_on: date,
    assessments: list[Assessment], events: list[RiskEvent], home: health_inputs.Home | None = None,
) -> Snapshot:  # fmt: skip
    values: dict[str, Any] = {}
    origins: dict[str, tuple[str, date]] = {}

    def know(name: str, value: Any, source: str, day: date) -> None:
        if value is not None:
            values[name], origins[name] = value, (source, day)

    know("age", elder.age(on), "register", on)
    know("living", _living(elder, groups), "register", facts_on)
    know(
        "has_caregiver",
        {Caregiver.YES: True, Caregiver.NO: False}.get(Caregiver(elder.caregiver)),
        "register",
        facts_on,
    )
    if groups and groups_on:
        know("groups", frozenset(groups), "register", groups_on)
    is_stale = False
    for assessment in assessments:
        assert assessment.signed_at is not None
        day = months.day_of(assessment.signed_at)
        source = f"assessment:{assessment.pk}"
        for name, value in _from_assessment(assessment).items():
            know(name, value, source, day)
        if assessment.final_level is not None:
            is_stale = (on - day).days > limits["stale_level_days"]
    for event in sorted(events, key=lambda each: each.on):
        if event.kind == "DISCHARGE" and on - event.on <= RISK_WINDOW:
            know("discharged", True, f"risk:{event.pk}", event.on)
        elif event.kind == "SELF_HARM":
            know("self_harm", True, f"risk:{event.pk}", event.on)
        elif event.kind == "ABUSE":
            know("abuse", True, f"risk:{event.pk}", event.on)
    if limits.get("health_home"):
        falls = [event for event in events if event.kind == "FALL" and on - event.on <= RISK_WINDOW]
        if falls:
            know("recent_falls", len(falls), "risk", max(event.on for event in falls))
    if home is not None:
        _from_home(elder, home, assessments, values, know)
    known = gars.Inputs(**values)
    faded = {
        name: None
        for name in FADING
        if name in origins and (on - origins[name][1]).days > limits["stale_input_days"]
    }
    return Snapshot(replace(known, **faded), {k: v for k, v in origins.items() if k not in faded}, is_stale)


def _living(elder: Elder, groups: set[str]) -> str | None:
    """The living situation; a category on file speaks where the register has no stronger word."""
    if elder.living in gars.LIVING_YELLOW:
        return elder.living
    if "LIUSHOU" in groups:
        return Living.LEFT_BEHIND
    if "WITH_DISABLED_CHILD" in groups:
        return Living.WITH_DISABLED_CHILD
    return None if elder.living == Living.UNKNOWN else elder.living


def _from_home(
    elder: Elder, home: health_inputs.Home, assessments: list[Assessment], values: dict[str, Any], know: Any
) -> None:
    """The health home beside the assessment's A.4: what either knows counts, and what the home has ended since does not.

    So a fact more never makes the colour better, and a page nobody filled in still says nothing.
    """
    source = f"health:{elder.pk}"
    answered: set[str] = set()
    seen_on: date | None = None
    for each in assessments:
        conditions = each.answers.get("A4.conditions")
        if each.final_level is not None and conditions is not None and each.signed_at is not None:
            seen_on = months.day_of(each.signed_at)
            answered = {code for code in conditions if not home.ended_since(code, seen_on)}
    if home.conditions or (seen_on is not None and home.ended):
        both = answered | set(home.conditions)
        know("chronic", len(both - health_inputs.ACUTE), source, home.conditions_on)
        if "dementia" in both or seen_on is not None:
            know("dementia", "dementia" in both, source, home.conditions_on)
    if home.medicines and home.medicines > (values.get("medicines") or 0):
        know("medicines", home.medicines, source, home.medicines_on)
    if home.past_limits:
        know("past_limits", home.past_limits, source, home.measured_on)


def _from_assessment(assessment: Assessment) -> dict[str, Any]:
    code = assessment.instrument.code
    if code in TOTALS:
        found: dict[str, Any] = {TOTALS[code]: assessment.total}
        if code == "PHQ9":
            found["phq9_item9"] = int(assessment.answers.get("PHQ9.9") or 0)
        return found
    if assessment.final_level is None:
        return {}
    answers = assessment.answers
    # No key: the page was not filled in, so nothing is known. An empty list: somebody looked and found none.
    conditions = answers.get("A4.conditions")
    care = answers.get("A5.special_care")
    acute = set(assessment.instrument.definition.get("acute_conditions", []))
    return {
        "level": assessment.final_level,
        "raised": assessment.raised,
        "core_loss": assessment.scores.get("core_loss"),
        "ability_score": assessment.total,
        "dementia": None if conditions is None else "dementia" in conditions,
        "chronic": None if conditions is None else len(set(conditions) - acute),
        "medicines": answers.get("A4.medicines"),
        "special_care": None if care is None else bool(care),
        "self_harm": True if int(answers.get("A5.self_harm") or 0) > 0 else None,
        "abuse": True if answers.get("A5.abuse") == "yes" else None,
    }
