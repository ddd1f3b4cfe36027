"""What is due, and the reminders of it: each exactly once, however often and wherever this runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from carenet.accounts import policies as accounts
from carenet.notices import doorbell
from carenet.parties.models import Community
from elders.querysets import DUE_AHEAD
from elders.reports import intervals

if TYPE_CHECKING:
    from carenet.accounts.models import User

# More than this many new reminders for one person become one notice that leads to the list.
SINGLE_NOTICES = 5
# How long a second worker waits for the first one's walk through a community (station rule).
PATIENCE = "120s"
WALK = """
set local lock_timeout = %(patience)s; set local statement_timeout = %(patience)s;
select pg_advisory_xact_lock(hashtext('elders.remind'), %(community)s);
set local lock_timeout to default; set local statement_timeout to default
"""
# What nobody did this long after its day goes to the supervisor, once.
LATE_AFTER = timedelta(days=7)
# The reminders themselves: one statement over the partial indexes of the clocks, whatever is known already stays.
# An assessment is announced ahead; a file and a level that grew too old on their day; what is late, once more.
# "Known already" is asked, not left to ON CONFLICT, which is a third slower: `one_at_a_time` keeps a second worker
# out, and the unique constraint of the table refuses what should ever get past both.
FRESH = """
insert into elders_reminder (community_id, elder_id, kind, due_on, at)
select due.*, %(at)s
from (
  select e.community_id, e.id as elder_id, 'ASSESSMENT' as kind, e.assessment_due_on as due_on
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.assessment_due_on <= %(until)s
  union all
  select e.community_id, e.id, 'ARCHIVE', e.archive_due_on
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.archive_due_on <= %(on)s
  union all
  select e.community_id, e.id, 'LEVEL', e.level_on + %(level)s
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.level_on <= %(level_before)s
  union all
  select e.community_id, e.id, 'ASSESSMENT_LATE', e.assessment_due_on
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.assessment_due_on <= %(late)s
  union all
  select e.community_id, e.id, 'ARCHIVE_LATE', e.archive_due_on
  from elders_elder e
  where e.community_id = %(community)s and e.status = 'ACTIVE' and e.archive_due_on <= %(late)s
) as due
where not exists (
  select from elders_reminder r where r.elder_id = due.elder_id and r.kind = due.kind and r.due_on = due.due_on
)
"""
REMIND = f"""
with fresh as (
{FRESH}  returning id, community_id, elder_id, kind, due_on
), addressed as (
  select f.*, p.name,
         case when f.kind in ('ASSESSMENT_LATE', 'ARCHIVE_LATE') then null else e.owner_id end as owner_id,
         case when f.kind in ('ASSESSMENT_LATE', 'ARCHIVE_LATE') then 'SUPERVISOR'
              when e.owner_id is null then 'SOCIAL_WORKER' else '' end as role
  from fresh f
  join elders_elder e on e.id = f.elder_id
  join parties_person p on p.id = e.person_id
), counted as (
  select a.*, count(*) over (partition by owner_id, role, kind) as many from addressed a
), template (kind, one, many) as (
  values ('ASSESSMENT', 'elders.reassessment_due', 'elders.reassessments_due'),
         ('ARCHIVE', 'elders.archive_due', 'elders.archives_due'),
         ('LEVEL', 'elders.level_old', 'elders.levels_old'),
         ('ASSESSMENT_LATE', 'elders.reassessment_late', 'elders.reassessments_late'),
         ('ARCHIVE_LATE', 'elders.archive_late', 'elders.archives_late')
), singles as (
  insert into notices_outbox (community_id, key, template, channel, to_user_id, to_role, params, due_at, created_at, by_id)
  select community_id, 'elders.reminder:' || id, t.one, 'INAPP', owner_id, role,
         jsonb_build_object('name', name, 'elder', elder_id, 'due_on', due_on), %(at)s, %(at)s, %(by)s
  from counted c join template t using (kind) where c.many <= %(single)s
  on conflict (community_id, key, channel) do nothing
), lists as (
  insert into notices_outbox (community_id, key, template, channel, to_user_id, to_role, params, due_at, created_at, by_id)
  select community_id, 'elders.reminders:' || min(id), t.many, 'INAPP', owner_id, role,
         jsonb_build_object('count', count(*), 'due_on', min(due_on)), %(at)s, %(at)s, %(by)s
  from counted c join template t using (kind) where c.many > %(single)s
  group by community_id, kind, t.many, owner_id, role
  on conflict (community_id, key, channel) do nothing
)
select count(*) from fresh
"""


def one_at_a_time(community: Community) -> None:
    """Only one worker walks through a community at a time; a second one waits, then finds nothing left to do.

    Without it two workers could wait for each other's rows. Gone with the transaction, also when the worker dies.
    A walk over a city takes longer than a page may wait for a lock, so the wait has a limit of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(WALK, {"patience": PATIENCE, "community": community.pk})


def values(*, community: Community, on: date, at: datetime) -> dict[str, Any]:
    """What FRESH is asked with."""
    level = intervals.days_on(community.pk, on)["level"]
    return {
        "community": community.pk,
        "on": on,
        "until": on + DUE_AHEAD,
        "late": on - LATE_AFTER,
        "level": level,
        "level_before": on - timedelta(days=level),
        "at": at,
    }


@transaction.atomic
def remind(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Remind the responsible workers of what is due; returns how many reminders are new.

    One statement writes the reminders and their notices, each once per (elder, kind, due day): an assessment 14 days
    ahead, an archive update on its day, a level on the day it is a year old; seven days after a missed day the
    supervisor is told. Elders without an owner go to the social workers.
    Source: S4 (half-yearly assessment, quarterly archive), architecture.md law 5, proof.md §1c.
    """
    accounts.require(accounts.is_station(by) or accounts.is_staff_of(by, community.pk))
    one_at_a_time(community)
    with connection.cursor() as cursor:
        cursor.execute(
            REMIND, {**values(community=community, on=on, at=at), "by": by.pk, "single": SINGLE_NOTICES}
        )
        new = int(cursor.fetchone()[0])
    if new:
        doorbell.ring("notices.sweep")
    return new
