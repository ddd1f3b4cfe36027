"""What follows from a finished assessment: its scores, the elder's level, the clocks and the contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import contacts
from elders.models import Assessment, Elder
from elders.reports import intervals
from elders.rules import scoring
from elders.states import TouchKind

if TYPE_CHECKING:
    from carenet.accounts.models import User


def write_scores(assessment: Assessment, definition: Mapping[str, Any]) -> None:
    """The server computes everything from the answers; nothing is taken from outside. Source: domain.md §1.0."""
    scored = scoring.score(definition, assessment.answers)
    assessment.scores = scored.as_json()
    assessment.total = scored.total
    assessment.initial_level, assessment.final_level = scored.initial_level, scored.final_level
    assessment.raised, assessment.grounds, assessment.band = scored.raised, scored.grounds, scored.band


def clear_scores(assessment: Assessment) -> None:
    """Back to a draft: nothing is computed yet."""
    assessment.scores, assessment.grounds, assessment.band = {}, [], ""
    assessment.total = assessment.initial_level = assessment.final_level = None
    assessment.raised = False


LEVELS = """
with newest as (
  select distinct on (a.elder_id) a.elder_id, a.final_level, (a.signed_at at time zone 'Asia/Shanghai')::date as day
  from elders_assessment a
  where a.elder_id = any(%(elders)s) and a.state = 'SIGNED' and a.final_level is not null
  order by a.elder_id, a.signed_at desc, a.id desc
), wanted as (
  select e.id, n.final_level, n.day from elders_elder e left join newest n on n.elder_id = e.id
  where e.id = any(%(elders)s)
)
update elders_elder e
set level = w.final_level,
    level_on = w.day,
    assessment_due_on = case when e.status in ('ACTIVE', 'PAUSED')
      then coalesce(w.day + %(full)s, e.registered_on + %(first)s) end,
    archive_due_on = case when e.status in ('ACTIVE', 'PAUSED')
      then greatest(e.archive_due_on, w.day + %(archive)s) end
from wanted w
where e.id = w.id
"""


def set_levels(community: Community, elder_ids: Sequence[int], *, on: date) -> None:
    """The elder's level is that of the newest signed assessment; the clocks run from its day."""
    days = intervals.days_on(community.pk, on)
    with connection.cursor() as cursor:
        cursor.execute(
            LEVELS,
            {
                "elders": list(elder_ids),
                "full": days["assessment"],
                "first": days["assessment:first"],
                "archive": days["archive"],
            },
        )


def after_signing(*, community: Community, rows: Sequence[Assessment], by: User, at: datetime) -> None:
    """Finished assessments move the elders' levels and clocks, and were a contact."""
    if not rows:
        return
    ids = sorted({each.elder_id for each in rows})
    list(Elder.objects.of(community).filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    if any(each.final_level is not None for each in rows):
        set_levels(community, ids, on=months.day_of(at))
    touch(community=community, rows=rows, by=by, at=at)


def touch(*, community: Community, rows: Sequence[Assessment], by: User, at: datetime) -> None:
    """Somebody was there and asked: the contact clock starts again, once an assessment."""
    contacts.touch_many(
        community=community,
        rows=[
            contacts.Touched(
                each.elder_id, TouchKind.ASSESSMENT, each.signed_at or at, f"assessment:{each.pk}"
            )
            for each in rows
        ],
        by=by,
    )
