"""The nightly look at credited hours: what one would like to understand becomes a polite question to the volunteer.

Six set-based queries for a community; each finding is asked once. Nothing is taken back here.
Source: product.md §4 idea 11; domain.md §4.3 fraud controls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from carenet.kernel import months
from carenet.notices import actions as notices
from volunteers.models import Policy, Question, QuestionItem, Volunteer
from volunteers.states_bank import QuestionKind, QuestionState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

_MONTH = """with a as (
  select a.*, lower(a.credited) as begins, upper(a.credited) as ends from volunteers_attendance a
  where a.community_id = %(community)s and a.served_on >= %(first)s and a.served_on < %(until)s
    and a.reversed_by_id is null)
"""
# Each query gives: volunteer, what makes the finding one of its kind, the services it is about.
_LOOKS: dict[str, str] = {
    QuestionKind.OVERLAP: """
select x.volunteer_id, least(x.id, y.id) || '-' || greatest(x.id, y.id), array[x.id, y.id] from a x
join volunteers_attendance y on y.volunteer_id = x.volunteer_id and y.id < x.id and y.period && x.period
  and y.reversed_by_id is null
where upper(x.period * y.period) - lower(x.period * y.period) >= interval '15 minutes'""",
    QuestionKind.TRAVEL: """
, way as (
  select a.id, a.volunteer_id, a.begins, e.lon, e.lat,
    lag(a.id) over w as before, lag(a.ends) over w as ended, lag(e.lon) over w as from_lon, lag(e.lat) over w as from_lat
  from a join elders_elder e on e.person_id = a.served_id and e.lon is not null
  where a.credited is not null window w as (partition by a.volunteer_id order by a.begins))
select volunteer_id, before || '-' || id, array[before, id] from (
  select *, sqrt(power((lat - from_lat) * 110.9, 2) + power((lon - from_lon) * 111.32 * cos(radians(lat)), 2)) as km
  from way where before is not null) far
where km > 0.5 and km > extract(epoch from greatest(begins - ended, interval '0')) / 3600.0 * %(travel_speed)s""",
    QuestionKind.HOUSEHOLD: """
select a.volunteer_id, to_char(%(first)s::date, 'YYYY-MM') || ':' || a.served_id, array_agg(a.id order by a.id)
from a join volunteers_volunteer v on v.id = a.volunteer_id
  join elders_elder e on e.person_id = a.served_id and e.building_id is not null and e.door <> ''
  left join elders_elder own on own.person_id = v.person_id and own.building_id is not null and own.door <> ''
where a.entry_id is not null and (coalesce(own.building_id, v.building_id),
    upper(replace(replace(coalesce(own.door, v.door), ' ', ''), '－', '-')))
  = (e.building_id, upper(replace(replace(e.door, ' ', ''), '－', '-')))
group by a.volunteer_id, a.served_id""",
    QuestionKind.PAIR: """
select volunteer_id, to_char(%(first)s::date, 'YYYY-MM') || ':' || served_id, array_agg(id order by id) from a
where served_id is not null and entry_id is not null group by volunteer_id, served_id
having sum(hour_minutes) > %(pair_minutes)s""",
    QuestionKind.LOOP: """
, pair as (
  select a.volunteer_id, v.person_id, a.served_id, sum(a.hour_minutes) as minutes, array_agg(a.id order by a.id) as ids
  from a join volunteers_volunteer v on v.id = a.volunteer_id where a.served_id is not null and a.entry_id is not null
  group by 1, 2, 3)
select x.volunteer_id, to_char(%(first)s::date, 'YYYY-MM') || ':' || x.served_id, x.ids from pair x
join pair y on y.person_id = x.served_id and y.served_id = x.person_id
where x.minutes + y.minutes >= %(loop_minutes)s and least(x.minutes, y.minutes) * 4 >= x.minutes + y.minutes""",
    QuestionKind.BURST: """
select volunteer_id, to_char(%(first)s::date, 'YYYY-MM'), array_agg(id order by id) filter (where served_on >= %(last_days)s)
from a where entry_id is not null group by volunteer_id
having coalesce(sum(hour_minutes) filter (where served_on >= %(last_days)s), 0) >= %(burst_minutes)s
  and coalesce(sum(hour_minutes) filter (where served_on >= %(last_days)s), 0) * 100 >= sum(hour_minutes) * %(burst_percent)s""",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something one would like to understand."""

    kind: str
    volunteer_id: int
    mark: str
    attendances: tuple[int, ...]

    @property
    def key(self) -> str:
        """The same finding is asked once."""
        return f"{self.kind}:{self.volunteer_id}:{self.mark}"


def look(*, community: Community, month: date, on: date) -> list[Finding]:
    """What stands out in the hours of a month, by the settings of the day. Changes nothing."""
    first, until = months.month_range(month)
    facts: dict[str, Any] = {
        "community": community.pk, "first": first, "until": until, "last_days": until - timedelta(days=3),
        **Policy.objects.values_on(community, on),
    }  # fmt: skip
    found: list[Finding] = []
    with connection.cursor() as cursor:
        for kind, query in _LOOKS.items():
            if kind == QuestionKind.BURST and on < until:
                continue  # a month is judged when it is over
            cursor.execute(_MONTH + query, facts)
            found += [Finding(str(kind), row[0], row[1], tuple(row[2])) for row in cursor.fetchall()]
    return found


@transaction.atomic
def ask_politely(*, community: Community, month: date, on: date, at: datetime, by: User) -> int:
    """Turn the findings of a month into questions to the volunteers; each once, however often this runs."""
    findings = {each.key: each for each in look(community=community, month=month, on=on)}
    known = set(Question.objects.of(community).filter(key__in=findings).values_list("key", flat=True))
    fresh = [each for key, each in sorted(findings.items()) if key not in known]
    if not fresh:
        return 0
    answer_by = on + timedelta(days=Policy.objects.values_on(community, on)["answer_days"])
    rows = Question.objects.bulk_create(
        [
            Question(
                community=community, volunteer_id=each.volunteer_id, kind=each.kind, key=each.key,
                month=months.first_of_month(month), state=QuestionState.ASKED, raised_at=at, raised_by=by, asked_at=at,
                answer_by=answer_by,
            )
            for each in fresh
        ],
        batch_size=2000,
    )  # fmt: skip
    QuestionItem.objects.bulk_create(
        [
            QuestionItem(community=community, question=row, attendance_id=number)
            for row, each in zip(rows, fresh, strict=True)
            for number in each.attendances
        ],
        batch_size=5000,
    )
    _tell(community, rows, answer_by, by, at)
    return len(rows)


def _tell(community: Community, rows: Iterable[Question], answer_by: date, by: User, at: datetime) -> None:
    rows = list(rows)
    people = dict(
        Volunteer.objects.filter(pk__in={each.volunteer_id for each in rows}).values_list("pk", "person")
    )
    notices.write_many(
        community=community, template="volunteers.question_asked", due_at=at, by=by, at=at,
        letters=[
            notices.Letter(
                key=f"question-asked:{each.pk}", params={"question": each.pk, "answer_by_on": answer_by.isoformat()},
                to_person_id=people[each.volunteer_id], to_user_id=None, to_role="",
            )
            for each in rows
        ],
    )  # fmt: skip
