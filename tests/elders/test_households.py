"""A home is not a person: roles with dates, one home each, the captain of the building, the history of living."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from elders.actions import households, registry
from elders.actions.refusals import DateOutOfOrder, OneHead, OneHome, ReligionNeedsReason
from elders.models import Elder, Household, HouseholdRole, LivingSpell
from tests import make

DAY = timedelta(days=1)


def home_of(elder: Elder) -> Household:
    return HouseholdRole.objects.open().get(person=elder.person, kind="RESIDENT").household


def test_two_elders_behind_one_door_are_one_household(community: Community, staff: User) -> None:
    one, other = (make.elder(community, door="2-501", by=staff) for _each in range(2))
    assert home_of(one) == home_of(other)
    assert Household.objects.count() == 1


def test_without_a_door_there_is_no_household_to_name(community: Community, staff: User) -> None:
    make.elder(community, door="", by=staff)
    assert not Household.objects.exists()


def test_a_move_ends_the_old_place_begins_the_new_and_is_undone(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    old = home_of(elder)
    registry.move(
        elder=elder,
        building=make.buildings(community)[2],
        door="1-101",
        on=now.date() - DAY,
        by=staff,
        at=now,
    )
    assert home_of(elder) != old and str(home_of(elder)).endswith("1-101")
    assert HouseholdRole.objects.get(household=old).until == now.date() - DAY
    event = elder.life_events.get(kind="MOVED")
    registry.undo(event=event, reason="弄错了", by=staff, at=now)
    assert home_of(elder) == old


def test_a_home_has_one_head_and_a_person_one_home(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    second = make.elder(community, door="2-502", by=staff)
    son = make.person(community)
    home = home_of(elder)
    give = {"household": home, "since": now.date(), "by": staff, "at": now}
    households.give_role(person=elder.person, kind="HEAD", **give)
    with pytest.raises(OneHead):
        households.give_role(person=son, kind="HEAD", **give)
    with pytest.raises(OneHome):
        households.give_role(person=second.person, kind="RESIDENT", **give)
    role = households.give_role(person=son, kind="CARER", relation="SON", **give)
    assert (role.kind, role.relation) == ("CARER", "SON")
    households.end_role(role=role, on=now.date(), by=staff, at=now)
    role.refresh_from_db()
    assert role.until == now.date()
    households.undo_end(role=role, by=staff, at=now)
    role.refresh_from_db()
    assert role.until is None
    with pytest.raises(DateOutOfOrder):
        households.end_role(role=role, on=now.date() - DAY, by=staff, at=now)


def test_a_new_captain_of_the_building_follows_the_old_one_in_every_home(
    community: Community, staff: User, now: datetime
) -> None:
    elders = [make.elder(community, door=f"1-{each}01", by=staff) for each in (1, 2)]
    first, second = make.person(community), make.person(community)
    building = elders[0].building
    assert building is not None
    for captain in (first, second):
        assert (
            households.name_captain(building=building, person=captain, since=now.date(), by=staff, at=now)
            == 2
        )
        assert (
            households.name_captain(building=building, person=captain, since=now.date(), by=staff, at=now)
            == 2
        )
    assert set(HouseholdRole.objects.open().filter(kind="CAPTAIN").values_list("person", flat=True)) == {
        second.pk
    }
    assert HouseholdRole.objects.filter(kind="CAPTAIN").count() == 4


def test_the_living_situation_has_a_history_also_entered_late(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, living="COUPLE_ONLY", by=staff)
    registry.update_facts(elder=elder, living="ALONE", on=now.date() - 2 * DAY, by=staff, at=now)
    elder.refresh_from_db()
    assert elder.living == "ALONE"
    late = households.note_living(
        elder=elder, living="WITH_CHILDREN", caregiver="YES", since=now.date() - 5 * DAY, by=staff, at=now
    )
    elder.refresh_from_db()
    assert late is not None and elder.living == "ALONE", "an older day is history"
    registry.update_facts(elder=elder, living="ALONE", on=now.date(), by=staff, at=now)
    assert list(LivingSpell.objects.order_by("since").values_list("living", flat=True)) == [
        "COUPLE_ONLY", "WITH_CHILDREN", "ALONE",
    ]  # fmt: skip


def test_religion_needs_a_purpose_and_its_own_consent(
    community: Community, staff: User, now: datetime
) -> None:
    from elders.actions import contacts

    elder = make.elder(community, by=staff)
    facts = {
        "elder": elder,
        "languages": ["LISU", "ZH"],
        "literacy": "NONE",
        "religion": "伊斯兰教",
        "by": staff,
        "at": now,
    }
    with pytest.raises(ReligionNeedsReason):
        registry.keep_facts(religion_why="饮食", **facts)
    contacts.give_consent(elder=elder, purpose="BELIEF", version="2026-1", by=staff, at=now)
    with pytest.raises(ReligionNeedsReason):
        registry.keep_facts(**facts)
    registry.keep_facts(religion_why="饮食", **facts)
    elder.refresh_from_db()
    assert (elder.religion(), elder.languages, elder.literacy) == ("伊斯兰教", ["LISU", "ZH"], "NONE")
    assert "伊斯兰教".encode() not in bytes(elder.religion_sealed or b"")


def test_staff_of_another_community_keep_no_household(
    community: Community, staff: User, stranger: User, now: datetime
) -> None:
    home = home_of(make.elder(community, door="2-501", by=staff))
    with pytest.raises(NotAllowed):
        households.place(household=home, lon=98.8, lat=25.8, by=stranger, at=now)
    households.place(household=home, lon=98.8, lat=25.8, note="有狗", by=staff, at=now)
    home.refresh_from_db()
    assert (home.lon, home.lat, home.note) == (98.8, 25.8, "有狗")
