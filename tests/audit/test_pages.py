"""The auditor's pages: who may open them, what they show, and that looking at them is quick."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from carenet.accounts.actions import people as accounts_people
from carenet.audit import actions, city, reports
from carenet.audit.models import Note, ReadLog
from carenet.kernel.errors import NotAllowed
from carenet.parties.actions import people
from carenet.parties.models import Person
from tests import make

PAGES = ("reads", "notes", "rights", "city", "rows")


@pytest.mark.parametrize("page", PAGES)
def test_the_auditor_and_the_director_open_the_pages_and_nobody_else(request, community, client_for, page):
    for name, status in (
        ("auditor", 200),
        ("director", 200),
        ("staff", 404),
        ("worker", 404),
        ("stranger", 404),
    ):
        user = request.getfixturevalue(name)
        assert client_for(user).get(reverse(f"audit:{page}")).status_code == status, name


def test_the_read_log_is_filtered_by_person_and_day(community, staff, auditor, client_for, now):
    one, two = make.person(community, name="王一"), make.person(community, name="李二")
    for person, at in ((one, now), (two, now - timedelta(days=3))):
        actions.looked(community=community, people=[person], fields=["phone"], by=staff, at=at, url="/x/")
    client = client_for(auditor)
    every = client.get(reverse("audit:reads")).content.decode()
    assert "王一" in every
    assert "李二" in every
    assert "电话" in every or "phone" in every
    only = client.get(reverse("audit:reads"), {"subject": "王"}).content.decode()
    assert "李二" not in only
    day = client.get(reverse("audit:reads"), {"since": now.date().isoformat()}).content.decode()
    assert "李二" not in day


@pytest.mark.parametrize("page", ["reads", "notes", "rights"])
def test_lists_cost_the_same_however_long_they_are(
    community, staff, auditor, client_for, now, page, django_assert_max_num_queries
):
    client = client_for(auditor)
    for rows in (3, 30):
        for number in range(rows):
            person = make.person(community, name=f"王{number}")
            actions.looked(
                community=community, people=[person], fields=["phone"], by=staff, at=now, url="/x/"
            )
            actions.note(community=community, verb="test.done", by=staff, at=now)
            make.user("VOLUNTEER", community)
        with django_assert_max_num_queries(14):
            assert client.get(reverse(f"audit:{page}")).status_code == 200


@pytest.mark.parametrize("page", ["reads", "notes", "rights"])
def test_lists_go_to_excel_and_the_export_is_noted(community, staff, auditor, client_for, now, page):
    actions.looked(
        community=community, people=[make.person(community)], fields=["phone"], by=staff, at=now, url="/x/"
    )
    actions.note(community=community, verb="test.done", by=staff, at=now)
    response = client_for(auditor).get(reverse(f"audit:{page}"), {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response) if response.streaming else response.content)).active
    assert sheet.max_row >= 2
    assert Note.objects.filter(verb="audit.exported", by=auditor).count() == 1


def test_sign_ins_and_failures_are_noted_with_who_and_from_where(client, community, staff):
    url = reverse("accounts:sign-in")
    client.post(url, {"name": "li", "password": "wrong"})
    client.post(url, {"name": "li", "password": "carenet-Test-1"})
    client.post(reverse("accounts:sign-out"))
    found = list(Note.objects.order_by("pk").values_list("verb", "by_name", "facts"))
    here = {"address": "127.0.0.1"}
    assert found == [
        ("accounts.sign_in_failed", "李主任", here),
        ("accounts.signed_in", "李主任", here),
        ("accounts.signed_out", "李主任", here),
    ]


def test_a_name_nobody_has_is_never_kept(client, community, monkeypatch):
    written = []
    monkeypatch.setattr("carenet.audit.signals.actions.note", lambda **note: written.append(note))
    client.post(reverse("accounts:sign-in"), {"name": "my-secret-password", "password": "x"})
    (note,) = written
    assert note["by"] is None
    assert "my-secret-password" not in repr(note)


def test_the_history_of_a_row_says_who_changed_what_and_hides_sealed_values(
    community, staff, director, auditor, client_for, now
):
    person = make.person(community, phone="13800138000")
    people.rename(person=person, name="王桂真", by=staff, at=now)
    people.change_phone(person=person, phone="13900139000", by=staff, at=now)
    newest, renamed, entered = reports.history(
        "parties.person", person.pk, reader=director, community_id=community.pk
    )
    assert entered.first
    assert ("王桂珍", "王桂真") in [(each.before, each.after) for each in renamed.fields]
    assert all(each.sealed and not each.after for each in newest.fields)
    page = client_for(auditor).get(reverse("audit:row", args=["parties.person", person.pk])).content.decode()
    assert "王桂真" in page
    assert "13900139000" not in page
    assert ReadLog.objects.filter(user=auditor, person_id=person.pk).exists(), "the auditor looks, too"


def test_the_history_of_a_neighbours_row_does_not_exist(
    community, other_community, auditor, stranger, client_for
):
    from carenet.parties import scope

    with scope.within([other_community.pk]):
        person = make.person(other_community)
    client = client_for(auditor)
    assert client.get(reverse("audit:row", args=["parties.person", person.pk])).status_code == 404
    assert client.get(reverse("audit:row", args=["accounts.user", stranger.pk])).status_code == 404
    assert client.get(reverse("audit:row", args=["parties.secret", 1])).status_code == 404


def test_a_changed_role_shows_in_the_history_of_roles(community, director, auditor, client_for, now):
    user = make.user("DONOR", community, display_name="捐赠人")
    grant = accounts_people.grant(user=user, role="VOLUNTEER", community=community, by=director, at=now)
    accounts_people.revoke(grant=grant, by=director, at=now)
    page = client_for(auditor).get(reverse("audit:rights")).content.decode()
    assert page.count("张站长") >= 2


def test_everybody_may_know_who_looked_at_their_file(community, staff, client_for, now):
    person = make.person(community)
    elder = make.user("ELDER", community, person=person)
    client = client_for(elder)
    url = reverse("audit:my-looks")
    assert "李主任" not in client.get(url).content.decode()
    actions.looked(community=community, people=[person], fields=["health"], by=staff, at=now, url="/x/")
    assert "李主任" in client.get(url).content.decode()
    old = reports.looks(person, since=now + timedelta(seconds=1))
    assert old == []


# --- street and city -----------------------------------------------------------------------------
def test_a_street_officer_reads_the_communities_below_and_nothing_else(
    community, other_community, street_officer, now
):
    from carenet.parties import scope

    make.person(community, name="王一")
    with scope.within([other_community.pk]):
        make.person(other_community, name="李二")
    with city.reading(street_officer, page="/city/", at=now) as view:
        assert set(view.community_ids) == {community.pk, other_community.pk}
        assert set(view.below(Person.objects.all()).values_list("name", flat=True)) >= {"王一", "李二"}
    assert [(each.by, each.facts["page"]) for each in reports.area_notes(community)] == [
        (street_officer, "/city/")
    ]
    assert not Person.objects.filter(name="李二").exists(), "afterwards the wall stands again"


def test_nothing_can_be_written_while_reading_as_the_city(community, street_officer, now):
    from django.db import DatabaseError

    person = make.person(community)
    with pytest.raises(DatabaseError), city.reading(street_officer, page="/", at=now):
        Person.objects.filter(pk=person.pk).update(name="x")
    assert Person.objects.filter(pk=person.pk, name="王桂珍").exists()


def test_only_street_officers_read_as_the_city(community, staff, director, auditor, now):
    for user in (staff, director, auditor):
        with pytest.raises(NotAllowed), city.reading(user, page="/", at=now):
            pass
