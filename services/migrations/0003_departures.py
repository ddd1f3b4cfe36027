"""What a departure or a pause called off may come back; nothing else leaves "cancelled"."""

from __future__ import annotations

import importlib

from django.db import migrations, models

from carenet.parties import walls

before = importlib.import_module("services.migrations.0002_walls")
AHEAD = "('REQUESTED', 'TRIAGED', 'OFFERED', 'ACCEPTED', 'SCHEDULED')"
REASONS = "('DEPARTED', 'PAUSED')"


def _steps(table: str, edges: dict[str, list[str]], born: str, back: str) -> str:
    pairs = ", ".join(f"('{source}', '{target}')" for source, targets in edges.items() for target in targets)
    return f"""
create or replace function {table}_state_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in {born} then
      raise exception 'a row of {table} cannot begin as %', new.state
        using errcode = 'check_violation', constraint = '{table}_state_steps';
    end if;
  elsif new.state is distinct from old.state
    and (old.state, new.state) not in (values {pairs}){back} then
    raise exception '{table}: % cannot follow %', new.state, old.state
      using errcode = 'check_violation', constraint = '{table}_state_steps';
  end if;
  return new;
end $$"""


REQUEST = ("services_servicerequest", before.REQUEST_EDGES, "('REQUESTED', 'CLOSED')")
CANDIDATE = ("services_candidate", before.CANDIDATE_EDGES, "('PROPOSED')")
REQUEST_BACK = f"""
    and not (old.state = 'CANCELLED' and old.end_reason in {REASONS} and new.end_reason = '' and new.state in {AHEAD})"""
CANDIDATE_BACK = f"""
    and not (old.state = 'WITHDRAWN' and new.state in ('PROPOSED', 'OFFERED', 'SEEN') and exists (
      select 1 from services_servicerequest r
      where r.id = new.request_id and r.state = 'CANCELLED' and r.end_reason in {REASONS}))"""
VERB_CHOICES = [
    ("take", "asked for"),
    ("triage", "checked by the station"),
    ("offer", "offered"),
    ("accept", "accepted"),
    ("schedule", "time agreed"),
    ("start", "service began"),
    ("finish", "service done"),
    ("confirm", "confirmed"),
    ("close", "closed"),
    ("reopen", "reopened"),
    ("cancel", "cancelled"),
    ("fail", "nobody could come"),
    ("propose", "helpers proposed"),
    ("decline", "declined"),
    ("expire", "no answer in time"),
    ("withdraw", "offer withdrawn"),
    ("hand_on", "handed to another helper"),
    ("press", "alarm pressed again"),
    ("fine", "said: I am fine, pressed by mistake"),
    ("escalate", "escalated"),
    ("rate", "rated"),
    ("settle", "hours and costs booked"),
    ("restore", "goes on"),
]
REASON_CHOICES = [
    ("NOT_NEEDED", "no longer needed"),
    ("ELDER_AWAY", "elder is away or in hospital"),
    ("DUPLICATE", "asked for twice"),
    ("MISTAKE", "asked for by mistake"),
    ("NO_SHOW", "the helper did not come"),
    ("OTHER", "another reason"),
    ("DEPARTED", "the elder moved away or died"),
    ("PAUSED", "services are paused"),
]


class Migration(migrations.Migration):
    dependencies = [("services", "0002_walls")]
    operations = [
        *walls.sql(
            [_steps(*REQUEST, REQUEST_BACK), _steps(*CANDIDATE, CANDIDATE_BACK)],
            [_steps(*REQUEST, ""), _steps(*CANDIDATE, "")],
        ),
        migrations.AlterField(
            model_name="requestevent",
            name="verb",
            field=models.CharField(choices=VERB_CHOICES, max_length=10, verbose_name="what happened"),
        ),
        *[
            migrations.AlterField(
                model_name=each,
                name="end_reason",
                field=models.CharField(
                    blank=True, choices=REASON_CHOICES, max_length=12, verbose_name="reason of the end"
                ),
            )
            for each in ("servicerequest", "servicerequestevent")
        ],
    ]
