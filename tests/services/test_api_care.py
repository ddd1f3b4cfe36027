"""The care plan by REST: the rights and refusals of its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties.models import Community
from carenet.webkit import once
from services.actions import cases
from services.models import CareLine
from tests import make


def test_a_plan_is_tied_looked_at_and_loosened_by_rest_and_each_look_is_written_down(
    community: Community, worker: User, staff: User, api_for: Any
) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    elder = make.elder(community)
    case = cases.open_case(elder=elder, worker=worker, reason="高血压", key="c", by=worker, at=now)
    plan = make.care_line(case, at=now).plan
    api, url = api_for(worker), reverse("api-services:care-line-list")

    def send(to: str, **body: Any) -> Any:
        return api.post(to, body, format="json", headers={"Idempotency-Key": once.new_key()})

    facts = {"plan": plan.pk, "words": "每周二上门测量", "since": today.isoformat(), "review_on": (today + timedelta(days=20)).isoformat()}  # fmt: skip
    tied = send(url, **facts, kind="BP")
    assert tied.status_code == 201 and tied.data["plan_words"] == plan.words
    for wrong, code in (({**facts, "kind": "BP"}, "carried_already"), (facts, "no_carrier"), ({**facts, "kind": "BP", "case": case.pk}, "no_carrier")):  # fmt: skip
        refused = send(url, **wrong)
        assert (refused.status_code, refused.data["code"]) == (409, code)
    looked = send(
        reverse("api-services:care-line-look", args=[tied.data["id"]]),
        words="每周三次",
        review_on=(today + timedelta(days=9)).isoformat(),
    )
    assert (looked.status_code, looked.data["words"]) == (200, "每周三次")
    loosened = send(
        reverse("api-services:care-line-loosen", args=[tied.data["id"]]), why="换人了", on=today.isoformat()
    )
    assert (loosened.status_code, loosened.data["ended_why"]) == (200, "换人了")
    listed = api_for(staff).get(url, {"elder": elder.pk})
    assert {each["id"] for each in listed.data["results"]} == set(
        CareLine.objects.values_list("pk", flat=True)
    )
    assert ReadLog.objects.filter(user=staff, person_id=elder.person_id, fields__contains=["health"]).exists()
    assert "高血压" not in str(listed.data), "the words of the case stay with its owner"


def test_the_list_of_care_lines_asks_the_database_as_often_for_two_as_for_eight(
    community: Community, worker: User, api_for: Any, django_assert_max_num_queries: Any
) -> None:
    api, url = api_for(worker), reverse("api-services:care-line-list")
    counts = []
    for number in range(8):
        case = cases.open_case(
            elder=make.elder(community), worker=worker, reason="x", key=f"q{number}", by=worker, at=make.NOW
        )
        make.care_line(case)
        if number in (1, 7):
            api.get(url)
            with django_assert_max_num_queries(30) as asked:
                api.get(url)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_volunteer_a_neighbour_and_the_auditor_find_no_care_line(
    community: Community, worker: User, auditor: User, stranger: User, api_for: Any
) -> None:
    case = cases.open_case(
        elder=make.elder(community), worker=worker, reason="x", key="x", by=worker, at=make.NOW
    )
    line = make.care_line(case)
    for user in (auditor, stranger, make.helper(community).user):
        api = api_for(user)
        assert api.get(reverse("api-services:care-line-list")).data["results"] == []
        assert api.get(reverse("api-services:care-line-detail", args=[line.pk])).status_code == 404
