"""Can the time bank keep what it promised? Coins outstanding beside pledged hours and money set apart.

Everything is summed by the database in a constant number of queries. Units: coin-minutes and minutes.
Source: product.md §4 idea 9; domain.md §4.3 reserve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from carenet.ledger.states import Unit
from volunteers.models import Policy
from volunteers.states_bank import COIN_POOL, STOP_ISSUING

if TYPE_CHECKING:
    from carenet.parties.models import Community

BANDS = ("<60", "60-69", "70-79", "80+", "?")
# Money counts only as far as it is still in its fund; a promise only while its volunteer serves.
_COVER = """
select
  (select coalesce(sum(balance), 0) from ledger_account
   where community_id = %(community)s and unit = 'COIN' and keeps_balance) as outstanding,
  (select coalesce(sum(r.minutes), 0) from volunteers_reserve r left join volunteers_volunteer v on v.id = r.volunteer_id
   where r.community_id = %(community)s and r.kind in ('PLEDGE', 'GROUP') and coalesce(v.state, '') <> 'LEFT'
     and r.valid_from <= %(on)s and (r.valid_to is null or r.valid_to > %(on)s)) as pledged,
  (select coalesce(sum(least(x.fen, greatest(a.balance, 0))), 0) from (
     select f.account_id, sum(r.fen) as fen from volunteers_reserve r join charity_fund f on f.id = r.fund_id
     where r.community_id = %(community)s and r.kind = 'FUND' and f.closed_on is null
       and r.valid_from <= %(on)s and (r.valid_to is null or r.valid_to > %(on)s)
     group by f.account_id) x join ledger_account a on a.id = x.account_id) as fen,
  exists (select from volunteers_reserve where community_id = %(community)s and valid_from <= %(on)s) as begun
"""
_BAND = """case when p.born_on is null then '?' when age(%(on)s, p.born_on) < interval '60 years' then '<60'
  when age(%(on)s, p.born_on) < interval '70 years' then '60-69'
  when age(%(on)s, p.born_on) < interval '80 years' then '70-79' else '80+' end"""
_HOLDERS = f"""
select {_BAND} as band, count(distinct p.id) filter (where a.balance > 0), coalesce(sum(a.balance), 0),
  coalesce(sum(a.balance) filter (where age(%(on)s, p.born_on) >= interval '75 years'), 0)
from ledger_account a join parties_person p on p.id = a.person_id
where a.community_id = %(community)s and a.unit = 'COIN' and a.keeps_balance group by 1
"""
_PLEDGES = f"""
select {_BAND} as band, count(distinct p.id), coalesce(sum(r.minutes), 0),
  coalesce(sum(r.minutes) filter (where age(%(on)s, p.born_on) < interval '75 years'), 0)
from volunteers_reserve r join volunteers_volunteer v on v.id = r.volunteer_id join parties_person p on p.id = v.person_id
where r.community_id = %(community)s and r.kind = 'PLEDGE' and v.state <> 'LEFT'
  and r.valid_from <= %(on)s and (r.valid_to is null or r.valid_to > %(on)s) group by 1
"""
_SPREAD = """
with held as (
  select a.person_id, sum(a.balance) as coins,
    max((select p.posted_on from ledger_posting p where p.target_id = a.id order by p.id desc limit 1)) as came,
    max((select p.posted_on from ledger_posting p where p.source_id = a.id order by p.id desc limit 1)) as went
  from ledger_account a
  where a.community_id = %(community)s and a.unit = 'COIN' and a.keeps_balance and a.person_id is not null
    and a.balance > 0 group by a.person_id
)
select coalesce((select sum(coins) from (select coins from held order by coins desc limit 10) t), 0),
  count(*) filter (where greatest(came, went) < %(quiet)s), coalesce(sum(coins) filter (where greatest(came, went) < %(quiet)s), 0)
from held
"""
_POOL = """
select coalesce(sum(balance) filter (where code = %(pool)s), 0), coalesce(sum(balance) filter (where code like 'grant:%%'), 0),
  coalesce(sum(balance) filter (where code like 'team:%%' or code like 'hold:team:%%'), 0)
