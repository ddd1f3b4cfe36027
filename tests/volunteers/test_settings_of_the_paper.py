"""Each row of domain.md §4.3 that was fixed before is a dated setting now, and the bank goes by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from carenet.ledger.check import check_books
from elders.models import Mandate
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, ask_closing, coins, give, offer, policy, red
from volunteers.actions import channels, closing, gifts, pool, slips, time_bank, travel
from volunteers.actions import coins as purses
from volunteers.models import Policy, TravelNote, Volunteer
from volunteers.reports import kin
from volunteers.states import SETTINGS


def off(community: Any, **values: int) -> None:
    """Settings that hold on every day of the tests, also by the database's clock."""
    for key, value in values.items():
        Policy.objects.create(
            community=community, key=key, value=value, valid_from=TODAY - timedelta(days=400), source="测试"
        )


# --- goods ---------------------------------------------------------------------------------------
def take(volunteer: Volunteer, reward: Any, key: str = "k1") -> Any:
    return slips.take(volunteer=volunteer, reward=reward, key=key, by=registrar(), on=TODAY, at=NOW)


def test_a_closed_shop_gives_nothing_says_what_to_do_and_a_slip_once_given_is_found_again(
    community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    make.points(volunteer, 100)
    reward = make.reward(community, points=10, stock=5)
    first = take(volunteer, reward)
    policy(community, director, channel_goods=0)
    assert take(volunteer, reward).pk == first.pk
    with pytest.raises(channels.NoGoodsForPoints) as refused:
        take(volunteer, reward, "k2")
    assert coins(volunteer, "POINT") == 90
    with translation.override("en"):
        assert "ask the station" in str(refused.value.message)
    policy(community, director, channel_goods=1)
    assert take(volunteer, reward, "k2").pk != first.pk


def test_the_window_of_a_closed_shop_has_its_sentence_and_no_button(client_for: Any, community: Any) -> None:
    volunteer = make.volunteer(community)
    make.points(volunteer, 100)
    make.reward(community, points=10, stock=5)
    client = client_for(make.volunteer_user(volunteer))
    page = client.get(reverse("volunteers:rewards"))
    assert "vo-gift--closed" not in page.text and "/check/" in page.text
    off(community, channel_goods=0)
    page = client.get(reverse("volunteers:rewards"))
    assert "vo-gift--closed" in page.text and "/check/" not in page.text


def test_time_coins_pay_for_no_help_while_that_is_switched_off(community: Any, director: Any) -> None:
    mother = make.elder(community)
    own = make.volunteer(community, of=mother.person)
    give(own, 300)
    (purse,) = purses.purses(elder=mother)
    assert purses.why_not(purse=purse, kind=None, minutes=60, on=TODAY) == ""
    policy(community, director, channel_coins=0)
    with pytest.raises(channels.NoHelpForCoins):
        purses.check_owner(purse=purse, values=Policy.objects.values_on(community, TODAY), on=TODAY)


# --- lists ---------------------------------------------------------------------------------------
def related(community: Any, relation: str) -> tuple[Any, Volunteer]:
    mother = make.elder(community)
    _user, volunteer = make.daughter_of(mother)
    Mandate.objects.filter(elder=mother).update(relation=relation)
    return mother, volunteer


def test_whom_coins_serve_is_a_list_that_a_station_changes(community: Any) -> None:
    mother, brother = related(community, "SIBLING")
    assert kin.elders_of(brother, on=TODAY) == [] and purses.purses(elder=mother) == []
    off(community, redeem_for=16)
    assert [each.elder for each in kin.elders_of(brother, on=TODAY)] == [mother]
    (purse,) = purses.purses(elder=mother)
    assert purse.volunteer == brother
    values = Policy.objects.values_on(community, TODAY)
    purses.check_owner(purse=purse, values=values, on=TODAY)
    with pytest.raises(purses.CoinsNotForRelatives):
        purses.check_owner(purse=purse, values=values | {"redeem_for": 15}, on=TODAY)


def test_a_list_is_ticked_on_the_page_of_the_rules_and_read_in_words(
    client_for: Any, community: Any, director: Any
) -> None:
    client = client_for(director)
    address = reverse("volunteers:rule", args=["redeem_for"])
    page = client.get(address)
    assert page.text.count('type="checkbox"') == 6
    today = timezone.localdate()
    client.post(
        address, {"value": ["1", "16"], "valid_from": today.isoformat(), "source": "居民议事会", "idempotency_key": "a" * 32}
    )  # fmt: skip
    assert Policy.objects.values_on(community, today)["redeem_for"] == 17
    client.post(
        address, {"valid_from": today.isoformat(), "source": "居民议事会", "idempotency_key": "b" * 32}
    )
    assert Policy.objects.values_on(community, today)["redeem_for"] == 0
    with translation.override("en"):
        assert SETTINGS["redeem_for"].words(17) == "husband or wife, brother or sister"
        assert SETTINGS["redeem_for"].words(0) == "nobody"


def test_gifts_go_to_the_relatives_on_the_list(community: Any, director: Any, anna: Volunteer) -> None:
    bert = make.volunteer(community)
    policy(community, director, gift_relatives=1)
    with pytest.raises(gifts.RelativesOnly):
        offer(anna, bert, relation="SIBLING")
    assert offer(anna, bert, relation="SPOUSE").state == "OFFERED"


def test_the_pool_serves_red_and_yellow_a_never_green_until_the_station_lists_more(
    community: Any, director: Any
) -> None:
    pool.fill(community=community, coins=900, reason="居委会决定", key="f", on=TODAY, at=NOW, by=director)
    facts = {"coins": 60, "reason": "居家照护", "on": TODAY, "at": NOW, "by": director}
    for colour, tier in (("GREEN", "STABLE"), ("YELLOW", "B"), ("UNASSESSED", "")):
        with pytest.raises(pool.PoolNotForColour):
            pool.grant(elder=red(make.elder(community), colour, tier), **facts)
    pool.grant(elder=red(make.elder(community)), **facts)
    pool.grant(elder=red(make.elder(community), "YELLOW", "A"), **facts)
    policy(community, director, pool_serves=7)
    pool.grant(elder=red(make.elder(community), "YELLOW", "B"), **facts)
    with pytest.raises(pool.PoolNotForColour):
        pool.grant(elder=red(make.elder(community), "GREEN", "VITAL"), **facts)
    assert pool.common(community=community).balance == 720 and check_books() == []


# --- the way -------------------------------------------------------------------------------------
def earned(volunteer: Volunteer, number: int, minutes: int = 60, **more: Any) -> Any:
    start = NOW - timedelta(hours=2)
    return time_bank.earn(
        volunteer=volunteer, minutes=minutes, period=(start, start + timedelta(minutes=minutes)), cause=("test", number),
        on=TODAY, at=NOW, by=registrar(), key=f"way-{number}", **more,
    )  # fmt: skip


def test_the_way_counts_for_coins_and_points_up_to_its_limit_and_never_for_hours(
    community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    own = make.volunteer_user(volunteer)
    noting = {"volunteer": volunteer, "on": TODAY, "by": own, "at": NOW}
    with pytest.raises(travel.WaysDoNotCount):
        travel.note(cause=("test", 1), minutes=20, **noting)
    policy(community, director, travel_time_counts=1, travel_cap_minutes=30)
    with pytest.raises(travel.WayTooLong):
        travel.note(cause=("test", 1), minutes=601, **noting)
    travel.note(cause=("test", 1), minutes=20, **noting)
    travel.note(cause=("test", 1), minutes=45, **noting)
    row = earned(volunteer, 1)
    assert (row.hour_minutes, row.travel_minutes, row.counted_minutes, row.coins, row.points) == (
        60,
        30,
        90,
        90,
        15,
    )
    with translation.override("en"):
        assert "30 minutes of the way counted" in row.sentence and "测试" in row.sentence
    with pytest.raises(travel.WayTooLate):
        travel.note(cause=("test", 1), minutes=10, **noting)
    time_bank.reverse(attendance=row, reason="重复", by=registrar(), at=NOW)
    assert (coins(volunteer), coins(volunteer, "POINT"), coins(volunteer, "MINUTE")) == (0, 0, 0)
    assert check_books() == []


def test_a_way_noted_before_it_was_switched_off_counts_nothing_and_the_limits_hold_for_the_sum(
    community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    policy(community, director, travel_time_counts=1, cap_session_minutes=75)
    facts = {"volunteer": volunteer, "minutes": 30, "on": TODAY, "by": registrar(), "at": NOW}
    for number in (1, 2):
        travel.note(cause=("test", number), **facts)
    first = earned(volunteer, 1)
    assert (first.counted_minutes, first.why) == (75, ["SESSION_CAP"])
    policy(community, director, travel_time_counts=0)
    start = NOW - timedelta(hours=6)
    second = time_bank.earn(
        volunteer=volunteer, minutes=60, period=(start, start + timedelta(minutes=60)), cause=("test", 2), on=TODAY, at=NOW,
        by=registrar(), key="way-2",
    )  # fmt: skip
    assert (second.travel_minutes, second.counted_minutes, second.weighed) == (0, 60, {})


def test_a_stranger_writes_down_nobodys_way(community: Any, director: Any) -> None:
    from carenet.kernel.errors import NotAllowed

    volunteer, other = make.volunteer(community), make.volunteer(community)
    policy(community, director, travel_time_counts=1)
    with pytest.raises(NotAllowed):
        travel.note(
            volunteer=volunteer,
            cause=("test", 1),
            minutes=10,
            on=TODAY,
            by=make.volunteer_user(other),
            at=NOW,
        )


def test_help_inside_a_household_is_credited_only_where_the_station_says_so_and_never_help_to_oneself(
    community: Any, director: Any
) -> None:
    mother = make.elder(community, door="3-301")
    son = make.volunteer(community, building=mother.building, door="3-301")
    assert earned(son, 1, served=mother.person).why == ["OWN_HOUSEHOLD"]
    policy(community, director, household_counts=1)
    assert earned(son, 2, served=mother.person).hour_minutes == 60
    assert earned(son, 3, served=son.person).why == ["OWN_HOUSEHOLD"]


# --- what is left, as an honour -------------------------------------------------------------------
def closed(asked: Any, director: Any) -> Any:
    return closing.approve(closing=asked, on=TODAY, at=NOW, by=director)


def test_the_station_lets_what_is_left_go_as_an_honour_and_hours_stay(
    community: Any, director: Any, anna: Volunteer
) -> None:
    before = coins(anna, "MINUTE")
    give(anna, 70, "POINT")
    asked = closing.ask(
        volunteer=anna, why="DIED", day=TODAY, heir=None, relation="", reason="死亡证明", at=NOW, by=registrar(), as_honour=True,
    )  # fmt: skip
    done = closed(asked, director)
    assert (done.coins, done.honoured, done.points) == (600, 600, 70)
    assert (coins(anna), coins(anna, "POINT"), coins(anna, "MINUTE")) == (0, 0, before)
    assert pool.common(community=community).balance == 0 and check_books() == []


def test_an_heir_turns_inherited_coins_into_an_honour_once(
    community: Any, director: Any, anna: Volunteer
) -> None:
    heir = make.volunteer(community)
    own = make.volunteer_user(heir)
    done = closed(ask_closing(anna, heir, registrar()), director)
    assert coins(heir) == 600 and closing.may_honour(closing=done, on=TODAY) == 600
    closing.to_honour(closing=done, on=TODAY, at=NOW, by=own)
    assert coins(heir) == 0
    with pytest.raises(closing.NothingToHonour):
        closing.to_honour(closing=done, on=TODAY, at=NOW, by=own)
    done.refresh_from_db()
    assert (done.honoured, done.honoured_by) == (600, own) and check_books() == []


def test_an_honour_of_what_is_left_is_refused_with_an_heir_or_where_it_is_switched_off(
    community: Any, director: Any, anna: Volunteer
) -> None:
    heir = make.volunteer(community)
    facts = {
        "volunteer": anna,
        "why": "DIED",
        "day": TODAY,
        "reason": "死亡证明",
        "at": NOW,
        "by": registrar(),
    }
    with pytest.raises(closing.NoHonour):
        closing.ask(heir=heir, relation="SPOUSE", as_honour=True, **facts)
    policy(community, director, inherit_to_honour=0)
    with pytest.raises(closing.NoHonour):
        closing.ask(heir=None, relation="", as_honour=True, **facts)
    done = closed(ask_closing(anna, heir, registrar()), director)
    assert closing.may_honour(closing=done, on=TODAY) == 0


def test_the_page_of_the_way_notes_it_for_oneself_and_shows_no_other_persons_shift(
    client_for: Any, community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    client = client_for(make.volunteer_user(volunteer))
    address = reverse("volunteers:way", args=["help", 7])
    assert 'name="minutes"' not in client.get(address).text  # switched off: the sentence, no form
    off(community, travel_time_counts=1)
    client.post(address, {"minutes": "25", "idempotency_key": "c" * 32})
    assert TravelNote.objects.get(volunteer=volunteer).minutes == 25
    assert 'name="minutes"' in client.get(address).text and 'value="25"' in client.get(address).text
    assert client.get(reverse("volunteers:way", args=["shift", 999_999])).status_code == 404
    other = make.volunteer(community)
    assert client.get(f"{address}?for={other.pk}").status_code == 404


def test_the_heir_reads_of_the_choice_and_the_family_gets_a_sheet(
    client_for: Any, community: Any, director: Any, anna: Volunteer
) -> None:
    heir = make.volunteer(community)
    done = closed(ask_closing(anna, heir, registrar()), director)
    client = client_for(make.volunteer_user(heir))
    address = reverse("volunteers:coin-honour", args=[done.pk])
    assert address in client.get(reverse("volunteers:coins")).text
    assert anna.person.name in client.get(address).text
    client.post(address, {"idempotency_key": "d" * 32})
    assert coins(heir) == 0
    assert address not in client.get(reverse("volunteers:coins")).text
    sheet = reverse("volunteers:honour-sheet", args=[done.pk])
    assert anna.person.name in client_for(director).get(sheet).text
    assert client.get(sheet).status_code == 404
