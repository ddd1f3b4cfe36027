"""Assessments and colours on their pages, and what is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.parties.models import Community
from carenet.webkit import once
from elders.models import Assessment, Elder, TriageDecision
from tests import make
from tests.elders.typed import sent, text_of


@pytest.fixture
def at():
    return timezone.now()


def test_an_assessment_is_made_on_the_page_without_javascript(
    community: Community, worker: User, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, living="WITH_CHILDREN", at=at)
    client = client_for(worker)
    started = sent(client, "assess", elder.pk, reason="FIRST")
    draft = Assessment.objects.get()
    assert started.url == reverse("elders:assessment", args=[draft.pk])
    answers = make.answers(total=70)
    half = {key: value for key, value in answers.items() if not key.startswith("B4")}
    saved = sent(client, "assessment", draft.pk, _item=list(half), do="save", **half)
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["B1.1"] == half["B1.1"]
    assert draft.answers["A4.conditions"] == []
    refused = sent(
        client, "assessment", draft.pk, _item=list(half), do="sign", second_assessor=staff.pk, **half
    )
    assert refused.status_code == 422
    assert text_of(refused).count("data-wrong") == 5
    signed = sent(
        client, "assessment", draft.pk, _item=list(answers), do="sign", second_assessor=staff.pk, **answers
    )
    assert signed.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.total, draft.final_level) == ("HALF", 70, 1)
    assert "暂定" in text_of(client.get(reverse("elders:assessment", args=[draft.pk])))
    refused = sent(client, "assessment-countersign", draft.pk)
    draft.refresh_from_db()
    assert (refused.status_code, draft.state) == (302, "HALF"), "nobody signs twice"
    sent(client_for(staff), "assessment-countersign", draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.countersigned_at is not None) == ("SIGNED", True)
    report = text_of(client.get(reverse("elders:assessment", args=[draft.pk])))
    assert "筛查提示，非诊断" in report
    assert ">70<" in report


def test_one_tap_is_saved_at_once_and_the_previous_answer_stands_beside(
    community: Community, worker: User, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, at=at)
    make.assessed(elder, by=worker, second=staff, at=at, B1_1="2")
    client = client_for(worker)
    sent(client, "assess", elder.pk, reason="CHANGE")
    draft = Assessment.objects.get(state="DRAFT")
    page = text_of(client.get(reverse("elders:assessment", args=[draft.pk])))
    assert "上次" in page
    url = reverse("elders:assessment-answer", args=[draft.pk])
    one = {"_item": "B1.1", "B1.1": "3", "idempotency_key": once.new_key()}
    first, again = client.post(url, one), client.post(url, one)
    assert (first.status_code, again.status_code, again.json()["stored"]) == (200, 200, {"B1.1": "3"})
    wrong = client.post(url, {"_item": "B2.4", "B2.4": "9", "idempotency_key": once.new_key()})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "bad_answer")
    draft.refresh_from_db()
    assert draft.answers == {"B1.1": "3"}


def test_committee_staff_read_an_assessment_but_cannot_answer(
    community: Community, worker: User, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, at=at)
    sent(client_for(worker), "assess", elder.pk, reason="FIRST")
    draft = Assessment.objects.get()
    client = client_for(staff)
    assert "data-assessment" not in text_of(client.get(reverse("elders:assessment", args=[draft.pk])))
    answer = sent(client, "assessment-answer", draft.pk, **{"_item": "B1.1", "B1.1": "3"})
    assert answer.status_code == 409
    offered = text_of(client.get(reverse("elders:assess", args=[elder.pk])))
    assert "UCLA" in offered, "what volunteers may ask, staff may write down"
    assert "42195" not in offered
    assert sent(client, "assess", elder.pk, reason="FIRST", code="GBT42195").status_code == 422


def test_a_colour_is_decided_on_the_page_and_leaving_red_takes_two(
    community: Community, worker: User, supervisor: User, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, living="WITH_CHILDREN", born_on=date(1955, 1, 1), at=at)
    make.assessed(elder, by=worker, second=staff, total=60, at=at)
    result = elder.triage_results.latest("pk")
    page = text_of(client_for(worker).get(reverse("elders:triage", args=[result.pk])))
    assert "R1" in page
    assert "红·失能失智" in page
    sent(client_for(worker), "triage", result.pk, colour="RED:")
    elder.refresh_from_db()
    assert elder.colour == "RED"
    make.assessed(elder, by=worker, second=staff, total=90, at=at + timedelta(seconds=1))
    result = elder.triage_results.latest("pk")
    assert sent(client_for(worker), "triage", result.pk, colour="GREEN:STABLE").status_code == 422
    sent(client_for(worker), "triage", result.pk, colour="GREEN:STABLE", reason="康复")
    elder.refresh_from_db()
    assert elder.colour == "RED"
    assert (
        sent(client_for(worker), "triage", result.pk, colour="GREEN:STABLE", reason="康复").status_code == 422
    )
    sent(client_for(supervisor), "triage", result.pk, colour="GREEN:STABLE", reason="同意")
    elder.refresh_from_db()
    assert (elder.colour, TriageDecision.objects.filter(is_final=True).count()) == ("GREEN", 2)


def test_committee_staff_cannot_decide_a_colour(community: Community, staff: User, client_for: Any) -> None:
    result = make.elder(community, living="ALONE").triage_results.latest("pk")
    assert sent(client_for(staff), "triage", result.pk, colour="YELLOW:A").status_code == 403


def test_the_due_page_shows_each_list_and_confirms_ticked_colours(
    community: Community, worker: User, client_for: Any, at: Any
) -> None:
    overdue = make.elder(community, name="逾期女士", at=at - timedelta(days=60), living="ALONE")
    client = client_for(worker)
    for tab in ("overdue", "soon", "archive", "silent", "decide"):
        response = client.get(reverse("elders:due"), {"tab": tab})
        assert response.status_code == 200
        assert ("逾期女士" in text_of(response)) is (tab in {"overdue", "silent", "decide"})
    result = overdue.triage_results.latest("pk")
    sent(client, "confirm-many", result=[result.pk])
    overdue.refresh_from_db()
    assert (overdue.colour, overdue.subtier) == ("YELLOW", "A")


def test_the_due_page_costs_the_same_for_many(
    community: Community, worker: User, client_for: Any, django_assert_max_num_queries: Any, at: Any
) -> None:
    client = client_for(worker)
    for size in (2, 12):
        while Elder.objects.count() < size:
            make.elder(community, at=at - timedelta(days=60), living="ALONE")
        for tab in ("overdue", "decide"):
            with django_assert_max_num_queries(32):
                client.get(reverse("elders:due"), {"tab": tab})
