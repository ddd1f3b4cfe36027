"""Elders, assessments and colours, made through the real actions."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import assessments, help_cards, registry, triage, witnessing
from elders.models import Assessment, Elder, WitnessRecord
from elders.rules import scoring
from tests.make import NOW, parties

__all__ = ["answers", "assessed", "coloured", "elder", "help_token", "review"]

_numbers = itertools.count(1)
GIVEN = [
    "桂兰",
    "秀英",
    "玉珍",
    "建国",
    "志强",
    "淑华",
    "凤英",
    "德明",
    "文秀",
    "春生",
    "国庆",
    "美玲",
    "阿普",
    "邓玛",
    "迪妞",
    "才四",
    "扒才",
    "和平",
]
FAMILY = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "和", "普", "阿", "余", "胡", "邓", "密", "欧"]


def elder(
    community: Community, *, name: str = "", by: User | None = None, at: datetime = NOW, **fields: Any
) -> Elder:
    """An elder of 80 in building 1, unassessed. `person=` for somebody who exists; other fields as in register."""
    number = next(_numbers)
    if "person" not in fields:
        fields.setdefault("born_on", date(1946, 3, 5))
        fields.setdefault("sex", 2)
        if not fields.get("id_number"):
            fields.setdefault("no_id_reason", "测试")
        name = name or f"{FAMILY[number % len(FAMILY)]}{GIVEN[number % len(GIVEN)]}{number}"
    if "building" not in fields:
        fields["building"] = parties.buildings(community)[0]
    fields.setdefault("door", f"{number % 6 + 1}-{number % 4 + 1}01")
    fields.setdefault("registered_on", at.date() - timedelta(days=10))
    return registry.register(community=community, name=name, by=by or parties.registrar(), at=at, **fields)


def answers(*, total: int = 90, **changed: Any) -> dict[str, Any]:
    """Complete GB/T 42195 answers with the given total: points are taken from the end (B4 first).

    `changed` replaces answers: `A5_falls="2"` means item A5.falls, `A4_conditions=["dementia"]` and so on.
    """
    definition = assessments.instrument(on=NOW.date()).definition
    found = scoring.best_answers(definition)
    found.update({"A4.conditions": [], "A5.special_care": [], "A4.medicines": 0})
    left = 90 - total
    scored = [item for _section, item in scoring.items(definition) if item["kind"] == "score"]
    for item in reversed(scored):
        take = min(left, int(found[item["key"]]))
        if take:
            found[item["key"]] = str(int(found[item["key"]]) - take)
            left -= take
    found.update({name.replace("_", ".", 1): value for name, value in changed.items()})
    return found


def assessed(of: Elder, *, by: User, second: User, at: datetime = NOW, **fields: Any) -> Assessment:
    """A signed ability assessment; `total=` and answers as in `answers`."""
    draft = assessments.start(elder=of, by=by, at=at)
    assessments.answer(assessment=draft, answers=answers(**fields), by=by, at=at)
    signed = assessments.sign(assessment=draft, second_assessor=second, by=by, at=at)
    signed = assessments.countersign(assessment=signed, by=second, at=at)
    of.refresh_from_db()
    return signed


def coloured(of: Elder, *, by: User, second: User, at: datetime = NOW, **fields: Any) -> Elder:
    """An elder who was assessed and whose suggested colour was confirmed."""
    assessed(of, by=by, second=second, at=at, **fields)
    newest = of.triage_results.order_by("-pk").first()
    assert newest is not None
    triage.confirm(result=newest, by=by, at=at)
    of.refresh_from_db()
    return of


def review(of: Elder, *, by: User, at: datetime = NOW, **fields: Any) -> WitnessRecord:
    """Neighbours met over the newest suggestion, which is decided when nobody did; `by` assesses."""
    newest = of.triage_results.order_by("-pk").first()
    assert newest is not None
    decision = newest.decisions.order_by("-pk").first() or triage.confirm(result=newest, by=by, at=at)
    facts = {
        "met_on": months.day_of(at), "present": "李主任、王楼长、三位邻居", "people": 5, "opinion": "AGREES",
        "words": "独居，子女每月来一次，需要人常上门看看", "place": "二楼会议室", **fields,
    }  # fmt: skip
    return witnessing.attach(decision=decision, review=witnessing.Review(**facts), by=by, at=at)


def help_token(of: Elder, *, by: User | None = None, at: datetime = NOW) -> str:
    """The token of the elder's help card."""
    return help_cards.issue(elder=of, by=by or parties.registrar(), at=at).token()
