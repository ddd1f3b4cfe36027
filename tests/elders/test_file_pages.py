"""The file of an elder: masked numbers, reasons, and every small page that does its one thing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties import identity
from carenet.parties.models import Community
from elders.actions import contacts, registry
from elders.models import HelpToken, LifeEvent
from tests import make
from tests.elders.typed import sent, text_of


@pytest.fixture
def at():
    return timezone.now()


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
