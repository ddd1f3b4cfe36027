"""Triage: the station suggests, people decide. Source: domain.md §1.13 audit rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from elders.actions import contacts, registry, triage
from elders.actions.refusals import AlreadyDecided, Outdated, ReasonMissing, SecondPersonNeeded
from elders.models import Concern, RuleSet, TriageDecision, TriageResult
from tests import make
from tests.make import NOW


def newest(elder):
    return elder.triage_results.order_by("-pk").first()


@pytest.fixture
def red(community: Community, worker: User, staff: User):
    elder = make.elder(community, living="WITH_CHILDREN", born_on=date(1955, 1, 1))
    return make.coloured(elder, by=worker, second=staff, total=60)


def test_a_suggestion_keeps_every_input_with_its_age_and_every_rule(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, living="ALONE", born_on=date(1940, 1, 1))
    registry.add_category(
        elder=elder, category=registry.CategoryFacts("SHIDU"), on=elder.registered_on, by=staff, at=now
    )
    make.assessed(
        elder,
        by=worker,
        second=staff,
        total=80,
        at=now,
        A4_conditions=["hypertension", "diabetes", "coronary"],
    )
    later = now + timedelta(days=7)
    result = triage.suggest(elder=elder, by=worker, at=later)
    assert result.fired == ["Y2", "Y3", "X3", "X4", "X7"]
    assert (result.colour, result.subtier, result.previous_colour) == ("YELLOW", "A", "UNASSESSED")
    assert result.inputs["level"] == {
        "value": 1, "source": f"assessment:{elder.assessments.get().pk}", "on": "2026-11-21", "age_days": 7
    }  # fmt: skip
    assert result.inputs["groups"]["value"] == ["SHIDU"]
    assert "ucla3" not in result.inputs
    assert str(result.rule_set) == "GARS-carenet v1"


def test_towards_red_counts_at_once_and_the_colour_waits_for_a_person(red, worker, now) -> None:
    assert (red.colour, red.provisional_colour) == ("RED", "")


def test_the_station_never_confirms_a_colour(community: Community, now: datetime) -> None:
    elder = make.elder(community, living="ALONE")
    with pytest.raises(NotAllowed):
        triage.confirm(result=newest(elder), by=make.parties.registrar(), at=now)


def test_committee_staff_may_not_confirm(community: Community, staff: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        triage.confirm(result=newest(make.elder(community, living="ALONE")), by=staff, at=now)


def test_a_lower_suggestion_changes_nothing_until_it_is_confirmed(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, living="ALONE", born_on=date(1955, 1, 1))
    make.coloured(elder, by=worker, second=staff)
    assert (elder.colour, elder.subtier) == ("YELLOW", "A")
    registry.update_facts(elder=elder, living="WITH_CHILDREN", on=now.date(), by=staff, at=now)
    elder.refresh_from_db()
    assert (elder.colour, elder.provisional_colour) == ("YELLOW", "")
    triage.confirm(result=newest(elder), by=worker, at=now)
    elder.refresh_from_db()
    assert (elder.colour, elder.subtier) == ("GREEN", "STABLE")


def test_leaving_red_takes_two_people_and_a_reason(red, worker, supervisor, staff, now) -> None:
    make.assessed(red, by=worker, second=staff, total=90, at=now + timedelta(days=1))
    result = newest(red)
    with pytest.raises(ReasonMissing):
        triage.confirm(result=result, by=worker, at=now)
    proposal = triage.confirm(result=result, reason="康复出院", by=worker, at=now)
    red.refresh_from_db()
    assert (proposal.is_final, red.colour) == (False, "RED")
    with pytest.raises(SecondPersonNeeded):
        triage.confirm(result=result, reason="康复出院", by=worker, at=now)
    final = triage.confirm(result=result, reason="已核实", by=supervisor, at=now)
    red.refresh_from_db()
    assert (final.is_final, final.proposed_by, red.colour) == (True, worker, "GREEN")


def test_the_database_refuses_to_leave_red_alone(red, worker, now) -> None:
    result = triage.suggest(elder=red, by=worker, at=now)
    with pytest.raises(IntegrityError, match="leaving_red_takes_two"), transaction.atomic():
        TriageDecision.objects.create(
            community_id=red.community_id, elder=red, result=result, from_colour="RED", colour="GREEN",
            subtier="STABLE", is_final=True, by=worker, proposed_by=worker, reason="x", at=now,
        )  # fmt: skip


def test_an_override_needs_a_reason_and_keeps_its_code(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community, living="COUPLE_ONLY", born_on=date(1955, 1, 1))
    with pytest.raises(ReasonMissing):
        triage.confirm(result=newest(elder), colour="RED", by=worker, at=now)
    decision = triage.confirm(
        result=newest(elder), colour="RED", override="NEED_HIGHER", reason="刚丧偶", by=worker, at=now
    )
    elder.refresh_from_db()
    assert (elder.colour, decision.override) == ("RED", "NEED_HIGHER")


def test_an_old_suggestion_cannot_be_confirmed(community: Community, worker: User, now: datetime) -> None:
    elder = make.elder(community, living="ALONE")
    old = newest(elder)
    triage.suggest(elder=elder, by=worker, at=now)
    with pytest.raises(Outdated):
        triage.confirm(result=old, by=worker, at=now)


def test_a_suggestion_is_decided_once(
    community: Community, worker: User, supervisor: User, now: datetime
) -> None:
    elder = make.elder(community, living="ALONE")
    triage.confirm(result=newest(elder), by=worker, at=now)
    with pytest.raises(AlreadyDecided):
        triage.confirm(result=newest(elder), by=supervisor, at=now)


def test_confirming_many_leaves_the_ones_that_would_leave_red(red, community, worker, staff, now) -> None:
    other = make.elder(community, living="ALONE")
    make.assessed(red, by=worker, second=staff, total=90)
    done = triage.confirm_many(results=[newest(red), newest(other)], by=worker, at=now)
    red.refresh_from_db()
    other.refresh_from_db()
    assert ([each.elder_id for each in done], red.colour, other.colour) == ([other.pk], "RED", "YELLOW")


def test_a_crisis_brings_the_archive_review_within_thirty_days(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    contacts.note_risk(elder=elder, kind="ABUSE", on=now.date(), source_key="v:1", by=worker, at=now)
    triage.confirm(result=newest(elder), by=worker, at=now)
    elder.refresh_from_db()
    assert elder.colour == "RED"
    assert elder.archive_due_on == now.date() + timedelta(days=30)


def test_a_provisional_red_raises_a_concern_that_the_decision_closes(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    make.assessed(elder, by=worker, second=staff, total=40)
    concern = Concern.objects.get(kind="PROVISIONAL_RED")
    triage.confirm(result=newest(elder), by=worker, at=now)
    concern.refresh_from_db()
    assert (concern.state, concern.handled_by) == ("HANDLED", worker)


def test_a_level_older_than_a_year_makes_the_result_stale(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    make.assessed(elder, by=worker, second=staff)
    assert not triage.suggest(elder=elder, by=worker, at=now + timedelta(days=365)).is_stale
    assert triage.suggest(elder=elder, by=worker, at=now + timedelta(days=366)).is_stale


def test_a_discharge_counts_for_thirty_days(community: Community, worker: User, now: datetime) -> None:
    elder = make.elder(community, born_on=date(1955, 1, 1))
    contacts.note_risk(elder=elder, kind="DISCHARGE", on=now.date(), source_key="v:1", by=worker, at=now)
    assert newest(elder).fired == ["X4"]
    assert triage.suggest(elder=elder, by=worker, at=now + timedelta(days=30)).fired == ["X4"]
    assert triage.suggest(elder=elder, by=worker, at=now + timedelta(days=31)).fired == []


def test_a_light_disability_certificate_fires_nothing_and_a_heavy_one_y3(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, born_on=date(1955, 1, 1))
    row = registry.add_category(
        elder=elder, category=registry.CategoryFacts("DISABLED", disability_kind=4, disability_grade=3),
        on=elder.registered_on, by=staff, at=now,
    )  # fmt: skip
    assert triage.suggest(elder=elder, by=worker, at=now).fired == []
    row.disability_grade = 2
    row.save()
    assert triage.suggest(elder=elder, by=worker, at=now).fired == ["Y3"]


def test_a_rule_set_never_changes(community: Community) -> None:
    from django.db.utils import DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic():
        RuleSet.objects.update(definition={})


def test_suggesting_for_many_costs_the_same_number_of_queries(
    community: Community, worker: User, now: datetime, django_assert_max_num_queries
) -> None:
    elders = [make.elder(community) for _each in range(8)]
    for size in (2, 8):
        with django_assert_max_num_queries(14):
            triage.suggest_many(community=community, elders=elders[:size], by=worker, at=now)


def test_a_group_that_begins_or_ends_and_a_move_suggest_the_colour_anew(
    community: Community, staff: User
) -> None:
    elder = make.elder(community, born_on=date(1957, 1, 1), living="WITH_CHILDREN", by=staff)
    looks = TriageResult.objects.filter(elder=elder)
    assert looks.count() == 1, "registering suggests once"
    row = registry.add_category(
        elder=elder, category=registry.CategoryFacts("SHIDU"), on=NOW.date(), by=staff, at=NOW
    )
    newest = looks.latest("pk")
    assert (newest.colour, newest.subtier, "Y3" in newest.fired) == ("YELLOW", "A", True)
    registry.end_category(category=row, on=NOW.date(), by=staff, at=NOW)
    assert looks.latest("pk").pk > newest.pk
    before = looks.count()
    registry.move(
        elder=elder, building=make.buildings(community)[-1], door="9-901", on=NOW.date(), by=staff, at=NOW
    )
    assert looks.count() == before + 1
    elder.refresh_from_db()
    assert elder.colour == "UNASSESSED", "a suggestion, never the decision"
