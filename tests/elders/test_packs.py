"""The forms as data packs: vectors, bands, cut-offs, who may fill, which are off. Source: domain.md §1.0–§1.13."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from elders.actions import assessments, forms_in_use, triage
from elders.actions.refusals import BadAnswer, FormIsNeeded, FormNotInUse, ReasonMissing
from elders.models import Instrument
from elders.reports import packs
from elders.rules import scoring
from tests import make

FOLDER = Path(__file__).parents[2] / "elders/instruments"
PACKS = {
    pack["code"]: pack
    for each in sorted(FOLDER.glob("*_[12].json"))
    for pack in [json.loads(each.read_text())]
}


def scored(code: str, *values: str) -> scoring.Scored:
    """The given codes in the order of the items; the last one repeats."""
    items = [item for _section, item in scoring.items(PACKS[code]) if scoring.is_scored(item)]
    chosen = [*values, *[values[-1]] * (len(items) - len(values))]
    return scoring.score(PACKS[code], {item["key"]: chosen[number] for number, item in enumerate(items)})


@pytest.mark.parametrize(
    ("code", "values", "total", "band", "is_positive"),
    [
        ("BARTHEL", ["10", "5", "5", "10", "10", "10", "10", "15", "15", "10"], 100, "independent", None),
        ("BARTHEL", ["5", "5", "5", "10", "10", "10", "10", "15", "15", "10"], 95, "mild", None),
        ("BARTHEL", ["5", "0", "0", "5", "5", "5", "5", "10", "15", "10"], 60, "moderate", None),
        ("BARTHEL", ["5", "0", "0", "5", "5", "5", "5", "10", "5", "0"], 40, "severe", None),
        ("LAWTON", ["1"], 8, "independent", None),
        ("LAWTON", ["0", "0", "1"], 6, "mild", None),
        ("LAWTON", ["1", "1", "1", "0"], 3, "moderate", None),
        ("LAWTON", ["1", "1", "0"], 2, "severe", None),
        ("GDS15", ["yes", "no", "no", "no", "yes", "no", "yes", "no", "no", "no", "yes", "no", "yes", "no", "no"], 0, "normal", False),
        ("GDS15", ["no", "yes", "yes", "yes", "no", "no", "yes", "no", "no", "no", "yes", "no", "yes", "no", "no"], 5, "mild", True),
        ("GDS15", ["no", "yes", "yes", "yes", "no", "yes", "no", "yes", "yes", "yes", "no", "yes", "no", "yes", "yes"], 15, "severe", True),
        ("GDS5", ["yes", "no"], 0, "negative", False),
        ("GDS5", ["no", "yes", "no", "no", "no"], 2, "positive", True),
        ("UCLA3", ["1"], 3, "not_lonely", False),
        ("UCLA3", ["1", "2", "2"], 5, "not_lonely", False),
        ("UCLA3", ["2"], 6, "lonely", True),
        ("DJG6", ["no", "yes", "yes", "no", "yes", "no"], 0, "not_lonely", None),
        ("DJG6", ["more", "yes", "more", "no", "yes", "no"], 2, "moderate", None),
        ("DJG6", ["yes", "no", "no", "yes", "no", "yes"], 6, "severe", None),
        ("LSNS6", ["2"], 12, "connected", False),
        ("LSNS6", ["2", "2", "2", "2", "2", "1"], 11, "at_risk", True),
        ("STAY_INDEPENDENT", ["yes"], 14, "high", True),
        ("STAY_INDEPENDENT", ["yes", "yes", "no"], 4, "at_risk", True),
        ("STAY_INDEPENDENT", ["yes", "no", "yes", "no"], 3, "low", False),
        ("PHQ2", ["1", "1"], 2, "negative", False),
        ("PHQ2", ["2", "1"], 3, "positive", True),
        ("PHQ9", ["0"], 0, "minimal", False),
        ("PHQ9", ["1"], 9, "mild", False),
        ("PHQ9", ["2", "1"], 10, "moderate", True),
        ("PHQ9", ["3"], 27, "severe", True),
        ("LP", ["2"], 2, "much", None),
        ("SV", ["3", "0"], 3, "middle", None),
    ],
)  # fmt: skip
def test_totals_and_bands_follow_their_source(
    code: str, values: list[str], total: int, band: str, is_positive: bool | None
) -> None:
    found = scored(code, *values)
    assert (found.total, found.band, found.is_positive) == (total, band, is_positive)


@pytest.mark.parametrize(
    ("code", "total", "is_positive"),
    [
        ("MNASF", 12, False), ("MNASF", 11, True), ("MINICOG", 3, False), ("MINICOG", 2, True), ("AD8", 1, False), ("AD8", 2, True),
        ("ZBI12", 16, False), ("ZBI12", 17, True), ("ZBI4", 7, False), ("ZBI4", 8, True), ("FRAT", 11, False), ("FRAT", 12, True),
    ],
)  # fmt: skip
def test_licensed_forms_take_their_total_only(code: str, total: int, is_positive: bool) -> None:
    pack = PACKS[code]
    (item,) = [item for _section, item in scoring.items(pack)]
    assert (pack["entry_only"], pack["default"]) == (True, "off")
    assert scoring.score(pack, {item["key"]: total}).is_positive is is_positive
    assert scoring.clean_answer(pack, item, str(pack["maximum"] + 1)) is None


def test_sub_scales_are_summed() -> None:
    assert scored("DJG6", "yes", "yes", "yes", "no").scales == {"emotional": 1, "social": 1}
    assert scored("LSNS6", "1", "1", "1", "3").scales == {"family": 3, "friends": 9}


@pytest.mark.parametrize("code", sorted(PACKS))
def test_every_pack_is_whole(code: str) -> None:
    pack = PACKS[code]
    keys = [item["key"] for _section, item in scoring.items(pack)]
    assert len(keys) == len(set(keys))
    for part in (pack, *pack["sections"], *(item for _section, item in scoring.items(pack))):
        assert (part.get("zh") or part.get("name")) and (part.get("en") or part.get("name_en"))
    for _section, item in scoring.items(pack):
        for option in scoring.options(pack, item):
            assert option["zh"]
            assert option["en"]
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in option["en"])
    assert pack["note_zh"].endswith("筛查提示，非诊断。")
    assert pack["source"]
    best = scoring.score(pack, scoring.best_answers(pack)).total
    assert best == (pack["maximum"] if pack["direction"] == "higher_is_better" else pack["minimum"])
    if pack.get("bands"):
        covered = sorted(n for each in pack["bands"] for n in range(each["min"], each["max"] + 1))
        assert covered == list(range(pack["minimum"], pack["maximum"] + 1))


@given(data=st.data())
def test_a_worse_answer_never_improves_a_score(data: st.DataObject) -> None:
    pack = PACKS[data.draw(st.sampled_from(sorted(PACKS)))]
    items = [item for _section, item in scoring.items(pack) if item["kind"] == "score"]
    if not items:
        return
    answers: dict[str, Any] = {
        item["key"]: data.draw(st.sampled_from([each["code"] for each in scoring.options(pack, item)]))
        for item in items
    }
    sign = 1 if pack["direction"] == "higher_is_better" else -1
    item = data.draw(st.sampled_from(items))
    now = scoring.points(pack, item, answers[item["key"]])
    worse = [each["code"] for each in scoring.options(pack, item) if sign * each["score"] <= sign * now]
    changed = {**answers, item["key"]: data.draw(st.sampled_from(worse))}
    before, after = scoring.score(pack, answers), scoring.score(pack, changed)
    assert sign * after.total <= sign * before.total
    if before.is_positive:
        assert after.is_positive


def test_the_packs_in_the_database_are_the_files(community: Community) -> None:
    rows = {(each.code, each.version): each.definition for each in Instrument.objects.all()}
    for pack in PACKS.values():
        assert rows[pack["code"], pack["version"]] == pack


def test_a_form_that_is_off_is_turned_on_by_the_director_with_a_note(
    community: Community, director: User, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    with pytest.raises(FormNotInUse):
        assessments.start(elder=elder, code="ZBI4", by=worker, at=now)
    with pytest.raises(NotAllowed):
        forms_in_use.turn(community=community, code="ZBI4", is_on=True, note="许可", by=worker, at=now)
    with pytest.raises(ReasonMissing):
        forms_in_use.turn(community=community, code="ZBI4", is_on=True, by=director, at=now)
    forms_in_use.turn(
        community=community, code="ZBI4", is_on=True, note="Mapi 许可 2026-11", by=director, at=now
    )
    assert forms_in_use.turn(community=community, code="ZBI4", is_on=True, by=director, at=now) is None
    draft = assessments.start(elder=elder, code="ZBI4", by=worker, at=now)
    with pytest.raises(BadAnswer):
        assessments.answer(assessment=draft, answers={"ZBI4.total": "17"}, by=worker, at=now)
    assessments.answer(assessment=draft, answers={"ZBI4.total": "9"}, by=worker, at=now)
    assessments.sign(assessment=draft, by=worker, at=now)
    assert "X6" in triage.suggest(elder=elder, by=worker, at=now).fired
    assert "ZBI4" in packs.codes(packs.in_use(community.pk, now.date()))
    forms_in_use.turn(community=community, code="ZBI4", is_on=False, by=director, at=now)
    assert "ZBI4" not in packs.codes(packs.in_use(community.pk, now.date()))
    with pytest.raises(FormIsNeeded):
        forms_in_use.turn(community=community, code="GBT42195", is_on=False, by=director, at=now)


@pytest.mark.parametrize(
    ("code", "answers", "rule"),
    [
        ("UCLA3", {"UCLA3.1": "2", "UCLA3.2": "2", "UCLA3.3": "2"}, "X2"),
        ("LSNS6", {f"LSNS6.{n}": "1" for n in range(1, 7)}, "X2"),
        ("STAY_INDEPENDENT", {f"SI.{n}": "yes" for n in range(1, 13)}, "X5"),
        ("GDS5", {"GDS5.1": "no", "GDS5.4": "yes", "GDS5.8": "no", "GDS5.9": "no", "GDS5.12": "no"}, "X1"),
        ("PHQ2", {"PHQ2.1": "3", "PHQ2.2": "0"}, "X1"),
    ],
)
def test_a_signed_form_feeds_the_colour_for_180_days(
    community: Community, worker: User, now: datetime, code: str, answers: dict[str, str], rule: str
) -> None:
    from datetime import date, timedelta

    elder = make.elder(community, born_on=date(1955, 1, 1))
    draft = assessments.start(elder=elder, code=code, by=worker, at=now)
    assessments.answer(assessment=draft, answers=answers, by=worker, at=now)
    assessments.sign(assessment=draft, by=worker, at=now)
    assert elder.triage_results.latest("pk").fired == [rule]
    assert triage.suggest(elder=elder, by=worker, at=now + timedelta(days=180)).fired == [rule]
    assert triage.suggest(elder=elder, by=worker, at=now + timedelta(days=181)).fired == []
