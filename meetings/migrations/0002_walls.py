"""Row security, step tables, and the guard that refuses a decision without its quorum."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

TABLES = (
    "meetings_meeting", "meetings_invitation", "meetings_agenda", "meetings_agendaitem", "meetings_discussion",
    "meetings_attendance", "meetings_decision", "meetings_decisionstep", "meetings_minutes",
    "meetings_minutescomment", "meetings_supplement",
)  # fmt: skip
EVENTS = (
    "meetings_meetingevent", "meetings_invitationevent", "meetings_attendanceevent", "meetings_decisionevent",
    "meetings_minutesevent",
)  # fmt: skip
GROWING = ("meetings_decisionstep", "meetings_minutescomment", "meetings_supplement")
LASTING = (
    "meetings_meeting",
    "meetings_agenda",
    "meetings_attendance",
    "meetings_decision",
    "meetings_minutes",
)

# The same rules as meetings/rules.py; a test compares them for every set of parties.
QUORUM = """
create function meetings_quorum(kind text, parties text[]) returns boolean
language sql immutable strict parallel safe as $$
  select case kind
    when 'JOINT' then
      (select count(distinct p) from unnest(parties) p
        where p in ('COMMUNITY', 'SOCIAL_ORGANISATION', 'SOCIAL_WORKER', 'VOLUNTEER', 'CHARITY')) >= 3
      and parties && array['COMMUNITY', 'SOCIAL_WORKER']
    when 'FOUR_PARTY' then
      (select count(distinct p) from unnest(parties) p
        where p in ('COMMUNITY', 'SOCIAL_WORKER', 'PROPERTY', 'OWNERS_COMMITTEE')) >= 3
    when 'MATCHING' then
      (select count(distinct p) from unnest(parties) p) >= 3
      and parties && array['CHARITY', 'HEALTH_CENTRE', 'HOSPITAL', 'UNIVERSITY', 'SCHOOL', 'BOOKSTORE', 'BAKERY',
        'PHARMACY', 'BANK', 'PROPERTY', 'CHARITY_FEDERATION', 'LOTTERY_CENTRE', 'CULTURE_BUREAU', 'ENTERPRISE']
    else false
  end
$$
"""

PRESENT = """
create function meetings_present(meeting bigint, moment timestamptz) returns text[]
language sql stable strict as $$
  select coalesce(array_agg(distinct a.party_kind::text order by a.party_kind::text), '{}')
  from meetings_attendance a
  where a.meeting_id = meeting and a.signed_in_at <= moment and (a.left_at is null or a.left_at > moment)
$$
"""

# Sign-in, leaving and deciding take the meeting's row, so that they happen one after the other.
DECISION_GUARD = """
create function meetings_decision_guard() returns trigger language plpgsql as $$
declare m record; sealing text;
begin
  select * into m from meetings_meeting where id = new.meeting_id for update;
  if m.id is null or m.community_id <> new.community_id then
    raise exception 'a decision belongs to a meeting of its community'
      using errcode = 'check_violation', constraint = 'meetings_decision_in_its_meeting';
  end if;
  if m.opened_at is null or new.decided_at < m.opened_at or new.decided_at > coalesce(m.closed_at, new.decided_at) then
    raise exception 'a decision is taken while the meeting goes on'
      using errcode = 'check_violation', constraint = 'meetings_decision_during_meeting';
  end if;
  select state into sealing from meetings_minutes where meeting_id = m.id;
  if sealing in ('CONFIRMED', 'SEALED') then
    raise exception 'the minutes are confirmed' using errcode = 'check_violation', constraint = 'meetings_decision_before_minutes';
  end if;
  new.parties := meetings_present(m.id, new.decided_at);
  if not meetings_quorum(m.kind, new.parties) then
    raise exception 'no quorum: % present', new.parties
      using errcode = 'check_violation', constraint = 'meetings_decision_needs_quorum';
  end if;
  return new;
end $$
"""

ATTENDANCE_GUARD = """
create function meetings_attendance_guard() returns trigger language plpgsql as $$
declare m record; sealing text;
begin
  select * into m from meetings_meeting where id = new.meeting_id for update;
  if m.id is null or m.community_id <> new.community_id then
    raise exception 'an attendance belongs to a meeting of its community'
      using errcode = 'check_violation', constraint = 'meetings_attendance_in_its_meeting';
  end if;
  select state into sealing from meetings_minutes where meeting_id = m.id;
  if sealing in ('CONFIRMED', 'SEALED') then
    raise exception 'the minutes are confirmed' using errcode = 'check_violation', constraint = 'meetings_attendance_before_minutes';
  end if;
  if tg_op = 'UPDATE' then
    if old.left_at is not null and new.left_at is distinct from old.left_at then
      raise exception 'who has left has left' using errcode = 'check_violation', constraint = 'meetings_attendance_left_once';
    end if;
    if new.left_at is not null and exists (
      select 1 from meetings_decision d where d.meeting_id = new.meeting_id
        and d.decided_at >= new.signed_in_at and d.decided_at >= new.left_at) then
      raise exception 'a decision was taken after this moment'
        using errcode = 'check_violation', constraint = 'meetings_attendance_not_before_decision';
    end if;
  end if;
  return new;
