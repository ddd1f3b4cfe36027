"""Gifts, the pool, closings, moves, expiry, questions: what happens to coins and points after they were earned."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from carenet.kernel import months
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.ledger import accounts, posting
from carenet.ledger.check import check_books
from carenet.ledger.models import Account, Entry
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import closing, expiry, fair_play, gifts, moves, pool, questions, settings
from volunteers.models import Attendance, Expiry, Gift, Question, Reserve, Volunteer
from volunteers.reports import call_backs, solvency

TODAY = NOW.date()


def coins(volunteer: Volunteer, unit: str = "COIN") -> int:
    return Account.objects.get(code=volunteer.account_code, unit=unit).balance


def give(volunteer: Volunteer, minutes: int, unit: str = "COIN", on: date = TODAY) -> Entry:
    give.number += 1
    return posting.post(
        community=volunteer.community, key=f"test-{give.number}",
        moves=[
            posting.Move(
                accounts.contra(community=volunteer.community, unit=unit, code="issued"),
                Account.objects.get(code=volunteer.account_code, unit=unit), minutes,
            )
        ],
        on=on, at=NOW, by=registrar(),
    )  # fmt: skip


give.number = 0


def policy(community: Any, by: Any, **values: int) -> None:
    for key, value in values.items():
        settings.set_value(
            community=community, key=key, value=value, valid_from=TODAY, source="测试", by=by, at=NOW
        )


def offer(giver: Volunteer, receiver: Volunteer, minutes: int = 60, **more: Any) -> Gift:
    more.setdefault("relation", "SPOUSE")
    more.setdefault("key", f"k{giver.pk}-{receiver.pk}-{minutes}")
    return gifts.offer(
        giver=giver,
        receiver=receiver,
        coins=minutes,
        words="",
        on=more.pop("on", TODAY),
        at=NOW,
        by=registrar(),
        **more,
    )


@pytest.fixture
def anna(community: Any) -> Volunteer:
    volunteer = make.volunteer(community)
    give(volunteer, 600)
    return volunteer


@pytest.fixture
def bert(community: Any) -> Volunteer:
    return make.volunteer(community)


# --- gifts ---------------------------------------------------------------------------------------
def test_a_gift_lies_aside_until_the_other_says_yes(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert, 120)
    assert (coins(anna), coins(bert)) == (480, 0)
    with pytest.raises(gifts.OneHandOnly):  # one clerk is not both sides
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=registrar())
    gifts.accept(gift=gift, on=TODAY, at=NOW, by=make.volunteer_user(bert))
    assert (coins(anna), coins(bert)) == (480, 120)
    assert check_books() == []
    assert Outbox.objects.filter(template="volunteers.gift_accepted", to_person=anna.person).count() == 1


@pytest.mark.parametrize("how", ["decline", "withdraw"])
def test_a_gift_that_is_not_taken_comes_back_once(anna: Volunteer, bert: Volunteer, how: str) -> None:
    gift = offer(anna, bert)
    for _twice in range(2):
        getattr(gifts, how)(gift=gift, on=TODAY, at=NOW, by=registrar())
    assert coins(anna) == 600
    with pytest.raises(gifts.AlreadyAnswered):
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=make.volunteer_user(bert))


def test_an_offer_pressed_twice_is_one_gift(anna: Volunteer, bert: Volunteer) -> None:
    assert offer(anna, bert) == offer(anna, bert)
    assert coins(anna) == 540


def test_a_gift_nobody_answers_comes_back_after_its_days(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert)
    assert gifts.expire_due(community=anna.community, on=gift.expires_on, at=NOW, by=registrar()) == 0
    late = gift.expires_on + timedelta(days=1)
    assert gifts.expire_due(community=anna.community, on=late, at=NOW, by=registrar()) == 1
    assert gifts.expire_due(community=anna.community, on=late, at=NOW, by=registrar()) == 0
    assert coins(anna) == 600


def test_gifts_go_to_relatives_of_the_right_age_and_within_the_balance(
    anna: Volunteer, bert: Volunteer, director: Any
) -> None:
    with pytest.raises(gifts.RelativesOnly):
        offer(anna, bert, relation="NEIGHBOUR")
    with pytest.raises(pool.NotEnough):
        offer(anna, bert, 601)
    young = make.volunteer(anna.community, born_on=date(2001, 1, 1))
    with pytest.raises(gifts.TooYoung, match="60"):
        offer(anna, young)
    policy(anna.community, director, gift_allowed=0)
    with pytest.raises(gifts.GiftsAreOff):
        offer(anna, bert, 30)


def test_only_the_two_of_them_and_the_office_answer_a_gift(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert)
    giver, receiver = make.volunteer_user(anna), make.volunteer_user(bert)
    with pytest.raises(NotAllowed):
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=giver)
    with pytest.raises(NotAllowed):
        gifts.withdraw(gift=gift, on=TODAY, at=NOW, by=receiver)
    gifts.accept(gift=gift, on=TODAY, at=NOW, by=receiver)


# --- the pool ------------------------------------------------------------------------------------
def test_a_donation_goes_to_the_pool_and_pressing_twice_gives_once(anna: Volunteer) -> None:
    for _twice in range(2):
        pool.donate(volunteer=anna, unit="COIN", amount=100, key="a", on=TODAY, at=NOW, by=registrar())
    assert coins(anna) == 500 and pool.common(community=anna.community).balance == 100
    with pytest.raises(pool.NotEnough):
        pool.donate(volunteer=anna, unit="COIN", amount=501, key="b", on=TODAY, at=NOW, by=registrar())


def test_coins_beyond_a_full_account_wait_for_the_volunteers_choice(anna: Volunteer, director: Any) -> None:
    policy(anna.community, director, balance_cap_minutes=630)
    attendance = make.served(anna, minutes=60, start=NOW - timedelta(hours=2))
    assert (attendance.coins, attendance.overflow, attendance.why) == (30, 30, ["BALANCE_CAP"])
    waiting = pool.overflow_of(volunteer=anna)
    assert (coins(anna), waiting.balance) == (630, 30)
    with pytest.raises(pool.NoRoom):
        pool.choose(volunteer=anna, choice="KEEP", amount=30, key="1", on=TODAY, at=NOW, by=registrar())
    pool.choose(volunteer=anna, choice="POOL", amount=20, key="2", on=TODAY, at=NOW, by=registrar())
    pool.choose(volunteer=anna, choice="HONOUR", amount=10, key="3", on=TODAY, at=NOW, by=registrar())
    with pytest.raises(pool.NothingWaiting):
        pool.choose(volunteer=anna, choice="POOL", amount=1, key="4", on=TODAY, at=NOW, by=registrar())
    assert pool.common(community=anna.community).balance == 20 and coins(anna, "MINUTE") == 60
    assert check_books() == []


@pytest.mark.parametrize(("choice", "in_pool"), [(0, 0), (1, 30)])
def test_a_community_may_let_a_full_account_stop_or_give_on(
    anna: Volunteer, director: Any, choice: int, in_pool: int
) -> None:
    policy(anna.community, director, balance_cap_minutes=630, balance_overflow=choice)
    make.served(anna, minutes=60, start=NOW - timedelta(hours=2))
    assert coins(anna) == 630 and pool.common(community=anna.community).balance == in_pool


def test_pool_coins_reach_a_key_elder_once_a_month_and_what_is_left_goes_back(
    community: Any, director: Any
) -> None:
    elder = make.elder(community)
    facts = {"elder": elder, "reason": "独居高龄，无储蓄", "on": TODAY, "at": NOW, "by": director}
    with pytest.raises(pool.PoolEmpty):
        pool.grant(coins=600, **facts)
    pool.fill(community=community, coins=900, reason="居委会决定", key="f", on=TODAY, at=NOW, by=director)
    with pytest.raises(pool.TooMuch):
        pool.grant(coins=601, **facts)
    pool.grant(coins=600, **facts)
    with pytest.raises(pool.AlreadyGranted):
        pool.grant(coins=60, **facts)
    assert pool.lapse_grants(community=community, on=TODAY, at=NOW, by=director) == 0
    later = months.next_month(TODAY)
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 1
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 0
    assert pool.common(community=community).balance == 900 and check_books() == []


def test_a_late_night_takes_back_old_pool_hours_only_and_leaves_this_months(
    community: Any, director: Any
) -> None:
    elder, later = make.elder(community), months.next_month(TODAY)
    pool.fill(community=community, coins=900, reason="居委会决定", key="f", on=TODAY, at=NOW, by=director)
    facts = {"elder": elder, "reason": "独居高龄，无储蓄", "at": NOW, "by": director}
    old = pool.grant(coins=300, on=TODAY, **facts)
    new = pool.grant(coins=200, on=later, **facts)  # before the night that ends the old one
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 1
    assert pool.elder_account(elder=elder).balance == 200
    assert pool.lapse_grants(community=community, on=months.next_month(later), at=NOW, by=director) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.lapsed_coins, new.lapsed_coins) == (300, 200)
    assert pool.common(community=community).balance == 900 and check_books() == []


def test_an_elder_with_coins_of_their_own_gets_none_of_the_pool(community: Any, director: Any) -> None:
    person = make.person(community, name="赵玉兰", born_on=date(1940, 1, 1))
    elder, volunteer = make.elder(community, person=person), make.volunteer(community, of=person)
    give(volunteer, 60)
    with pytest.raises(pool.NoKeyElder):
        pool.grant(elder=elder, coins=60, reason="独居", on=TODAY, at=NOW, by=director)


# --- closing -------------------------------------------------------------------------------------
def ask_closing(volunteer: Volunteer, heir: Volunteer | None, by: Any) -> Any:
    return closing.ask(
        volunteer=volunteer,
        why="DIED",
        day=TODAY,
        heir=heir,
        relation="SPOUSE" if heir else "",
        reason="死亡证明",
        at=NOW,
        by=by,
    )


@pytest.mark.parametrize("with_heir", [True, False])
def test_what_a_dead_volunteer_leaves_goes_to_the_heir_or_the_pool_by_two_people(
    anna: Volunteer, bert: Volunteer, staff: Any, director: Any, with_heir: bool
) -> None:
    give(anna, 50, "POINT")
    make.served(anna, minutes=60)
    open_gift = offer(anna, bert, 60)
    asked = ask_closing(anna, bert if with_heir else None, staff)
    with pytest.raises(closing.AlreadyClosing):
        ask_closing(anna, None, staff)
    with pytest.raises(closing.SecondPerson):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=staff)
    done = closing.approve(closing=asked, on=TODAY, at=NOW, by=director)
    assert (done.coins, done.points) == (660, 60)
    assert coins(anna) == coins(anna, "POINT") == 0 and coins(anna, "MINUTE") == 60
    kept = coins(bert) if with_heir else pool.common(community=anna.community).balance
    assert kept == 660
    open_gift.refresh_from_db()
    assert open_gift.state == "EXPIRED"
    anna.refresh_from_db()
    assert anna.state == "LEFT" and Account.objects.get(code=anna.account_code, unit="COIN").frozen_at
    with pytest.raises(closing.AlreadyDecided):
        closing.refuse(closing=asked, at=NOW, by=director)
    assert check_books() == []


def test_accounts_are_not_closed_while_a_redeemed_gift_waits(
    anna: Volunteer, staff: Any, director: Any
) -> None:
    from volunteers.actions import rewards

    give(anna, 100, "POINT")
    reward = make.reward(anna.community)
    rewards.redeem(volunteer=anna, reward=reward, key="r", by=registrar(), on=TODAY, at=NOW)
    asked = ask_closing(anna, None, staff)
    with pytest.raises(closing.SlipsWait):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=director)


# --- moves ---------------------------------------------------------------------------------------
def test_coins_move_to_another_community_by_one_entry_in_each_book(
    anna: Volunteer, director: Any, other_community: Any
) -> None:
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    code = moves.code_of(letter.hold_id)
    with pytest.raises(moves.AtHome):
        moves.receive(code=code, volunteer=anna, on=TODAY, at=NOW, by=director)
    there = make.user("DIRECTOR", other_community, username="there", display_name="李站长")
    with scope.within([other_community.pk]):
        same = make.volunteer(other_community, name=anna.person.name, born_on=anna.person.born_on)
        wrong = make.volunteer(other_community, name="别人")
        with pytest.raises(moves.NoSuchLetter):
            moves.receive(code="AAAA AAAA AAAA", volunteer=same, on=TODAY, at=NOW, by=there)
        with pytest.raises(moves.AnotherPerson):
            moves.receive(code=code, volunteer=wrong, on=TODAY, at=NOW, by=there)
        moves.receive(code=code.lower().replace(" ", "-"), volunteer=same, on=TODAY, at=NOW, by=there)
        with pytest.raises(moves.LetterUsed):
            moves.receive(code=code, volunteer=same, on=TODAY, at=NOW, by=there)
        assert coins(same) == 300 and check_books(other_community) == []
    assert coins(anna) == 300
    with pytest.raises(moves.LetterUsed):
        moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert check_books() == []


def test_a_letter_that_is_called_back_brings_the_coins_home(anna: Volunteer, director: Any) -> None:
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert coins(anna) == 600


# --- expiry --------------------------------------------------------------------------------------
def run_expiry(volunteer: Volunteer, on: date) -> tuple[int, int]:
    at = datetime.combine(on, NOW.timetz())
    return expiry.run(community=volunteer.community, on=on, at=at, by=registrar())


def test_points_end_after_24_months_and_two_warnings_and_the_oldest_go_first(bert: Volunteer) -> None:
    give(bert, 100, "POINT", on=date(2026, 1, 10))
    give(bert, 40, "POINT", on=date(2026, 3, 1))
    posting.post(
        community=bert.community, key="used", on=TODAY, at=NOW, by=registrar(),
        moves=[
            posting.Move(
                Account.objects.get(code=bert.account_code, unit="POINT"),
                accounts.contra(community=bert.community, unit="POINT", code="redeemed"), 30,
            )
        ],
    )  # fmt: skip
    ends = date(2028, 2, 1)
    assert run_expiry(bert, ends - timedelta(days=61)) == (0, 0)
    assert run_expiry(bert, ends - timedelta(days=60)) == (1, 0)
    assert run_expiry(bert, ends - timedelta(days=59)) == (0, 0)
    assert run_expiry(bert, ends - timedelta(days=15)) == (1, 0)
    assert run_expiry(bert, ends - timedelta(days=1)) == (0, 0)
    assert coins(bert, "POINT") == 110
    assert run_expiry(bert, ends) == (1, 1)  # and the first word about the points of March
    assert coins(bert, "POINT") == 40
    assert Outbox.objects.filter(template="volunteers.expires_soon").count() == 3
    assert check_books() == []


def test_nothing_ends_silently_a_late_warning_moves_the_end(bert: Volunteer) -> None:
    give(bert, 100, "POINT", on=date(2026, 1, 10))
    late = date(2028, 2, 20)  # the station stood still over the whole time of warning
    run_expiry(bert, date(2028, 1, 31) - timedelta(days=50))
    run_expiry(bert, late)
    assert coins(bert, "POINT") == 100
    run_expiry(bert, late + timedelta(days=14))
    assert coins(bert, "POINT") == 100
    run_expiry(bert, late + timedelta(days=15))
    assert coins(bert, "POINT") == 0
    row = Expiry.objects.get(amount__gt=0)
    with pytest.raises(IntegrityError, match="volunteers_expiry_never_silently"), transaction.atomic():
        Expiry.objects.filter(pk=row.pk).update(last_amount=1)


def test_points_that_were_used_meanwhile_do_not_end(bert: Volunteer) -> None:
    entry = give(bert, 100, "POINT", on=date(2026, 1, 10))
    ends = date(2028, 2, 1)
    run_expiry(bert, ends - timedelta(days=60))
    posting.reverse(entry=entry, reason="错误", key="undo", on=TODAY, at=NOW, by=registrar())
    run_expiry(bert, ends - timedelta(days=15))
    run_expiry(bert, ends)
    assert coins(bert, "POINT") == 0 and not Expiry.objects.filter(amount__gt=0).exists()


# --- questions -----------------------------------------------------------------------------------
PUBLISHED = months.next_month(TODAY)


def object_to(attendance: Attendance, by: Any, on: date = PUBLISHED) -> Question:
    return questions.object_to(
        volunteer=attendance.volunteer,
        month=TODAY,
        attendances=[attendance],
        words="那天他不在",
        on=on,
        at=NOW,
        by=by,
    )


def test_an_objection_is_asked_answered_and_upheld_by_a_reversal_with_a_reason(
    bert: Volunteer, staff: Any, director: Any
) -> None:
    attendance = make.served(bert, minutes=60)
    member = make.user("ELDER", bert.community, username="member", display_name="邻居")
    question = object_to(attendance, member)
    with pytest.raises(questions.AlreadyRaised):
        object_to(attendance, member)
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    with pytest.raises(questions.StillAsked):
        questions.take_back(
            question=question, attendances=[attendance], reason="核实有误", on=TODAY, at=NOW, by=director
        )
    questions.answer(question=question, words="我记错了日期", at=NOW, by=make.volunteer_user(bert))
    with pytest.raises(questions.NothingChosen):
        questions.take_back(
            question=question, attendances=[], reason="核实有误", on=TODAY, at=NOW, by=director
        )
    questions.take_back(
        question=question, attendances=[attendance], reason="日期记错，已核实", on=TODAY, at=NOW, by=director
    )
    assert coins(bert) == coins(bert, "MINUTE") == 0
    attendance.refresh_from_db()
    assert attendance.reversed_by.reason == "日期记错，已核实"
    assert (
        Outbox.objects.filter(template="volunteers.question_taken_back", to_person=bert.person).count() == 1
    )
    assert Outbox.objects.filter(template="volunteers.question_decided", to_user=member).count() == 1
    with pytest.raises(questions.Decided):
        questions.keep(question=question, reason="再想想", at=NOW, by=director)
    assert check_books() == []


def test_who_wrote_the_answer_down_for_the_volunteer_does_not_take_the_hours_back(
    bert: Volunteer, staff: Any, director: Any
) -> None:
    attendance = make.served(bert, minutes=60)
    question = object_to(attendance, make.user("ELDER", bert.community, username="member"))
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    questions.answer(question=question, words="电话里说记错了", at=NOW, by=director)
    facts: dict[str, Any] = {"question": question, "reason": "核实有误", "at": NOW, "by": director}
    with pytest.raises(questions.OneOfThem):
        questions.take_back(attendances=[attendance], on=TODAY, **facts)
    assert questions.keep(**facts).state == "KEPT", "in the volunteer's favour one may"


def test_published_hours_can_be_questioned_for_seven_days(bert: Volunteer) -> None:
    attendance = make.served(bert)
    member = make.user("ELDER", bert.community, username="member", display_name="邻居")
    for day in (TODAY, PUBLISHED + timedelta(days=7)):
        with pytest.raises(questions.WindowOver):
            object_to(attendance, member, on=day)
    assert object_to(attendance, member, on=PUBLISHED + timedelta(days=6)).state == "OPEN"


def test_who_raised_a_question_or_is_asked_does_not_decide_it(bert: Volunteer, director: Any) -> None:
    question = object_to(make.served(bert), director)
    with pytest.raises(questions.OneOfThem):
        questions.keep(question=question, reason="没问题", at=NOW, by=director)


def test_a_volunteer_does_not_see_a_question_before_it_is_asked(bert: Volunteer, staff: Any) -> None:
    question = object_to(make.served(bert), staff)
    user = make.volunteer_user(bert)
    assert not Question.objects.visible_to(user).exists()
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    assert Question.objects.visible_to(user).count() == 1


def test_a_different_memory_on_the_phone_becomes_a_question(bert: Volunteer, staff: Any) -> None:
    attendance = make.served(bert)
    questions.call_back(attendance=attendance, result="NOT_REACHED", words="", at=NOW, by=staff)
    questions.call_back(attendance=attendance, result="DIFFERS", words="只来了半小时", at=NOW, by=staff)
    with pytest.raises(questions.ResultKnown):
        questions.call_back(attendance=attendance, result="AGREES", words="", at=NOW, by=staff)
    assert Question.objects.get().kind == "CALL_BACK"


# --- fair play -----------------------------------------------------------------------------------
def elder_at(community: Any, lon: float, lat: float, **fields: Any) -> Any:
    elder = make.elder(community, **fields)
    type(elder).objects.filter(pk=elder.pk).update(lon=lon, lat=lat)
    return elder


def kinds(community: Any, on: date = TODAY) -> set[tuple[str, int]]:
    return {
        (each.kind, each.volunteer_id) for each in fair_play.look(community=community, month=TODAY, on=on)
    }


def test_the_nightly_look_asks_about_what_stands_out_and_only_once(community: Any) -> None:
    near, far = elder_at(community, 98.85, 25.85), elder_at(community, 99.05, 25.85)
    start = NOW - timedelta(days=5)
    hurried, calm, twice = (make.volunteer(community) for _ in range(3))
    make.served(hurried, start=start, served=near.person)
    make.served(hurried, start=start + timedelta(minutes=65), served=far.person)  # 20 km in five minutes
    make.served(calm, start=start, served=near.person)
    make.served(calm, start=start + timedelta(hours=3), served=far.person)
    make.served(twice, start=start, served=near.person)
    make.served(twice, start=start + timedelta(minutes=20), served=near.person)
    assert kinds(community) == {("TRAVEL", hurried.pk), ("OVERLAP", twice.pk)}
    ask = {"community": community, "month": TODAY, "on": TODAY, "at": NOW, "by": registrar()}
    assert (fair_play.ask_politely(**ask), fair_play.ask_politely(**ask)) == (2, 0)
    assert Outbox.objects.filter(template="volunteers.question_asked").count() == 2
    assert set(Question.objects.values_list("state", flat=True)) == {"ASKED"}


def test_two_people_who_help_each_other_for_many_hours_are_both_asked(community: Any, director: Any) -> None:
    one, two, third = (make.volunteer(community) for _ in range(3))
    start = NOW.replace(day=2)
    for day in range(3):
        make.served(one, minutes=120, start=start + timedelta(days=day), served=two.person)
        make.served(two, minutes=120, start=start + timedelta(days=day, hours=4), served=one.person)
        make.served(third, minutes=120, start=start + timedelta(days=day), served=one.person)
    assert kinds(community) == {("LOOP", one.pk), ("LOOP", two.pk)}
    policy(community, director, pair_minutes=300)
    assert ("PAIR", third.pk) in kinds(community)


def test_a_household_found_out_later_and_a_burst_at_the_end_of_the_month_are_asked_about(
    community: Any,
) -> None:
    building = make.buildings(community)[0]
    elder = make.elder(community, building=building, door="3-301")
    volunteer = make.volunteer(community)
    make.served(volunteer, served=elder.person, start=NOW - timedelta(days=3))
    Volunteer.objects.filter(pk=volunteer.pk).update(building=building, door="3－301")
    assert kinds(community) == {("HOUSEHOLD", volunteer.pk)}
    busy = make.volunteer(community)
    for day in (28, 29, 30):
        make.served(busy, minutes=200, start=NOW.replace(day=day), at=NOW.replace(day=30))
    assert ("BURST", busy.pk) not in kinds(community)
    assert ("BURST", busy.pk) in kinds(community, on=PUBLISHED)


def test_the_sample_is_five_percent_and_the_same_for_everybody(community: Any) -> None:
    volunteer, elder = make.volunteer(community), make.elder(community)
    for number in range(25):
        make.served(
            volunteer, minutes=15, start=NOW.replace(day=1) + timedelta(hours=number * 3), served=elder.person
        )
    drawn = call_backs.drawn(community, month=TODAY, percent=5)
    assert len(drawn) == 2 == len(set(drawn)) and drawn == call_backs.drawn(community, month=TODAY, percent=5)
    assert call_backs.waiting(community, on=PUBLISHED) == 2
    questions.call_back(
        attendance=Attendance.objects.get(pk=drawn[0]), result="AGREES", words="", at=NOW, by=registrar()
    )
    assert call_backs.waiting(community, on=PUBLISHED) == 1


# --- solvency ------------------------------------------------------------------------------------
def pledge(volunteer: Volunteer, minutes: int) -> None:
    Reserve.objects.create(
        community=volunteer.community, kind="PLEDGE", volunteer=volunteer, minutes=minutes, source="承诺书",
        valid_from=TODAY - timedelta(days=30), at=NOW, by=registrar(),
    )  # fmt: skip


def test_new_coins_stop_when_more_is_promised_than_can_be_kept(
    anna: Volunteer, bert: Volunteer, director: Any
) -> None:
    pledge(bert, 660)
    assert make.served(bert, minutes=60, start=NOW - timedelta(hours=3)).coins == 60
    assert solvency.cover(anna.community, on=TODAY).percent == 100
    assert (
        make.served(anna, minutes=60, start=NOW - timedelta(hours=3)).coins == 60
    )  # 660 of 660: not above the limit
    stopped = make.served(bert, minutes=60, start=NOW - timedelta(hours=2))
    assert (stopped.coins, stopped.points, stopped.hour_minutes, stopped.why) == (0, 10, 60, ["NOT_COVERED"])
    with pytest.raises(pool.NotCovered):
        pool.fill(
            community=anna.community,
            coins=60,
            reason="居委会一致决定发放",
            key="f",
            on=TODAY,
            at=NOW,
            by=director,
        )
    policy(anna.community, director, solvency_action=1)
    with pytest.raises(pool.NotCovered):
        pool.fill(community=anna.community, coins=60, reason="决定", key="f", on=TODAY, at=NOW, by=director)
    pool.fill(
        community=anna.community,
        coins=60,
        reason="居委会一致决定先发放后补承诺",
        key="f",
        on=TODAY,
        at=NOW,
        by=director,
    )


def test_the_picture_of_a_day_counts_bands_concentration_and_stress(
    community: Any, django_assert_num_queries: Any
) -> None:
    old = make.volunteer(community, born_on=date(1945, 1, 1))
    young = make.volunteer(community, born_on=date(1964, 1, 1))
    give(old, 900)
    give(young, 100)
    pledge(young, 300)
    with django_assert_num_queries(7):
        found = solvency.solvency(community, on=TODAY)
    bands = {each.name: (each.coins, each.pledged) for each in found.bands}
    assert bands["80+"] == (900, 0) and bands["60-69"] == (100, 300)
    assert (found.stress_need, found.stress_have, found.stress_percent) == (900, 300, 33)
    assert found.top_ten_percent == 100 and found.cover.percent == 334 and found.cover.passes
    for _more in range(20):
        give(make.volunteer(community), 10)
    with django_assert_num_queries(7):
        assert solvency.solvency(community, on=TODAY).dormant == 0
    assert solvency.solvency(community, on=TODAY + timedelta(days=400)).dormant == 1200


# --- races ---------------------------------------------------------------------------------------
def both(*works: Any) -> list[str]:
    answers: list[str] = []
    start = threading.Barrier(len(works))

    def run(work: Any) -> None:
        try:
            start.wait()
            work()
            answers.append("done")
        except DomainError as refusal:
            answers.append(refusal.code)
        except Exception as broken:
            answers.append(repr(broken))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(each,)) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(answers)


def test_races_leave_one_winner_and_whole_books(station_db: Any) -> None:
    registrar()
    station = station_db
    with scope.within([station.pk]):
        one, two = make.volunteer(station), make.volunteer(station)
        give(one, 600)
        gift, taker = offer(one, two, 60), make.volunteer_user(two)

    def within(action: Any, **facts: Any) -> Any:
        def work() -> None:
            with scope.within([station.pk]):
                action(on=TODAY, at=NOW, **({"by": registrar()} | facts))

        return work

    answers = both(within(gifts.accept, gift=gift, by=taker), within(gifts.withdraw, gift=gift))
    assert answers == ["already_answered", "done"]
    donate = {"volunteer": one, "unit": "COIN", "amount": 400}
    assert both(*(within(pool.donate, key=key, **donate) for key in "ab")) == ["done", "not_enough"]
    with scope.within([station.pk]):
        gift.refresh_from_db()
        assert coins(one) + coins(two) == 200 and coins(two) == (60 if gift.state == "ACCEPTED" else 0)
        assert check_books(station) == []
