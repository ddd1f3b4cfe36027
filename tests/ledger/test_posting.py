"""What the books promise, one rule a test."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.ledger import accounts, periods, posting, statements
from carenet.ledger.errors import AccountDiffers
from carenet.ledger.models import Account, Entry, Posting
from carenet.ledger.posting import Draft, Move
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_right")]


def balance(account: Account) -> int:
    return Account.objects.get(pk=account.pk).balance


def test_an_amount_goes_from_its_source_to_its_target(community, wang, li):
    make.move(community, wang, li, 30)

    assert (balance(wang), balance(li)) == (70, 30)


def test_both_balances_after_the_move_stand_beside_it(community, issued, wang, li):
    entry = make.move(community, wang, li, 30)
    credit = make.move(community, issued, li, 5)

    line = entry.postings.get()
    assert (line.source_balance, line.target_balance) == (70, 30)
    assert (credit.postings.get().source_balance, credit.postings.get().target_balance) == (None, 35)


def test_a_contra_account_keeps_no_balance_and_is_summed_when_asked(community, issued, wang):
    assert balance(issued) == 0
    assert statements.balance(issued) == -100


def test_nobody_spends_more_than_they_have(community, wang, li):
    with pytest.raises(posting.Overdrawn) as refusal:
        make.move(community, wang, li, 101)

    assert refusal.value.facts["balance"] == 100
    assert balance(wang) == 100


def test_an_account_that_may_go_negative_does(community, li):
    advance = accounts.open_account(
        community=community, unit="POINT", code="advance", kind="POOL", may_go_negative=True
    )

    make.move(community, advance, li, 40)

    assert balance(advance) == -40


def test_a_retry_with_the_same_key_finds_the_first_entry(community, wang, li, staff):
    first = make.move(community, wang, li, 30, key="gift:1")
    again = make.move(
        community, wang, li, 30, key="gift:1", by=staff, at=NOW + timedelta(days=1), on=date(2026, 11, 22)
    )

    assert again == first
    assert balance(wang) == 70


@pytest.mark.parametrize("change", ["amount", "target", "cause"])
def test_a_key_used_for_something_else_is_refused(community, issued, wang, li, change):
    make.move(community, wang, li, 30, key="gift:1", cause=("test", 1))

    with pytest.raises(posting.KeyReused):
        make.move(
            community,
            wang,
            issued if change == "target" else li,
            31 if change == "amount" else 30,
            key="gift:1",
            cause=("test", 2 if change == "cause" else 1),
        )


def test_the_same_key_in_another_community_is_another_key(community, other_community, wang, li):
    make.move(community, wang, li, 1, key="gift:1")
    with scope.within([other_community.pk]):
        theirs = make.holder(other_community, code="volunteer:1", points=5)
        make.move(other_community, theirs, make.issued(other_community), 1, key="gift:1")
        assert balance(theirs) == 4


def test_one_entry_may_move_several_units_but_never_mix_them(community, wang):
    coins = make.holder(community, unit="COIN", code="volunteer:wang")
    entry = posting.post(
        community=community,
        key="earn:1",
        moves=[Move(make.issued(community), wang, 10), Move(make.issued(community, unit="COIN"), coins, 60)],
        on=NOW.date(),
        at=NOW,
        by=registrar(),
    )
    assert entry.postings.count() == 2

    with pytest.raises(posting.BadMove):
        make.move(community, coins, wang, 5)


@pytest.mark.parametrize("amount", [0, -5])
def test_only_amounts_above_zero_move(community, wang, li, amount):
    with pytest.raises(posting.BadMove):
        make.move(community, wang, li, amount)


@pytest.mark.parametrize("amount", [1.5, "3", True])
def test_amounts_are_whole_numbers(community, wang, li, amount):
    with pytest.raises(posting.BadMove):
        make.move(community, wang, li, amount)


def test_nothing_moves_from_an_account_to_itself(community, wang):
    with pytest.raises(posting.BadMove):
        make.move(community, wang, wang, 1)


def test_an_account_of_another_community_is_refused(community, other_community, wang):
    with scope.within([other_community.pk]):
        theirs = make.holder(other_community, code="volunteer:1")

    with pytest.raises(posting.BadMove):
        make.move(community, wang, theirs, 1)


def test_a_community_out_of_scope_is_refused(community, other_community, wang, li):
    with scope.within([other_community.pk]), pytest.raises(posting.OutOfScope):
        make.move(community, wang, li, 1)


def test_without_any_scope_nothing_is_booked(community, wang, li):
    with scope.within([]), pytest.raises(posting.OutOfScope):
        make.move(community, wang, li, 1)


def test_nothing_moves_on_a_frozen_account(community, wang, li, director):
    accounts.freeze(account=wang, reason="double identity", by=director, at=NOW)
    for source, target in ((wang, li), (make.issued(community), wang)):
        with pytest.raises(posting.Frozen):
            make.move(community, source, target, 1)

    accounts.thaw(account=wang, reason="explained", by=director, at=NOW)
    make.move(community, wang, li, 1)
    assert [each.frozen for each in wang.freezes.order_by("pk")] == [True, False]


def test_a_closed_month_takes_no_more_entries(community, wang, li, director):
    periods.close(community=community, month=date(2026, 10, 1), by=director, at=NOW)
    periods.close(community=community, month=date(2026, 10, 15), by=director, at=NOW)

    with pytest.raises(posting.PeriodClosed):
        make.move(community, wang, li, 1, on=date(2026, 10, 31))
    make.move(community, wang, li, 1, on=date(2026, 11, 1))


def test_a_retry_of_an_entry_of_a_closed_month_still_finds_it(community, wang, li, director):
    first = make.move(community, wang, li, 1, on=date(2026, 10, 31), key="late")
    periods.close(community=community, month=date(2026, 10, 1), by=director, at=NOW)

    assert make.move(community, wang, li, 1, on=date(2026, 10, 31), key="late") == first


def test_moves_are_booked_in_their_order_and_all_or_none(community, issued, wang, li, staff):
    posting.post(
        community=community,
        key="chain",
        moves=[Move(issued, li, 10), Move(li, wang, 10)],
        on=NOW.date(),
        at=NOW,
        by=staff,
    )
    assert (balance(wang), balance(li)) == (110, 0)

    with pytest.raises(posting.Overdrawn):
        posting.post(
            community=community,
            key="chain2",
            moves=[Move(issued, wang, 10), Move(li, wang, 10)],
            on=NOW.date(),
            at=NOW,
            by=staff,
        )
    assert (balance(wang), balance(li)) == (110, 0)
    assert not Entry.objects.filter(key="chain2").exists()


# --- accounts ------------------------------------------------------------------------------------
def test_opening_an_account_twice_finds_it_and_other_properties_are_refused(community, wang):
    assert (
        accounts.open_account(community=community, unit="POINT", code="volunteer:wang", kind="HOLDER") == wang
    )

    with pytest.raises(AccountDiffers):
        accounts.open_account(community=community, unit="POINT", code="volunteer:wang", kind="POOL")


# --- many at once --------------------------------------------------------------------------------
def draft(key, moves, **more):
    more.setdefault("on", NOW.date())
    return Draft(key=key, moves=moves, at=NOW, **more)


def test_a_roster_is_booked_in_one_call_with_the_same_balances(community, issued, wang, li):
    drafts = [draft(f"r:{n}", [Move(issued, li if n % 2 else wang, n)]) for n in range(1, 21)]
    drafts.append(draft("r:21", [Move(wang, li, 40), Move(li, issued, 3)]))

    done = posting.post_many(community=community, drafts=drafts, by=registrar())
    again = posting.post_many(community=community, drafts=drafts, by=registrar())

    assert [each.fresh for each in done] == [True] * 21
    assert [each.entry_id for each in again] == [each.entry_id for each in done]
    assert [each.fresh for each in again] == [False] * 21
    assert (balance(wang), balance(li)) == (100 + 110 - 40, 100 + 40 - 3)
    last = Posting.objects.filter(entry_id=done[-1].entry_id).order_by("pk")
    assert [(each.source_balance, each.target_balance) for each in last] == [(170, 140), (137, None)]


def test_a_roster_and_a_single_posting_share_their_keys(community, issued, li):
    one = make.move(community, issued, li, 5, key="r:1", cause=("test", 1))

    (found,) = posting.post_many(
        community=community, drafts=[draft("r:1", [Move(issued, li, 5)], cause=("test", 1))], by=registrar()
    )

    assert (found.entry_id, found.fresh) == (one.pk, False)
    with pytest.raises(posting.KeyReused):
        posting.post_many(community=community, drafts=[draft("r:1", [Move(issued, li, 6)])], by=registrar())


@pytest.mark.parametrize(
    "refusal,spoil",
    [
        (posting.Overdrawn, "overdrawn"),
        (posting.Overdrawn, "overdrawn on the way"),
        (posting.Frozen, "frozen"),
        (posting.BadMove, "units"),
        (posting.BadMove, "foreign"),
        (posting.BadMove, "nothing"),
        (posting.PeriodClosed, "closed"),
        (posting.KeyReused, "same key twice"),
    ],
)
def test_one_bad_line_refuses_the_whole_roster(
    community, other_community, issued, wang, li, director, refusal, spoil
):
    bad = {
        "overdrawn": lambda: [draft("bad", [Move(wang, li, 500)])],
        "overdrawn on the way": lambda: [
            draft("bad", [Move(li, wang, 50)]),
            draft("b2", [Move(issued, li, 90)]),
        ],
        "frozen": lambda: (
            accounts.freeze(account=li, reason="x", by=director, at=NOW)
            or [draft("bad", [Move(wang, li, 1)])]
        ),
        "units": lambda: [draft("bad", [Move(wang, make.holder(community, unit="COIN", code="c"), 1)])],
        "foreign": lambda: [draft("bad", [Move(wang, _foreign(other_community), 1)])],
        "nothing": lambda: [draft("bad", [])],
        "closed": lambda: (
            periods.close(community=community, month=date(2026, 10, 1), by=director, at=NOW)
            and [draft("bad", [Move(wang, li, 1)], on=date(2026, 10, 3))]
        ),
        "same key twice": lambda: [draft("bad", [Move(wang, li, 1)]), draft("bad", [Move(wang, li, 2)])],
    }[spoil]()

    with pytest.raises(refusal):
        posting.post_many(
            community=community, drafts=[draft("good", [Move(issued, wang, 1)]), *bad], by=registrar()
        )
    assert not Entry.objects.filter(key="good").exists()
    assert balance(wang) == 100


def _foreign(other_community):
    with scope.within([other_community.pk]):
        return make.holder(other_community, code="x")


# --- walls ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_account set balance = 1000000",
        "update ledger_posting set amount = 1",
        "update ledger_entry set memo = 'x'",
        "delete from ledger_posting",
        "delete from ledger_entry",
        "delete from ledger_account",
        "truncate ledger_posting",
        "insert into ledger_periodlock (community_id, month, closed_at, closed_by_id) values (1, '2026-01-01', now(), 1)",
        "select ledger_write(1, 'x', now()::date, now(), 1, '{1}', '{2}', '{5}', '', null, '', 'POST', null, null)",
    ],
)
def test_the_application_role_can_only_use_the_functions(community, wang, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_stranger_sees_no_line_of_the_books(community, other_community, wang):
    with scope.within([other_community.pk]):
        assert not Account.objects.filter(pk=wang.pk).exists()
        assert not Posting.objects.filter(community=community).exists()


# --- statements ----------------------------------------------------------------------------------
def test_a_statement_shows_each_line_with_the_balance_after_it(community, wang, li):
    make.move(community, wang, li, 30, memo="gift")
    make.move(community, li, wang, 5)

    lines = statements.lines(wang)
    assert [(each.amount, each.balance) for each in lines] == [(5, 75), (-30, 70), (100, 100)]
    assert lines[1].memo == "gift"
    second = statements.lines(wang, before=lines[0].posting_id, limit=1)
    assert [each.amount for each in second] == [-30]


def test_a_balance_on_a_past_day_counts_what_belongs_to_that_day(community, wang, li):
    make.move(community, wang, li, 30, on=date(2026, 11, 1))

    assert statements.balance(wang, date(2026, 10, 31)) == 0
    assert statements.balance(wang, date(2026, 11, 1)) == -30
    assert statements.balance(wang, date(2026, 11, 21)) == statements.balance(wang) == 70
    assert statements.moved([wang, li], since=date(2026, 11, 1), until=date(2026, 11, 2)) == {
        wang.pk: (0, 30),
        li.pk: (30, 0),
    }