end $$
"""

# A published agenda: nothing is changed or removed any more, a late topic may be added.
ITEM_GUARD = """
create function meetings_agendaitem_guard() returns trigger language plpgsql as $$
declare published boolean;
begin
  select state = 'PUBLISHED' into published from meetings_agenda
    where id = (case when tg_op = 'DELETE' then old.agenda_id else new.agenda_id end) for share;
  if published and (tg_op <> 'INSERT' or new.generated or not new.late) then
    raise exception 'the agenda is published' using errcode = 'check_violation', constraint = 'meetings_agendaitem_published';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$
"""

SEALED_GUARD = """
create function meetings_minutes_sealed() returns trigger language plpgsql as $$
begin
  if old.state = 'SEALED' then
    raise exception 'sealed minutes never change' using errcode = 'check_violation', constraint = 'meetings_minutes_sealed';
  end if;
  if old.state = 'CONFIRMED' and new.body is distinct from old.body then
    raise exception 'confirmed minutes never change' using errcode = 'check_violation', constraint = 'meetings_minutes_sealed';
  end if;
  return new;
end $$
"""

DISCUSSION_GUARD = """
create function meetings_discussion_guard() returns trigger language plpgsql as $$
declare sealing text;
begin
  select mi.state into sealing from meetings_minutes mi
    join meetings_agenda a on a.meeting_id = mi.meeting_id
    join meetings_agendaitem i on i.agenda_id = a.id
    where i.id = (case when tg_op = 'DELETE' then old.item_id else new.item_id end);
  if sealing in ('CONFIRMED', 'SEALED') then
    raise exception 'the minutes are confirmed' using errcode = 'check_violation', constraint = 'meetings_discussion_before_minutes';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$
"""

SUPPLEMENT_GUARD = """
create function meetings_supplement_guard() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from meetings_minutes where id = new.minutes_id and state = 'SEALED') then
    raise exception 'only sealed minutes are supplemented'
      using errcode = 'check_violation', constraint = 'meetings_supplement_after_seal';
  end if;
  return new;
end $$
"""


def trigger(table: str, function: str, body: str, when: str) -> list:
    """A guard with its function and its reverse."""
    return walls.sql(
        [
            body,
            f"create trigger {function} before {when} on {table} for each row execute function {function}()",
        ],
        [f"drop trigger if exists {function} on {table}", f"drop function if exists {function}()"],
    )


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_meetings"), ("parties", "0003_walls"), ("documents", "0002_walls")]
    operations = [
        *[step for table in TABLES for step in walls.guard(table)],
        *[step for table in LASTING for step in walls.no_delete(table)],
        *[step for table in GROWING for step in walls.append_only(table)],
        *[step for table in EVENTS for step in walls.guard(table)],
        *[step for table in EVENTS for step in walls.append_only(table)],
        *walls.steps(
            "meetings_meeting",
            "state",
            {"PLANNED": ["OPEN", "CALLED_OFF"], "OPEN": ["CLOSED"]},
            initial=["PLANNED"],
        ),
        *walls.steps("meetings_agenda", "state", {"DRAFT": ["PUBLISHED"]}, initial=["DRAFT"]),
        *walls.steps(
            "meetings_decision",
            "state",
            {
                "OPEN": ["IN_PROGRESS", "BLOCKED", "SUBMITTED", "WAIVED"],
                "IN_PROGRESS": ["BLOCKED", "SUBMITTED", "WAIVED"],
                "BLOCKED": ["IN_PROGRESS", "SUBMITTED", "WAIVED"],
                "SUBMITTED": ["IN_PROGRESS", "VERIFIED", "WAIVED"],
            },
            initial=["OPEN"],
        ),
        *walls.steps(
            "meetings_minutes",
            "state",
            {"DRAFT": ["CIRCULATED"], "CIRCULATED": ["DRAFT", "CONFIRMED"], "CONFIRMED": ["SEALED"]},
            initial=["DRAFT"],
        ),
        *walls.frozen("meetings_meeting", ("community_id", "kind", "regular", "month", "number")),
        *walls.frozen(
            "meetings_attendance",
            (
                "community_id",
                "meeting_id",
                "person_id",
                "organisation_id",
                "party_kind",
                "online",
                "signed_in_at",
                "by_id",
            ),
        ),
        *walls.frozen(
            "meetings_decision",
            (
                "community_id",
                "meeting_id",
                "number",
                "item_id",
                "text",
                "decided_at",
                "parties",
                "recorded_by_id",
            ),
        ),
        *walls.sql(QUORUM, "drop function meetings_quorum(text, text[])"),
        *walls.sql(PRESENT, "drop function meetings_present(bigint, timestamptz)"),
        *trigger("meetings_decision", "meetings_decision_guard", DECISION_GUARD, "insert"),
        *trigger("meetings_attendance", "meetings_attendance_guard", ATTENDANCE_GUARD, "insert or update"),
        *trigger(
            "meetings_agendaitem", "meetings_agendaitem_guard", ITEM_GUARD, "insert or update or delete"
        ),
        *trigger("meetings_minutes", "meetings_minutes_sealed", SEALED_GUARD, "update"),
        *trigger(
            "meetings_discussion", "meetings_discussion_guard", DISCUSSION_GUARD, "insert or update or delete"
        ),
        *trigger("meetings_supplement", "meetings_supplement_guard", SUPPLEMENT_GUARD, "insert"),
    ]
