"""What was written down wrongly is put right: who the elder is, and contacts noted by hand; late entries keep their day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import NotAllowed
from carenet.parties import identity
from carenet.parties.actions.people import AlreadyRegistered
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, person_facts, registry
from elders.actions.refusals import (
    DateOutOfOrder,
    EventStays,
    NothingCorrected,
    NothingToUndo,
    ReasonMissing,
    TooYoung,
)
from elders.models import Elder, LifeEvent, Touch
from tests import make


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def number(born: date, sex: int = 2, sequence: int = 1) -> str:
    return identity.demo_id_number(born_on=born, sex=sex, sequence=sequence)


def corrected(elder: Elder, by: User, at: datetime, **changed: Any) -> LifeEvent:
    """The form as it opens, with what is typed over it."""
    person = elder.person
    facts: dict[str, Any] = {
        "name": person.name, "sex": person.sex, "born_on": person.born_on, "ethnicity": person.ethnicity,
        "reason": "打错了", "on": at.date(), **changed,
    }  # fmt: skip
    return person_facts.correct(elder=elder, **facts, by=by, at=at)


def test_personal_data_are_corrected_on_their_page_and_taken_back(
    community: Community, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, at=at)
    old_name, old_phone, old_id = elder.person.name, elder.person.phone(), elder.person.id_number()
    client, page = client_for(staff), reverse("elders:do", args=[elder.pk, "person"])
    assert page in client.get(reverse("elders:file", args=[elder.pk])).content.decode()
    shown = client.get(page).content.decode()
    assert (
        old_name in shown
        and (not old_id or old_id not in shown)
        and (not old_phone or old_phone not in shown)
    )
    assert "birth date" in str(list(ReadLog.objects.values_list("fields", flat=True)))
    typed = {
        "name": "王桂芝", "born_on": elder.person.born_on.isoformat(), "sex": elder.person.sex or "", "ethnicity": "",
        "phone": "138 0013 9999", "reason": "换了新手机号", "on": timezone.localdate(at).isoformat(),
    }  # fmt: skip
    assert client.post(page, {**typed, "idempotency_key": once.new_key()}).status_code == 302
    elder = Elder.objects.get(pk=elder.pk)
    assert (elder.person.name, elder.person.pinyin, elder.person.phone()) == (
        "王桂芝",
        "wangguizhi",
        "13800139999",
    )
    assert elder.person.id_number() == old_id, "an empty field leaves the number on file"
    event = LifeEvent.objects.get(kind="CORRECTED")
    file = client.get(reverse("elders:file", args=[elder.pk])).content.decode()
    assert "换了新手机号" in file and "13800139999" not in file and "13800139999" not in str(event.before)
    back = reverse("elders:do-row", args=[elder.pk, "undo", event.pk])
    assert back in file
    assert client.post(back, {"reason": "号码是女儿的", "idempotency_key": once.new_key()}).status_code == 302
    elder = Elder.objects.get(pk=elder.pk)
    assert (elder.person.name, elder.person.phone()) == (old_name, old_phone)
    assert back not in client.get(reverse("elders:file", args=[elder.pk])).content.decode()


def test_a_new_id_number_brings_its_birth_date_and_sex_and_is_found_afterwards(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, at=now)
    suggested = elder.triage_results.count()
    right = number(date(1938, 5, 6), sex=1, sequence=7)
    event = corrected(elder, staff, now, id_number=right)
    person = Elder.objects.get(pk=elder.pk).person
    assert (person.id_number(), person.born_on, person.sex) == (right, date(1938, 5, 6), 1)
    assert {"id_number", "born_on"} <= set(event.before["facts"])
    assert elder.triage_results.count() == suggested + 1, "age is a reason of the colour"
    assert Elder.objects.filter(person__in=type(person).objects.search(right)).exists()
    corrected(Elder.objects.get(pk=elder.pk), staff, now, no_id_reason="号码是别人的")
    person.refresh_from_db()
    assert (person.id_number(), person.no_id_reason) == ("", "号码是别人的")


def test_a_correction_needs_a_reason_a_difference_and_the_right_age_and_takes_nobodys_number(
    community: Community, staff: User, stranger: User, now: datetime
) -> None:
    elder, other = make.elder(community, at=now), make.elder(community, at=now)
    taken = number(date(1940, 1, 2), sequence=9)
    corrected(other, staff, now, id_number=taken)
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (ReasonMissing, {"name": "王一", "reason": " "}),
        (NothingCorrected, {}),
        (TooYoung, {"born_on": now.date() - timedelta(days=365 * 40)}),
        (AlreadyRegistered, {"id_number": taken}),
        (DateOutOfOrder, {"name": "王一", "on": now.date() + timedelta(days=1)}),
    ]
    for refusal, changed in refused:
        with pytest.raises(refusal):
            corrected(elder, staff, now, **changed)
    with pytest.raises(NotAllowed):
        corrected(elder, stranger, now, name="王一")
    assert LifeEvent.objects.filter(elder=elder).count() == 1, "only the registration"


def test_a_correction_hinders_nobody_from_taking_a_wrong_death_back_and_only_the_latest_is_taken_back(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, at=now)
    death = registry.die(elder=elder, on=now.date(), by=staff, at=now)
    first = corrected(elder, staff, now, name="王一")
    second = corrected(Elder.objects.get(pk=elder.pk), staff, now, name="王二")
    with pytest.raises(NothingToUndo):
        registry.undo(event=first, reason="x", by=staff, at=now)
    registry.undo(event=death, reason="弄错了", by=staff, at=now)
    registry.undo(event=second, reason="弄错了", by=staff, at=now)
    elder = Elder.objects.get(pk=elder.pk)
    assert (elder.status, elder.person.name) == ("ACTIVE", "王一")


def test_a_contact_is_noted_late_with_its_day_and_taken_back_on_the_file(
    community: Community, staff: User, client_for: Any, at: Any
) -> None:
    elder = make.elder(community, at=at - timedelta(days=9))
    client, page = client_for(staff), reverse("elders:do", args=[elder.pk, "touch"])
    day = timezone.localdate(at) - timedelta(days=3)
    assert (
        client.post(
            page, {"kind": "CALL", "on": day.isoformat(), "idempotency_key": once.new_key()}
        ).status_code
        == 302
    )
    noted = Touch.objects.get(elder=elder)
    elder.refresh_from_db()
    assert timezone.localdate(noted.at) == day and elder.last_contact_at == noted.at
    back = reverse("elders:do-row", args=[elder.pk, "touch-back", noted.pk])
    file = reverse("elders:file", args=[elder.pk])
    assert back in client.get(file).content.decode() and client.get(back).status_code == 200
    assert client.post(back, {"idempotency_key": once.new_key()}).status_code == 302
    elder.refresh_from_db()
    assert elder.last_contact_at is None and back not in client.get(file).content.decode()


def test_a_contact_of_tomorrow_or_before_the_registration_is_refused_and_a_visit_is_taken_back_where_it_was_told(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, at=now)
    for day in (now.date() + timedelta(days=1), elder.registered_on - timedelta(days=1)):
        with pytest.raises(DateOutOfOrder):
            contacts.note_by_hand(elder=elder, kind="CALL", on=day, by=staff, at=now)
    contacts.touch(elder=elder, kind="VISIT", at=now, by=staff, source_key="visit:9")
    with pytest.raises(EventStays):
        contacts.take_back_by_hand(touch_row=Touch.objects.get(), by=staff, at=now)
