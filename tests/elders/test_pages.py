"""The register's pages: who comes in, what they show, and that a long list costs no more than a short one."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, registry, triage
from elders.models import Assessment, Elder, HelpToken, LifeEvent, TriageDecision
from tests import make
from tests.elders.test_import import files, good_row, xlsx  # noqa: F401  (the fixture keeps uploads in a temporary folder)


def sent(client: Any, page: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"elders:{page}", args=args), {**data, "idempotency_key": once.new_key()})


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def at():
    return timezone.now()


# --- list ------------------------------------------------------------------------------------------------
def test_a_long_list_costs_no_more_queries_than_a_short_one(
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for size in (3, 25):
        while Elder.objects.count() < size:
            make.elder(community, owner=staff)
        with django_assert_max_num_queries(30):
            response = client.get(reverse("elders:list"))
        assert response.status_code == 200
        assert f"{size} 人" in text_of(response) or str(size) in text_of(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("桂珍", True), ("王桂珍", True), ("桂", True), ("wanggui", True), ("wgz", True), ("8000", True),
        ("13800138000", True), ("李", False), ("zzz", False), ("9999", False),
    ],
)  # fmt: skip
def test_an_elder_is_found_by_what_staff_type(
    community: Community, staff: User, client_for: Any, query: str, found: bool
) -> None:
    make.elder(community, name="王桂珍", phone="13800138000", by=staff)
    response = client_for(staff).get(reverse("elders:list"), {"q": query})
    assert ("王桂珍" in text_of(response)) is found


def test_an_elder_is_found_by_id_number(community: Community, staff: User, client_for: Any) -> None:
    number = identity.demo_id_number(born_on=date(1940, 1, 2), sex=2, sequence=3)
    make.elder(community, name="王桂珍", id_number=number, born_on=None, by=staff)
    assert "王桂珍" in text_of(client_for(staff).get(reverse("elders:list"), {"q": number}))


def test_filters_narrow_the_list(
    community: Community, worker: User, staff: User, client_for: Any, at: Any
) -> None:
    red = make.elder(community, name="赤女士", living="ALONE", at=at)
    make.assessed(red, by=worker, second=staff, total=50, at=at)
    triage.confirm(result=red.triage_results.latest("pk"), by=worker, at=at)
    plain = make.elder(community, name="白女士", living="WITH_CHILDREN", owner=worker, at=at)
    registry.add_category(
        elder=plain, category=registry.CategoryFacts("DIBAO"), on=plain.registered_on, by=staff, at=at
    )
    gone = make.elder(community, name="远女士", at=at)
    registry.leave(elder=gone, on=timezone.localdate(at), by=staff, at=at)
    client = client_for(staff)

    def names(**query: str) -> set[str]:
        text = text_of(client.get(reverse("elders:list"), query))
        return {each for each in ("赤女士", "白女士", "远女士") if each in text}

    assert names() == {"赤女士", "白女士"}
    assert names(colour="RED") == {"赤女士"}
    assert names(level="2") == {"赤女士"}
    assert names(level="none") == {"白女士"}
    assert names(category="DIBAO") == {"白女士"}
    assert names(living="ALONE") == {"赤女士"}
    assert names(owner="none") == {"赤女士"}
    assert names(status="LEFT") == {"远女士"}
    assert names(status="ALL") == {"赤女士", "白女士", "远女士"}
    assert names(order="urgent") == {"赤女士", "白女士"}


def test_the_list_is_exported_with_masked_numbers_and_noted(
    community: Community, staff: User, client_for: Any
) -> None:
    number = identity.demo_id_number(born_on=date(1940, 1, 2), sex=2, sequence=3)
    make.elder(community, name="王桂珍", id_number=number, phone="13800138000", born_on=None, by=staff)
    response = client_for(staff).get(reverse("elders:list"), {"format": "xlsx"})
    page = load_workbook(io.BytesIO(response.content)).worksheets[0]
    cells = [cell.value for cell in page[2]]
    assert "王桂珍" in cells
    assert "138****8000" in cells
    assert number not in str(cells)
    from carenet.audit.models import Note

    assert Note.objects.get(verb="elders.exported").facts["rows"] == 1


@pytest.mark.parametrize("name", ["list", "register", "due", "import"])
def test_volunteers_elders_auditors_and_strangers_find_no_register(
    community: Community, stranger: User, auditor: User, client_for: Any, name: str
) -> None:
    elder = make.elder(community)
    for user in (
        auditor,
        make.user("VOLUNTEER", community),
        make.user("ELDER", community, person=elder.person),
    ):
        assert client_for(user).get(reverse(f"elders:{name}")).status_code == 404
    response = client_for(stranger).get(reverse(f"elders:{name}"))
    assert elder.person.name not in text_of(response)


# --- register --------------------------------------------------------------------------------------------
def entry(community: Community, **changed: Any) -> dict[str, Any]:
    return {
        "name": "王桂珍", "id_number": identity.demo_id_number(born_on=date(1945, 6, 7), sex=2, sequence=1),
        "building": make.buildings(community)[0].pk, "door": "2-501", "living": "ALONE", "caregiver": "NO",
        "categories": ["DIBAO", "DISABLED"], "disability_kind": "4", "disability_grade": "2",
        "contact_name": "王小红", "contact_relation": "DAUGHTER", "contact_phone": "13900001111", "consent": "on",
        **changed,
    }  # fmt: skip


def test_an_elder_is_entered_at_the_counter_once(community: Community, staff: User, client_for: Any) -> None:
    client, key = client_for(staff), once.new_key()
    data = {**entry(community), "idempotency_key": key}
    first = client.post(reverse("elders:register"), data)
    again = client.post(reverse("elders:register"), data)
    elder = Elder.objects.get()
    assert first.url == again.url == reverse("elders:file", args=[elder.pk])
    assert elder.categories.count() == 2
    assert elder.categories.get(code="DISABLED").disability_grade == 2
    assert elder.contacts.get().phone() == "13900001111"
    assert elder.consents.get().purpose == "SERVICE"
    assert (elder.provisional_colour, elder.provisional_subtier) == ("YELLOW", "A")


def test_a_wrong_check_digit_is_told_at_the_field(community: Community, staff: User, client_for: Any) -> None:
    response = sent(client_for(staff), "register", **entry(community, id_number="999999194506070021"))
    assert response.status_code == 422
    assert "最后一位" in text_of(response)
    assert not Elder.objects.exists()


def test_a_lookalike_must_be_judged_before_anything_is_written(
    community: Community, staff: User, client_for: Any
) -> None:
    client = client_for(staff)
    first = make.elder(community, name="王桂珍", born_on=date(1945, 6, 7), by=staff)
    data = entry(community)
    response = sent(client, "register", **data)
    assert response.status_code == 422
    assert f'name="who-{first.person_id}"' in text_of(response)
    assert Elder.objects.count() == 1
    response = sent(client, "register", **data, **{f"who-{first.person_id}": "same"})
    assert response.url == reverse("elders:file", args=[first.pk])
    assert Elder.objects.count() == 1
    response = sent(client, "register", **data, **{f"who-{first.person_id}": "different"})
    assert response.status_code == 302
    assert Elder.objects.count() == 2


def test_a_volunteer_who_turns_elder_keeps_the_same_person(
    community: Community, staff: User, client_for: Any
) -> None:
    person = make.person(community, name="王桂珍", born_on=date(1945, 6, 7), phone="13800138000")
    data = entry(community, id_number="", no_id_reason="补办中", born_on="1945-06-07", phone="13800138000")
    sent(client_for(staff), "register", **data, **{f"who-{person.pk}": "same"})
    assert Elder.objects.get().person == person


def test_typing_an_id_number_tells_what_it_says_without_putting_it_in_an_address(
    community: Community, staff: User, client_for: Any
) -> None:
    client = client_for(staff)
    url = reverse("elders:register-check")
    assert client.get(url).status_code == 405
    good = client.post(url, {"id_number": entry(community)["id_number"]})
    assert "1945-06-07" in text_of(good)
    bad = client.post(url, {"id_number": "999999194506070021"})
    assert "最后一位" in text_of(bad)


# --- file ------------------------------------------------------------------------------------------------
def test_the_file_shows_masked_numbers_and_writes_the_read_log(
    community: Community, staff: User, client_for: Any
) -> None:
    number = identity.demo_id_number(born_on=date(1940, 1, 2), sex=2, sequence=3)
    elder = make.elder(community, id_number=number, phone="13800138000", born_on=None, by=staff)
    text = text_of(client_for(staff).get(reverse("elders:file", args=[elder.pk])))
    assert number not in text
    assert "13800138000" not in text
    assert "138****8000" in text
    assert ReadLog.objects.filter(person_id=elder.person_id, user=staff).exists()


def test_the_full_numbers_need_a_reason_that_stands_in_the_read_log(
    community: Community, staff: User, client_for: Any
) -> None:
    number = identity.demo_id_number(born_on=date(1940, 1, 2), sex=2, sequence=3)
    elder = make.elder(community, id_number=number, phone="13800138000", born_on=None, by=staff)
    client = client_for(staff)
    assert sent(client, "reveal", elder.pk).status_code == 422
    response = sent(client, "reveal", elder.pk, purpose="emergency")
    assert number in text_of(response)
    assert "tel:13800138000" in text_of(response)
    assert ReadLog.objects.filter(person_id=elder.person_id).exclude(purpose="").count() == 1


def test_a_strangers_file_is_not_found(community: Community, stranger: User, client_for: Any) -> None:
    elder = make.elder(community)
    client = client_for(stranger)
    for name, args in [
        ("file", [elder.pk]),
        ("reveal", [elder.pk]),
        ("do", [elder.pk, "die"]),
        ("help-card", [elder.pk]),
    ]:
        assert client.get(reverse(f"elders:{name}", args=args)).status_code == 404


@pytest.mark.parametrize(
    ("verb", "data", "check"),
    [
        ("touch", {"kind": "CALL"}, lambda e: e.touches.count() == 1),
        ("facts", {"living": "ALONE", "caregiver": "NO"}, lambda e: e.living == "ALONE"),
        ("risk", {"kind": "FALL", "detail": "浴室"}, lambda e: e.risk_events.get().detail == "浴室"),
        ("contact", {"name": "王小红", "relation": "DAUGHTER", "phone": "13900001111"}, lambda e: e.contacts.count() == 1),
        ("category", {"code": "DIBAO"}, lambda e: e.categories.count() == 1),
        ("right", {"kind": "CORRECT", "words": "生日错了", "asked_by": "SELF"}, lambda e: e.rights_requests.count() == 1),
        ("speech", {"languages": ["LISU"], "literacy": "NONE"}, lambda e: e.languages == ["LISU"]),
        ("owner", {"owner": "STAFF"}, lambda e: e.owner is not None),
        ("move", {"building": "LAST", "door": "9-901"}, lambda e: e.door == "9-901"),
        ("pause", {"reason": "HOSPITAL"}, lambda e: e.status == "PAUSED"),
        ("leave", {}, lambda e: e.status == "LEFT"),
        ("die", {}, lambda e: e.status == "DIED"),
    ],
)  # fmt: skip
def test_every_small_page_opens_and_does_its_one_thing(
    community: Community, staff: User, client_for: Any, at: Any, verb: str, data: dict[str, str], check: Any
) -> None:
    elder = make.elder(community, at=at)
    client = client_for(staff)
    day = timezone.localdate(at).isoformat()
    filled = {"on": day, "since": day, "valid_from": day, "asked_on": day, **data}
    filled = {
        key: {"STAFF": staff.pk, "LAST": make.buildings(community)[-1].pk}.get(str(value), value)
        for key, value in filled.items()
    }
    assert client.get(reverse("elders:do", args=[elder.pk, verb])).status_code == 200
    assert sent(client, "do", elder.pk, verb, **filled).status_code == 302
    elder.refresh_from_db()
    assert check(elder)
    assert client.get(reverse("elders:file", args=[elder.pk])).status_code == 200


def test_a_departure_is_taken_back_on_the_page(
    community: Community, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, at=at)
    client = client_for(staff)
    sent(client, "do", elder.pk, "die", on=timezone.localdate(at).isoformat())
    event = LifeEvent.objects.get(kind="DIED")
    assert reverse("elders:do-row", args=[elder.pk, "undo", event.pk]) in text_of(
        client.get(reverse("elders:file", args=[elder.pk]))
    )
    sent(client, "do-row", elder.pk, "undo", event.pk, reason="弄错了")
    elder.refresh_from_db()
    assert elder.status == "ACTIVE"


def test_rows_are_ended_on_their_pages(community: Community, staff: User, client_for: Any, at: Any) -> None:
    elder = make.elder(community, at=at)
    day = timezone.localdate(at)
    category = registry.add_category(
        elder=elder, category=registry.CategoryFacts("DIBAO"), on=day, by=staff, at=at
    )
    contact = contacts.add_contact(elder=elder, name="甲", relation="SON", phone="", by=staff, at=at)
    client = client_for(staff)
    for verb, row in (("end-category", category), ("end-contact", contact)):
        assert client.get(reverse("elders:do-row", args=[elder.pk, verb, row.pk])).status_code == 200
        assert sent(client, "do-row", elder.pk, verb, row.pk, on=day.isoformat()).status_code == 302
    category.refresh_from_db()
    contact.refresh_from_db()
    assert (category.valid_to, contact.ended_on) == (day, day)


def test_a_help_card_is_issued_printed_and_made_useless(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community)
    client = client_for(staff)
    assert sent(client, "help-card", elder.pk).status_code == 302
    page = text_of(client.get(reverse("elders:help-card", args=[elder.pk])))
    assert "<svg" in page
    assert community.phone in page
    sent(client, "help-card-revoke", elder.pk)
    assert HelpToken.objects.get().revoked_at is not None


def test_timeline_sources_of_other_apps_are_merged_by_time(
    community: Community, staff: User, client_for: Any, monkeypatch: Any, at: Any
) -> None:
    from carenet.kernel.timeline import TimelineLine
    from elders import reports
    from elders.reports import timelines

    monkeypatch.setattr(timelines, "timeline_sources", [])

    def visits(elder: Any, *, before: Any, limit: int) -> list[TimelineLine]:
        return [TimelineLine(at=at - timedelta(days=1), app="services", kind="VISIT", title="上门走访")]

    reports.register_timeline(visits)
    elder = make.elder(community, at=at, registered_on=timezone.localdate(at))
    lines = reports.timeline(elder, before=at + timedelta(minutes=1))
    assert [each.app for each in lines] == ["elders", "services"]


# --- assessment and triage -------------------------------------------------------------------------------
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


# --- import ----------------------------------------------------------------------------------------------
def test_the_import_wizard_from_upload_to_undo(community: Community, staff: User, client_for: Any) -> None:
    client = client_for(staff)
    assert client.get(reverse("elders:import")).status_code == 200
    assert client.get(reverse("elders:import-template", args=["register"])).content[:2] == b"PK"
    upload = io.BytesIO(xlsx([good_row(0), good_row(1) | {"楼栋": "88号楼"}, good_row(2)]))
    upload.name = "花名册.xlsx"
    started = sent(client, "import", file=upload)
    check_job = Job.objects.get()
    assert started.url == reverse("elders:import-result", args=[check_job.pk])
    assert "hx-get" in text_of(client.get(started.url))
    assert jobs.run(job_id=check_job.pk, at=timezone.now()).state == "DONE"
    page = text_of(client.get(started.url))
    assert "88号楼" in page
    assert "楼栋" in page
    assert client.get(reverse("elders:import-errors", args=[check_job.pk])).content[:2] == b"PK"
    entered = sent(client, "import-enter", check_job.pk)
    job = Job.objects.get(kind="elders.import")
    assert entered.url == reverse("elders:import-result", args=[job.pk])
    jobs.run(job_id=job.pk, at=timezone.now())
    assert Elder.objects.visible_to(staff).count() == 2
    assert client.get(entered.url).status_code == 200
    sent(client, "import-cancel", job.pk)
    assert Elder.objects.visible_to(staff).count() == 0
    assert client.get(entered.url).status_code == 200


def test_another_communitys_import_is_not_found(
    community: Community, staff: User, stranger: User, client_for: Any
) -> None:
    from elders.actions import importing

    job = importing.upload(
        community=community, content=xlsx([good_row(0)]), name="x.xlsx", by=staff, at=timezone.now()
    )
    client = client_for(stranger)
    assert client.get(reverse("elders:import-result", args=[job.pk])).status_code == 404
    assert sent(client, "import-enter", job.pk).status_code == 404
