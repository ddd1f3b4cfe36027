"""What tells of suicide or abuse (C5) is read by social work and the director, whichever door it would leave by."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.parties.models import Community
from elders.actions import assessments, contacts
from elders.models import Assessment, Elder
from tests import make
from tests.make import NOW

SIGNS = "有自伤、受虐或被忽视的迹象"
QUESTION = "A5.self_harm"


@pytest.fixture
def signed(community: Community, worker: User, staff: User) -> Assessment:
    """An ability assessment that tells of self-harm, and suspected abuse noted by social work."""
    elder = make.elder(community, owner=worker)
    found = make.assessed(elder, by=worker, second=make.user("SUPERVISOR", community), A5_self_harm="2")
    contacts.note_risk(
        elder=elder, kind="ABUSE", on=NOW.date(), source_key="s:1", detail="身上有伤", by=worker, at=NOW
    )
    return found


def doors(row: Assessment) -> dict[str, str]:
    elder, result = row.elder, row.elder.triage_results.latest("pk")
    return {
        "file": reverse("elders:file", args=[elder.pk]),
        "colour": reverse("elders:triage", args=[result.pk]),
        "to decide": reverse("elders:due") + "?tab=decide",
        "report": reverse("elders:assessment", args=[row.pk]),
        "office suggestion": reverse("admin:elders_triageresult_change", args=[result.pk]),
        "office worries": reverse("admin:elders_concern_changelist"),
    }


@pytest.mark.parametrize(
    ("role", "reads"),
    [("SOCIAL_WORKER", True), ("SUPERVISOR", True), ("DIRECTOR", True), ("COMMITTEE", False)],
)
def test_every_page_names_the_signs_to_social_work_only(
    community: Community, signed: Assessment, client_for: Any, role: str, reads: bool
) -> None:
    client = client_for(make.user(role, community, username="reader"))
    pages = {name: client.get(url) for name, url in doors(signed).items()}
    assert {name: answer.status_code for name, answer in pages.items()} == dict.fromkeys(pages, 200)
    text = {name: answer.content.decode() for name, answer in pages.items()}
    for name in ("file", "colour", "to decide"):
        assert (SIGNS in text[name], "只有社工能看的严重原因" in text[name]) == (reads, not reads), name
    assert ("疑似受虐" in text["colour"]) is reads
    assert ("仅社工可看" in text["report"]) is not reads
    for name in ("office suggestion", "office worries"):
        assert reads or not any(sign in text[name] for sign in ("受虐", "self_harm", "abuse", "R4")), name
    assert "危机" in text["file"], "everybody sees that somebody must go at once"


def test_rest_leaves_out_the_rule_the_inputs_and_the_answer(
    signed: Assessment, staff: User, worker: User, api_for: Any
) -> None:
    result = signed.elder.triage_results.latest("pk")
    for user, reads in ((worker, True), (staff, False)):
        api = api_for(user)
        suggestion = api.get(reverse("api-elders:triage-detail", args=[result.pk])).data
        assert ("R4" in suggestion["fired"], "R" in suggestion["fired"]) == (reads, not reads)
        assert ("abuse" in suggestion["inputs"], "self_harm" in suggestion["inputs"]) == (reads, reads)
        assert len(suggestion["because"]) == len(suggestion["fired"])
        answers = api.get(reverse("api-elders:assessment-detail", args=[signed.pk])).data["answers"]
        assert (QUESTION in answers, "A5.falls" in answers) == (reads, True)


def test_the_second_assessor_who_heard_the_answers_reads_them_and_a_colleague_of_the_office_does_not(
    community: Community, worker: User, staff: User, client_for: Any
) -> None:
    elder = make.elder(community)
    draft = assessments.start(elder=elder, by=worker, at=NOW)
    assessments.answer(assessment=draft, answers=make.answers(A5_self_harm="2"), by=worker, at=NOW)
    half = assessments.sign(assessment=draft, second_assessor=staff, by=worker, at=NOW)
    url = reverse("elders:assessment", args=[half.pk])
    colleague = make.user("COMMITTEE", community, username="colleague")
    assert "仅社工可看" not in client_for(staff).get(url).content.decode()
    assert "仅社工可看" in client_for(colleague).get(url).content.decode()


def test_what_is_printed_for_the_elder_never_names_the_signs(
    signed: Assessment, worker: User, client_for: Any
) -> None:
    elder: Elder = signed.elder
    url = reverse("elders:triage-explain", args=[elder.triage_results.latest("pk").pk])
    text = client_for(worker).get(url).content.decode()
    assert SIGNS not in text and "受虐" not in text and "R4" not in text
    assert "会很快来看望" in text
