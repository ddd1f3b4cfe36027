"""The volunteers' yardsticks, month by month, each with its definition and where it comes from.

One statement for all months and yardsticks, one more for the ratings. Source: domain.md §4.5 and §11.1; S2-39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel import months
from volunteers import portal
from volunteers.models import Attendance, Qualification, Volunteer

if TYPE_CHECKING:
    from carenet.parties.models import Community

MOST_MONTHS = 36
ASKED = "services.request"


@dataclass(frozen=True)
class Yardstick:
    """One figure: its name, unit, definition, source. A share counts `part` out of `whole`."""

    code: str
    label: str | Promise
    unit: str | Promise
    definition: str | Promise
    source: str
    part: str
    whole: str = ""


PERCENT = pgettext_lazy("unit", "%")
PEOPLE = _("people")
YARDSTICKS: tuple[Yardstick, ...] = (
    Yardstick(
        "active", _("Active within 90 days"), PEOPLE,
        _("Volunteers with at least one standing service in the 90 days before the end of the month."),
        "domain.md §11.1", "active",
    ),
    Yardstick(
        "hours", _("Hours served"), _("hours"),
        _("Recorded minutes of all standing services of the month, in full hours."), "domain.md §11.1", "hours",
    ),
    Yardstick(
        "kept6", _("Still there after 6 months"), PERCENT,
        _("Of those who joined in the twelve months that ended half a year before the end of the month: the share that "
          "had not left by then."), "domain.md §4.5", "kept6", "joined6",
    ),
    Yardstick(
        "kept12", _("Still there after 12 months"), PERCENT,
        _("Of those who joined in the twelve months that ended a year before the end of the month: the share that had "
          "not left by then."), "domain.md §4.5", "kept12", "joined12",
    ),
    Yardstick(
        "trained", _("Trained"), PERCENT,
        _("Share of all registered volunteers at the end of the month with training level L2 or L3, or with a "
          "qualification valid on that day."), "domain.md §4.5 (S2)", "trained", "members",
    ),
    Yardstick(
        "young_old", _("Younger old (60 to 69)"), PERCENT,
        _("Share of the registered volunteers with a known date of birth who were 60 to 69 at the end of the month."),
        "domain.md §11.1", "young_old", "aged",
    ),
    Yardstick(
        "unasked", _("Without being asked"), PERCENT,
        _("Share of the month's standing services that nobody had asked the volunteer for: a shift or a help they chose "
          "themselves, not a request sent to them by the station."), "S2-39", "unasked", "services",
    ),
    Yardstick(
        "own_wish", _("Joined of their own wish"), PERCENT,
        _("Share of the registered volunteers at the end of the month who joined without a task of a Party branch or "
          "unit."), "domain.md §4.5 (S2)", "own_wish", "members",
    ),
    Yardstick(
        "satisfied", _("Good ratings"), PERCENT,
        _("Share of the ratings of the month by the people served that gave four or five stars to a volunteer."),
        "domain.md §11.1", "good", "rated",
    ),
)  # fmt: skip

_COLUMNS = (
    "month", "members", "active", "hours", "kept6", "joined6", "kept12", "joined12", "trained", "young_old", "aged", "unasked",
    "services", "own_wish",
)  # fmt: skip
_SQL = f"""
with months as (
  select month::date as first, (month + interval '1 month')::date as after
  from generate_series(%(first)s::date, %(last)s::date, interval '1 month') month
), people as (
  select v.id, v.joined_on, v.left_on, v.level, v.motive, p.born_on
  from {Volunteer._meta.db_table} v join parties_person p on p.id = v.person_id
  where v.community_id = %(community)s
), served as (
  select a.volunteer_id, a.served_on, a.hour_minutes, a.cause_kind
  from {Attendance._meta.db_table} a
  where a.community_id = %(community)s and a.reversed_by_id is null
    and a.served_on >= %(first)s::date - 90 and a.served_on < (%(last)s::date + interval '1 month')::date
), work as (
  select m.first,
    count(distinct s.volunteer_id) filter (where s.served_on >= m.after - 90) as active,
    coalesce(sum(s.hour_minutes) filter (where s.served_on >= m.first), 0) / 60 as hours,
    count(*) filter (where s.served_on >= m.first and s.cause_kind <> %(asked)s) as unasked,
    count(*) filter (where s.served_on >= m.first) as services
  from months m left join served s on s.served_on >= m.after - 90 and s.served_on < m.after
  group by m.first
), staff as (
  select m.first,
    count(*) filter (where here) as members,
    count(*) filter (where here and (p.level >= 2 or exists (select from {Qualification._meta.db_table} q
      where q.volunteer_id = p.id and q.valid_from < m.after and (q.valid_to is null or q.valid_to >= m.after)))) as trained,
    count(*) filter (where here and p.born_on is not null) as aged,
    count(*) filter (where here and p.born_on <= m.after - interval '60 years' and p.born_on > m.after - interval '70 years')
      as young_old,
    count(*) filter (where here and p.motive = 'HABIT') as own_wish,
    count(*) filter (where p.joined_on < m.after - interval '6 months' and p.joined_on >= m.after - interval '18 months')
      as joined6,
    count(*) filter (where p.joined_on < m.after - interval '6 months' and p.joined_on >= m.after - interval '18 months'
      and (p.left_on is null or p.left_on >= m.after)) as kept6,
    count(*) filter (where p.joined_on < m.after - interval '12 months' and p.joined_on >= m.after - interval '24 months')
      as joined12,
    count(*) filter (where p.joined_on < m.after - interval '12 months' and p.joined_on >= m.after - interval '24 months'
      and (p.left_on is null or p.left_on >= m.after)) as kept12
  from months m left join lateral (
    select *, joined_on < m.after and (left_on is null or left_on >= m.after) as here from people
  ) p on true group by m.first
)
select m.first, {", ".join(f"coalesce({each}, 0)::bigint" for each in _COLUMNS[1:])}
from months m join work w using (first) join staff s using (first) order by m.first"""


@dataclass(frozen=True)
class Month:
    """The counts of one month."""

    month: date
    counts: dict[str, int]

    def value(self, yardstick: Yardstick) -> int | None:
        """The figure, or a share in whole per cent; None when there is nobody to take a share of."""
        part = self.counts[yardstick.part]
        if not yardstick.whole:
            return part
        whole = self.counts[yardstick.whole]
        return round(part * 100 / whole) if whole else None


@dataclass(frozen=True)
class Series:
    """One yardstick over the months."""

    yardstick: Yardstick
    months: list[Month]

    @property
    def values(self) -> list[tuple[Month, int | None]]:
        return [(each, each.value(self.yardstick)) for each in self.months]

    @property
    def newest(self) -> int | None:
        return self.months[-1].value(self.yardstick) if self.months else None

    @property
    def labels(self) -> list[str]:
        """The names of the plot's lines."""
        return [str(self.yardstick.label)]

    @property
    def points(self) -> list[tuple[datetime, Sequence[float]]]:
        """For the plot: months that have a figure."""
        return [(months.start_of(month.month), (value,)) for month, value in self.values if value is not None]


def kpis(community: Community, first: date, last: date) -> list[Series]:
    """Every yardstick for each month from `first` to `last` (both counted, 36 at most). Two queries."""
    last = months.first_of_month(last)
    first = max(months.first_of_month(first), _earlier(last, MOST_MONTHS - 1))
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"community": community.pk, "first": first, "last": last, "asked": ASKED})
        rows = [
            Month(row[0], {name: int(value) for name, value in zip(_COLUMNS[1:], row[1:], strict=True)})
            for row in cursor.fetchall()
        ]
    for row, (good, rated) in zip(rows, _rated(community, rows), strict=True):
        row.counts.update(good=good, rated=rated)
    return [Series(each, rows) for each in YARDSTICKS]


def _rated(community: Community, rows: list[Month]) -> list[tuple[int, int]]:
    """Good and all ratings of each month, from the app that asks the people served."""
    if not rows:
        return []
    found = portal.satisfaction(community.pk, rows[0].month, months.next_month(rows[-1].month))
    return [found.get(each.month, (0, 0)) for each in rows]


def _earlier(month: date, count: int) -> date:
    for _number in range(count):
        month = months.previous_month(month)
    return month
