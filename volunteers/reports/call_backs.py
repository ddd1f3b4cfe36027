"""The 5 % call-back sample: drawn from the month before, the same for everybody who looks. Derived, never stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from carenet.kernel import months
from volunteers.models import Policy

if TYPE_CHECKING:
    from carenet.parties.models import Community

# The draw follows the number of the service alone: nobody chooses, a late entry changes at most one line.
_DRAWN = """
select id from (
  select id, row_number() over (order by md5('call-back ' || id)) as place, count(*) over () as total
  from volunteers_attendance
  where community_id = %(community)s and served_on >= %(first)s and served_on < %(until)s and reversed_by_id is null
    and entry_id is not null and served_id is not null) d
where place <= ceil(total * %(percent)s / 100.0)
"""


def drawn(community: Community, *, month: date, percent: int) -> list[int]:
    """The numbers of the services whose person helped is called."""
    first, until = months.month_range(month)
    with connection.cursor() as cursor:
        cursor.execute(
            _DRAWN, {"community": community.pk, "first": first, "until": until, "percent": percent}
        )
        return [row[0] for row in cursor.fetchall()]


def waiting(community: Community, *, on: date) -> int:
    """How many of last month's sample nobody reached yet."""
    percent = Policy.objects.values_on(community, on)["call_back_percent"]
    numbers = drawn(community, month=months.previous_month(on), percent=percent)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from unnest(%s::bigint[]) as s(id) where not exists ("
            "select from volunteers_callback c where c.attendance_id = s.id and c.result <> 'NOT_REACHED')",
            [numbers],
        )
        return int(cursor.fetchone()[0])
