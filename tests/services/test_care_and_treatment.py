"""The treatment plan of the health home beside the case: both ways, read only, health words only for C4 readers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties.models import Community
from elders.actions import health
from services.actions import cases
from services.models import Case
from tests import make
from tests.make import NOW


def case_of(community: Community, worker: User) -> Case:
    elder = make.elder(community)
    health.note_plan(
        elder=elder, words="每天量两次血压", treated_by="卫生院", since=NOW.date(),
        review_on=NOW.date() + timedelta(days=30), by=worker, at=NOW,
    )  # fmt: skip
    return cases.open_case(elder=elder, worker=worker, reason="独居", key="c1", by=worker, at=NOW)


def test_the_case_shows_what_the_doctor_ordered_and_leads_to_the_health_file_and_back(
    community: Community, worker: User, client_for: Any
) -> None:
    case = case_of(community, worker)
    client = client_for(worker)
    page = client.get(reverse("services:case", args=[case.pk])).content.decode()
    file = reverse("elders:health-file", args=[case.elder_id])
    assert "每天量两次血压" in page and f'{file}?tab=plans"' in page
    assert "health" in ReadLog.objects.filter(user=worker, person_id=case.elder.person_id).latest("pk").fields
    assert reverse("services:case", args=[case.pk]) in client.get(file, {"tab": "plans"}).content.decode()
    cases.close(case_id=case.pk, outcome="好转", by=worker, at=NOW)
    assert reverse("services:case", args=[case.pk]) not in client.get(file, {"tab": "plans"}).content.decode()


def test_an_ended_plan_is_not_shown_and_another_communitys_worker_finds_nothing(
    community: Community, worker: User, stranger: User, client_for: Any
) -> None:
    case = case_of(community, worker)
    plan = case.elder.treatment_plans.get()
    health.end(row=plan, on=NOW.date(), by=worker, at=NOW)
    url = reverse("services:case", args=[case.pk])
    assert "每天量两次血压" not in client_for(worker).get(url).content.decode()
    assert client_for(stranger).get(url).status_code == 404
