"""What is set aside is settled or given back, once; a mistake is reversed, once, with a reason."""

from __future__ import annotations

import pytest

from carenet.ledger import posting
from carenet.ledger.models import Account, Hold
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_right")]


def balance(account: Account) -> int:
    return Account.objects.get(pk=account.pk).balance


# --- set aside -----------------------------------------------------------------------------------
def set_aside(community, source, amount, key="hold:1"):
    return posting.hold(
        community=community,
        key=key,
        source=source,
        amount=amount,
        on=NOW.date(),
        at=NOW,
        by=registrar(),
        cause=("test", 7),
    )


def _settle(hold, target, key="settle:1", **more):
    return posting.settle(hold=hold, target=target, key=key, on=NOW.date(), at=NOW, by=registrar(), **more)


def _release(hold, key="release:1"):
    return posting.release(hold=hold, key=key, on=NOW.date(), at=NOW, by=registrar())


def test_what_is_set_aside_cannot_be_spent_and_is_settled_once(community, wang, li):
    hold = set_aside(community, wang, 80)
    assert balance(wang) == 20
    with pytest.raises(posting.Overdrawn):
        make.move(community, wang, li, 21)
    assert Hold.objects.open().count() == 1

    entry = _settle(hold, li)
    assert _settle(hold, li) == entry
    assert (balance(wang), balance(li)) == (20, 80)
    assert entry.cause_kind == "test"
    assert not Hold.objects.open().exists()
    for again in (lambda: _settle(hold, li, key="settle:2"), lambda: _release(hold)):
        with pytest.raises(posting.NotHeld):
            again()


def test_settling_less_gives_the_rest_back_in_the_same_entry(community, wang, li):
    _settle(set_aside(community, wang, 80), li, amount=50)

    assert (balance(wang), balance(li)) == (50, 50)


def test_settling_more_than_was_set_aside_is_refused(community, wang, li):
    with pytest.raises(posting.Overdrawn):
        _settle(set_aside(community, wang, 10), li, amount=11)


def test_what_is_given_back_is_free_again_once(community, wang, li):
    hold = set_aside(community, wang, 80)

    released = _release(hold)
    assert _release(hold) == released
    assert balance(wang) == 100
    with pytest.raises(posting.NotHeld):
        _settle(hold, li)


def test_a_repeated_hold_sets_aside_once(community, wang):
    assert set_aside(community, wang, 80) == set_aside(community, wang, 80)
    assert balance(wang) == 20


def test_nothing_can_be_set_aside_on_a_contra_account(community, issued):
    with pytest.raises(posting.BadMove):
        set_aside(community, issued, 1)


# --- reversal ------------------------------------------------------------------------------------
def undo(entry, key="undo:1", reason="booked on the wrong person"):
    return posting.reverse(entry=entry, reason=reason, key=key, on=NOW.date(), at=NOW, by=registrar())


def test_a_mistake_is_reversed_once_with_a_reason(community, wang, li):
    entry = make.move(community, wang, li, 30, cause=("test", 1))

    back = undo(entry)
    assert undo(entry) == back
    assert (balance(wang), balance(li)) == (100, 0)
    assert (back.reverses, back.memo, back.cause_id) == (entry, "booked on the wrong person", 1)
    with pytest.raises(posting.AlreadyReversed):
        undo(entry, key="undo:2")
    with pytest.raises(posting.NotReversible):
        undo(back, key="undo:3")


def test_a_reversal_without_a_reason_is_refused(community, wang, li):
    with pytest.raises(posting.NotReversible):
        undo(make.move(community, wang, li, 30), reason="  ")


def test_what_was_spent_meanwhile_cannot_be_taken_back(community, issued, li):
    credit = make.move(community, issued, li, 30)
    make.move(community, li, issued, 10)

    with pytest.raises(posting.Overdrawn):
        undo(credit)


def test_a_settled_hold_is_reversed_straight_to_its_holder(community, wang, li):
    entry = _settle(set_aside(community, wang, 80), li, amount=50)

    undo(entry)

    assert (balance(wang), balance(li)) == (100, 0)


@pytest.mark.parametrize("kind", ["hold", "release"])
def test_holds_and_releases_are_not_reversed(community, wang, kind):
    hold = set_aside(community, wang, 80)
    entry = hold if kind == "hold" else _release(hold)

    with pytest.raises(posting.NotReversible):
        undo(entry)
