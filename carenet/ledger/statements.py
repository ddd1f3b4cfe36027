"""What stands on an account: its lines with the balance after each, and its balance on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, Sum

from carenet.ledger import names
from carenet.ledger.models import Account, Posting
from carenet.ledger.states import EntryKind


@dataclass(frozen=True)
class Line:
    """One line of a statement: positive came in, negative went out; `balance` is what was there afterwards."""

    posting_id: int
    entry_id: int
    kind: str
    on: date
    at: datetime
    amount: int
    balance: int | None
    other: str
    other_id: int
    cause_kind: str
    cause_id: int | None
    memo: str

    @property
    def title(self) -> str:
        """What happened, in words: the kind of entry, and for plain bookings where from or where to."""
        if self.kind != EntryKind.POST:
            return self.kind_label
        return names.of_account(self.other)

    @property
    def kind_label(self) -> str:
        """The kind of entry in words."""
        return str(EntryKind(self.kind).label)


# Two index scans that stop after `limit` rows each; nothing is summed. Source: proof.md §1a (kept balances).
_LINES = """
select l.id, l.entry_id, e.kind, e.posted_on, e.posted_at, l.amount, l.balance, coalesce(nullif(a.name, ''), a.code),
  l.other_id, e.cause_kind, e.cause_id, e.memo
from (
  (select id, entry_id, -amount as amount, source_balance as balance, target_id as other_id from ledger_posting
   where source_id = %(account)s and id < %(before)s order by id desc limit %(limit)s)
  union all
  (select id, entry_id, amount, target_balance, source_id from ledger_posting
   where target_id = %(account)s and id < %(before)s order by id desc limit %(limit)s)
) l
join ledger_entry e on e.id = l.entry_id
join ledger_account a on a.id = l.other_id
order by l.id desc limit %(limit)s
"""


def lines(account: Account, *, before: int | None = None, limit: int = 50) -> list[Line]:
    """The newest lines first; `before` is the last posting id of the page above. Reads only its own page."""
    values = {"account": account.pk, "before": before or 2**62, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        return [Line(*row) for row in cursor.fetchall()]


def balance(account: Account, at: date | None = None) -> int:
    """What is on the account now, or with everything that counts for the days up to and including `at`.

    The present balance of an account that keeps one is read; contra accounts and past days are summed.
    """
    if at is None and account.keeps_balance:
        return Account.objects.values_list("balance", flat=True).get(pk=account.pk)
    found = Posting.objects.filter(Q(source=account) | Q(target=account))
    if at is not None:
        found = found.filter(posted_on__lte=at)
    sums = found.aggregate(
        came=Sum("amount", filter=Q(target=account)), went=Sum("amount", filter=Q(source=account))
    )
    return (sums["came"] or 0) - (sums["went"] or 0)


def moved(accounts: Iterable[Account], *, since: date, until: date) -> dict[int, tuple[int, int]]:
    """What came in and went out of each account on the days from `since` to before `until`."""
    ids = [each.pk for each in accounts]
    found = dict.fromkeys(ids, (0, 0))
    with connection.cursor() as cursor:
        cursor.execute(
            "select account, sum(came), sum(went) from ("
            " select target_id as account, amount as came, 0 as went from ledger_posting"
            " where target_id = any(%(ids)s) and posted_on >= %(since)s and posted_on < %(until)s"
            " union all select source_id, 0, amount from ledger_posting"
            " where source_id = any(%(ids)s) and posted_on >= %(since)s and posted_on < %(until)s) s group by account",
            {"ids": ids, "since": since, "until": until},
        )
        for account, came, went in cursor.fetchall():
            found[account] = (int(came), int(went))
    return found
