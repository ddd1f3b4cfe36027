"""GB/T 42195-2022: scores, levels and the C.4 change rules. Vectors: domain.md §1.1.2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elders.rules import scoring

PACKS = [
    json.loads((Path(__file__).parents[2] / f"elders/instruments/{name}.json").read_text())
    for name in ("gbt42195_2022", "gbt42195_2022_2")
]
PACK = PACKS[0]
SCORED = [item for _section, item in scoring.items(PACK) if item["kind"] == "score"]
EVENTS = ["A5.falls", "A5.wandering", "A5.choking", "A5.self_harm", "A5.other"]


def with_total(total: int, **changed: Any) -> dict[str, Any]:
    found = scoring.best_answers(PACK)
    left = 90 - total
    for item in reversed(SCORED):
        take = min(left, int(found[item["key"]]))
        found[item["key"]] = str(int(found[item["key"]]) - take)
        left -= take
    assert left == 0
    found.update({name.replace("_", ".", 1): value for name, value in changed.items()})
    return found


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack["version"]))
@pytest.mark.parametrize(
    ("total", "changed", "initial", "final"),
    [
        (90, {}, 0, 0),
        (90, {"A4_conditions": ["dementia"]}, 0, 1),
        (89, {}, 1, 1),
        (66, {}, 1, 1),
        (65, {}, 2, 2),
        (46, {}, 2, 2),
        (45, {"A5_falls": "2"}, 3, 4),
        (30, {}, 3, 3),
        (29, {"A4_conditions": ["dementia"]}, 4, 4),
        (80, {"A5_coma": "yes"}, 1, 4),
        (70, {"A4_conditions": ["dementia"], "A5_falls": "3"}, 1, 2),
        (90, {"A4_conditions": ["mental"]}, 0, 1),
        (90, {"A5_falls": "1", "A5_choking": "1"}, 0, 1),
        (90, {"A5_falls": "1"}, 0, 0),
        (0, {}, 4, 4),
        (0, {"A5_falls": "3"}, 4, 4),
    ],
)
def test_levels_follow_the_standards_vectors(
    total: int, changed: dict[str, Any], initial: int, final: int, pack: dict[str, Any]
) -> None:
    scored = scoring.score(pack, with_total(total, **changed))
    assert (scored.total, scored.initial_level, scored.final_level) == (total, initial, final)


def test_coma_answered_at_consciousness_leads_to_level_four() -> None:
    scored = scoring.score(PACK, with_total(90, B3_9="coma"))
    assert (scored.total, scored.initial_level, scored.final_level, scored.grounds) == (88, 1, 4, ["coma"])


def test_two_grounds_raise_once_unless_the_setting_says_twice() -> None:
    answers = with_total(70, A4_conditions=["dementia"], A5_falls="3")
    twice = {**PACK, "changes": {**PACK["changes"], "max_raise": 2}}
    assert scoring.score(PACK, answers).final_level == 2
    assert scoring.score(twice, answers).final_level == 3


def test_events_of_different_kinds_count_together_unless_the_setting_says_same_kind() -> None:
    answers = with_total(90, A5_falls="1", A5_wandering="1")
    same = {
        **PACK,
        "changes": {**PACK["changes"], "events": {**PACK["changes"]["events"], "counting": "same"}},
    }
    assert scoring.score(PACK, answers).final_level == 1
    assert scoring.score(same, answers).final_level == 0


def test_sub_scores_have_the_maxima_of_the_standard() -> None:
    best = scoring.score(PACK, scoring.best_answers(PACK))
    assert best.sections == {"B1": 32, "B2": 15, "B3": 28, "B4": 15}
    assert len(SCORED) == 26
    assert best.core_loss == 0


def test_core_loss_counts_self_care_mobility_and_cognition_only() -> None:
    assert scoring.score(PACK, with_total(90, B4_1="0", B3_8="0")).core_loss == 0
    assert scoring.score(PACK, with_total(90, B1_3="1", B3_4="2")).core_loss == 5


def test_an_unanswered_required_question_is_named() -> None:
    answers = scoring.best_answers(PACK)
    del answers["B2.3"], answers["A5.falls"]
    assert scoring.missing(PACK, answers) == ["A5.falls", "B2.3"]


def test_an_answer_that_is_not_offered_is_none() -> None:
    item = scoring.item_by_key(PACK, "B2.4")
    assert item is not None
    assert scoring.clean_answer(PACK, item, "4") is None
    assert scoring.clean_answer(PACK, item, "3") == "3"


complete = st.fixed_dictionaries(
    {
        item["key"]: st.sampled_from([each["code"] for each in scoring.options(PACK, item)])
        for _section, item in scoring.items(PACK)
        if scoring.is_required(item)
    }
    | {"A4.conditions": st.lists(st.sampled_from(["dementia", "mental", "diabetes"]), unique=True)}
)


@given(answers=complete, data=st.data())
def test_a_worse_answer_never_improves_the_level(answers: dict[str, Any], data: st.DataObject) -> None:
    before = scoring.score(PACK, answers)
    key = data.draw(st.sampled_from(sorted(answers)))
    item = scoring.item_by_key(PACK, key)
    assert item is not None
    worse = dict(answers)
    if item["kind"] == "score":
        codes = [each["code"] for each in scoring.options(PACK, item)]  # best first, coma last
        worse[key] = data.draw(st.sampled_from(codes[codes.index(answers[key]) :]))
    elif item["kind"] == "many":
        worse[key] = sorted({*answers[key], "dementia"})
    elif key == "A5.coma":
        worse[key] = "yes"
    else:
        worse[key] = str(data.draw(st.integers(int(answers[key]), 3)))
    after = scoring.score(PACK, worse)
    assert after.final_level >= before.final_level
    assert after.initial_level >= before.initial_level
