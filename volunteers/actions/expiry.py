"""Points (and, if a community decides so, coins) end after some months: told twice, then booked; never silently.

The oldest are used first. Set-based: a handful of statements for a community, whatever the number of accounts.
Source: domain.md §4.3 expiry (coins never; points 24 months; warn at 60 and 15 days).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.kernel import months
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from volunteers.models import Expiry, Policy, Volunteer

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

EXPIRED = "expired"
UNITS = {Unit.POINT: "point_months", Unit.COIN: "coin_months"}
# What came in before the day and was not used since: reversals and given-back holds count where their origin counts.
_DUE = """
with leg as (
  select a.id as account, p.entry_id, p.amount as delta from ledger_account a join ledger_posting p on p.target_id = a.id
  where a.community_id = %(community)s and a.unit = %(unit)s and a.code like 'volunteer:%%' and a.balance > 0
    and a.frozen_at is null
  union all
  select a.id, p.entry_id, -p.amount from ledger_account a join ledger_posting p on p.source_id = a.id
  where a.community_id = %(community)s and a.unit = %(unit)s and a.code like 'volunteer:%%' and a.balance > 0
    and a.frozen_at is null
), dated as (
  select leg.account, leg.delta, e.posted_on, o.id is not null as undoes, o.posted_on as origin_on
  from leg join ledger_entry e on e.id = leg.entry_id
  left join ledger_entry o on o.id = coalesce(e.reverses_id, e.resolves_id)
)
select split_part(a.code, ':', 2)::bigint, a.id, least(a.balance, s.due)
from (
  select account, coalesce(sum(delta) filter (where delta > 0 and not undoes and posted_on < %(cut)s), 0)
    + coalesce(sum(delta) filter (where delta < 0 and undoes and origin_on < %(cut)s), 0)
    + coalesce(sum(delta) filter (where delta < 0 and not undoes), 0)
    + coalesce(sum(delta) filter (where delta > 0 and undoes), 0) as due
  from dated group by account) s join ledger_account a on a.id = s.account
