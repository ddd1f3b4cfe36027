"""A version of the rules that reads the health home: what it adds, how old it is, and who would change in the trial."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.parties.models import Community
from elders.actions import contacts, health, measurements, triage, trials
from elders.actions.measurements import Reading
from elders.models import Elder, RuleSet, ShadowChange, TriageResult
from elders.reports import inputs, words
from elders.rules import gars
from tests import make
from tests.make import NOW

TODAY = NOW.date()
READS = {"health_home": 1, "recent_falls": 1, "past_limits": 1}
LIMITS = {**gars.DEFINITION, **READS}


def ill(community: Community, staff: User, at: datetime = NOW) -> Elder:
    """70, with children; three diseases and a reading past its limit in the health home, and a fall."""
    elder = make.elder(community, born_on=date(1956, 1, 1), living="WITH_CHILDREN", by=staff)
    for code in ("HYPERTENSION", "DIABETES", "CATARACT", "URINARY"):
        health.note_condition(elder=elder, code=code, by=staff, at=at)
    for number in range(5):
        health.note_medicine(elder=elder, name=f"药{number}", by=staff, at=at)
    measurements.record(
        elder=elder, channel="HAND", by=staff, at=NOW,
        reading=Reading(elder.pk, "BP", 186, NOW, "bp", second=112, confirmed=True),
    )  # fmt: skip
    contacts.note_risk(elder=elder, kind="FALL", on=TODAY, detail="", source_key="fall", by=staff, at=NOW)
    return elder


def known(elder: Elder, limits: dict[str, Any], on: date = TODAY) -> inputs.Snapshot:
    return inputs.snapshots([elder], on=on, limits=limits)[elder.pk]


def test_the_rules_in_use_read_nothing_of_the_health_home(community: Community, staff: User) -> None:
    elder = ill(community, staff)
    shipped = triage.adopted_rules(community).definition
    assert "health_home" not in shipped
    plain = known(elder, shipped).known
    assert (plain.chronic, plain.medicines, plain.recent_falls, plain.past_limits) == (None, None, None, None)
    assert gars.triage(plain, shipped).fired == ()


def test_a_version_that_reads_it_keeps_each_fact_with_its_day_and_age(
    community: Community, staff: User
) -> None:
    elder = ill(community, staff, at=NOW - timedelta(days=40))
    seen = known(elder, LIMITS)
    # The urinary infection passes and is no chronic disease; dementia stays unknown, nobody looked for it.
    assert (seen.known.chronic, seen.known.medicines, seen.known.recent_falls, seen.known.past_limits) == (
        3,
        5,
        1,
        1,
    )
    assert seen.known.dementia is None
    kept = seen.as_json(TODAY)
    assert (kept["chronic"]["source"], kept["chronic"]["age_days"]) == (f"health:{elder.pk}", 40)
    assert kept["past_limits"]["age_days"] == 0
    assert gars.triage(seen.known, LIMITS).fired == ("X4", "X5")
    assert gars.triage(seen.known, LIMITS).colour == "YELLOW"


def test_the_health_home_adds_to_the_assessment_and_takes_back_only_what_it_ended(
    community: Community, staff: User, worker: User, supervisor: User
) -> None:
    elder = ill(community, staff)
    make.assessed(elder, by=worker, second=supervisor, A4_conditions=["dementia", "copd", "hypertension"])
    seen = known(elder, LIMITS).known
    assert seen.chronic == 5 and seen.dementia is True  # hypertension counts once
    row = health.note_condition(elder=elder, code="COPD", by=staff, at=NOW)
    health.end(row=row, on=TODAY + timedelta(days=2), by=staff, at=NOW + timedelta(days=2))
    later = known(elder, LIMITS, on=TODAY + timedelta(days=2)).known
    assert later.chronic == 4 and later.dementia is True


def test_nobody_in_the_health_home_is_unknown_and_old_readings_say_nothing(
    community: Community, staff: User
) -> None:
    elder = ill(community, staff)
    nobody = make.elder(community, by=staff)
    assert known(nobody, LIMITS).known.chronic is None
    after = TODAY + timedelta(days=31)
    seen = known(elder, LIMITS, on=after).known
    assert (seen.chronic, seen.recent_falls, seen.past_limits) == (3, None, None)


def test_the_trial_shows_who_would_change_and_after_adoption_a_new_disease_counts_at_once(
    community: Community, staff: User, director: User
) -> None:
    elder = ill(community, staff)
    make.elder(community, born_on=date(1956, 1, 1), living="WITH_CHILDREN", by=staff)
    version: RuleSet = trials.propose(
        community=community, changes=READS, note="读健康之家", by=director, at=NOW
    )
    run = trials.run(community=community, rule_set=version, by=director, at=NOW)
    change = ShadowChange.objects.get(run=run)
    assert (change.elder, change.to_colour, change.from_fired, change.to_fired) == (
        elder,
        "YELLOW",
        [],
        ["X4", "X5"],
    )
    before = TriageResult.objects.filter(elder=elder).count()
    health.note_condition(elder=elder, code="COPD", by=staff, at=NOW)
    assert TriageResult.objects.filter(elder=elder).count() == before
    trials.adopt(run=run, by=director, at=NOW)
    health.note_condition(elder=elder, code="PARKINSON", by=staff, at=NOW)
    newest = TriageResult.objects.filter(elder=elder).latest("pk")
    assert newest.inputs["chronic"]["value"] == 5
    said = " ".join(each.text for each in words.because(newest, restricted=True))
    assert "警戒线" in said or "limit" in said


def test_a_reading_past_a_limit_suggests_the_colour_anew_once_and_decides_nothing(
    community: Community, staff: User
) -> None:
    elder = make.elder(community, born_on=date(1956, 1, 1), living="WITH_CHILDREN", by=staff)

    def measured(key: str, value: int, second: int, hours: int) -> None:
        moment = NOW + timedelta(hours=hours)
        reading = Reading(elder.pk, "BP", value, moment, key, second=second, confirmed=True)
        measurements.record(elder=elder, channel="HAND", by=staff, at=moment, reading=reading)

    before = TriageResult.objects.filter(elder=elder).count()
    measured("good", 128, 76, 1)
    assert TriageResult.objects.filter(elder=elder).count() == before
    measured("high", 186, 112, 2)
    newest = TriageResult.objects.filter(elder=elder).latest("pk")
    assert newest.at == NOW + timedelta(hours=2)
    measured("still high", 188, 113, 3)
    assert TriageResult.objects.filter(elder=elder).latest("pk") == newest, "its follow-up is open already"
    elder.refresh_from_db()
    assert elder.colour == "UNASSESSED", "a suggestion, never the decision"


def test_where_the_rules_read_limits_a_reading_changes_the_suggestion_and_its_reversal_takes_it_back(
    community: Community, staff: User, director: User
) -> None:
    elder = make.elder(community, born_on=date(1940, 1, 1), living="WITH_CHILDREN", by=staff)
    version = trials.propose(community=community, changes=READS, note="读限值", by=director, at=NOW)
    run = trials.run(community=community, rule_set=version, by=director, at=NOW)
    trials.adopt(run=run, by=director, at=NOW)
    reading = Reading(elder.pk, "BP", 186, NOW, "high", second=112, confirmed=True)
    row = measurements.record(elder=elder, channel="HAND", by=staff, at=NOW, reading=reading)
    newest = TriageResult.objects.filter(elder=elder).latest("pk")
    assert (newest.colour, newest.inputs["past_limits"]["value"]) == ("YELLOW", 1)
    elder.refresh_from_db()
    assert elder.provisional_colour == "YELLOW"
    measurements.take_back(measurement=row, reason="量错人", by=staff, at=NOW)
    elder.refresh_from_db()
    assert TriageResult.objects.filter(elder=elder).latest("pk").colour != "YELLOW"
    assert elder.provisional_colour == ""


def test_the_health_homes_of_many_cost_the_same_queries(
    community: Community, staff: User, django_assert_max_num_queries: Any
) -> None:
    for count in (1, 4):
        for _ in range(count):
            make.elder(community, by=staff)
        people = list(Elder.objects.of(community).select_related("person"))
        with django_assert_max_num_queries(9):
            inputs.snapshots(people, on=TODAY, limits=LIMITS)
