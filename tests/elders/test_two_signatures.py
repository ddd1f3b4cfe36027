"""Two assessors, each with an own sign-in; answers that never overwrite unseen ones; crises told at the tap."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.notices.models import Outbox
from carenet.parties.models import Community
from elders.actions import assessments, contacts, triage
from elders.actions.refusals import AlreadySigned, DateOutOfOrder, NotTheSecondAssessor, ReasonMissing
from elders.models import Assessment, Concern, Touch
from tests import make
from tests.make.exports import exported


def half(community: Community, worker: User, staff: User, now: datetime, **answers):
    elder = make.elder(community, living="WITH_CHILDREN")
    draft = assessments.start(elder=elder, by=worker, at=now)
    assessments.answer(assessment=draft, answers=make.answers(**answers), by=worker, at=now)
    row = assessments.sign(assessment=draft, second_assessor=staff, by=worker, at=now)
    elder.refresh_from_db()
    return elder, row


def test_one_signature_counts_for_nothing_but_the_visit(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder, row = half(community, worker, staff, now, total=40)
    assert (row.state, row.final_level) == ("HALF", 3)
    assert (elder.level, elder.provisional_colour) == (None, "")
    assert elder.last_contact_at == now
    notice = Outbox.objects.get(template="elders.second_signature")
    assert (notice.to_user, notice.params["assessment"]) == (staff, row.pk)


def test_the_second_signature_makes_it_count_from_the_day_of_the_assessment(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder, row = half(community, worker, staff, now, total=40)
    later = now + timedelta(days=2)
    row = assessments.countersign(assessment=row, by=staff, at=later)
    elder.refresh_from_db()
    assert (row.state, row.second_signature, row.countersigned_at) == ("SIGNED", "OWN", later)
    assert (elder.level, elder.level_on, elder.provisional_colour) == (3, now.date(), "RED")
    assert Touch.objects.filter(source_key=f"assessment:{row.pk}").count() == 1
    with pytest.raises((AlreadySigned, WrongStep)):
        assessments.countersign(assessment=row, by=staff, at=later)


def test_nobody_but_the_named_second_assessor_signs_second(
    community: Community, worker: User, supervisor: User, staff: User, stranger: User, now: datetime
) -> None:
    _elder, row = half(community, worker, staff, now)
    for user in (worker, supervisor, stranger):
        with pytest.raises(NotTheSecondAssessor):
            assessments.countersign(assessment=row, by=user, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(state="SIGNED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(answers={})


def test_the_second_assessor_sends_it_back_and_no_answer_is_lost(
    community: Community, worker: User, staff: User, supervisor: User, now: datetime
) -> None:
    elder, row = half(community, worker, staff, now, total=70)
    with pytest.raises(ReasonMissing):
        assessments.send_back(assessment=row, reason=" ", by=staff, at=now)
    with pytest.raises(NotTheSecondAssessor):
        assessments.send_back(assessment=row, reason="x", by=supervisor, at=now)
    row = assessments.send_back(assessment=row, reason="走路那题不对", by=staff, at=now)
    assert (row.state, row.total, row.signed_at, row.answers["B1.1"]) == ("DRAFT", None, None, "4")
    assert "走路那题不对" in row.returned
    assert Outbox.objects.get(template="elders.assessment_sent_back").to_user == worker
    assert assessments.start(elder=elder, by=worker, at=now).pk == row.pk
    assessments.answer(assessment=row, answers={"B2.3": "3"}, by=worker, at=now)
    row = assessments.sign(assessment=row, second_assessor=staff, by=worker, at=now)
    row = assessments.countersign(assessment=row, by=staff, at=now)
    assert (row.state, row.total, row.returned) == ("SIGNED", 69, "")


def test_a_late_entry_stands_at_its_true_day(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    draft = assessments.start(elder=elder, by=worker, at=now)
    assessments.answer(assessment=draft, answers=make.answers(), by=worker, at=now)
    for day in (now.date() + timedelta(days=1), elder.registered_on - timedelta(days=1)):
        with pytest.raises(DateOutOfOrder):
            assessments.sign(assessment=draft, second_assessor=staff, made_on=day, by=worker, at=now)
    day = now.date() - timedelta(days=3)
    row = assessments.sign(assessment=draft, second_assessor=staff, made_on=day, by=worker, at=now)
    assessments.countersign(assessment=row, by=staff, at=now)
    elder.refresh_from_db()
    assert (elder.level_on, elder.assessment_due_on) == (day, day + timedelta(days=180))


def test_an_answer_given_elsewhere_is_a_clash_and_stays(
    community: Community, worker: User, supervisor: User, now: datetime
) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assessments.answer(assessment=draft, answers={"B1.1": "2", "B1.2": "3"}, by=supervisor, at=now)
    merged = assessments.merge(
        assessment=draft, answers={"B1.1": "4", "B1.2": "1", "B1.3": "0"},
        bases={"B1.1": None, "B1.2": "3", "B1.3": None}, by=worker, at=now,
    )  # fmt: skip
    assert [(each.item, each.mine, each.theirs) for each in merged.clashes] == [("B1.1", "4", "2")]
    assert merged.clashes[0].by == str(supervisor)
    assert merged.assessment.answers == {"B1.1": "2", "B1.2": "1", "B1.3": "0"}


def test_a_page_that_did_not_change_an_answer_leaves_the_newer_one_alone(
    community: Community, worker: User, supervisor: User, now: datetime
) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assessments.answer(
        assessment=draft, answers={"B1.1": "2", "A4.conditions": ["ulcer", "tumour"]}, by=worker, at=now
    )
    assessments.answer(assessment=draft, answers={"B1.1": "4"}, by=supervisor, at=now)
    merged = assessments.merge(
        assessment=draft, answers={"B1.1": "2", "A4.conditions": ["tumour", "ulcer"]},
        bases={"B1.1": "2", "A4.conditions": ["ulcer", "tumour"]}, by=worker, at=now,
    )  # fmt: skip
    assert (merged.clashes, merged.assessment.answers["B1.1"]) == ([], "4")


def test_an_empty_field_of_a_page_drawn_earlier_never_wipes_out_an_answer(
    community: Community, worker: User, now: datetime
) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assessments.answer(assessment=draft, answers={"B1.3": "4"}, by=worker, at=now)
    merged = assessments.merge(assessment=draft, answers={"B1.3": ""}, bases={}, by=worker, at=now)
    assert (merged.clashes, merged.assessment.answers) == ([], {"B1.3": "4"})
    merged = assessments.merge(assessment=draft, answers={"B1.3": ""}, bases={"B1.3": "4"}, by=worker, at=now)
    assert merged.assessment.answers == {}


def test_sending_the_same_answer_again_is_no_clash(community: Community, worker: User, now: datetime) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    for _twice in range(2):
        merged = assessments.merge(
            assessment=draft, answers={"B1.1": "3"}, bases={"B1.1": None}, by=worker, at=now
        )
        assert merged.clashes == []


# --- crises ----------------------------------------------------------------------------------------------
def crises() -> list[Concern]:
    return list(Concern.objects.filter(kind="CRISIS"))


def test_phq9_item_9_opens_a_crisis_at_the_tap_and_only_once(
    community: Community, worker: User, supervisor: User, now: datetime
) -> None:
    elder = make.elder(community, owner=worker, born_on=datetime(1955, 1, 1).date())
    draft = assessments.start(elder=elder, code="PHQ9", by=worker, at=now)
    assessments.answer(assessment=draft, answers={"PHQ9.9": "0"}, by=worker, at=now)
    assert crises() == []
    for value in ("1", "3", "1"):
        assessments.answer(assessment=draft, answers={"PHQ9.9": value}, by=worker, at=now)
    (crisis,) = crises()
    assert (crisis.elder, crisis.state, crisis.detail) == (elder, "OPEN", "")
    told = Outbox.objects.filter(template="elders.crisis")
    assert {(each.to_role, each.to_user) for each in told} == {("SUPERVISOR", None), ("", worker)}
    assert all(each.urgent and set(each.params) == {"name", "elder"} for each in told)
    rest = {f"PHQ9.{number}": "0" for number in range(1, 9)}
    assessments.answer(assessment=draft, answers=rest, by=worker, at=now)
    signed = assessments.sign(assessment=draft, by=worker, at=now + timedelta(days=1))
    elder.refresh_from_db()
    assert (signed.state, signed.total, signed.band, elder.provisional_colour) == (
        "SIGNED",
        1,
        "minimal",
        "RED",
    )
    triage.suggest(elder=elder, by=worker, at=now + timedelta(days=2))
    assert (len(crises()), told.count()) == (1, 2)


def test_signs_of_abuse_on_the_ability_assessment_open_a_crisis(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder, row = half(community, worker, staff, now, A5_abuse="yes")
    assert len(crises()) == 1
    assessments.countersign(assessment=row, by=staff, at=now)
    elder.refresh_from_db()
    assert elder.provisional_colour == "RED"
    assert elder.triage_results.latest("pk").fired == ["R4", "X3"]
    assert len(crises()) == 1


def test_a_risk_event_of_abuse_is_one_crisis_and_one_word_to_the_supervisor(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    for _twice in range(2):
        contacts.note_risk(elder=elder, kind="ABUSE", on=now.date(), source_key="v:1", by=worker, at=now)
    assert len(crises()) == 1
    assert Outbox.objects.filter(template="elders.crisis").count() == 1
    contacts.note_risk(elder=elder, kind="SELF_HARM", on=now.date(), source_key="v:2", by=worker, at=now)
    assert len(crises()) == 2


def test_staff_fill_the_short_forms_and_not_the_clinical_ones(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    assert assessments.start(elder=elder, code="UCLA3", by=staff, at=now).state == "DRAFT"
    for code in ("PHQ9", "GDS15", "GBT42195"):
        with pytest.raises(NotAllowed):
            assessments.start(elder=elder, code=code, by=staff, at=now)


@pytest.mark.parametrize("size", ["", "large"])
def test_the_report_prints_as_pdf_also_in_large_letters(
    community: Community, worker: User, staff: User, client_for: Any, size: str
) -> None:
    elder = make.elder(community, name="王桂珍")
    row = make.assessed(elder, by=worker, second=staff, total=70)
    address = reverse("elders:assessment-paper", args=[row.pk])
    response = client_for(worker).get(address, {"size": size} if size else {})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    if folder := os.environ.get("CARENET_SHOTS"):
        Path(folder, f"report{size}.pdf").write_bytes(response.content)
    from carenet.audit.models import ReadLog

    assert ReadLog.objects.filter(purpose="pdf").exists()


def test_what_was_seen_of_abuse_is_never_printed(
    community: Community, worker: User, staff: User, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carenet.documents import pdf

    row = make.assessed(make.elder(community), by=worker, second=staff, A5_abuse="yes")
    printed: list[str] = []
    monkeypatch.setattr(pdf, "render", lambda _name, data, at: printed.append(str(data)) or b"%PDF")
    client_for(worker).get(reverse("elders:assessment-paper", args=[row.pk]))
    assert "自杀" in printed[0]
    assert "虐待" not in printed[0]
    assert "domain.md" not in printed[0]


def test_a_draft_has_no_report_to_print(
    community: Community, worker: User, client_for: Any, now: datetime
) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assert client_for(worker).get(reverse("elders:assessment-paper", args=[draft.pk])).status_code == 404


def test_what_waits_for_a_signature_or_a_colour_is_a_sheet_too(
    community: Community, staff: User, director: User, worker: User, client_for: Any
) -> None:
    elder = make.elder(community, living="ALONE", name="王桂珍")
    draft = assessments.start(elder=elder, by=worker, at=make.NOW)
    assessments.answer(assessment=draft, answers=make.answers(), by=worker, at=make.NOW)
    assessments.sign(assessment=draft, second_assessor=staff, by=worker, at=make.NOW)
    for tab, shown, width in (("sign", {str(worker), str(staff)}, 7), ("decide", set(), 3)):
        looks = ReadLog.objects.count()
        answer = client_for(staff).get(reverse("elders:due"), {"tab": tab, "format": "xlsx"})
        heading, row = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
        assert (len(heading), len(row), row[1]) == (width, width, "王桂珍"), (
            "a work list holds no personal columns"
        )
        assert shown <= set(row), tab
        assert ReadLog.objects.count() == looks + 1
    whole = exported(staff, reverse("elders:due") + "?tab=decide&format=xlsx&columns=all", director)
    _mark, heading, row, _end = load_workbook(BytesIO(whole)).active.iter_rows(values_only=True)
    assert {"王桂珍", "灰"} <= set(row)
