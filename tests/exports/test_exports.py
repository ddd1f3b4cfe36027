"""Files with personal data: asked with a purpose, approved by somebody else, made in the background, fetched, gone."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.accounts.states import FieldClass
from carenet.audit.models import Note, ReadLog
from carenet.exports import actions as exports
from carenet.exports import gate, policies, tasks
from carenet.exports.actions.refusals import (
    AskedAlready,
    FileGone,
    NobodyApproves,
    NotYourDecision,
    TooLateToDecide,
)
from carenet.exports.models import Export
from carenet.jobs import actions as jobs
from carenet.notices.models import Outbox
from carenet.parties.models import Community
from carenet.webkit import excel, once
from tests import make
from tests.make.exports import asked, decided, exported

LIST = "/elders/?format=xlsx&status=PRESENT"


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def cells(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0]]


def test_a_list_with_personal_data_becomes_a_file_only_after_a_second_person_approved_it(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    elder = make.elder(community, name="王桂珍", phone="13800138000", by=staff)
    content = exported(staff, LIST, director, purpose="街道年度核查")

    rows = cells(content)
    assert "王桂珍" in rows[2] and "138****8000" in rows[2]
    for line in (rows[0][0], rows[-1][0]):
        assert "李主任" in line and "街道年度核查" in line and "张站长" in line
        assert f"{timezone.localtime():%Y-%m-%d}" in line
    book = load_workbook(io.BytesIO(content))
    assert "李主任" in book.worksheets[0].oddFooter.center.text
    assert book.properties.creator == "李主任"
    look = ReadLog.objects.get(person_id=elder.person_id, user=staff, url="/elders/")
    assert look.purpose == "街道年度核查"
    deeds = [each.verb for each in Note.objects.filter(object_kind="exports.export").order_by("pk")]
    assert deeds == ["exports.asked", "exports.approved", "exports.made", "exports.fetched"]


def test_before_the_approval_there_is_no_file_and_no_look_in_the_read_log(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    elder = make.elder(community, by=staff)
    row = asked(staff, LIST)

    assert (row.state, row.rows, row.field_class) == ("ASKED", 1, FieldClass.SENSITIVE)
    assert not ReadLog.objects.filter(person_id=elder.person_id, url="/elders/").exists()
    assert client_for(staff).get(reverse("exports:file", args=[row.pk])).status_code == 409
    assert {each.to_user for each in Outbox.objects.filter(template="exports.asked")} == {director}


def test_the_asker_cannot_approve_and_the_database_refuses_it_too(
    community: Community, staff: User, director: User
) -> None:
    row = asked(director, LIST)
    assert decided(row, director).state == "ASKED"
    with pytest.raises(NotYourDecision) as refusal:
        exports.approve(export=row, by=director, at=timezone.now())
    assert "李主任" in refusal.value.message
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Export.objects.filter(pk=row.pk).update(
            state="APPROVED", decided_by=director, decided_at=timezone.now()
        )


def test_only_directors_and_committee_members_decide(
    community: Community,
    staff: User,
    director: User,
    worker: User,
    supervisor: User,
    auditor: User,
    stranger: User,
) -> None:
    row = asked(staff, LIST)
    for user in (worker, supervisor, auditor, stranger):
        assert decided(row, user).state == "ASKED"
    assert decided(row, director).state == "APPROVED"


def test_a_station_with_one_director_lets_the_supervisor_stand_in(
    community: Community, director: User, client_for: Any
) -> None:
    page = client_for(director).get(reverse("exports:ask"), {"of": LIST}).content.decode()
    assert "街道" in page
    with pytest.raises(NobodyApproves):
        exports.ask(
            community=community, path=LIST, purpose="核查", language="zh-hans", by=director, at=timezone.now()
        )
    zhou = make.user("SUPERVISOR", community, display_name="周督导")
    row = asked(director, LIST)
    assert "周督导" in client_for(director).get(reverse("exports:export", args=[row.pk])).content.decode()
    assert decided(row, zhou).state == "APPROVED"


def test_committee_members_do_not_approve_what_they_may_not_read(
    community: Community, staff: User, director: User, worker: User
) -> None:
    chosen = policies.approvers(community_id=community.pk, field_class=FieldClass.RESTRICTED, asker=worker)
    assert chosen == [director]


def test_a_refusal_needs_a_reason_and_the_asker_reads_it(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    row = asked(staff, LIST)
    assert decided(row, director, "refuse").state == "ASKED"
    row = decided(row, director, "refuse", reason="请只导出三号楼")
    assert row.state == "REFUSED"
    assert (
        "请只导出三号楼" in client_for(staff).get(reverse("exports:export", args=[row.pk])).content.decode()
    )
    assert Outbox.objects.get(template="exports.refused").to_user == staff


def test_the_same_file_is_asked_for_once_while_it_waits(
    community: Community, staff: User, director: User
) -> None:
    row = asked(staff, LIST)
    ask = {"community": community, "path": row.path, "purpose": "再问", "language": "zh-hans", "by": staff}
    with pytest.raises(AskedAlready):
        exports.ask(**ask, at=timezone.now())
    later = timezone.now() + timedelta(days=8)
    assert exports.ask(**ask, at=later).pk != row.pk
    row.refresh_from_db()
    assert row.state == "EXPIRED"


def test_a_question_that_nobody_decides_ends_after_a_week_and_tells_the_asker(
    community: Community, staff: User, director: User
) -> None:
    row = asked(staff, LIST)
    late = timezone.now() + timedelta(days=7, minutes=1)
    with pytest.raises(TooLateToDecide):
        exports.approve(export=row, by=director, at=late)
    by = make.registrar()
    assert exports.tidy(community=community, by=by, at=late) == 1
    assert exports.tidy(community=community, by=by, at=late) == 0
    row.refresh_from_db()
    assert row.state == "EXPIRED"
    assert Outbox.objects.get(template="exports.expired").to_user == staff


def test_the_file_is_for_its_asker_and_is_deleted_after_three_days(
    community: Community,
    staff: User,
    director: User,
    client_for: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    make.elder(community, by=staff)
    exported(staff, LIST, director)
    row = Export.objects.get()
    assert row.fetched == 1
    assert b"PK" not in default_storage.open(row.stored_name).read()[:4], "kept sealed"
    assert client_for(director).get(reverse("exports:file", args=[row.pk])).status_code == 404
    late = row.fetch_until + timedelta(seconds=1)
    with pytest.raises(FileGone):
        exports.fetch(export=row, by=staff, at=late)
    name = row.stored_name
    with django_capture_on_commit_callbacks(execute=True):
        assert exports.tidy(community=community, by=make.registrar(), at=late) == 1
    row.refresh_from_db()
    assert (row.state, row.stored_name) == ("GONE", "")
    assert not default_storage.exists(name)


def test_who_lost_the_role_meanwhile_gets_no_file_and_may_have_it_made_again_when_it_is_back(
    community: Community, staff: User, director: User
) -> None:
    row = decided(asked(staff, LIST), director)
    grant = staff.grants.get()
    grant.until = timezone.localdate() - timedelta(days=1)
    grant.save()
    job = jobs.run(job_id=row.job_id, at=timezone.now())
    assert (job.state, "李主任" in job.error) == ("FAILED", True)
    row = Export.objects.get()
    assert row.failed_because and row.state == "APPROVED"
    grant.until = None
    grant.save()
    row = decided(row, User.objects.get(pk=staff.pk), "again")
    assert jobs.run(job_id=row.job_id, at=timezone.now()).state == "DONE"


def test_whose_account_was_closed_meanwhile_gets_no_file(
    community: Community, staff: User, director: User
) -> None:
    row = decided(asked(staff, LIST), director)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert jobs.run(job_id=row.job_id, at=timezone.now()).state == "FAILED"
    assert not Export.objects.get().stored_name


def test_an_approval_opens_the_gate_for_the_classes_that_were_approved_only() -> None:
    stamp = gate.Stamp(
        number=1,
        who="李主任",
        at=timezone.now(),
        purpose="核查",
        approved_by="张站长",
        field_class=FieldClass.PERSONAL,
    )
    phone, illness = excel.personal("Phone"), excel.sensitive("Illness")
    with gate.approved(stamp):
        assert excel.check("list", [phone]) is stamp
        with pytest.raises(gate.NeedsApproval):
            excel.check("list", [phone, illness])


def test_only_addresses_that_make_a_file_with_personal_data_can_be_asked_for(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    for of in (
        "/elders/",
        "/nowhere/",
        "//evil.example/",
        "https://evil.example/",
        "/elders/overview/?format=xlsx",
    ):
        answer = client_for(staff).get(reverse("exports:ask"), {"of": of})
        assert answer.status_code == 409, of
    volunteer = make.user("VOLUNTEER", community)
    assert client_for(volunteer).get(reverse("exports:ask"), {"of": LIST}).status_code == 409


def test_a_work_list_leaves_at_once_without_its_personal_columns(rf: Any, staff: User) -> None:
    columns = [excel.Column("姓名"), excel.personal("电话", text=True), excel.sensitive("颜色")]
    request = rf.get("/x/", {"format": "xlsx"})
    rows = cells(excel.work_list(request, "今天", columns, [["王桂珍", "13800138000", "红"]]).content)
    assert rows == [["姓名"], ["王桂珍"]]


def test_an_office_register_with_personal_fields_needs_an_approval_and_one_without_none(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    make.elder(community, name="王桂珍", by=staff)
    content = exported(staff, reverse("admin:parties_person_export_xlsx"), director)
    assert "王桂珍" in str(cells(content))
    answer = client_for(staff).get(reverse("admin:parties_place_export_xlsx"))
    assert answer["Content-Type"] == excel.XLSX


def test_the_desk_of_the_director_shows_what_waits(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    asked(staff, LIST)
    assert "/exports/" in client_for(director).get(reverse("portal:desk")).content.decode()
    page = client_for(director).get(reverse("exports:list")).content.decode()
    assert "街道年度核查" in page


def test_the_list_of_files_takes_as_many_queries_for_many_as_for_few(
    community: Community, staff: User, director: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(director)
    for number in range(6):
        asked(staff, f"{LIST}&q={number}")
        if number in (0, 5):
            with django_assert_max_num_queries(24):
                assert client.get(reverse("exports:list"), {"tab": "all"}).status_code == 200


def test_the_hourly_task_tidies_every_community(community: Community, staff: User, director: User) -> None:
    row = asked(staff, LIST)
    Export.objects.filter(pk=row.pk).update(decide_until=timezone.now() - timedelta(minutes=1))
    assert tasks.tidy() == 1
    row.refresh_from_db()
    assert row.state == "EXPIRED"


def test_sending_the_question_twice_asks_once(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    client, key = client_for(staff), once.new_key()
    for _time in range(2):
        client.post(reverse("exports:ask"), {"of": LIST, "purpose": "核查", "idempotency_key": key})
    assert Export.objects.count() == 1
