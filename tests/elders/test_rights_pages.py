"""The pages about rights: consents with a paper, mandates, the copy of the file, requests, the elder's own page."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import Note, ReadLog
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel.coordinates import Datum, shown_in
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, households, mandates, rights
from elders.models import Consent, HouseholdRole, Mandate, RightsRequest
from tests import make
from tests.make.exports import exported

JPEG = b"\xff\xd8\xff" + b"fingerprint" * 20


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def sent(client: Any, page: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"elders:{page}", args=args), {**data, "idempotency_key": once.new_key()})


def test_a_paper_consent_is_recorded_opened_with_a_trace_and_withdrawn_by_one_button(
    community: Community, staff: User, stranger: User, client_for: Any
) -> None:
    elder = make.elder(community, by=staff)
    client = client_for(staff)
    page = reverse("elders:consents", args=[elder.pk]) + "?purpose=HEALTH"
    facts = {"way": "PAPER", "given_by": "SELF", "on": "2026-11-20"}
    missing = client.post(page, {**facts, "idempotency_key": once.new_key()})
    assert missing.status_code == 422 and not Consent.objects.exists()
    photo = SimpleUploadedFile("x.jpg", JPEG, content_type="image/jpeg")
    assert client.post(page, {**facts, "paper": photo, "idempotency_key": once.new_key()}).status_code == 302
    row = Consent.objects.get()
    assert (row.purpose, row.version, row.way) == ("HEALTH", "2026-1", "PAPER")
    opened = client.get(reverse("elders:paper", args=[elder.pk, row.paper_id]))
    assert b"".join(opened.streaming_content) if opened.streaming else opened.content == JPEG
    assert ReadLog.objects.filter(person_id=elder.person_id, fields__contains=["signed paper"]).exists()
    assert Note.objects.filter(verb="elders.paper_opened").exists()
    assert client_for(stranger).get(reverse("elders:paper", args=[elder.pk, row.paper_id])).status_code == 404
    sent(client, "consent-withdraw", elder.pk, row.pk)
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_mandate_is_given_by_phone_and_ended_at_once(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community, by=staff)
    daughter = make.user(
        "FAMILY", community, username="xh", person=make.person(community, phone="13900000001")
    )
    client = client_for(staff)
    facts = {"relation": "DAUGHTER", "scopes": ["ASK", "READ"], "since": timezone.localdate().isoformat()}
    assert sent(client, "mandates", elder.pk, holder="13911111111", **facts).status_code == 422
    assert sent(client, "mandates", elder.pk, holder="139 0000 0001", **facts).status_code == 302
    row = Mandate.objects.get()
    assert (row.user, row.scopes) == (daughter, ["ASK", "READ"])
    row.since = timezone.localdate() - timedelta(days=3)
    row.save(update_fields=["since"])
    sent(client, "mandate-end", elder.pk, row.pk)
    assert not Mandate.objects.open().exists()


def test_the_copy_of_the_file_holds_everything_as_page_pdf_and_json(
    community: Community, staff: User, client_for: Any, now: datetime
) -> None:
    elder = make.elder(community, name="王桂珍", phone="13800138000", by=staff)
    contacts.add_contact(
        elder=elder, name="王小红", relation="DAUGHTER", phone="13900000001", by=staff, at=now
    )
    contacts.give_consent(elder=elder, purpose="PHOTO", version="2026-1", by=staff, at=now)
    rights.ask(elder=elder, kind="COPY", words="要一份", by=staff, at=now)
    client = client_for(staff)
    page = client.get(reverse("elders:copy", args=[elder.pk])).content.decode()
    for text in ("13800138000", "王小红", "13900000001", "要一份"):
        assert text in page
    answer = sent(client, "copy", elder.pk)
    job = Job.objects.get(kind="elders.copy")
    assert answer.url == reverse("elders:copy", args=[elder.pk, job.pk])
    jobs.run(job_id=job.pk, at=timezone.now())
    job.refresh_from_db()
    assert job.state == "DONE", job.error
    download = client.get(reverse("elders:copy-download", args=[elder.pk, job.pk, "json"]))
    body = json.loads(download.content)
    assert body["sections"]["contacts"]["rows"][0]["phone"] == "13900000001"
    assert body["sections"]["requests"]["rows"][0]["words"] == "要一份"
    assert {"person", "consents", "mandates", "assessments", "measurements", "story", "looks"} <= set(
        body["sections"]
    )
    assert client.get(reverse("elders:copy-download", args=[elder.pk, job.pk, "pdf"])).content.startswith(
        b"%PDF"
    )
    assert Note.objects.filter(verb="elders.file_copied", object_id=str(elder.pk)).exists()
    assert ReadLog.objects.filter(person_id=elder.person_id, fields__contains=["whole file"]).count() >= 2


def test_without_a_request_of_the_elder_the_whole_file_needs_an_approval_and_carries_a_watermark(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    elder = make.elder(community, name="王桂珍", phone="13800138000", by=staff)
    client = client_for(staff)
    page = client.get(reverse("elders:copy", args=[elder.pk])).content.decode()
    assert "13800138000" not in page
    sent(client, "copy", elder.pk)
    assert not Job.objects.filter(kind="elders.copy").exists()
    content = exported(staff, reverse("elders:copy-out", args=[elder.pk]), director, purpose="司法协助")
    assert content.startswith(b"%PDF")
    assert (
        ReadLog.objects.get(person_id=elder.person_id, fields__contains=["whole file"]).purpose == "司法协助"
    )


def test_the_elder_agrees_withdraws_and_asks_on_the_own_page(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community, by=staff)
    client = client_for(make.user("ELDER", community, username="gui", person=elder.person))
    assert client.get(reverse("elders:mine")).status_code == 200
    sent(client, "my-consent", elder.pk, purpose="PHOTO", do="give")
    assert Consent.objects.get().way == "ONLINE"
    sent(client, "my-consent", elder.pk, purpose="PHOTO", do="withdraw")
    assert Consent.objects.get().withdrawn_at is not None
    assert sent(client, "my-request", elder.pk, kind="CORRECT", words="生日写错了").status_code == 302
    row = RightsRequest.objects.get()
    assert (row.asked_by, row.recorded_by.person_id) == ("SELF", elder.person_id)
    assert "生日写错了" in client.get(reverse("elders:mine")).content.decode()
    assert client.get(reverse("elders:file", args=[elder.pk])).status_code == 404


def test_a_relative_sees_the_rights_only_with_the_mandate_for_them(
    community: Community, staff: User, client_for: Any, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    son = make.user("FAMILY", community, username="son", person=make.person(community))
    client = client_for(son)
    give = {"elder": elder, "user": son, "relation": "SON", "since": now.date(), "by": staff, "at": now}
    row = mandates.give(scopes=["ASK"], **give)
    assert client.get(reverse("elders:mine")).status_code == 404
    mandates.end(mandate=row, on=now.date(), by=staff, at=now)
    mandates.give(scopes=["RIGHTS"], **give)
    assert client.get(reverse("elders:mine")).status_code == 200
    sent(client, "my-consent", elder.pk, purpose="PHOTO", do="give")
    assert Consent.objects.get().given_by == "SON"
    assert Mandate.objects.get(scopes=["RIGHTS"]).uses.count() == 1


def test_requests_stand_in_the_order_of_their_clock_and_are_answered(
    community: Community, staff: User, client_for: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for size in (1, 12):
        while RightsRequest.objects.count() < size:
            rights.ask(elder=make.elder(community, by=staff), kind="CORRECT", words="错了", by=staff, at=now)
        with django_assert_max_num_queries(24):
            assert client.get(reverse("elders:requests")).status_code == 200
    row = RightsRequest.objects.order_by("pk")[0]
    assert sent(client, "request", row.pk, granted="no", words="").status_code == 422
    assert sent(client, "request", row.pk, granted="no", words="与身份证一致，不改").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answer) == ("REFUSED", "与身份证一致，不改")
    sent(client, "request", row.pk, do="reopen")
    row.refresh_from_db()
    assert row.state == "OPEN"
    export = client.get(reverse("elders:requests"), {"format": "xlsx"})
    assert export["Content-Type"].endswith("sheet")


def test_the_director_has_the_plan_done_and_staff_only_look(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    answer = sent(client_for(staff), "retention")
    assert client_for(staff).get(answer.url).status_code == 200
    assert (
        client_for(staff).post(answer.url, {"do": "drop", "idempotency_key": once.new_key()}).status_code
        == 404
    )
    assert (
        client_for(director).post(answer.url, {"do": "drop", "idempotency_key": once.new_key()}).status_code
        == 302
    )


def test_a_household_takes_known_and_new_people(community: Community, staff: User, client_for: Any) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    other = make.elder(community, door="3-301", phone="13800138000", by=staff)
    home = HouseholdRole.objects.get(person=elder.person).household
    client = client_for(staff)
    day = timezone.localdate().isoformat()
    assert client.get(reverse("elders:home-of", args=[elder.pk])).url == reverse(
        "elders:household", args=[home.pk]
    )
    sent(client, "household", home.pk, who="13800138000", kind="KIN", relation="SIBLING", since=day)
    assert HouseholdRole.objects.filter(household=home, person=other.person, kind="KIN").exists()
    sent(
        client,
        "household",
        home.pk,
        who="王小红",
        phone="13900000001",
        kind="CARER",
        relation="DAUGHTER",
        since=day,
    )
    role = HouseholdRole.objects.get(household=home, kind="CARER")
    assert (role.person.name, role.person.phone()) == ("王小红", "13900000001")
    sent(client, "household-role", home.pk, role.pk, do="end")
    role.refresh_from_db()
    assert role.until is not None
    sent(client, "household-role", home.pk, role.pk, do="reopen")
    assert (
        sent(client, "household", home.pk, do="place", datum="GCJ02", lon="98.8", lat="", note="").status_code
        == 422
    )
    sent(client, "household", home.pk, do="place", datum="GCJ02", lon="98.8", lat="25.8", note="三楼右手")
    assert "三楼右手" in client.get(reverse("elders:household", args=[home.pk])).content.decode()


@pytest.mark.parametrize("datum", Datum.values)
def test_numbers_of_any_map_are_stored_as_wgs84_and_move_who_lives_there(
    community: Community, staff: User, client_for: Any, datum: str
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    home = HouseholdRole.objects.get(person=elder.person).household
    lon, lat = shown_in(datum, 98.857, 25.853)
    client = client_for(staff)

    sent(client, "household", home.pk, do="place", datum=datum, lon=f"{lon:.7f}", lat=f"{lat:.7f}", note="")

    home.refresh_from_db()
    elder.refresh_from_db()
    assert (home.lon, home.lat) == pytest.approx((98.857, 25.853), abs=1e-6)
    assert (elder.lon, elder.lat) == (home.lon, home.lat)
    page = client.get(reverse("elders:household", args=[home.pk])).content.decode()
    amap = shown_in(Datum.GCJ02, 98.857, 25.853)
    assert f'value="{amap.lon:.6f}"'.rstrip('0"') in page


def test_saving_only_the_note_does_not_move_the_home(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    home = HouseholdRole.objects.get(person=elder.person).household
    households.place(household=home, lon=98.85712345678, lat=25.85312345678, by=staff, at=timezone.now())
    client = client_for(staff)
    lon, lat = shown_in(Datum.GCJ02, home.lon or 0, home.lat or 0)

    sent(
        client,
        "household",
        home.pk,
        do="place",
        datum="GCJ02",
        lon=round(lon, 6),
        lat=round(lat, 6),
        note="三楼",
    )

    home.refresh_from_db()
    assert (home.lon, home.lat, home.note) == (98.85712345678, 25.85312345678, "三楼")