where s.due > 0 order by a.id
"""


def months_back(day: date, count: int) -> date:
    """The first of the month so many months before."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def due(community: Community, unit: str, cut: date) -> dict[int, tuple[int, int]]:
    """For each volunteer the account and what is left of all that came in before the day `cut`."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"community": community.pk, "unit": unit, "cut": cut})
        return {volunteer: (account, int(amount)) for volunteer, account, amount in cursor.fetchall()}


@transaction.atomic
def run(*, community: Community, on: date, at: datetime, by: User) -> tuple[int, int]:
    """Tell whose points end soon (twice, each once), and end what was told in time; gives (told, ended).

    What was told too late ends as many days later. Running it twice or after days of standstill adds nothing wrong.
    """
    values = Policy.objects.values_on(community, on)
    told = ended = 0
    for unit, key in UNITS.items():
        if values[key] > 0:
            ended += _end(community, unit, values, on, by, at)
            told += _tell(community, unit, values, on, by, at)
    return told, ended


def _tell(community: Community, unit: str, values: dict[str, int], on: date, by: User, at: datetime) -> int:
    day, wanted = months.next_month(on), []
    while day - timedelta(days=values["expiry_first_warning"]) <= on:
        wanted.append(day)
        day = months.next_month(day)
    # What was told and has not ended yet (told late) is not told a second time under the next day.
    earlier: dict[int, int] = {}
    for each in Expiry.objects.of(community).filter(unit=unit, done_at__isnull=True, ends_on__lte=on):
        earlier[each.volunteer_id] = earlier.get(each.volunteer_id, 0) + (
            each.last_amount or each.first_amount
        )
    first: list[Expiry] = []
    for ends_on in wanted:
        found = due(community, unit, months_back(ends_on, values[UNITS[Unit(unit)]]))
        known = set(
            Expiry.objects.of(community)
            .filter(unit=unit, ends_on=ends_on)
            .values_list("volunteer", flat=True)
        )
        for volunteer, (_account, amount) in found.items():
            new = amount - earlier.get(volunteer, 0)
            if new > 0 and volunteer not in known:
                first.append(
                    Expiry(
                        community=community, volunteer_id=volunteer, unit=unit, ends_on=ends_on, first_told_at=at,
                        first_amount=new,
                    )
                )  # fmt: skip
        earlier = {volunteer: amount for volunteer, (_account, amount) in found.items()}
    Expiry.objects.bulk_create(first, batch_size=2000)
    _write(community, "first", first, by, at)
    again = list(
        Expiry.objects.of(community)
        .filter(
            unit=unit, last_told_at__isnull=True, done_at__isnull=True,
            ends_on__lte=on + timedelta(days=values["expiry_last_warning"]),
        )
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("ends_on", "pk")
    )  # fmt: skip
    counted: dict[int, int] = {}
    for ends_on in sorted({each.ends_on for each in again}):
        found = due(community, unit, months_back(ends_on, values[UNITS[Unit(unit)]]))
        for each in again:
            if each.ends_on == ends_on:
                amount = found.get(each.volunteer_id, (0, 0))[1]
                each.last_told_at = at
                each.last_amount = max(amount - counted.get(each.volunteer_id, 0), 0)
                counted[each.volunteer_id] = amount
                if not each.last_amount:  # used meanwhile: nothing to tell, nothing to end
                    each.done_at = at
    Expiry.objects.bulk_update(again, ["last_told_at", "last_amount", "done_at"], batch_size=2000)
    _write(community, "last", [each for each in again if each.last_amount], by, at)
    return len(first) + len(again)


def _write(community: Community, which: str, rows: Iterable[Expiry], by: User, at: datetime) -> None:
    rows = list(rows)
    people = dict(
        Volunteer.objects.filter(pk__in=[each.volunteer_id for each in rows]).values_list("pk", "person")
    )
    notices.write_many(
        community=community, template="volunteers.expires_soon", due_at=at, by=by, at=at,
        letters=[
            notices.Letter(
                key=f"expires:{each.pk}:{which}", to_person_id=people[each.volunteer_id], to_user_id=None, to_role="",
                params={
                    "amount": [each.unit, each.last_amount or each.first_amount], "ends_on": each.ends_on.isoformat(),
                },
            )
            for each in rows
        ],
    )  # fmt: skip


def _end(community: Community, unit: str, values: dict[str, int], on: date, by: User, at: datetime) -> int:
    told_by = months.start_of(on - timedelta(days=values["expiry_last_warning"] - 1))
    rows = list(
        Expiry.objects.of(community)
        .filter(unit=unit, done_at__isnull=True, ends_on__lte=on, last_told_at__lt=told_by)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("ends_on", "pk")
    )
    ended = 0
    for ends_on in sorted({each.ends_on for each in rows}):
        found = due(community, unit, months_back(ends_on, values[UNITS[Unit(unit)]]))
        these = [each for each in rows if each.ends_on == ends_on]
        for each in these:
            each.amount = min(each.last_amount, found.get(each.volunteer_id, (0, 0))[1])
            each.done_at = at
        ending = [each for each in these if each.amount]
        contra: Account = accounts.contra(community=community, unit=unit, code=EXPIRED)
        posted = posting.post_many(
            community=community, by=by,
            drafts=[
                posting.Draft(
                    key=f"expiry:{each.pk}", moves=[posting.Move(found[each.volunteer_id][0], contra, each.amount)], on=on,
                    at=at, cause=("volunteers.expiry", each.pk),
                )
                for each in ending
            ],
        )  # fmt: skip
        for each, done in zip(ending, posted, strict=True):
            each.entry_id = done.entry_id
        Expiry.objects.bulk_update(these, ["amount", "done_at", "entry"], batch_size=2000)
        ended += len(ending)
    return ended
