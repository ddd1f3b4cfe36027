"""Other thresholds on trial, adoption by the director, overrides that end. Source: domain.md §1.13 audit rules 4, 6."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from carenet.accounts.models import User
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import triage, trials
from elders.actions.refusals import NothingDifferent, NotTriedYet, ReasonMissing, ThresholdWrong
from elders.models import Reminder, RuleSet, ShadowChange, TriageResult
from tests import make


def proposed(community: Community, director: User, now: datetime, **changes: int) -> RuleSet:
    return trials.propose(community=community, changes=changes, note="试试", by=director, at=now)


def test_a_trial_shows_who_would_change_and_changes_nobody(
    community: Community, director: User, worker: User, now: datetime
) -> None:
    old = make.elder(community, born_on=date(1945, 1, 1), living="WITH_CHILDREN")  # 81: X3
    young = make.elder(community, born_on=date(1960, 1, 1), living="WITH_CHILDREN")
    before = TriageResult.objects.count()
    version = proposed(community, director, now, secondary_for_yellow=1)
    run = trials.run(community=community, rule_set=version, by=director, at=now)
    assert (run.elders, run.changed) == (2, 1)
    assert run.counts == {"from": {"UNASSESSED": 2}, "to": {"YELLOW:B": 1, "UNASSESSED": 1}}
    change = ShadowChange.objects.get()
    assert (change.elder, change.from_colour, change.to_colour, change.to_subtier) == (
        old,
        "UNASSESSED",
        "YELLOW",
        "B",
    )
    for elder in (old, young):
        elder.refresh_from_db()
        assert (elder.colour, elder.provisional_colour) == ("UNASSESSED", "")
    assert TriageResult.objects.count() == before


def test_a_version_counts_only_after_its_trial_and_the_directors_word(
    community: Community, other_community: Community, director: User, worker: User, now: datetime
) -> None:
    elder = make.elder(community, born_on=date(1945, 1, 1), living="WITH_CHILDREN")
    version = proposed(community, director, now, secondary_for_yellow=1)
    run = trials.run(community=community, rule_set=version, by=director, at=now)
    with pytest.raises(NotAllowed):
        trials.adopt(run=run, by=worker, at=now)
    assert triage.adopted_rules(community).version == 1
    trials.adopt(run=run, by=director, at=now)
    assert triage.adopted_rules(community) == version
    assert triage.adopted_rules(other_community).version == 1
    jobs.run(job_id=Job.objects.get(kind="elders.resuggest").pk, at=now)
    elder.refresh_from_db()
    result = elder.triage_results.latest("pk")
    assert (result.rule_set, result.colour, elder.colour, elder.provisional_colour) == (
        version,
        "YELLOW",
        "UNASSESSED",
        "YELLOW",
    )
    with pytest.raises(NotTriedYet):
        trials.adopt(run=run, by=director, at=now)


def test_a_trial_beside_older_rules_does_not_count(
    community: Community, director: User, now: datetime
) -> None:
    first = proposed(community, director, now, age=75)
    second = proposed(community, director, now, age=85)
    runs = [trials.run(community=community, rule_set=each, by=director, at=now) for each in (first, second)]
    trials.adopt(run=runs[0], by=director, at=now)
    with pytest.raises(NotTriedYet):
        trials.adopt(run=runs[1], by=director, at=now)


def test_a_proposal_is_checked(community: Community, director: User, worker: User, now: datetime) -> None:
    for changes, fault in (
        ({"age": -1}, ThresholdWrong),
        ({"colour": 1}, ThresholdWrong),
        ({"age": 80}, NothingDifferent),
    ):
        with pytest.raises(fault):
            trials.propose(community=community, changes=changes, note="x", by=director, at=now)
    with pytest.raises(ReasonMissing):
        trials.propose(community=community, changes={"age": 75}, note=" ", by=director, at=now)
    with pytest.raises(NotAllowed):
        trials.propose(community=community, changes={"age": 75}, note="x", by=worker, at=now)


def test_the_database_lets_a_version_only_be_born_on_trial_and_never_change(
    community: Community, director: User, now: datetime
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.create(code="GARS-carenet", version=9, state="RETIRED", definition={})
    version = proposed(community, director, now, age=75)
    for change in ({"definition": {}}, {"state": "ADOPTED"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RuleSet.objects.filter(pk=version.pk).update(**change)


def test_the_director_proposes_tries_and_adopts_on_the_pages(
    community: Community, director: User, worker: User, client_for: Any, now: datetime
) -> None:
    make.elder(community, name="王桂珍", born_on=date(1945, 1, 1), living="WITH_CHILDREN")
    client = client_for(director)
    page = client.get(reverse("elders:rules-propose"))
    values = {
        name: str(field.initial) for name, field in page.context["form"].fields.items() if name != "note"
    }
    url = reverse("elders:rules-propose")
    sent = client.post(
        url, {**values, "secondary_for_yellow": "1", "note": "更早看见", "idempotency_key": once.new_key()}
    )
    job = Job.objects.get(kind="elders.trial")
    assert sent.url == reverse("jobs:job", args=[job.pk])
    done = jobs.run(job_id=job.pk, at=now)
    assert done is not None
    run = reverse("elders:trial", args=[done.result["run"]])
    text = client.get(run).content.decode()
    assert "王桂珍" in text
    assert "/exports/ask/" in client.get(run, {"format": "xlsx"}).url, "colours leave only with an approval"
    assert "王桂珍" not in client.get(run, {"to": "RED"}).content.decode()
    assert "trial-adopt" not in client_for(worker).get(run).content.decode()
    client.post(f"{run}adopt/", {"idempotency_key": once.new_key()})
    assert triage.adopted_rules(community).version == 2
    assert "GARS-carenet v2" in client.get(reverse("elders:rules")).content.decode()


# --- overrides that end --------------------------------------------------------------------------------
def overridden(community: Community, worker: User, staff: User, now: datetime):
    elder = make.elder(community, owner=worker, living="WITH_CHILDREN", born_on=date(1955, 1, 1))
    make.assessed(elder, by=worker, second=staff, at=now)
    triage.confirm(
        result=elder.triage_results.latest("pk"), colour="YELLOW", subtier="A", override="NEED_HIGHER", reason="刚丧偶",
        by=worker, at=now,
    )  # fmt: skip
    elder.refresh_from_db()
    return elder


def end(community: Community, at: datetime) -> int:
    return triage.end_overrides(community=community, on=at.date(), by=make.parties.registrar(), at=at)


def test_an_override_ends_with_the_next_full_assessment_once(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = overridden(community, worker, staff, now)
    assert end(community, now + timedelta(days=100)) == 0
    make.assessed(elder, by=worker, second=staff, at=now + timedelta(days=101))
    assert [end(community, now + timedelta(days=101 + day)) for day in range(3)] == [1, 0, 0]
    assert Reminder.objects.filter(kind="OVERRIDE").count() == 1
    assert Outbox.objects.get(template="elders.override_ended").to_user == worker
    elder.refresh_from_db()
    assert elder.colour == "YELLOW", "the computer suggests, a person decides"
    assert elder.triage_results.latest("pk").colour == "GREEN"


def test_an_override_ends_on_the_day_of_an_assessment_that_was_not_made(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    overridden(community, worker, staff, now)
    assert end(community, now + timedelta(days=180)) == 0
    assert [end(community, now + timedelta(days=181 + day)) for day in range(3)] == [1, 0, 0]


def test_a_confirmed_suggestion_never_ends(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    make.coloured(make.elder(community), by=worker, second=staff)
    assert end(community, now + timedelta(days=400)) == 0


def test_the_elder_gets_the_reasons_in_plain_words(
    community: Community, worker: User, staff: User, client_for: Any, now: datetime
) -> None:
    elder = make.elder(community, living="ALONE", born_on=date(1940, 1, 1))
    result = elder.triage_results.latest("pk")
    text = client_for(worker).get(reverse("elders:triage-explain", args=[result.pk])).content.decode()
    assert "独居" in text
    assert "Y2" not in text
    assert community.name in text
