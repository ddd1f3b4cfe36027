"""The register's list and its entry: who comes in, what they show, and that a long list costs no more than a short one."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import Note
from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import registry, triage
from elders.models import Elder
from tests import make
from tests.elders.typed import entry, sent, text_of
from tests.make.exports import exported


@pytest.fixture
def at():
    return timezone.now()


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


def test_the_list_is_exported_with_masked_numbers_once_it_is_approved_and_noted(
    community: Community, staff: User, director: User
) -> None:
    number = identity.demo_id_number(born_on=date(1940, 1, 2), sex=2, sequence=3)
    make.elder(community, name="王桂珍", id_number=number, phone="13800138000", born_on=None, by=staff)
    content = exported(staff, reverse("elders:list") + "?format=xlsx", director)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell.value for cell in page[3]]
    assert "王桂珍" in cells
    assert "138****8000" in cells
    assert number not in str(cells)
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
    assert "1945年6月7日" in text_of(good)
    bad = client.post(url, {"id_number": "999999194506070021"})
    assert "最后一位" in text_of(bad)
