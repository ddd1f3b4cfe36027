"""Persons: registered once, sealed, found by what staff type, invisible to neighbours."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from carenet.kernel.errors import NotAllowed
from carenet.parties import scope, sealed
from carenet.parties.actions import organisations, people
from carenet.parties.models import Organisation, Person
from carenet.webkit import once
from tests import make

ID = "11010519491231002X"


def test_a_person_is_registered_once_by_id_number(community, staff, now) -> None:
    people.register(community=community, name="王桂珍", id_number=ID, by=staff, at=now)

    with pytest.raises(people.AlreadyRegistered):
        people.register(community=community, name="王桂贞", id_number=ID, by=staff, at=now)


def test_sex_and_birth_date_come_from_the_id_number(community, staff, now) -> None:
    person = people.register(community=community, name="王桂珍", id_number=ID, by=staff, at=now)

    assert (person.sex, person.born_on) == (2, date(1949, 12, 31))


def test_the_id_number_and_phone_do_not_stand_in_the_table(community, staff, now) -> None:
    people.register(community=community, name="王桂珍", id_number=ID, phone="13800138000", by=staff, at=now)

    with connection.cursor() as cursor:
        cursor.execute("select p::text from parties_person p")
        stored = cursor.fetchone()[0]
    assert ID not in stored
    assert "13800138000" not in stored


def test_a_sealed_value_does_not_open_in_another_row(community, staff, now) -> None:
    one = people.register(community=community, name="王桂珍", id_number=ID, by=staff, at=now)
    other = people.register(community=community, name="李建国", no_id_reason="x", by=staff, at=now)
    other.id_sealed = one.id_sealed

    with pytest.raises(sealed.NotOpened):
        other.id_number()


def test_a_new_key_in_front_still_opens_old_values(community, staff, now, settings) -> None:
    person = people.register(community=community, name="王桂珍", id_number=ID, by=staff, at=now)
    settings.FIELD_KEYS = ["33" * 32, *settings.FIELD_KEYS]

    assert person.id_number() == ID
    person.seal_id_number(ID)
    assert person.id_number() == ID


def test_screens_show_masked_numbers(community, staff, now) -> None:
    person = people.register(
        community=community, name="王桂珍", id_number=ID, phone="13800138000", by=staff, at=now
    )

    assert person.masked_id() == "110105********002X"
    assert person.masked_phone() == "138****8000"
    assert person.masked_name() == "王**"


@pytest.mark.parametrize(
    "typed", ["王", "桂珍", "王桂珍", "wgz", "wangg", "8000", "13800138000", ID.lower(), "002X"]
)
def test_a_person_is_found_by_what_staff_type(community, staff, now, typed: str) -> None:
    wanted = people.register(
        community=community, name="王桂珍", id_number=ID, phone="13800138000", by=staff, at=now
    )
    people.register(community=community, name="李建国", no_id_reason="x", by=staff, at=now)

    if typed == "002X":
        typed = "1231002X"[-4:]
        found = Person.objects.filter(id_tail_index=sealed.index(typed, "id-tail"))
    else:
        found = Person.objects.search(typed)
    assert list(found) == [wanted]


def test_a_volunteer_may_not_register_persons(community, now) -> None:
    volunteer = make.user("VOLUNTEER", community)

    with pytest.raises(NotAllowed):
        people.register(community=community, name="王桂珍", no_id_reason="x", by=volunteer, at=now)


def test_without_a_scope_no_row_is_seen(community, staff, now) -> None:
    make.person(community)

    scope.set_for_transaction([])
    assert Person.objects.count() == 0


def test_another_communitys_persons_are_not_seen_even_without_a_filter(
    community, other_community, now
) -> None:
    make.person(community)

    with scope.within([other_community.pk]):
        assert Person.objects.count() == 0
    assert Person.objects.count() == 1


def test_nobody_can_write_into_another_community(community, other_community) -> None:
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Person.objects.create(community=other_community, name="王桂珍", created_at=make.NOW)


def test_a_person_is_never_deleted(community) -> None:
    person = make.person(community)

    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Person.objects.filter(pk=person.pk)._raw_delete("default")


def test_an_organisation_is_a_party_or_a_partner_never_both(community, staff, now) -> None:
    with pytest.raises(organisations.BadOrganisation):
        organisations.register(
            community=community, name="两样都是", party_kind="CHARITY", partner_kind="BANK", by=staff, at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(community=community, name="都不是")


def test_an_unusual_credit_code_is_kept_only_when_confirmed(community, staff, now) -> None:
    with pytest.raises(organisations.UnusualCreditCode):
        make.organisation(community, name="怪代码", credit_code="91350203M0001QAY9B", by=staff)

    kept = make.organisation(
        community, name="怪代码", credit_code="91350203M0001QAY9B", credit_code_confirmed=True, by=staff
    )
    assert kept.credit_code == "91350203M0001QAY9B"


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("914403001922038229", organisations.UnusualOrganisationCode),
        ("914403001922038217", organisations.UnusualCreditCode),
        ("91440300192203", organisations.NoCreditCode),
    ],
)
def test_the_warning_about_a_credit_code_says_which_check_failed(community, staff, code, refusal) -> None:
    with pytest.raises(refusal) as refused:
        make.organisation(community, name="怪代码", credit_code=code, by=staff)
    assert type(refused.value) is refusal
    assert (
        make.organisation(
            community, name="怪代码", credit_code=code, credit_code_confirmed=True, by=staff
        ).credit_code
        == code
    )


def test_a_code_changed_in_the_office_register_is_warned_about_until_it_is_confirmed(
    community, director, client_for
) -> None:
    kept = make.organisation(community, name="助老社", credit_code="51999901MD0000016J")
    client = client_for(director)
    url = reverse("admin:parties_organisation_change", args=[kept.pk])
    page = client.get(url)
    data = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if value is not None and not isinstance(value, bool)
    }
    for formset in page.context["inline_admin_formsets"]:
        data.update({f"{formset.formset.prefix}-{key}": 0 for key in ("TOTAL_FORMS", "INITIAL_FORMS")})

    def send(**changed: str):
        return client.post(url, {**data, **changed, "idempotency_key": once.new_key()})

    warned = send(credit_code="914403001922038229")
    assert warned.status_code == 200 and "组织机构代码" in warned.content.decode()
    kept.refresh_from_db()
    assert kept.credit_code == "51999901MD0000016J"
    assert send(credit_code="914403001922038229", credit_code_confirmed="on").status_code == 302
    kept.refresh_from_db()
    assert (kept.credit_code, kept.credit_code_confirmed) == ("914403001922038229", True)


def test_joining_twice_is_joining_once(community, staff, now) -> None:
    person, body = make.person(community), make.organisation(community)

    one = organisations.join(person=person, organisation=body, role="MEMBER", by=staff, at=now)
    two = organisations.join(person=person, organisation=body, role="MEMBER", by=staff, at=now)
    assert one == two
