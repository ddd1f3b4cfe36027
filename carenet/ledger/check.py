"""The books prove themselves: every balance again from its postings, every hold, every key, every wall.

Run nightly, by command, and after every test that books. Source: proof.md §3 (Liberapay's self-check); law 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

# Each query returns (community, number, detail) of what is wrong, and nothing when all is right.
# %(community)s is null for all communities in scope.
_CHECKS: dict[str, str] = {
    "kept_balance": """
        select a.community_id, a.id, a.code || ' ' || a.unit || ': ' || a.balance || ' <> ' || coalesce(s.total, 0)
        from ledger_account a left join (
          select account, sum(delta) as total from (
            select source_id as account, -amount as delta from ledger_posting
            union all select target_id, amount from ledger_posting) leg
          group by account) s on s.account = a.id
        where a.keeps_balance and a.balance <> coalesce(s.total, 0)""",
    "negative": """
        select community_id, id, code || ' ' || unit || ': ' || balance from ledger_account a
        where balance < 0 and not may_go_negative""",
    "contra_balance": """
        select community_id, id, code || ' ' || unit || ': ' || balance from ledger_account a
        where not keeps_balance and balance <> 0""",
    "chain": """
        select community_id, id, account || ': ' || coalesce(after::text, 'null') || ' <> ' || due from (
          select leg.community_id, leg.id, leg.account, leg.after,
            sum(leg.delta) over (partition by leg.account order by leg.id) as due
          from (select community_id, id, source_id as account, -amount as delta, source_balance as after
                from ledger_posting
                union all select community_id, id, target_id, amount, target_balance from ledger_posting) leg
          join ledger_account k on k.id = leg.account and k.keeps_balance) a
        where after is distinct from due""",
    "needless_balance": """
        select p.community_id, p.id, p.entry_id::text from ledger_posting p
        join ledger_account s on s.id = p.source_id join ledger_account t on t.id = p.target_id
        cross join lateral (select p.community_id) a
        where (not s.keeps_balance and p.source_balance is not null)
           or (not t.keeps_balance and p.target_balance is not null)""",
    "empty_entry": """
        select community_id, id, key from ledger_entry a
        where not exists (select from ledger_posting p where p.entry_id = a.id)""",
    "orphan_posting": """
        select a.community_id, a.id, a.entry_id::text from ledger_posting a
        left join ledger_entry e on e.id = a.entry_id and e.community_id = a.community_id
          and e.posted_on = a.posted_on
        where e.id is null""",
    "foreign_account": """
        select a.community_id, a.id, coalesce(s.code, '?') || ' / ' || coalesce(t.code, '?') from ledger_posting a
        left join ledger_account s on s.id = a.source_id left join ledger_account t on t.id = a.target_id
        where s.community_id is distinct from a.community_id or t.community_id is distinct from a.community_id
           or s.unit is distinct from a.unit or t.unit is distinct from a.unit""",
    "not_positive": "select community_id, id, amount::text from ledger_posting a where amount <= 0 or source_id = target_id",
    "units_sum": """
        select community_id, 0, unit || ': ' || sum(delta) from (
          select a.community_id, a.unit, p.amount as delta from ledger_posting p join ledger_account a on a.id = p.target_id
          union all select a.community_id, a.unit, -p.amount from ledger_posting p
            join ledger_account a on a.id = p.source_id) a
        group by community_id, unit having sum(delta) <> 0""",
    "hold_account": """
        select a.community_id, a.id, a.code || ': ' || a.balance || ' <> ' || coalesce(s.total, 0) from ledger_account a
        left join (select h.held_in_id, sum(h.amount) as total from ledger_hold h
          where not exists (select from ledger_entry e where e.resolves_id = h.entry_id) group by h.held_in_id) s
          on s.held_in_id = a.id
        where a.kind = 'HOLD' and a.balance <> coalesce(s.total, 0)""",
    "hold_without_row": """
        select a.community_id, a.id, a.key from ledger_entry a left join ledger_hold h on h.entry_id = a.id
        where (a.kind = 'HOLD') <> (h.entry_id is not null)""",
    "reversal": """
        select a.community_id, a.id, a.key from ledger_entry a join ledger_entry o on o.id = a.reverses_id
        where a.kind = 'REVERSE' and (o.community_id <> a.community_id or o.kind not in ('POST', 'SETTLE')
          or (o.kind = 'POST' and exists (
            select source_id, target_id, sum(amount) from ledger_posting where entry_id = a.id group by 1, 2
            except select target_id, source_id, sum(amount) from ledger_posting where entry_id = o.id group by 1, 2)))""",
    "twice": """
        select community_id, max(id), min(kind) from ledger_entry a where coalesce(reverses_id, resolves_id) is not null
        group by community_id, coalesce(reverses_id, resolves_id) having count(*) > 1""",
    "same_key": "select community_id, max(id), key from ledger_entry a group by community_id, key having count(*) > 1",
}


@dataclass(frozen=True)
class Fault:
    """Something that is not right in the books."""

    code: str
    community_id: int
    number: int
    detail: str

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return _words(self.code) % {
            "number": self.number,
            "detail": self.detail,
            "community": self.community_id,
        }


def _words(code: str) -> str:
    return {
        "kept_balance": _(
            "Account %(number)s: the kept balance is not the sum of its postings (%(detail)s)."
        ),
        "negative": _("Account %(number)s is below zero and may not be (%(detail)s)."),
        "contra_balance": _("Account %(number)s keeps no balance but has one (%(detail)s)."),
        "chain": _("Posting %(number)s: the balance written beside it is wrong (account %(detail)s)."),
        "needless_balance": _("Posting %(number)s carries a balance of an account that keeps none."),
        "empty_entry": _("Entry %(number)s (%(detail)s) has no postings."),
        "orphan_posting": _("Posting %(number)s does not belong to its entry (%(detail)s)."),
        "foreign_account": _(
            "Posting %(number)s joins accounts of different communities or units (%(detail)s)."
        ),
        "not_positive": _("Posting %(number)s moves no positive amount between two accounts (%(detail)s)."),
        "units_sum": _("The postings of a unit do not sum to zero (%(detail)s)."),
        "hold_account": _(
            "Account %(number)s: what is set aside is not the sum of its open holds (%(detail)s)."
        ),
        "hold_without_row": _(
            "Entry %(number)s (%(detail)s): the amount set aside and its row do not match."
        ),
        "reversal": _("Entry %(number)s (%(detail)s) is not the opposite of what it reverses."),
        "twice": _("Entry %(number)s reverses or resolves something a second time."),
        "same_key": _("The key %(detail)s was booked more than once."),
    }[code]


def check_books(community: int | object | None = None) -> list[Fault]:
    """Everything that is wrong with the books in scope (or of one community); an empty list proves them.

    Sees what the caller's scope shows: sweepers call it once per community.
    """
    number = getattr(community, "pk", community)
    faults: list[Fault] = []
    with transaction.atomic(), connection.cursor() as cursor:
        # A city's whole books take longer than a page may: the limit is lifted for this transaction only.
        cursor.execute(
            "select current_setting('statement_timeout'), set_config('statement_timeout', '0', true)"
        )
        (limit, _none) = cursor.fetchone()
        for code, query in _CHECKS.items():
            wrapped = f"select * from ({query}) faults(community, number, detail)"
            if number is not None:
                cursor.execute(wrapped + " where community = %s order by 1, 2 limit 100", [number])  # type: ignore[list-item]
            else:
                cursor.execute(wrapped + " order by 1, 2 limit 100")
            faults += [Fault(code, *row) for row in cursor.fetchall()]
        cursor.execute("select set_config('statement_timeout', %s, true)", [limit])
    return faults
