"""The services' walls: row security, append-only tables, step tables, frozen facts, who may be born closed."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

TRACKED = (
    "services_offering",
    "services_helper",
    "services_servicerequest",
    "services_candidate",
    "services_assignment",
    "services_case",
    "services_followup",
)
CHANGING = (*TRACKED, "services_helperskill", "services_dutyshift")
APPEND_ONLY = (
    "services_rostersheet",
    "services_requestevent",
    "services_proposal",
    "services_feedback",
    "services_settlement",
    "services_visit",
)

REQUEST_EDGES = {
    "REQUESTED": ["CANCELLED", "TRIAGED"],
    "TRIAGED": ["CANCELLED", "FAILED", "OFFERED"],
    "OFFERED": ["ACCEPTED", "CANCELLED", "FAILED"],
    "ACCEPTED": ["CANCELLED", "SCHEDULED"],
    "SCHEDULED": ["CANCELLED", "IN_PROGRESS"],
    "IN_PROGRESS": ["CANCELLED", "DONE"],
    "DONE": ["CONFIRMED", "TRIAGED"],
    "CONFIRMED": ["CLOSED", "TRIAGED"],
}
CANDIDATE_EDGES = {
    "PROPOSED": ["OFFERED", "WITHDRAWN"],
    "OFFERED": ["ACCEPTED", "DECLINED", "EXPIRED", "SEEN", "WITHDRAWN"],
    "SEEN": ["ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN"],
    "ACCEPTED": ["WITHDRAWN"],
}

# A delivered routine service stands on a roster sheet and is written down closed; nothing else begins at the end.
BORN_CLOSED = """
create function services_born_closed() returns trigger language plpgsql as $$
begin
  if (new.state = 'CLOSED') <> (new.roster_id is not null) then
    raise exception 'only services of a roster sheet are born closed'
      using errcode = 'check_violation', constraint = 'services_servicerequest_born_closed';
  end if;
  return new;
end $$"""


class Migration(migrations.Migration):
    dependencies = [("services", "0001_services")]
    operations = [
        *[step for table in (*CHANGING, *APPEND_ONLY) for step in walls.guard(table)],
        *[step for table in CHANGING for step in walls.no_delete(table)],
        *[step for table in APPEND_ONLY for step in walls.append_only(table)],
        *[step for table in TRACKED for step in walls.guard(f"{table}event")],
        *[step for table in TRACKED for step in walls.append_only(f"{table}event")],
        *walls.steps("services_servicerequest", "state", REQUEST_EDGES, initial=["REQUESTED", "CLOSED"]),
        *walls.steps("services_candidate", "state", CANDIDATE_EDGES, initial=["PROPOSED"]),
        *walls.steps("services_case", "state", {"OPEN": ["CLOSED"]}, initial=["OPEN"]),
        *walls.steps("services_followup", "state", {"OPEN": ["DONE"]}, initial=["OPEN"]),
        *walls.frozen(
            "services_servicerequest",
            ["community_id", "elder_id", "kind_id", "channel", "requested_at", "by_id", "key", "roster_id"],
        ),
        *walls.sql(
            [
                BORN_CLOSED,
                "create trigger services_born_closed before insert on services_servicerequest "
                "for each row execute function services_born_closed()",
            ],
            [
                "drop trigger if exists services_born_closed on services_servicerequest",
                "drop function if exists services_born_closed()",
            ],
        ),
    ]
