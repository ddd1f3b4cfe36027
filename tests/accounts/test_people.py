"""Accounts and roles: who may give what to whom."""

from __future__ import annotations

import pytest

from carenet import accounts
from carenet.accounts import policies
from carenet.accounts.actions import people
from carenet.accounts.models import RoleGrant, User
from carenet.accounts.passwords import kinds, one_time_password
from carenet.accounts.states import FieldClass, Role
from carenet.kernel.errors import NotAllowed
from tests import make


def test_an_account_can_be_opened_for_a_person_who_then_signs_in_by_phone(community, staff, now):
    person = make.person(community, phone="13800138000")
    user = people.open_account(username="wang", person=person, by=staff, at=now)
    assert (user.display_name, user.has_usable_password()) == ("王桂珍", False)
    assert bytes(user.phone_index) == bytes(person.phone_index)


@pytest.mark.parametrize("name", ["", "a", "two words", "13800138000", "+8613800138000", "x" * 61])
def test_a_user_name_is_short_and_no_phone_number(community, staff, now, name):
    with pytest.raises(people.NameNotUsable):
        people.open_account(username=name, by=staff, at=now)


def test_two_accounts_cannot_share_a_name_or_a_phone(community, staff, now):
    people.open_account(username="wang", phone="13800138000", by=staff, at=now)
    with pytest.raises(people.NameTaken):
        people.open_account(username="wang", by=staff, at=now)
    with pytest.raises(people.PhoneTaken):
        people.open_account(username="liu", phone="138 0013 8000", by=staff, at=now)


@pytest.mark.parametrize(
    "password", ["Short-1", "onlysmallletters", "ALLCAPS12345", "Wang-guizhen-1", "password123"]
)
def test_a_password_is_long_mixed_and_without_the_name(community, staff, now, password):
    with pytest.raises(people.PasswordRefused):
        people.open_account(username="guizhen", password=password, by=staff, at=now)


def test_one_time_passwords_keep_the_rules_and_never_repeat():
    made = {one_time_password() for _each in range(200)}
    assert len(made) == 200
    assert all(kinds(each) >= 3 and len(each) >= 10 for each in made)


@pytest.mark.parametrize("role", ["ELDER", "AUDITOR"])
def test_people_without_office_role_open_no_accounts(community, now, role):
    with pytest.raises(NotAllowed):
        people.open_account(username="someone", by=make.user(role, community), at=now)


