"""Democratic reviews beside a colour: a witness, never a judge; without a word of health; corrected by later rows."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import health, registry, triage, witnessing
from elders.actions.refusals_witness import HealthWord, ReviewOver
from elders.models import Elder, TriageDecision, WitnessRecord
from elders.rules import witness
from tests import make

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def elder(community: Community, at: datetime) -> Elder:
    return make.elder(community, name="王桂珍", living="ALONE", door="302", at=at)


def decided(elder: Elder, by: User, at: datetime) -> TriageDecision:
    newest = elder.triage_results.order_by("-pk").first()
    assert newest is not None
    return triage.confirm(result=newest, by=by, at=at)


def form(at: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "met_on": f"{timezone.localdate(at)}", "place": "", "present": "李主任、王楼长、两位邻居", "people": "4", "opinion": "AGREES",
        "words": "一个人住，需要常有人上门", "idempotency_key": once.new_key(), **fields,
    }  # fmt: skip


def test_the_meeting_stands_beside_the_decision_with_its_paper_and_changes_nothing(
    elder: Elder, worker: User, staff: User, client_for: Any, at: datetime, tmp_path: Any, settings: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    decision = decided(elder, worker, at)
    elder.refresh_from_db()
    colour = (elder.colour, elder.subtier)
    client = client_for(staff)
    page = reverse("elders:triage", args=[decision.result_id])
    assert reverse("elders:review", args=[decision.pk]) in client.get(page).content.decode()
    paper = SimpleUploadedFile("a.png", PNG, "image/png")
    answer = client.post(
        reverse("elders:review", args=[decision.pk]), form(at, opinion="DIFFERS", paper=paper)
    )
    assert answer.url == page
    record = WitnessRecord.objects.get()
    assert (record.people, record.opinion, record.by) == (4, "DIFFERS", staff)
    shown = client.get(page).content.decode()
    assert (
        "一个人住，需要常有人上门" in shown
        and reverse("elders:paper", args=[elder.pk, record.paper_id]) in shown
    )
    opened = client.get(reverse("elders:paper", args=[elder.pk, record.paper_id]))
    assert b"".join(opened.streaming_content) == PNG if opened.streaming else opened.content == PNG
    elder.refresh_from_db()
    assert (elder.colour, elder.subtier) == colour
    assert TriageDecision.objects.filter(elder=elder).count() == 1
    assert "民主评议" in client.get(reverse("elders:file", args=[elder.pk])).content.decode(), "in the story"


@pytest.mark.parametrize(
    "words",
    ["他有高血压", "上次130/85", "She has dementia", "去年住院两次", "半失能，需要帮助", "每天吃华法林"],
)
def test_a_word_about_health_is_refused_wherever_it_is_typed(
    elder: Elder, worker: User, client_for: Any, at: datetime, words: str
) -> None:
    health.note_medicine(elder=elder, name="华法林", by=worker, at=at)
    decision = decided(elder, worker, at)
    url = reverse("elders:review", args=[decision.pk])
    for field in ("words", "present", "place"):
        answer = client_for(worker).post(url, form(at, **{field: words}))
        assert answer.status_code == 422 and "请去掉" in answer.content.decode()
    assert not WitnessRecord.objects.exists()


@pytest.mark.parametrize(
    "words", ["独居，子女在外地，需要送餐", "Lives alone, likes company", "家里困难，邻居常帮忙"]
)
def test_how_a_household_lives_may_be_said(words: str) -> None:
    assert witness.health_word(words, ["华法林"]) == ""


def test_a_later_row_corrects_or_takes_back_and_the_first_stays_as_it_was(
    elder: Elder, worker: User, client_for: Any, at: datetime
) -> None:
    record = make.review(elder, by=worker, at=at)
    client = client_for(worker)
    url = reverse("elders:review-correct", args=[record.pk])
    assert client.post(url, form(at, people="6")).status_code == 422, "a correction has its reason"
    assert client.post(url, form(at, people="6", reason="数错了人数")).status_code == 302
    later = WitnessRecord.objects.get(corrects=record)
    assert (later.people, later.reason) == (6, "数错了人数")
    assert list(WitnessRecord.objects.standing()) == [later]
    again = client.post(url, form(at, people="7", reason="再改"))
    assert again.status_code == 422 and "最新" in again.content.decode()
    back = reverse("elders:review-back", args=[later.pk])
    assert client.post(back, {"reason": "写错了人", "idempotency_key": once.new_key()}).status_code == 302
    assert not WitnessRecord.objects.standing().exists() and WitnessRecord.objects.count() == 3
    page = client.get(reverse("elders:triage", args=[record.decision.result_id])).content.decode()
    assert "数错了人数" in page and "写错了人" in page
    last = WitnessRecord.objects.get(is_withdrawn=True)
    with pytest.raises(ReviewOver):
        witnessing.take_back(record=last, reason="再来", by=worker, at=at)


def test_the_database_neither_changes_a_record_nor_ties_it_to_somebody_elses_decision(
    community: Community, elder: Elder, worker: User, at: datetime
) -> None:
    record = make.review(elder, by=worker, at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        WitnessRecord.objects.filter(pk=record.pk).update(words="改写")
    with pytest.raises(DatabaseError), transaction.atomic():
        record.delete()
    other = make.elder(community, living="ALONE", at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        WitnessRecord.objects.create(
            community=community, elder=other, decision=record.decision, met_on=record.met_on, present="x", people=3,
            opinion="OPEN", words="x", by=worker, at=at,
        )  # fmt: skip


def test_a_meeting_lies_in_the_past_and_takes_two_people(elder: Elder, worker: User, at: datetime) -> None:
    decision = decided(elder, worker, at)
    today = timezone.localdate(at)
    right = witnessing.Review(
        met_on=today, present="两位邻居", people=2, opinion="OPEN", words="没有一致意见"
    )
    for wrong in ({"met_on": today + timedelta(days=1)}, {"people": 1}, {"words": " "}, {"present": ""}):
        with pytest.raises(DomainError):
            witnessing.attach(decision=decision, review=dataclasses.replace(right, **wrong), by=worker, at=at)
    record = witnessing.attach(decision=decision, review=right, by=worker, at=at)
    with pytest.raises(HealthWord):
        witnessing.take_back(record=record, reason="她生病了", by=worker, at=at)


def test_the_sheet_for_the_meeting_holds_no_class_c4_and_its_look_is_written_down(
    community: Community, worker: User, staff: User, client_for: Any, at: datetime
) -> None:
    elder = make.elder(
        community, name="刘春生", living="WITH_DISABLED_CHILD", door="1502", phone="13800138000", at=at
    )
    for code, evidence in (("DIBAO", "低保证第77号"), ("SHIDU", ""), ("DISABLED", ""), ("VETERAN", "")):
        registry.add_category(
            elder=elder, category=registry.CategoryFacts(code, evidence=evidence), on=timezone.localdate(at), by=worker, at=at
        )  # fmt: skip
    health.note_condition(elder=elder, code="DEMENTIA", by=worker, at=at)
    make.assessed(elder, by=worker, second=staff_second(community), at=at, total=20)
    result = elder.triage_results.order_by("-pk").first()
    page = client_for(staff).get(reverse("elders:review-sheet", args=[result.pk])).content.decode()
    body = page[page.index("<main") : page.index("</main>")]
    assert "刘春生" in body and "优抚" in body and "与子女同住" in body
    hidden = (
        "低保",
        "失独",
        "独生子女",
        "残",
        "失能",
        "失智",
        "痴呆",
        "红",
        "黄",
        "1502",
        "13800138000",
        "138 0013",
    )
    assert [each for each in hidden if each in body] == []
    log = ReadLog.objects.filter(user=staff, person_id=elder.person_id).latest("pk")
    assert (set(log.fields), log.purpose) == (
        {"name", "building", "living", "categories"},
        "democratic review",
    )


def staff_second(community: Community) -> User:
    return make.user("SUPERVISOR", community, username="second")


def test_a_volunteer_and_a_neighbour_find_neither_record_nor_sheet(
    community: Community, elder: Elder, worker: User, stranger: User, client_for: Any, at: datetime
) -> None:
    record = make.review(elder, by=worker, at=at)
    volunteer = make.user("VOLUNTEER", community, username="vol")
    for user in (stranger, volunteer):
        for name, pk in (
            ("review-sheet", record.decision.result_id),
            ("review", record.decision_id),
            ("review-correct", record.pk),
        ):
            assert client_for(user).get(reverse(f"elders:{name}", args=[pk])).status_code == 404
    with pytest.raises(NotAllowed):
        witnessing.take_back(record=record, reason="不对", by=volunteer, at=at)
