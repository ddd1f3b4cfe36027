"""Two records of one human being: found, compared, merged, taken apart, remembered as different."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import NotAllowed
from carenet.parties import identity
from carenet.parties.models import Community, Person
from carenet.webkit import once
from elders import reports
from elders.actions import contacts, merging, registry
from elders.actions.refusals import DifferentIds, MergeRefused, NothingToUndo, SaidDifferent
from elders.models import Contact, Elder, ElderCategory, HelpToken, Merge
from elders.reports import lookalikes, pairs
from tests import make

BORN = date(1945, 6, 7)


@pytest.fixture
def pair(community: Community, staff: User) -> tuple[Elder, Elder]:
    """One woman on file twice: once with her ID number, once as somebody wrote her name down on the phone."""
    kept = make.elder(
        community, name="王桂珍", born_on=BORN, id_number=identity.demo_id_number(born_on=BORN, sex=2, sequence=2),
        by=staff, building=None, door="",
    )  # fmt: skip
    gone = make.elder(
        community, name="黄桂珍", born_on=BORN, phone="13800138000", door="2-501", address="旧址 5 号", living="ALONE", by=staff
    )  # fmt: skip
    return kept, gone


def snapshot(*elders: Elder) -> list[Any]:
    """Everything of the rows that a merge may change."""
    found: list[Any] = []
    for each in elders:
        row = Elder.objects.filter(pk=each.pk).values().get()
        person = Person.objects.filter(pk=each.person_id).values().get()
        found.append(
            {
                name: bytes(value) if isinstance(value, memoryview) else value
                for name, value in {**row, **{f"p_{k}": v for k, v in person.items()}}.items()
            }
        )
        found.append(sorted(Contact.objects.filter(elder=each).values_list("pk", "ended_on")))
        found.append(sorted(ElderCategory.objects.filter(elder=each).values_list("pk", "code", "valid_to")))
        found.append(sorted(HelpToken.objects.filter(elder=each).values_list("pk", "revoked_at")))
    return found


def test_names_that_sound_alike_with_one_birth_date_are_lookalikes(community: Community, staff: User) -> None:
    make.elder(community, name="王桂珍", born_on=BORN, by=staff)
    found = lookalikes.find(community=community, name="王贵珍", born_on=BORN)
    assert [each.reasons for each in found] == [("sound_and_birth",)]
    assert lookalikes.find(community=community, name="王贵珍", born_on=date(1946, 6, 7)) == []


def test_the_queue_holds_pairs_until_somebody_judges_them(
    community: Community, staff: User, now: datetime
) -> None:
    one = make.elder(community, name="王桂珍", born_on=BORN, by=staff)
    assert pairs.find(community).total == 0
    two = Person.objects.create(
        community=community, name="王贵珍", pinyin="wangguizhen", initials="wgz", born_on=BORN, created_at=now
    )
    found = pairs.find(community)
    assert [(each.one.pk, each.other.pk, each.reasons) for each in found.rows] == [
        (one.person_id, two.pk, ("sound_and_birth",))
    ]
    registry.remember_different(one_id=two.pk, other_id=one.person_id, community=community, by=staff, at=now)
    assert pairs.find(community).total == 0


def test_a_merge_fills_gaps_moves_what_is_in_force_and_undo_restores_every_value(
    community: Community, staff: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    kept, gone = pair
    contacts.add_contact(
        elder=gone, name="王小红", relation="DAUGHTER", phone="13900000001", by=staff, at=now
    )
    registry.add_category(
        elder=gone, category=registry.CategoryFacts("DIBAO", evidence="证 1"), on=now.date(), by=staff, at=now
    )
    make.help_token(gone, by=staff)
    contacts.touch(elder=gone, kind="CALL", at=now - timedelta(hours=1), by=staff, source_key="contact:x")
    gone.refresh_from_db()
    before = snapshot(kept, gone)
    row = merging.merge(kept=kept.person, gone=gone.person, by=staff, at=now)
    kept.refresh_from_db()
    gone.refresh_from_db()
    person = Person.objects.get(pk=kept.person_id)
    assert (gone.status, gone.contact_due_at, gone.assessment_due_on) == ("MERGED", None, None)
    assert (person.phone(), kept.address(), kept.door, kept.living) == (
        "13800138000",
        "旧址 5 号",
        "2-501",
        "ALONE",
    )
    assert kept.last_contact_at == now - timedelta(hours=1)
    assert [each.name for each in kept.contacts.all()] == ["王小红"]
    assert list(kept.categories.values_list("code", flat=True)) == ["DIBAO"]
    assert not HelpToken.objects.filter(elder=gone, revoked_at__isnull=True).exists()
    assert not Elder.objects.visible_to(staff).filter(pk=gone.pk).exists()
    assert Elder.objects.visible_to(staff).filter(pk=kept.pk).exists()
    lines = reports.timeline(kept, before=now + timedelta(hours=1))
    assert {"CALL", "MERGED"} <= {each.kind for each in lines}, (
        "what was written about either record is one story"
    )
    merging.undo(merge_row=row, by=staff, at=now)
    assert snapshot(kept, gone) == before
    with pytest.raises(NothingToUndo):
        merging.undo(merge_row=row, by=staff, at=now)


def test_a_fact_corrected_after_the_merge_stays_corrected(
    community: Community, staff: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    from carenet.parties.actions import people

    kept, gone = pair
    row = merging.merge(kept=kept.person, gone=gone.person, by=staff, at=now)
    people.change_phone(person=kept.person, phone="13700000009", by=staff, at=now)
    merging.undo(merge_row=row, by=staff, at=now)
    assert Person.objects.get(pk=kept.person_id).phone() == "13700000009"
    assert Person.objects.get(pk=gone.person_id).phone() == "13800138000"


def test_an_id_number_moves_with_the_merge_and_back(community: Community, staff: User, now: datetime) -> None:
    number = identity.demo_id_number(born_on=BORN, sex=2, sequence=2)
    kept = make.elder(community, name="无证老人", by=staff)
    gone = make.elder(community, name="有证老人", id_number=number, born_on=None, by=staff)
    row = merging.merge(kept=kept.person, gone=gone.person, by=staff, at=now)
    assert Person.objects.get(pk=kept.person_id).id_number() == number
    assert (
        lookalikes.find(community=community, name="", born_on=None, id_number=number)[0].elder_id == kept.pk
    )
    merging.undo(merge_row=row, by=staff, at=now)
    assert Person.objects.get(pk=kept.person_id).id_number() == ""
    assert Person.objects.get(pk=gone.person_id).id_number() == number


def test_two_different_id_numbers_are_not_merged(community: Community, staff: User, now: datetime) -> None:
    one, other = (
        make.elder(community, id_number=identity.demo_id_number(born_on=BORN, sex=2, sequence=each), born_on=None, by=staff)
        for each in (2, 4)
    )  # fmt: skip
    with pytest.raises(DifferentIds):
        merging.merge(kept=one.person, gone=other.person, by=staff, at=now)


def test_a_record_with_money_a_sign_in_or_open_work_must_stay(
    community: Community, staff: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    from tests.make import services

    kept, gone = pair
    make.user("ELDER", community, username="gui", person=gone.person)
    services.request(gone, by=staff, at=now)
    with pytest.raises(MergeRefused) as refused:
        merging.merge(kept=kept.person, gone=gone.person, by=staff, at=now)
    assert len(merging.obstacles(kept=kept.person, gone=gone.person)) == 2
    assert str(merging.obstacles(kept=kept.person, gone=gone.person)[0]) in str(refused.value.message)
    assert Elder.objects.get(pk=gone.pk).status == "ACTIVE"
    assert merging.obstacles(kept=gone.person, gone=kept.person) == []


def test_a_balance_in_the_ledger_is_never_rewritten_silently(
    community: Community, staff: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    from tests.make import ledger

    kept, gone = pair
    ledger.holder(community, points=30, person=gone.person)
    assert len(merging.obstacles(kept=kept.person, gone=gone.person)) == 1
    merging.merge(kept=gone.person, gone=kept.person, by=staff, at=now)


def test_people_said_to_be_different_are_not_merged(
    community: Community, staff: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    one, other = pair
    registry.remember_different(
        one_id=one.person_id, other_id=other.person_id, community=community, by=staff, at=now
    )
    with pytest.raises(SaidDifferent):
        merging.merge(kept=one.person, gone=other.person, by=staff, at=now)


def test_staff_of_another_community_may_not_merge(
    community: Community, stranger: User, now: datetime, pair: tuple[Elder, Elder]
) -> None:
    with pytest.raises(NotAllowed):
        merging.merge(kept=pair[0].person, gone=pair[1].person, by=stranger, at=now)


def test_staff_compare_merge_and_take_apart_on_the_pages(
    community: Community, staff: User, client_for: Any, pair: tuple[Elder, Elder]
) -> None:
    kept, gone = pair
    client = client_for(staff)
    page = reverse("elders:duplicate", args=[kept.person_id, gone.person_id])
    asked = client.get(reverse("elders:duplicates"), {"first": kept.number, "second": gone.number})
    assert asked.url == page
    shown = client.get(page).content.decode()
    assert "王桂珍" in shown and "黄桂珍" in shown
    assert ReadLog.objects.filter(user=staff, person_id=gone.person_id).exists()
    answer = client.post(page, {"said": f"keep-{kept.person_id}", "idempotency_key": once.new_key()})
    assert answer.url == reverse("elders:file", args=[kept.pk])
    assert "黄桂珍" in client.get(reverse("elders:duplicates")).content.decode()
    row = Merge.objects.get()
    client.post(reverse("elders:merge-undo", args=[row.pk]), {"idempotency_key": once.new_key()})
    assert Elder.objects.get(pk=gone.pk).status == "ACTIVE"
    client.post(page, {"said": "different", "idempotency_key": once.new_key()})
    assert "disabled" not in shown
    assert (
        client.post(page, {"said": f"keep-{kept.person_id}", "idempotency_key": once.new_key()}).url == page
    )
    assert Elder.objects.get(pk=gone.pk).status == "ACTIVE"


def test_a_long_queue_costs_no_more_queries_than_a_short_one(
    community: Community, staff: User, client_for: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for size in (1, 9):
        while Person.objects.filter(elder__isnull=True, name="李秀英").count() < size:
            count = Person.objects.filter(elder__isnull=True).count()
            born = BORN + timedelta(days=count)
            make.elder(community, name="李秀英", born_on=born, by=staff)
            Person.objects.create(
                community=community, name="李秀英", pinyin="lixiuying", born_on=born, created_at=now
            )
        with django_assert_max_num_queries(24):
            assert client.get(reverse("elders:duplicates")).status_code == 200
