"""The points shop: every refusal in its own words, nothing half done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation

from carenet.kernel.errors import DomainError, NotAllowed
from carenet.ledger import accounts
from carenet.ledger.check import check_books
from carenet.ledger.models import Account, Entry
from carenet.notices import registry as notice_registry
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import registry, rewards
from volunteers.models import Redemption, Reward, StockMove, Volunteer

TODAY = NOW.date()


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    """With 100 points."""
    found = make.volunteer(community)
    make.points(found, 100)
    return found


def redeem(volunteer: Volunteer, reward: Reward, key: str = "key", **fields: Any) -> Redemption:
    fields = {"by": registrar(), "on": TODAY, "at": NOW, **fields}
    return rewards.redeem(volunteer=volunteer, reward=reward, key=key, **fields)


def points_of(volunteer: Volunteer) -> int:
    return Account.objects.get(code=volunteer.account_code, unit="POINT").balance


def fund(community: Any, yuan: int) -> Any:
    """A fund with so much money on its account."""
    from carenet.ledger import posting
    from charity.actions import funds

    found = funds.open(
        community=community, name="积分兑换专项", source="COLLECTIVE", purpose="积分兑换", opened_on=TODAY, by=make.user("DIRECTOR", community),
        at=NOW,
    )  # fmt: skip
    if yuan:
        posting.post(
            community=community, key=f"fill-{found.pk}",
            moves=[posting.Move(accounts.contra(community=community, unit="FEN", code="donors"), found.account, yuan * 100)],
            on=TODAY, at=NOW, by=registrar(),
        )  # fmt: skip
    return found


# --- what a redemption does ---------------------------------------------------------------------------------


def test_a_redemption_takes_points_and_a_piece_and_gives_a_slip(volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community, points=30, stock=5)
    slip = redeem(volunteer, reward)
    reward.refresh_from_db()
    assert (points_of(volunteer), reward.stock, slip.state, slip.points) == (70, 4, "REDEEMED", 30)
    written = Redemption.objects.get(pk=slip.pk)
    assert slip == written and not slip._state.adding and slip._state.db == written._state.db
    columns = [each.attname for each in Redemption._meta.concrete_fields]
    said, kept = ([getattr(each, name) for name in columns] for each in (slip, written))
    assert [bytes(each) if isinstance(each, memoryview) else each for each in kept] == said
    assert slip.pick_up_by == TODAY + timedelta(days=14)
    assert (
        slip.code_in_groups == f"{slip.code[:4]} {slip.code[4:]}"
        and slip.code.isdigit()
        and len(slip.code) == 8
    )
    assert StockMove.objects.get(redemption=slip).quantity == -1
    assert Outbox.objects.get(template="volunteers.redeemed").to_person_id == volunteer.person_id
    assert check_books() == []


def test_the_notice_of_a_redemption_reads_well_in_both_languages(volunteer: Volunteer) -> None:
    redeem(volunteer, make.reward(volunteer.community, name="东北大米"))
    notice = Outbox.objects.get(template="volunteers.redeemed")
    assert notice_registry.find(notice.template).code == notice.template
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert "东北大米" in notice.title() and "…" not in notice.title() + notice.body()


def test_the_same_key_gives_the_same_slip(volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community)
    slips = [redeem(volunteer, reward) for _ in range(5)]
    assert len({each.pk for each in slips}) == 1 and slips[0].code == slips[4].code
    assert points_of(volunteer) == 70
    assert StockMove.objects.filter(kind="REDEEMED").count() == 1
    assert Outbox.objects.filter(template="volunteers.redeemed").count() == 1


def test_the_same_key_for_another_gift_is_a_conflict(volunteer: Volunteer) -> None:
    one, two = make.reward(volunteer.community), make.reward(volunteer.community)
    redeem(volunteer, one)
    with pytest.raises(rewards.KeyReused):
        redeem(volunteer, two)
    assert points_of(volunteer) == 70


def test_a_repeat_after_a_price_change_still_gives_the_first_slip(volunteer: Volunteer, staff: Any) -> None:
    reward = make.reward(volunteer.community, points=30)
    slip = redeem(volunteer, reward, points=30)
    rewards.change(reward=reward, points=50, by=staff, at=NOW)
    assert redeem(volunteer, reward, points=30).pk == slip.pk


def test_a_slip_keeps_the_price_and_name_it_was_redeemed_for(volunteer: Volunteer, staff: Any) -> None:
    reward = make.reward(volunteer.community, name="大米", points=30)
    slip = redeem(volunteer, reward)
    rewards.change(reward=reward, name="小米", points=50, by=staff, at=NOW)
    slip.refresh_from_db()
    assert (slip.name, slip.points) == ("大米", 30)


def test_the_fund_pays_the_backing_in_the_same_entry(volunteer: Volunteer) -> None:
    money = fund(volunteer.community, 10)
    slip = redeem(volunteer, make.reward(volunteer.community, fund=money, backing_fen=350))
    money.account.refresh_from_db()
    assert money.account.balance == 650
    assert sorted(slip.entry.postings.values_list("unit", "amount")) == [("FEN", 350), ("POINT", 30)]
    assert slip.backing_fen == 350
    assert check_books() == []


# --- refusals -----------------------------------------------------------------------------------------------


def refused(error: type[DomainError], volunteer: Volunteer, reward: Reward, **fields: Any) -> None:
    """The refusal comes, says what to do in both languages, and nothing was written."""
    before = (
        points_of(volunteer),
        Redemption.objects.count(),
        Entry.objects.count(),
        StockMove.objects.count(),
    )
    with pytest.raises(error) as refusal:
        redeem(volunteer, reward, key="refused", **fields)
    after = (
        points_of(volunteer),
        Redemption.objects.count(),
        Entry.objects.count(),
        StockMove.objects.count(),
    )
    assert before == after
    for language in ("zh-hans", "en"):
        with translation.override(language):
            sentence = refusal.value.message
            assert sentence and "%(" not in sentence
            assert len(sentence) < (60 if language == "zh-hans" else 170)


def test_too_few_points_are_refused(volunteer: Volunteer) -> None:
    refused(rewards.Overdrawn, volunteer, make.reward(volunteer.community, points=101))


def test_an_empty_shelf_is_refused(volunteer: Volunteer) -> None:
    refused(rewards.SoldOut, volunteer, make.reward(volunteer.community, stock=0))


def test_the_limit_of_a_month_is_refused_and_the_next_month_is_free(volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community, per_person=1, per_period="MONTH")
    redeem(volunteer, reward, key="first")
    refused(rewards.LimitReached, volunteer, reward)
    redeem(volunteer, reward, key="next", on=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("QUARTER", date(2026, 12, 31), date(2027, 1, 1)),
        ("YEAR", date(2026, 1, 1), date(2027, 1, 1)),
        ("EVER", date(2031, 1, 1), None),
    ],
)
def test_limits_count_over_their_period(
    volunteer: Volunteer, period: str, inside: date, outside: date | None
) -> None:
    reward = make.reward(volunteer.community, per_person=1, per_period=period)
    redeem(volunteer, reward, key="first")
    refused(rewards.LimitReached, volunteer, reward, on=inside)
    if outside:
        redeem(volunteer, reward, key="later", on=outside)


def test_a_cancelled_slip_does_not_count_against_the_limit(volunteer: Volunteer, staff: Any) -> None:
    reward = make.reward(volunteer.community, per_person=1)
    rewards.take_back(redemption=redeem(volunteer, reward, key="first"), by=staff, at=NOW)
    redeem(volunteer, reward, key="again")


def test_a_gift_for_older_people_is_refused_to_younger_ones(community: Any) -> None:
    young = make.volunteer(community, born_on=date(1966, 11, 22))
    make.points(young, 100)
    reward = make.reward(community, min_age=60)
    refused(rewards.TooYoung, young, reward)
    redeem(young, reward, key="birthday", on=date(2026, 11, 22))


def test_a_volunteer_who_left_is_refused(volunteer: Volunteer, staff: Any) -> None:
    registry.leave(volunteer=volunteer, on=TODAY, reason="", by=staff, at=NOW)
    refused(rewards.Frozen, volunteer, make.reward(volunteer.community))


def test_a_frozen_account_is_refused(volunteer: Volunteer, staff: Any) -> None:
    account = Account.objects.get(code=volunteer.account_code, unit="POINT")
    accounts.freeze(account=account, reason="核对", by=staff, at=NOW)
    refused(rewards.Frozen, volunteer, make.reward(volunteer.community))


def test_a_fund_that_cannot_back_the_gift_is_refused(volunteer: Volunteer) -> None:
    money = fund(volunteer.community, 3)
    refused(rewards.NotBacked, volunteer, make.reward(volunteer.community, fund=money, backing_fen=301))


def test_a_gift_that_was_taken_off_the_shop_is_refused(volunteer: Volunteer, staff: Any) -> None:
    reward = rewards.close(reward=make.reward(volunteer.community), by=staff, at=NOW)
    refused(rewards.NotOffered, volunteer, reward)


def test_a_price_that_changed_since_the_check_page_is_refused(volunteer: Volunteer) -> None:
    refused(rewards.PriceChanged, volunteer, make.reward(volunteer.community, points=30), points=25)


def test_nobody_redeems_for_somebody_else(volunteer: Volunteer, auditor: Any, stranger: Any) -> None:
    reward = make.reward(volunteer.community)
    for user in (auditor, stranger, make.volunteer_user(make.volunteer(volunteer.community))):
        refused(NotAllowed, volunteer, reward, by=user)


def test_the_office_redeems_for_a_volunteer_without_a_phone(volunteer: Volunteer, worker: Any) -> None:
    assert redeem(volunteer, make.reward(volunteer.community), by=worker).by == worker


def test_the_function_refuses_a_community_out_of_scope(volunteer: Volunteer, other_community: Any) -> None:
    from carenet.ledger.posting import OutOfScope

    reward = make.reward(volunteer.community)
    with scope.within([other_community.pk]), pytest.raises(OutOfScope):
        redeem(volunteer, reward)


def test_a_reward_of_another_community_is_not_on_offer(volunteer: Volunteer, other_community: Any) -> None:
    with scope.within([other_community.pk]):
        foreign = make.reward(other_community)
    with scope.within([volunteer.community_id, other_community.pk]):
        refused(rewards.NotOffered, volunteer, foreign)


# --- handing over and taking back ---------------------------------------------------------------------------


def test_a_slip_is_handed_to_the_volunteer_or_a_named_proxy(volunteer: Volunteer, worker: Any) -> None:
    reward = make.reward(volunteer.community)
    own, sent = redeem(volunteer, reward, key="a"), redeem(volunteer, reward, key="b")
    assert rewards.hand_over(redemption=own, by=worker, at=NOW).collected_by_name == volunteer.person.name
    with pytest.raises(rewards.NameMissing):
        rewards.hand_over(redemption=sent, by=worker, at=NOW, proxy=True)
    given = rewards.hand_over(redemption=sent, by=worker, at=NOW, proxy=True, to_name="王小明")
    assert (given.collected_by_name, given.is_proxy, given.state) == ("王小明", True, "COLLECTED")


def test_a_collected_slip_is_neither_collected_nor_cancelled_again(volunteer: Volunteer, worker: Any) -> None:
    slip = rewards.hand_over(
        redemption=redeem(volunteer, make.reward(volunteer.community)), by=worker, at=NOW
    )
    for step in (rewards.hand_over, rewards.take_back):
        with pytest.raises(rewards.AlreadyCollected):
            step(redemption=slip, by=worker, at=NOW)


def test_cancelling_gives_back_points_backing_and_the_piece(volunteer: Volunteer) -> None:
    money = fund(volunteer.community, 10)
    reward = make.reward(volunteer.community, fund=money, backing_fen=350, stock=2)
    own = make.volunteer_user(volunteer)
    slip = redeem(volunteer, reward, by=own)
    for _ in range(2):
        assert rewards.take_back(redemption=slip, by=own, at=NOW).state == "CANCELLED"
    reward.refresh_from_db()
    money.account.refresh_from_db()
    assert (points_of(volunteer), reward.stock, money.account.balance) == (100, 2, 1000)
    with pytest.raises(rewards.AlreadyCancelled):
        rewards.hand_over(redemption=slip, by=registrar(), at=NOW)
    assert check_books() == []


def test_a_volunteer_hands_nothing_over_and_cancels_nobody_elses_slip(volunteer: Volunteer) -> None:
    slip = redeem(volunteer, make.reward(volunteer.community))
    other = make.volunteer_user(make.volunteer(volunteer.community))
    for step in (rewards.hand_over, rewards.take_back):
        with pytest.raises(NotAllowed):
            step(redemption=slip, by=other, at=NOW)


# --- the shelf ----------------------------------------------------------------------------------------------


def test_a_reward_needs_a_fund_or_donated_goods_behind_it(community: Any) -> None:
    with pytest.raises(ValidationError):
        make.reward(community, backing="", stock=0)


def test_stock_is_the_sum_of_its_moves_and_counts_are_booked(community: Any, staff: Any) -> None:
    reward = make.reward(community, stock=5)
    rewards.restock(reward=reward, quantity=7, source="福彩中心捐赠", by=staff, at=NOW)
    assert rewards.count(reward=reward, on_shelf=11, source="月末盘点", by=staff, at=NOW).quantity == -1
    assert rewards.count(reward=reward, on_shelf=11, source="月末盘点", by=staff, at=NOW) is None
    reward.refresh_from_db()
    assert reward.stock == 11 == sum(reward.moves.values_list("quantity", flat=True))
    with pytest.raises(rewards.SourceMissing):
        rewards.restock(reward=reward, quantity=1, source=" ", by=staff, at=NOW)


def test_the_shop_is_kept_by_the_committee(community: Any, worker: Any, auditor: Any) -> None:
    reward = make.reward(community)
    for user in (worker, auditor):
        with pytest.raises(NotAllowed):
            rewards.restock(reward=reward, quantity=1, source="x", by=user, at=NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "update volunteers_reward set stock = stock + 1",
        "insert into volunteers_redemption (uid) values (gen_random_uuid())",
        "update volunteers_redemption set points = 1",
        "delete from volunteers_redemption",
        "update volunteers_stockmove set quantity = 100",
        "delete from volunteers_stockmove",
        "delete from volunteers_reward",
        "update volunteers_redemption set state = 'REDEEMED', closed_at = null, collected_by_name = ''",
        "update volunteers_redemption set collected_by_name = ''",
        "update volunteers_redemption set closed_at = null",
        "update volunteers_reward set points = 0",
        "update volunteers_reward set per_person = 0",
        "update volunteers_reward set backing = ''",
        "update volunteers_reward set backing_fen = 5",
        "insert into volunteers_stockmove (community_id, reward_id, kind, quantity, source, at, by_id) "
        "select community_id, id, 'RECEIVED', -1, 'x', now(), 1 from volunteers_reward",
        "insert into volunteers_stockmove (community_id, reward_id, kind, quantity, source, at, by_id) "
        "select community_id, id, 'COUNTED', 5, '', now(), 1 from volunteers_reward",
        "insert into volunteers_stockmove (community_id, reward_id, kind, quantity, source, at, by_id) "
        "select community_id, id, 'REDEEMED', -1, '', now(), 1 from volunteers_reward",
    ],
)
def test_the_application_role_cannot_go_round_the_rules(
    volunteer: Volunteer, worker: Any, statement: str
) -> None:
    slip = redeem(volunteer, make.reward(volunteer.community))
    rewards.hand_over(redemption=slip, by=worker, at=NOW)
    refused = r"permission denied|stock moves only|append only|cannot follow|_rules|closed with|not a stock move|a reward"
    with pytest.raises(Exception, match=refused), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
