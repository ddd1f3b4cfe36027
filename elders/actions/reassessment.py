"""What is due, and the reminders of it: each exactly once, however often and wherever this runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.accounts import policies as accounts
from carenet.notices import doorbell
from carenet.parties.models import Community
from elders.querysets import DUE_AHEAD

if TYPE_CHECKING:
    from carenet.accounts.models import User

# More than this many new reminders for one person become one notice that leads to the list.
SINGLE_NOTICES = 5
REMIND = """
with fresh as (
  insert into elders_reminder (community_id, elder_id, kind, due_on, at)
  select e.community_id, e.id, 'ASSESSMENT', e.assessment_due_on, %(at)s
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.assessment_due_on <= %(until)s
  union all
  select e.community_id, e.id, 'ARCHIVE', e.archive_due_on, %(at)s
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.archive_due_on <= %(on)s
  on conflict (elder_id, kind, due_on) do nothing
  returning id, community_id, elder_id, kind, due_on
), addressed as (
  select f.*, e.owner_id, p.name,
         count(*) over (partition by e.owner_id, f.kind) as many
  from fresh f
  join elders_elder e on e.id = f.elder_id
  join parties_person p on p.id = e.person_id
), singles as (
  insert into notices_outbox (community_id, key, template, channel, to_user_id, to_role, params, due_at, created_at, by_id)
  select community_id, 'elders.reminder:' || id,
         case kind when 'ASSESSMENT' then 'elders.reassessment_due' else 'elders.archive_due' end, 'INAPP',
         owner_id, case when owner_id is null then 'SOCIAL_WORKER' else '' end,
         jsonb_build_object('name', name, 'elder', elder_id, 'due_on', due_on), %(at)s, %(at)s, %(by)s
  from addressed where many <= %(single)s
  on conflict (community_id, key, channel) do nothing
), lists as (
  insert into notices_outbox (community_id, key, template, channel, to_user_id, to_role, params, due_at, created_at, by_id)
  select community_id, 'elders.reminders:' || min(id),
         case kind when 'ASSESSMENT' then 'elders.reassessments_due' else 'elders.archives_due' end, 'INAPP',
         owner_id, case when owner_id is null then 'SOCIAL_WORKER' else '' end,
         jsonb_build_object('count', count(*), 'due_on', min(due_on)), %(at)s, %(at)s, %(by)s
  from addressed where many > %(single)s
  group by community_id, kind, owner_id
  on conflict (community_id, key, channel) do nothing
)
select count(*) from fresh
"""


@transaction.atomic
def remind(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Remind the responsible workers of due assessments and archive updates; returns how many are new.

    One statement writes the reminders and their notices: an assessment is announced 14 days ahead, an archive
    update on its day, each once per (elder, kind, due day). Elders without an owner go to the social workers.
    Source: S4 (half-yearly assessment, quarterly archive), architecture.md law 5, proof.md §1c.
    """
    accounts.require(accounts.is_station(by) or accounts.is_staff_of(by, community.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            REMIND,
            {
                "community": community.pk,
                "on": on,
                "until": on + DUE_AHEAD,
                "at": at,
                "by": by.pk,
                "single": SINGLE_NOTICES,
            },
        )
        new = int(cursor.fetchone()[0])
    if new:
        doorbell.ring("notices.sweep")
    return new