GIVERS = {
    # giver: roles they may give in their own community
    "director": set(Role) - {Role.STREET_OFFICER, Role.STATION},
    "staff": {Role.ELDER, Role.FAMILY, Role.VOLUNTEER, Role.DONOR, Role.REPRESENTATIVE},
    "worker": {Role.ELDER, Role.FAMILY, Role.VOLUNTEER, Role.DONOR, Role.REPRESENTATIVE},
    "auditor": set(),
    "street_officer": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("giver", GIVERS)
def test_each_role_is_given_only_by_those_who_may(request, community, giver):
    by, user = request.getfixturevalue(giver), make.user("ELDER", community)
    for role in Role:
        allowed = policies.may_grant(by, user, role, None if role == Role.STREET_OFFICER else community.pk)
        assert allowed == (role in GIVERS[giver]), role


def test_nobody_gives_a_role_to_themselves(community, director, now):
    with pytest.raises(NotAllowed):
        people.grant(user=director, role="SUPERVISOR", community=community, by=director, at=now)


def test_a_director_gives_nothing_in_another_community(other_community, director, stranger, now):
    with pytest.raises(NotAllowed):
        people.grant(user=stranger, role="VOLUNTEER", community=other_community, by=director, at=now)


def test_the_auditor_of_a_community_never_works_in_it(
    community, other_community, director, auditor, staff, now
):
    with pytest.raises(people.RolesDoNotGoTogether):
        people.grant(user=auditor, role="SOCIAL_WORKER", community=community, by=director, at=now)
    with pytest.raises(people.RolesDoNotGoTogether):
        people.grant(user=staff, role="AUDITOR", community=community, by=director, at=now)


def test_a_role_is_held_once(community, director, staff, now):
    with pytest.raises(people.AlreadyGranted):
        people.grant(user=staff, role="COMMITTEE", community=community, by=director, at=now)


def test_a_role_counts_from_its_day_until_it_is_ended_and_says_who_gave_and_ended_it(
    community, director, now
):
    user = make.user("DONOR", community)
    grant = people.grant(user=user, role="VOLUNTEER", community=community, by=director, at=now)
    assert user.has_role(community.pk, Role.VOLUNTEER)
    people.revoke(grant=grant, by=director, at=now)
    user.forget_roles()
    assert not user.has_role(community.pk, Role.VOLUNTEER)
    grant.refresh_from_db()
    assert (grant.granted_by, grant.ended_by) == (director, director)


def test_the_office_pages_open_and_close_with_the_roles(community, director, now):
    user = make.user("VOLUNTEER", community)
    grant = people.grant(user=user, role="COMMITTEE", community=community, by=director, at=now)
    assert User.objects.get(pk=user.pk).is_staff
    people.revoke(grant=grant, by=director, at=now)
    assert not User.objects.get(pk=user.pk).is_staff


def test_a_director_resets_the_password_of_nobody_who_works_elsewhere(
    community, other_community, director, now
):
    user = make.user("COMMITTEE", community)
    RoleGrant.objects.create(user=user, role="VOLUNTEER", community=other_community, since="2024-01-01")
    with pytest.raises(NotAllowed):
        people.reset_password(user=user, by=director, at=now)


def test_counter_staff_help_elders_with_their_password_but_not_colleagues(community, staff, director, now):
    elder = make.user("ELDER", community)
    password = people.reset_password(user=elder, by=staff, at=now)
    elder.refresh_from_db()
    assert elder.check_password(password)
    assert elder.must_change_password
    with pytest.raises(NotAllowed):
        people.reset_password(user=director, by=staff, at=now)


def test_a_changed_phone_changes_the_way_to_sign_in(community, staff, now):
    person = make.person(community, phone="13800138000")
    user = people.open_account(username="wang", person=person, by=staff, at=now)
    people.grant(user=user, role="ELDER", community=community, by=staff, at=now)
    people.change_phone(user=user, phone="13900139000", by=staff, at=now)
    user.refresh_from_db()
    person.refresh_from_db()
    assert bytes(user.phone_index) == bytes(person.phone_index)
    assert person.phone() == "13900139000"


# --- who may read what ---------------------------------------------------------------------------
READERS = {
    # role: the highest class it may read in its own community
    Role.COMMITTEE: 4, Role.DIRECTOR: 5, Role.SOCIAL_WORKER: 5, Role.SUPERVISOR: 5, Role.DISPATCHER: 3,
    Role.CARE_WORKER: 3, Role.VOLUNTEER: 3, Role.ELDER: 1, Role.FAMILY: 1, Role.DONOR: 1, Role.REPRESENTATIVE: 2,
    Role.AUDITOR: 2,
}  # fmt: skip


@pytest.mark.parametrize("role", READERS)
def test_each_role_reads_up_to_its_class_and_nothing_next_door(community, other_community, role):
    user = make.user(role, community)
    for field_class in FieldClass:
        assert policies.may_read(user, community.pk, field_class) == (field_class <= READERS[role])
        assert not policies.may_read(user, other_community.pk, field_class)


def test_the_technical_administrator_reads_nothing_personal(community):
    user = User.objects.create_superuser("root", "carenet-Test-1")
    assert not any(policies.may_read(user, community.pk, each) for each in FieldClass)


def test_the_station_user_is_made_once_and_sees_one_community(community, other_community):
    first, second = accounts.station(community), accounts.station(other_community)
    assert first.pk == second.pk
    assert (first.community_ids, second.community_ids) == ((community.pk,), (other_community.pk,))
    assert first.has_role(community.pk, Role.STATION)
    assert first.has_role(None, Role.STATION)
    assert RoleGrant.objects.filter(role="STATION").count() == 1
    assert not first.has_usable_password()
