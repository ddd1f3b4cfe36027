"""GARS-carenet v1. Vectors: domain.md §1.13; unlisted inputs are unknown and fire nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elders.rules import gars
from elders.rules.gars import Inputs

W = "WITH_CHILDREN"


@pytest.mark.parametrize(
    ("known", "result", "fired"),
    [
        (Inputs(age=84, level=2, core_loss=30, living=W), "RED", "R1 X3"),
        (Inputs(age=66, level=0, core_loss=0, living=W, ucla3=3, lsns6=18, chronic=1), "GREEN", ""),
        (Inputs(age=71, level=1, core_loss=10, living="ALONE", ucla3=5, lsns6=10), "RED", "R3 Y1 Y2 X2"),
        (Inputs(age=71, level=1, core_loss=1, living="ALONE", ucla3=3, lsns6=20), "YELLOW-A", "Y2 X7"),
        (Inputs(age=71, level=1, core_loss=5, living=W, has_caregiver=True, fall_score=3), "YELLOW-B", "Y1"),
        (Inputs(age=71, level=1, core_loss=0, living=W, has_caregiver=True, lsns6=18), "GREEN", "X7"),
        (Inputs(age=70, level=1, core_loss=0, living="ALONE", raised=True), "RED", "R3 Y1 Y2"),
        (
            Inputs(age=82, level=0, core_loss=0, living="COUPLE_ONLY", lsns6=15, chronic=2),
            "YELLOW-B",
            "Y2 X3",
        ),
        (Inputs(age=68, level=0, core_loss=0, living=W, phq9=6, phq9_item9=1), "RED", "R4"),
        (Inputs(age=73, level=0, core_loss=0, living=W, lsns6=11, ucla3=4), "GREEN", "X2"),
        (Inputs(age=73, level=0, core_loss=0, living=W, lsns6=11, gds5=2), "YELLOW-B", "X1 X2"),
        (Inputs(age=64, living="COUPLE_ONLY"), "YELLOW-B", "Y2"),
        (Inputs(age=62, living=W), "UNASSESSED", ""),
        (Inputs(age=77, level=1, core_loss=2, living=W, raised=True, dementia=True), "RED", "R2 Y1"),
        (Inputs(age=81, level=0, core_loss=0, living=W, lsns6=16), "GREEN", "X3"),
        (Inputs(age=70, level=0, core_loss=0, living="ALONE", lsns6=20, ucla3=3), "YELLOW-A", "Y2"),
        (Inputs(age=69, level=0, core_loss=0, living=W, groups=frozenset({"SHIDU"})), "YELLOW-A", "Y3"),
    ],
)
def test_colours_follow_the_vectors(known: Inputs, result: str, fired: str) -> None:
    outcome = gars.triage(known)
    colour = f"{outcome.colour}-{outcome.subtier}" if outcome.colour == "YELLOW" else outcome.colour
    assert (colour, " ".join(outcome.fired)) == (result, fired)


def test_nothing_known_fires_nothing() -> None:
    assert gars.triage(Inputs()) == gars.Outcome("UNASSESSED", "", (), False)


def test_no_caregiver_must_be_known() -> None:
    mild = Inputs(level=1, core_loss=8, living=W)
    assert "R3" not in gars.fired_rules(mild)
    assert "R3" not in gars.fired_rules(replace(mild, has_caregiver=True))
    assert "R3" in gars.fired_rules(replace(mild, has_caregiver=False))


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        (Inputs(self_harm=True), "R4"),
        (Inputs(abuse=True), "R4"),
        (Inputs(phq9_item9=1), "R4"),
        (Inputs(level=2), "R1"),
        (Inputs(dementia=True), "R2"),
        (Inputs(level=1, raised=True), "Y1"),
        *(
            (Inputs(living=living), "Y2")
            for living in ("ALONE", "COUPLE_ONLY", "LEFT_BEHIND", "WITH_DISABLED_CHILD")
        ),
        *((Inputs(groups=frozenset({group})), "Y3") for group in ("SHIDU", "FAMILY_PLANNING_SPECIAL")),
        (Inputs(gds5=2), "X1"),
        (Inputs(lsns6=11), "X2"),
        (Inputs(age=80), "X3"),
        (Inputs(groups=frozenset({"TEKUN_SCATTERED"})), "Y3"),
        (Inputs(groups=frozenset({"DISABLED_HEAVY"})), "Y3"),
        (Inputs(gds15=5), "X1"),
        (Inputs(phq2=3), "X1"),
        (Inputs(phq9=10), "X1"),
        (Inputs(ucla3=6), "X2"),
        (Inputs(chronic=3), "X4"),
        (Inputs(medicines=5), "X4"),
        (Inputs(discharged=True), "X4"),
        (Inputs(fall_score=4), "X5"),
        (Inputs(zbi4=8), "X6"),
        (Inputs(level=1, core_loss=8, special_care=True), "R3"),
        (Inputs(level=1, core_loss=8, fall_score=8), "R3"),
    ],
)
def test_each_threshold_fires_at_its_value(known: Inputs, rule: str) -> None:
    assert rule in gars.fired_rules(known)


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        (Inputs(gds5=1), "X1"), (Inputs(gds15=4), "X1"), (Inputs(phq2=2), "X1"), (Inputs(phq9=9), "X1"),
        (Inputs(ucla3=5), "X2"), (Inputs(lsns6=12), "X2"), (Inputs(age=79), "X3"), (Inputs(chronic=2), "X4"),
        (Inputs(medicines=4), "X4"), (Inputs(fall_score=3), "X5"), (Inputs(zbi4=7), "X6"),
        (Inputs(level=1, core_loss=2, living="ALONE"), "Y1"), (Inputs(level=1, core_loss=7, living="ALONE"), "R3"),
        (Inputs(level=1), "R1"), (Inputs(groups=frozenset({"DIBAO"})), "Y3"), (Inputs(living="OTHER"), "Y2"),
    ],
)  # fmt: skip
def test_no_threshold_fires_just_below_its_value(known: Inputs, rule: str) -> None:
    assert rule not in gars.fired_rules(known)


def test_green_is_active_only_at_60_to_69_with_full_iadl() -> None:
    well = Inputs(age=66, level=0, core_loss=0, living=W, iadl=8)
    assert gars.triage(well).subtier == "VITAL"
    assert gars.triage(replace(well, iadl=None)).subtier == "STABLE"
    assert gars.triage(replace(well, age=70)).subtier == "STABLE"


def test_the_three_indices_round_half_up_and_are_missing_when_an_input_is() -> None:
    known = Inputs(ability_score=72, chronic=2, medicines=5, ucla3=5, lsns6=12, leisure=1, self_value=5)
    assert gars.indices(known) == {"physio": 29, "psych": 47, "social": 39}
    assert gars.indices(replace(known, lsns6=None))["psych"] is None


some = {
    "age": st.none() | st.integers(60, 100), "level": st.none() | st.integers(0, 4),
    "core_loss": st.none() | st.integers(0, 71), "raised": st.sampled_from([None, False, True]),
    "living": st.sampled_from([None, W, "OTHER", "ALONE", "COUPLE_ONLY", "LEFT_BEHIND", "WITH_DISABLED_CHILD"]),
    "groups": st.sampled_from([frozenset(), frozenset({"SHIDU"})]),
    "has_caregiver": st.sampled_from([None, True, False]), "special_care": st.sampled_from([None, False, True]),
    "dementia": st.sampled_from([None, False, True]), "chronic": st.none() | st.integers(0, 6),
    "medicines": st.none() | st.integers(0, 8), "discharged": st.sampled_from([None, True]),
    "fall_score": st.none() | st.integers(0, 14), "gds5": st.none() | st.integers(0, 5),
    "gds15": st.none() | st.integers(0, 15), "phq2": st.none() | st.integers(0, 6), "self_harm": st.sampled_from([None, False, True]),
    "abuse": st.sampled_from([None, False, True]),
    "phq9": st.none() | st.integers(0, 27), "phq9_item9": st.none() | st.integers(0, 3),
    "ucla3": st.none() | st.integers(3, 9), "lsns6": st.none() | st.integers(0, 30),
    "zbi4": st.none() | st.integers(0, 16), "iadl": st.none() | st.integers(0, 8),
}  # fmt: skip
anybody = st.builds(Inputs, **some)
# A rise in these is a worse answer. The level is worse only together with its core loss (1 and up).
WORSE_UP = [
    "core_loss",
    "chronic",
    "medicines",
    "fall_score",
    "gds5",
    "gds15",
    "phq2",
    "phq9",
    "phq9_item9",
    "ucla3",
    "zbi4",
    "age",
]
WORSE_YES = ["raised", "dementia", "special_care", "discharged", "self_harm", "abuse"]


@given(known=anybody, data=st.data())
def test_a_worse_answer_never_improves_the_colour(known: Inputs, data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from([*WORSE_UP, *WORSE_YES, "lsns6", "groups", "level", "living", "has_caregiver"])
    )
    value = getattr(known, name)
    if name == "groups":
        worse = replace(known, groups=frozenset({"SHIDU"}))
    elif name == "living":
        worse = known if value in gars.LIVING_YELLOW else replace(known, living="ALONE")
    elif name == "has_caregiver":
        worse = replace(known, has_caregiver=False)
    elif name in WORSE_YES:
        worse = replace(known, **{name: True})
    elif value is None:
        return
    elif name == "lsns6":
        worse = replace(known, lsns6=data.draw(st.integers(0, value)))
    else:
        worse = replace(
            known, **{name: value + data.draw(st.integers(0, 4 - value if name == "level" else 9))}
        )
    before, after = gars.triage(known), gars.triage(worse)
    assert gars.severity(after.colour, after.subtier) >= gars.severity(before.colour, before.subtier)
