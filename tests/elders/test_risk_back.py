"""An event noted by hand can be taken back, and the gravest ones are read by few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts
from elders.actions.refusals import EventStays, ReasonMissing
from elders.models import RiskEvent
from tests import make
from tests.make import NOW


def noted(elder: Any, by: User, kind: str = "FALL", source: str = contacts.BY_HAND) -> RiskEvent:
    return contacts.note_risk(
        elder=elder, kind=kind, on=NOW.date(), source_key=f"{source}{elder.pk}:{kind}", detail="夜里在卫生间",
        by=by, at=NOW,
    )  # fmt: skip


def test_an_event_is_taken_back_on_the_file_with_a_reason_and_the_colour_is_suggested_anew(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community)
    event = noted(elder, staff)
    before = elder.triage_results.count()
    client = client_for(staff)
    file, back = (
        reverse("elders:file", args=[elder.pk]),
        reverse("elders:do-row", args=[elder.pk, "risk-back", event.pk]),
    )
    assert back in client.get(file).content.decode() and client.get(back).status_code == 200
    assert client.post(back, {"reason": "", "idempotency_key": once.new_key()}).status_code in (200, 422)
    assert client.post(back, {"reason": "记错了人", "idempotency_key": once.new_key()}).status_code == 302
    row = RiskEvent.objects.get(reverses=event)
    assert (row.detail, row.by_id, row.kind) == ("记错了人", staff.pk, "FALL")
    assert elder.triage_results.count() == before + 1
    page = client.get(file).content.decode()
    assert back not in page and "夜里在卫生间" not in page


def test_an_event_is_taken_back_once_with_a_reason_by_staff_and_where_it_came_from(
    community: Community, staff: User
) -> None:
    elder = make.elder(community)
    by_hand, told = noted(elder, staff), noted(elder, staff, "ALARM", "request:")
    later = NOW + timedelta(hours=1)
    with pytest.raises(ReasonMissing):
        contacts.take_back_risk(event=by_hand, reason="  ", by=staff, at=later)
    with pytest.raises(EventStays):
        contacts.take_back_risk(event=told, reason="误报", by=staff, at=later)
    with pytest.raises(NotAllowed):
        contacts.take_back_risk(event=by_hand, reason="误报", by=make.user("VOLUNTEER", community), at=later)
    back = contacts.take_back_risk(event=by_hand, reason="误报", by=staff, at=later)
    for again in (by_hand, back):
        with pytest.raises(EventStays):
            contacts.take_back_risk(event=again, reason="误报", by=staff, at=later)
    assert list(RiskEvent.objects.standing()) == [told]


@pytest.mark.parametrize(
    ("role", "reads"), [("SOCIAL_WORKER", True), ("DIRECTOR", True), ("COMMITTEE", False)]
)
def test_suspected_abuse_is_read_by_few_on_the_file_and_in_the_office(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    elder = make.elder(community)
    event = noted(elder, worker, "ABUSE")
    reader = make.user(role, community)
    client = client_for(reader)
    page = client.get(reverse("elders:file", args=[elder.pk])).content.decode()
    assert ("夜里在卫生间" in page) is reads and "社工了解详情" in page
    assert (event in RiskEvent.objects.visible_to(reader)) is reads
    listed = client.get(reverse("admin:elders_riskevent_changelist")).content.decode()
    assert ("夜里在卫生间" in listed) is reads
    back = reverse("elders:do-row", args=[elder.pk, "risk-back", event.pk])
    assert client.post(back, {"reason": "核实没有", "idempotency_key": once.new_key()}).status_code == (
        302 if reads else 404
    )
