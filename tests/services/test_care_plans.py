"""Which case or service carries out a treatment plan: tied, looked at, loosened with a reason; seen from both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import health
from elders.models import Elder, TreatmentPlan
from elders.reports import dossier
from services.actions import care_plans, cases, dispatch
from services.models import CareLine, Case
from tests import make


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def case(community: Community, worker: User, at: datetime) -> Case:
    elder = make.elder(community, at=at)
    return cases.open_case(
        elder=elder, worker=worker, reason="独居", goal="血压稳定", key="c1", by=worker, at=at
    )


@pytest.fixture
def plan(case: Case, worker: User, at: datetime) -> TreatmentPlan:
    return ordered(case.elder, worker, at)


def ordered(elder: Elder, worker: User, at: datetime, words: str = "每天量两次血压") -> TreatmentPlan:
    today = timezone.localdate(at)
    return health.note_plan(
        elder=elder, words=words, treated_by="卫生院", since=today, review_on=today + timedelta(days=30), by=worker, at=at
    )  # fmt: skip


def tied(plan: TreatmentPlan, by: User, at: datetime, **fields: Any) -> CareLine:
    today = timezone.localdate(at)
    fields.setdefault("review_on", today + timedelta(days=10))
    return care_plans.tie(plan=plan, words="每周二、五上门量血压", since=today, by=by, at=at, **fields)


def post(client: Any, url: str, **data: Any) -> Any:
    return client.post(url, {**data, "idempotency_key": once.new_key()})


def test_a_plan_is_tied_to_a_case_on_its_page_and_both_pages_show_the_other_with_state_and_day(
    case: Case, plan: TreatmentPlan, worker: User, client_for: Any, at: datetime
) -> None:
    client, today = client_for(worker), timezone.localdate(at)
    alone = reverse("elders:health")
    assert "每天量两次血压" in client.get(alone, {"tab": "alone"}).content.decode()
    url = reverse("services:care-plan", args=[plan.pk])
    assert "还没有人落实" in client.get(url).content.decode()
    refused = post(client, url, carrier="", words="", since=f"{today}", review_on=f"{today}")
    assert refused.status_code == 422 and not CareLine.objects.exists()
    form = {"carrier": f"case:{case.pk}", "words": "每周二、五上门量血压", "since": f"{today}"}
    late = post(client, url, **form, review_on=f"{today}")
    assert late.status_code == 422 and "下次复核请选择" in late.content.decode()
    assert post(client, url, **form, review_on=f"{today + timedelta(days=10)}").status_code == 302
    line = CareLine.objects.get()
    file = client.get(reverse("elders:health-file", args=[case.elder_id]), {"tab": "plans"}).content.decode()
    own = client.get(reverse("services:case", args=[case.pk])).content.decode()
    for page in (file, own):
        assert "每周二、五上门量血压" in page and reverse("services:care-line", args=[line.pk]) in page
    assert "还没有人落实" not in file and "还没有人落实" not in own
    assert "执行中" in own, "the case shows how the plan stands"
    assert "每天量两次血压" not in client.get(alone, {"tab": "alone"}).content.decode()
    log = ReadLog.objects.filter(user=worker, person_id=case.elder.person_id, url=url)
    assert all("health" in each.fields for each in log) and log.exists()


def test_a_look_and_a_loosening_with_a_reason_stay_in_the_history(
    case: Case, plan: TreatmentPlan, worker: User, client_for: Any, at: datetime
) -> None:
    client, today = client_for(worker), timezone.localdate(at)
    line = tied(plan, worker, at, case=case)
    url = reverse("services:care-line", args=[line.pk])
    assert (
        post(client, url, words="改为每天一次", review_on=f"{today + timedelta(days=15)}").status_code == 302
    )
    page = client.get(url).content.decode()
    assert "改为每天一次" in page and "<s>每周二、五上门量血压</s>" in page, (
        "before and after, in the history"
    )
    loosen = reverse("services:care-line-loosen", args=[line.pk])
    assert post(client, loosen, why="", on=f"{today}").status_code == 422
    assert post(client, loosen, why="改由护理员上门", on=f"{today}").status_code == 302
    line.refresh_from_db()
    assert (line.ended_on, line.ended_why, line.ended_by) == (today, "改由护理员上门", worker)
    assert "改由护理员上门" in client.get(reverse("services:care-plan", args=[plan.pk])).content.decode()
    again = post(client, loosen, why="再一次", on=f"{today}")
    assert again.status_code == 422, "loosened once"
    assert tied(plan, worker, at, case=case).pk != line.pk, "it can be tied anew"


def test_a_service_carries_out_a_plan_and_its_state_comes_from_what_was_given_and_arranged(
    case: Case, plan: TreatmentPlan, worker: User, client_for: Any, at: datetime
) -> None:
    line = tied(plan, worker, at, kind=make.kind("COMP"))
    client = client_for(worker)
    url = reverse("services:care-plan", args=[plan.pk])
    assert "尚未安排" in client.get(url).content.decode()
    helper = make.helper(case.community, "COMP")
    request = make.accepted(case.elder, helper)
    assert "服务中" in client.get(url).content.decode()
    page = client.get(reverse("services:request", args=[request.pk])).content.decode()
    assert "每天量两次血压" in page and reverse("services:care-line", args=[line.pk]) in page
    task = client_for(helper.user).get(reverse("services:task", args=[request.pk])).content.decode()
    assert "血压" not in task, "whoever helps sees no health word"
    dispatch.finish(request_id=request.pk, minutes=30, by=worker, at=make.NOW + timedelta(hours=1))
    assert "之后尚未安排" in client.get(url).content.decode()
    make.request(case.elder, "COMP", scheduled_at=at + timedelta(days=3), at=at)
    assert "下次上门" in client.get(url).content.decode()


def test_a_closed_case_leaves_its_plan_with_nobody(
    case: Case, plan: TreatmentPlan, worker: User, client_for: Any, at: datetime
) -> None:
    tied(plan, worker, at, case=case)
    cases.close(case_id=case.pk, outcome="好转", by=worker, at=at)
    client = client_for(worker)
    page = client.get(reverse("elders:health-file", args=[case.elder_id]), {"tab": "plans"}).content.decode()
    assert "请选择由谁接续" in page
    assert "每天量两次血压" in client.get(reverse("elders:health"), {"tab": "alone"}).content.decode()


def test_what_cannot_be_tied_is_refused(
    community: Community, case: Case, plan: TreatmentPlan, worker: User, staff: User, at: datetime
) -> None:
    other = make.elder(community, at=at)
    foreign = cases.open_case(elder=other, worker=worker, reason="独居", key="c2", by=worker, at=at)
    today = timezone.localdate(at)
    for wrong in (
        {"case": foreign},
        {},
        {"case": case, "kind": make.kind("COMP")},
        {"kind": make.kind("SOS")},
    ):
        with pytest.raises(DomainError):
            tied(plan, worker, at, **wrong)
    for review_on in (today, today + timedelta(days=400)):
        with pytest.raises(DomainError):
            tied(plan, worker, at, case=case, review_on=review_on)
    with pytest.raises(NotAllowed):
        tied(plan, staff, at, case=case)
    tied(plan, worker, at, case=case)
    with pytest.raises(DomainError):
        tied(plan, worker, at, case=case)
    health.end(row=plan, on=today, by=worker, at=at)
    with pytest.raises(DomainError):
        tied(plan, worker, at, kind=make.kind("COMP"))
    assert CareLine.objects.count() == 1


def test_the_database_keeps_a_line_to_one_elder_and_a_loosened_one_as_it_is(
    community: Community, case: Case, plan: TreatmentPlan, worker: User, at: datetime
) -> None:
    line = tied(plan, worker, at, case=case)
    foreign = ordered(make.elder(community, at=at), worker, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        CareLine.objects.create(
            community=community, elder=case.elder, plan=foreign, case=case, words="x", since=line.since,
            review_on=line.review_on, tied_by=worker, tied_at=at,
        )  # fmt: skip
    care_plans.loosen(line=line, why="弄错了", on=line.since, by=worker, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        CareLine.objects.filter(pk=line.pk).update(words="改写")


def test_the_committee_sees_the_tie_and_leaves_it_alone_and_a_neighbour_finds_nothing(
    case: Case, plan: TreatmentPlan, worker: User, staff: User, stranger: User, client_for: Any, at: datetime
) -> None:
    line = tied(plan, worker, at, case=case)
    loosen = reverse("services:care-line-loosen", args=[line.pk])
    page = client_for(staff).get(reverse("services:care-plan", args=[plan.pk]))
    assert page.status_code == 200 and loosen not in page.content.decode()
    assert post(client_for(staff), loosen, why="x", on="2026-01-01").status_code == 403
    for name, pk in (("care-plan", plan.pk), ("care-line", line.pk), ("care-line-loosen", line.pk)):
        assert client_for(stranger).get(reverse(f"services:{name}", args=[pk])).status_code == 404


def test_the_lists_take_as_many_queries_for_one_line_as_for_many(
    case: Case, worker: User, client_for: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    def add(number: int) -> None:
        for each in range(number):
            plan = ordered(case.elder, worker, at, words=f"医嘱{each}")
            tied(plan, worker, at, case=case, review_on=timezone.localdate(at) + timedelta(days=2))
            tied(plan, worker, at, kind=make.kind("COMP"))

    client = client_for(worker)
    pages = [
        (reverse("services:cases"), {}), (reverse("services:case", args=[case.pk]), {}),
        (reverse("elders:health-file", args=[case.elder_id]), {"tab": "plans"}), (reverse("elders:health"), {"tab": "plans"}),
    ]  # fmt: skip
    add(1)
    counts = []
    for url, query in pages:
        client.get(url, query)
        with CaptureQueriesContext(connection) as few:
            client.get(url, query)
        counts.append(len(few))
    add(6)
    for (url, query), most in zip(pages, counts, strict=True):
        with django_assert_max_num_queries(most):
            client.get(url, query)
    assert "医嘱5" in client.get(reverse("services:cases")).content.decode(), (
        "due within a week stands on the list"
    )


def test_the_copy_of_the_whole_file_holds_cases_care_plans_and_services_and_no_notes_of_visits(
    case: Case, plan: TreatmentPlan, worker: User, at: datetime
) -> None:
    tied(plan, worker, at, case=case)
    make.request(case.elder, "COMP", note="门铃坏了", at=at)
    make.visit(case.elder, by=worker, at=at, note="邻居说她常哭")
    found = {each.key: each for each in dossier.sections(case.elder, at=at)}
    assert found["cases"].rows[0]["goal"] == "血压稳定"
    assert found["care_plans"].rows[0]["plan"] == "每天量两次血压"
    assert found["services"].rows[0]["note"] == "门铃坏了"
    assert "邻居说她常哭" not in str([each.rows for each in found.values()])