from ledger_account where community_id = %(community)s and unit = 'COIN' and keeps_balance
"""


@dataclass(frozen=True)
class Cover:
    """What is promised and what stands behind it."""

    outstanding: int
    pledged: int
    bought: int
    limit: int
    action: int
    begun: bool

    @property
    def reserve(self) -> int:
        """Minutes that can be kept within a year."""
        return self.pledged + self.bought

    @property
    def percent(self) -> int | None:
        """Coins promised of the hours that can be kept; nothing when there is no reserve."""
        return -(-self.outstanding * 100 // self.reserve) if self.reserve else None

    def passes_with(self, more: int) -> bool:
        """Whether so many more coins would pass the limit. The rule begins with the first reserve on record."""
        return self.begun and (self.outstanding + more) * 100 > self.reserve * self.limit

    @property
    def passes(self) -> bool:
        """Whether more is promised than the limit allows."""
        return self.passes_with(0)


@dataclass(frozen=True)
class Band:
    """One age band: what its people hold, and what its volunteers promise."""

    name: str
    holders: int = 0
    coins: int = 0
    helpers: int = 0
    pledged: int = 0

    @property
    def label(self) -> str:
        """The band in words."""
        return {
            "<60": _("under 60"), "60-69": _("60 to 69"), "70-79": _("70 to 79"), "80+": _("80 and over"), "?": _("age not known"),
        }[self.name]  # fmt: skip


@dataclass(frozen=True)
class Solvency:
    """The whole picture of one day."""

    on: date
    cover: Cover
    bands: list[Band] = field(default_factory=list)
    pool: int = 0
    grants: int = 0
    teams: int = 0
    top_ten: int = 0
    dormant_holders: int = 0
    dormant: int = 0
    stress_need: int = 0
    stress_have: int = 0

    @property
    def top_ten_percent(self) -> int:
        """Share of the ten largest accounts in what people hold."""
        held = sum(each.coins for each in self.bands)
        return self.top_ten * 100 // held if held else 0

    @property
    def stress_percent(self) -> int | None:
        """How much of the stress could be served."""
        return min(self.stress_have * 100 // self.stress_need, 100) if self.stress_need else None

    @property
    def sentence(self) -> str:
        """The state of the bank in one plain sentence."""
        cover = self.cover
        owed = cover.outstanding // 60
        if not cover.outstanding:
            return _("No hours are promised yet.")
        if not cover.begun:
            return _(
                "%(owed)d hours are promised, and nobody has written down yet who will keep them: record pledges or money."
            ) % {"owed": owed}
        facts = {"owed": owed, "reserve": cover.reserve // 60, "limit": cover.limit}
        if not cover.passes:
            return _("%(owed)d hours are promised and %(reserve)d can be kept: the promise holds.") % facts
        if cover.action == STOP_ISSUING:
            return (
                _(
                    "%(owed)d hours are promised but only %(reserve)d can be kept: new coins stop until more is pledged."
                )
                % facts
            )
        return _("%(owed)d hours are promised but only %(reserve)d can be kept: please pledge more.") % facts

    @property
    def stress_sentence(self) -> str:
        """What happens when all over 75 want their hours within one year."""
        if not self.stress_need:
            return _("Nobody over 75 holds hours: there is nothing to test.")
        facts = {
            "need": self.stress_need // 60,
            "have": self.stress_have // 60,
            "percent": self.stress_percent,
        }
        if self.stress_have >= self.stress_need:
            return (
                _(
                    "If all over 75 used their %(need)d hours within one year, the younger could serve them: %(have)d hours stand ready."
                )
                % facts
            )
        return (
            _(
                "If all over 75 used their %(need)d hours within one year, only %(have)d (%(percent)d %%) could be served."
            )
            % facts
        )


def cover(community: Community | int, *, on: date) -> Cover:
    """Promised against kept, in two queries."""
    number = getattr(community, "pk", community)
    values = Policy.objects.values_on(number, on)
    with connection.cursor() as cursor:
        cursor.execute(_COVER, {"community": number, "on": on})
        outstanding, pledged, fen, begun = cursor.fetchone()
    return Cover(
        int(outstanding), int(pledged), int(fen) * 60 // max(values["cost_of_an_hour"], 1), values["solvency_limit"],
        values["solvency_action"], begun,
    )  # fmt: skip


def solvency(community: Community | int, *, on: date) -> Solvency:
    """The picture of a day in seven queries, whatever the number of accounts."""
    number = getattr(community, "pk", community)
    found = cover(number, on=on)
    quiet = on - timedelta(days=Policy.objects.values_on(number, on)["dormant_days"])
    facts: dict[str, Any] = {
        "community": number,
        "on": on,
        "quiet": quiet,
        "pool": COIN_POOL,
        "unit": Unit.COIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, facts)
        holders = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_PLEDGES, facts)
        pledges = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_SPREAD, facts)
        top_ten, dormant_holders, dormant = cursor.fetchone()
        cursor.execute(_POOL, facts)
        pool, grants, teams = cursor.fetchone()
    bands = [
        Band(
            name, int(holders.get(name, (0, 0))[0]), int(holders.get(name, (0, 0))[1]), int(pledges.get(name, (0, 0))[0]),
            int(pledges.get(name, (0, 0))[1]),
        )
        for name in BANDS
        if name != "?" or name in holders or name in pledges
    ]  # fmt: skip
    need = sum(int(each[2]) for each in holders.values())
    group = found.pledged - sum(int(each[1]) for each in pledges.values())
    have = sum(int(each[2]) for each in pledges.values()) + group + found.bought
    return Solvency(
        on,
        found,
        bands,
        int(pool),
        int(grants),
        int(teams),
        int(top_ten),
        dormant_holders,
        int(dormant),
        need,
        have,
    )
