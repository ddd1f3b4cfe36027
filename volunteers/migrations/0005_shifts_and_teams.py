"""Shifts, promises, late entries, elections of captains, guardians; with their walls. Source: architecture.md law 11."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


from carenet.parties import walls

TABLES = (
    "shifttemplate", "shiftseries", "slot", "promise", "lateentry", "teamvote", "teamcandidate", "ballot",
    "guardianconsent",
)  # fmt: skip
TRACKED = ("shifttemplate", "shiftseries", "slot", "promise", "lateentry", "teamvote", "guardianconsent")

SLOT_EDGES = {
    "CANCELLED": ["PUBLISHED"],
    "CLOSED": ["CLOSED"],
    "DRAFT": ["CANCELLED", "PROPOSED", "PUBLISHED"],
    "PROPOSED": ["CANCELLED", "DRAFT", "PUBLISHED"],
    "PUBLISHED": ["CANCELLED", "CLOSED"],
}
PROMISE_EDGES = {
    "CANCELLED": ["PROMISED", "WAITING"],
    "EXCUSED": ["HERE", "MISSED"],
    "HERE": ["DONE", "PROMISED"],
    "MISSED": ["EXCUSED", "HERE"],
    "PROMISED": ["CANCELLED", "EXCUSED", "HERE", "MISSED", "RELEASED", "SEEKING"],
    "SEEKING": ["CANCELLED", "EXCUSED", "HERE", "MISSED", "PROMISED", "REPLACED"],
    "WAITING": ["CANCELLED", "EXPIRED", "PROMISED", "RELEASED"],
}
LATE_EDGES = {
    "ASKED": ["APPROVED", "CAPTAIN_OK", "REFUSED", "WITHDRAWN"],
    "CAPTAIN_OK": ["APPROVED", "REFUSED", "WITHDRAWN"],
}
VOTE_EDGES = {"OPEN": ["DECIDED", "EMPTY", "STOPPED", "TIED"]}
# The places taken are counted here, under the lock of the slot's row; the CHECK on it refuses one too many.
PROMISE_BORN = """
create function volunteers_promise_born() returns trigger language plpgsql as $$
declare
  v_slot record;
begin
  select starts_at, ends_at, state into v_slot from volunteers_slot
    where id = new.slot_id and community_id = new.community_id;
  if not found or v_slot.state not in ('PUBLISHED', 'CLOSED') then
    raise exception 'only a published shift of this community can be promised' using errcode = 'check_violation',
      constraint = 'volunteers_promise_of_a_published_slot';
  end if;
  if not exists (select from volunteers_volunteer where id = new.volunteer_id and community_id = new.community_id) then
    raise exception 'the volunteer is of another community' using errcode = 'foreign_key_violation';
  end if;
  new.period := tstzrange(v_slot.starts_at, v_slot.ends_at);
  return new;
end $$"""
PROMISE_COUNTED = """
create function volunteers_promise_counted() returns trigger language plpgsql as $$
declare
  v_change integer := (new.state in ('PROMISED', 'SEEKING', 'HERE', 'DONE'))::int;
begin
  if tg_op = 'UPDATE' then
    v_change := v_change - (old.state in ('PROMISED', 'SEEKING', 'HERE', 'DONE'))::int;
  end if;
  if v_change <> 0 then
    update volunteers_slot set taken = taken + v_change where id = new.slot_id and community_id = new.community_id;
  end if;
  return null;
end $$"""
SLOT_TAKEN = """
create function volunteers_slot_taken_by_promises() returns trigger language plpgsql as $$
begin
  raise exception 'the places taken of a shift are counted by its promises' using errcode = 'check_violation',
    constraint = 'volunteers_slot_taken_by_promises';
end $$"""
# People have promised that hour and that task: another hour is another shift.
SLOT_FROZEN = """
create function volunteers_slot_stands() returns trigger language plpgsql as $$
begin
  raise exception 'time and task of a published shift are frozen' using errcode = 'check_violation',
    constraint = 'volunteers_slot_stands';
end $$"""
VOTE_CLOSED = """
create function volunteers_ballot_in_time() returns trigger language plpgsql as $$
begin
  if not exists (select from volunteers_teamvote v join volunteers_teamcandidate c on c.vote_id = v.id
      where v.id = new.vote_id and v.state = 'OPEN' and c.id = new.candidate_id
        and v.community_id = new.community_id) then
    raise exception 'votes go to a candidate of an open election' using errcode = 'check_violation',
      constraint = 'volunteers_ballot_of_an_open_vote';
  end if;
  return new;
end $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("charity", "0002_walls"),
        ("elders", "0014_names_of_fields"),
        ("ledger", "0003_rules_by_trigger"),
        ("parties", "0006_search_by_grams"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("volunteers", "0004_training_honours_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "ballot",
                "verbose_name_plural": "ballots",
            },
        ),
        migrations.CreateModel(
            name="GuardianConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("relation", models.CharField(max_length=20, verbose_name="relation")),
                ("given_on", models.DateField(verbose_name="consent given on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "guardian's consent",
                "verbose_name_plural": "guardians' consents",
            },
        ),
        migrations.CreateModel(
            name="GuardianConsentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("relation", models.CharField(max_length=20, verbose_name="relation")),
                ("given_on", models.DateField(verbose_name="consent given on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LateEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=120, verbose_name="what was done")),
                ("why", models.CharField(max_length=160, verbose_name="why it was not ticked")),
                ("starts_at", models.DateTimeField(verbose_name="began at")),
                ("ends_at", models.DateTimeField(verbose_name="ended at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "waits for approval"),
                            ("CAPTAIN_OK", "approved by the captain, waits for the committee"),
                            ("APPROVED", "approved"),
                            ("REFUSED", "refused"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="ASKED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, max_length=160, verbose_name="answer")),
            ],
            options={
                "verbose_name": "late entry of hours",
                "verbose_name_plural": "late entries of hours",
            },
        ),
        migrations.CreateModel(
            name="LateEntryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("what", models.CharField(max_length=120, verbose_name="what was done")),
                ("why", models.CharField(max_length=160, verbose_name="why it was not ticked")),
                ("starts_at", models.DateTimeField(verbose_name="began at")),
                ("ends_at", models.DateTimeField(verbose_name="ended at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "waits for approval"),
                            ("CAPTAIN_OK", "approved by the captain, waits for the committee"),
                            ("APPROVED", "approved"),
                            ("REFUSED", "refused"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="ASKED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, max_length=160, verbose_name="answer")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "on the waiting list"),
                            ("PROMISED", "promised"),
                            ("SEEKING", "a stand-in is wanted"),
                            ("HERE", "checked in"),
                            ("DONE", "hours booked"),
                            ("RELEASED", "stepped back in time"),
                            ("REPLACED", "a stand-in came"),
                            ("EXCUSED", "excused"),
                            ("MISSED", "missed"),
                            ("CANCELLED", "the shift was cancelled"),
                            ("EXPIRED", "no place came free"),
                        ],
                        default="PROMISED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("before_cancel", models.CharField(blank=True, editable=False, max_length=10)),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        editable=False, verbose_name="time"
                    ),
                ),
                ("promised_at", models.DateTimeField(verbose_name="promised at")),
                (
                    "ticked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warnings ticked",
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="said “I cannot come” at"),
                ),
                ("reason", models.CharField(blank=True, max_length=160, verbose_name="reason")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="reminded at")),
                ("in_at", models.DateTimeField(blank=True, null=True, verbose_name="came at")),
                (
                    "in_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("QR", "by the code at the place"),
                            ("SELF", "by the volunteer"),
                            ("CAPTAIN", "by the captain"),
                            ("OFFICE", "by the station"),
                            ("CAPPED", "counted until the end of the shift"),
                        ],
                        max_length=8,
                        verbose_name="checked in",
                    ),
                ),
                ("out_at", models.DateTimeField(blank=True, null=True, verbose_name="left at")),
                (
                    "out_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("QR", "by the code at the place"),
                            ("SELF", "by the volunteer"),
                            ("CAPTAIN", "by the captain"),
                            ("OFFICE", "by the station"),
                            ("CAPPED", "counted until the end of the shift"),
                        ],
                        max_length=8,
                        verbose_name="checked out",
                    ),
                ),
            ],
            options={
                "verbose_name": "promise",
                "verbose_name_plural": "promises",
            },
        ),
        migrations.CreateModel(
            name="PromiseEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "on the waiting list"),
                            ("PROMISED", "promised"),
                            ("SEEKING", "a stand-in is wanted"),
                            ("HERE", "checked in"),
                            ("DONE", "hours booked"),
                            ("RELEASED", "stepped back in time"),
                            ("REPLACED", "a stand-in came"),
                            ("EXCUSED", "excused"),
                            ("MISSED", "missed"),
                            ("CANCELLED", "the shift was cancelled"),
                            ("EXPIRED", "no place came free"),
                        ],
                        default="PROMISED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("before_cancel", models.CharField(blank=True, editable=False, max_length=10)),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        editable=False, verbose_name="time"
                    ),
                ),
                ("promised_at", models.DateTimeField(verbose_name="promised at")),
                (
                    "ticked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warnings ticked",
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="said “I cannot come” at"),
                ),
                ("reason", models.CharField(blank=True, max_length=160, verbose_name="reason")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="reminded at")),
                ("in_at", models.DateTimeField(blank=True, null=True, verbose_name="came at")),
                (
                    "in_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("QR", "by the code at the place"),
                            ("SELF", "by the volunteer"),
                            ("CAPTAIN", "by the captain"),
                            ("OFFICE", "by the station"),
                            ("CAPPED", "counted until the end of the shift"),
                        ],
                        max_length=8,
                        verbose_name="checked in",
                    ),
                ),
                ("out_at", models.DateTimeField(blank=True, null=True, verbose_name="left at")),
                (
                    "out_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("QR", "by the code at the place"),
                            ("SELF", "by the volunteer"),
                            ("CAPTAIN", "by the captain"),
                            ("OFFICE", "by the station"),
                            ("CAPPED", "counted until the end of the shift"),
                        ],
                        max_length=8,
                        verbose_name="checked out",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ShiftFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.BinaryField(unique=True)),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="last read at")),
            ],
            options={
                "verbose_name": "calendar address",
                "verbose_name_plural": "calendar addresses",
            },
        ),
        migrations.CreateModel(
            name="ShiftSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        help_text="Monday is 0",
                        size=None,
                        verbose_name="weekdays",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="begins at")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("people", models.PositiveSmallIntegerField(verbose_name="people needed")),
                ("from_on", models.DateField(verbose_name="first day")),
                ("until_on", models.DateField(verbose_name="last day")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
            ],
            options={
                "verbose_name": "series of shifts",
                "verbose_name_plural": "series of shifts",
            },
        ),
        migrations.CreateModel(
            name="ShiftSeriesEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        help_text="Monday is 0",
                        size=None,
                        verbose_name="weekdays",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="begins at")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("people", models.PositiveSmallIntegerField(verbose_name="people needed")),
                ("from_on", models.DateField(verbose_name="first day")),
                ("until_on", models.DateField(verbose_name="last day")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ShiftTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        help_text="what a newcomer should know: what to bring, whom to ask",
                        max_length=400,
                        verbose_name="what is to be done",
                    ),
                ),
                (
                    "place_words",
                    models.CharField(
                        blank=True,
                        help_text="when it is no place of the register",
                        max_length=120,
                        verbose_name="where to meet",
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(default=2, verbose_name="people needed")),
                ("minutes", models.PositiveSmallIntegerField(default=120, verbose_name="minutes")),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="each one is ticked before promising, like “two flights of stairs”, “a cat at home”",
                        size=None,
                        verbose_name="warnings to tick",
                    ),
                ),
                (
                    "demands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("STAIRS", "many stairs"),
                                ("LIFTING", "heavy lifting"),
                                ("STANDING", "long standing"),
                                ("OUTDOOR", "outdoors in any weather"),
                                ("NIGHT", "after dark"),
                                ("ANIMALS", "pets at home"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it asks of the body",
                    ),
                ),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="no longer used since")),
            ],
            options={
                "verbose_name": "kind of shift",
                "verbose_name_plural": "kinds of shifts",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="ShiftTemplateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        help_text="what a newcomer should know: what to bring, whom to ask",
                        max_length=400,
                        verbose_name="what is to be done",
                    ),
                ),
                (
                    "place_words",
                    models.CharField(
                        blank=True,
                        help_text="when it is no place of the register",
                        max_length=120,
                        verbose_name="where to meet",
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(default=2, verbose_name="people needed")),
                ("minutes", models.PositiveSmallIntegerField(default=120, verbose_name="minutes")),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="each one is ticked before promising, like “two flights of stairs”, “a cat at home”",
                        size=None,
                        verbose_name="warnings to tick",
                    ),
                ),
                (
                    "demands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("STAIRS", "many stairs"),
                                ("LIFTING", "heavy lifting"),
                                ("STANDING", "long standing"),
                                ("OUTDOOR", "outdoors in any weather"),
                                ("NIGHT", "after dark"),
                                ("ANIMALS", "pets at home"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it asks of the body",
                    ),
                ),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="no longer used since")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                ("words", models.CharField(blank=True, max_length=400, verbose_name="what is to be done")),
                ("place", models.CharField(max_length=120, verbose_name="place")),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warnings to tick",
                    ),
                ),
                (
                    "demands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("STAIRS", "many stairs"),
                                ("LIFTING", "heavy lifting"),
                                ("STANDING", "long standing"),
                                ("OUTDOOR", "outdoors in any weather"),
                                ("NIGHT", "after dark"),
                                ("ANIMALS", "pets at home"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it asks of the body",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
                ("people", models.PositiveSmallIntegerField(verbose_name="people needed")),
                (
                    "taken",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="places taken"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "draft"),
                            ("PROPOSED", "waits for the committee's check"),
                            ("PUBLISHED", "published"),
                            ("CLOSED", "hours booked"),
                            ("CANCELLED", "cancelled"),
                        ],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=160, verbose_name="why cancelled")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
                ("booked_at", models.DateTimeField(blank=True, null=True, verbose_name="hours booked at")),
            ],
            options={
                "verbose_name": "shift",
                "verbose_name_plural": "shifts",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SlotEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                ("words", models.CharField(blank=True, max_length=400, verbose_name="what is to be done")),
                ("place", models.CharField(max_length=120, verbose_name="place")),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warnings to tick",
                    ),
                ),
                (
                    "demands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("STAIRS", "many stairs"),
                                ("LIFTING", "heavy lifting"),
                                ("STANDING", "long standing"),
                                ("OUTDOOR", "outdoors in any weather"),
                                ("NIGHT", "after dark"),
                                ("ANIMALS", "pets at home"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it asks of the body",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
                ("people", models.PositiveSmallIntegerField(verbose_name="people needed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "draft"),
                            ("PROPOSED", "waits for the committee's check"),
                            ("PUBLISHED", "published"),
                            ("CLOSED", "hours booked"),
                            ("CANCELLED", "cancelled"),
                        ],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=160, verbose_name="why cancelled")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
                ("booked_at", models.DateTimeField(blank=True, null=True, verbose_name="hours booked at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TeamCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "candidate",
                "verbose_name_plural": "candidates",
            },
        ),
        migrations.CreateModel(
            name="TeamVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "open"),
                            ("DECIDED", "decided"),
                            ("TIED", "tied: vote again"),
                            ("EMPTY", "nobody voted"),
                            ("STOPPED", "stopped"),
                        ],
                        default="OPEN",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closes_at", models.DateTimeField(verbose_name="closes at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("members", models.PositiveSmallIntegerField(default=0, verbose_name="members who may vote")),
                ("cast", models.PositiveSmallIntegerField(default=0, verbose_name="votes cast")),
                (
                    "result",
                    models.JSONField(blank=True, default=dict, verbose_name="votes for each candidate"),
                ),
            ],
            options={
                "verbose_name": "election of a captain",
                "verbose_name_plural": "elections of captains",
                "ordering": ["-opened_at"],
            },
        ),
        migrations.CreateModel(
            name="TeamVoteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "open"),
                            ("DECIDED", "decided"),
                            ("TIED", "tied: vote again"),
                            ("EMPTY", "nobody voted"),
                            ("STOPPED", "stopped"),
                        ],
                        default="OPEN",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closes_at", models.DateTimeField(verbose_name="closes at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("members", models.PositiveSmallIntegerField(default=0, verbose_name="members who may vote")),
                ("cast", models.PositiveSmallIntegerField(default=0, verbose_name="votes cast")),
                (
                    "result",
                    models.JSONField(blank=True, default=dict, verbose_name="votes for each candidate"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="volunteer",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="volunteer",
            name="update_update",
        ),
        migrations.AddField(
            model_name="volunteer",
            name="agreement_version",
            field=models.CharField(blank=True, max_length=20, verbose_name="version of the agreement"),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="confidential_on",
            field=models.DateField(blank=True, null=True, verbose_name="confidentiality signed on"),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="confidential_version",
            field=models.CharField(
                blank=True, max_length=20, verbose_name="version of the confidentiality promise"
            ),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="insurance_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="number of the insurance"),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="insurer",
            field=models.CharField(blank=True, max_length=60, verbose_name="insurer"),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("MANDARIN", "Mandarin"),
                        ("LOCAL", "local dialect"),
                        ("CANTONESE", "Cantonese"),
                        ("UYGHUR", "Uyghur"),
                        ("KAZAKH", "Kazakh"),
                        ("MONGOLIAN", "Mongolian"),
                        ("LISU", "Lisu"),
                        ("SIGN", "sign language"),
                        ("ENGLISH", "English"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages",
            ),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="limits",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("STAIRS", "many stairs"),
                        ("LIFTING", "heavy lifting"),
                        ("STANDING", "long standing"),
                        ("OUTDOOR", "outdoors in any weather"),
                        ("NIGHT", "after dark"),
                        ("ANIMALS", "pets at home"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                help_text="what, never why: no diagnosis is kept",
                size=None,
                verbose_name="what they will not do",
            ),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="week",
            field=models.BigIntegerField(
                default=0, help_text="42 bits; 0: has not said yet", verbose_name="free times of the week"
            ),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="agreement_version",
            field=models.CharField(blank=True, max_length=20, verbose_name="version of the agreement"),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="confidential_on",
            field=models.DateField(blank=True, null=True, verbose_name="confidentiality signed on"),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="confidential_version",
            field=models.CharField(
                blank=True, max_length=20, verbose_name="version of the confidentiality promise"
            ),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="insurance_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="number of the insurance"),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="insurer",
            field=models.CharField(blank=True, max_length=60, verbose_name="insurer"),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("MANDARIN", "Mandarin"),
                        ("LOCAL", "local dialect"),
                        ("CANTONESE", "Cantonese"),
                        ("UYGHUR", "Uyghur"),
                        ("KAZAKH", "Kazakh"),
                        ("MONGOLIAN", "Mongolian"),
                        ("LISU", "Lisu"),
                        ("SIGN", "sign language"),
                        ("ENGLISH", "English"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages",
            ),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="limits",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("STAIRS", "many stairs"),
                        ("LIFTING", "heavy lifting"),
                        ("STANDING", "long standing"),
                        ("OUTDOOR", "outdoors in any weather"),
                        ("NIGHT", "after dark"),
                        ("ANIMALS", "pets at home"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                help_text="what, never why: no diagnosis is kept",
                size=None,
                verbose_name="what they will not do",
            ),
        ),
        migrations.AddField(
            model_name="volunteerevent",
            name="week",
            field=models.BigIntegerField(
                default=0, help_text="42 bits; 0: has not said yet", verbose_name="free times of the week"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="volunteer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_volunteerevent" ("agreed_on", "agreement_version", "building_id", "channel", "community_id", "confidential_on", "confidential_version", "door", "id", "insurance_number", "insured_until", "insurer", "is_demo", "joined_on", "languages", "left_on", "level", "limits", "motive", "number", "paused_until", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skills", "source", "state", "team_id", "week") VALUES (NEW."agreed_on", NEW."agreement_version", NEW."building_id", NEW."channel", NEW."community_id", NEW."confidential_on", NEW."confidential_version", NEW."door", NEW."id", NEW."insurance_number", NEW."insured_until", NEW."insurer", NEW."is_demo", NEW."joined_on", NEW."languages", NEW."left_on", NEW."level", NEW."limits", NEW."motive", NEW."number", NEW."paused_until", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."skills", NEW."source", NEW."state", NEW."team_id", NEW."week"); RETURN NULL;',
                    hash="820f32c5276ab01296e9a8ce9ec889e5a033c21c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fa6cd",
                    table="volunteers_volunteer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="volunteer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_volunteerevent" ("agreed_on", "agreement_version", "building_id", "channel", "community_id", "confidential_on", "confidential_version", "door", "id", "insurance_number", "insured_until", "insurer", "is_demo", "joined_on", "languages", "left_on", "level", "limits", "motive", "number", "paused_until", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skills", "source", "state", "team_id", "week") VALUES (NEW."agreed_on", NEW."agreement_version", NEW."building_id", NEW."channel", NEW."community_id", NEW."confidential_on", NEW."confidential_version", NEW."door", NEW."id", NEW."insurance_number", NEW."insured_until", NEW."insurer", NEW."is_demo", NEW."joined_on", NEW."languages", NEW."left_on", NEW."level", NEW."limits", NEW."motive", NEW."number", NEW."paused_until", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."skills", NEW."source", NEW."state", NEW."team_id", NEW."week"); RETURN NULL;',
                    hash="56751e8b2fc5e2a432a71152c09877e10a92168b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6cedd",
                    table="volunteers_volunteer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="volunteer",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__gte", 0), ("week__lt", 4398046511104)),
                name="volunteers_volunteer_week",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="voter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.volunteer",
                verbose_name="voter",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsent",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="guardianconsent",
            name="guardian",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
                verbose_name="guardian",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsent",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guardian_consents",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="guardian",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.person",
                verbose_name="guardian",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.guardianconsent",
            ),
        ),
        migrations.AddField(
            model_name="guardianconsentevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="attendance",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="late_entry",
                to="volunteers.attendance",
                verbose_name="attendance",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="seconded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by the captain",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="lateentry",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="late_entries",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="asked_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="attendance",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.attendance",
                verbose_name="attendance",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.lateentry",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="seconded_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by the captain",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="lateentryevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="attendance",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promise",
                to="volunteers.attendance",
                verbose_name="attendance",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="volunteers.promise",
                verbose_name="stands in for",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promises",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="attendance",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.attendance",
                verbose_name="attendance",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.promise",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.promise",
                verbose_name="stands in for",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="shiftfeed",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shift_feeds",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="shiftseries",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="shiftseries",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="shiftseries",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.shiftseries",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplate",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="shifttemplate",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.place",
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplate",
            name="service_kind",
            field=models.ForeignKey(
                blank=True,
                help_text="its risk class says which training the helper needs",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.servicekind",
                verbose_name="service kind",
            ),
        ),
        migrations.AddField(
            model_name="shiftseriesevent",
            name="template",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.shifttemplate",
                verbose_name="kind of shift",
            ),
        ),
        migrations.AddField(
            model_name="shiftseries",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="series",
                to="volunteers.shifttemplate",
                verbose_name="kind of shift",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplateevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplateevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplateevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.shifttemplate",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplateevent",
            name="place",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.place",
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="shifttemplateevent",
            name="service_kind",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="its risk class says which training the helper needs",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.servicekind",
                verbose_name="service kind",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="booked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="hours booked by",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="volunteers.shiftseries",
                verbose_name="series of shifts",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="service_kind",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.servicekind",
                verbose_name="service kind",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="volunteers.shifttemplate",
                verbose_name="kind of shift",
            ),
        ),
        migrations.AddField(
            model_name="promiseevent",
            name="slot",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.slot",
                verbose_name="shift",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promises",
                to="volunteers.slot",
                verbose_name="shift",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="booked_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="hours booked by",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.slot",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="series",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.shiftseries",
                verbose_name="series of shifts",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="service_kind",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.servicekind",
                verbose_name="service kind",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="slotevent",
            name="template",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.shifttemplate",
                verbose_name="kind of shift",
            ),
        ),
        migrations.AddField(
            model_name="teamcandidate",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="teamcandidate",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="teamcandidate",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="candidate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballots",
                to="volunteers.teamcandidate",
                verbose_name="candidate",
            ),
        ),
        migrations.AddField(
            model_name="teamvote",
            name="chosen",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.volunteer",
                verbose_name="chosen",
            ),
        ),
        migrations.AddField(
            model_name="teamvote",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="teamvote",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="teamvote",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="votes",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="teamcandidate",
            name="vote",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="candidates",
                to="volunteers.teamvote",
                verbose_name="election of a captain",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="vote",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballots",
                to="volunteers.teamvote",
                verbose_name="election of a captain",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="chosen",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="chosen",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="opened_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.teamvote",
            ),
        ),
        migrations.AddField(
            model_name="teamvoteevent",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.team",
                verbose_name="team",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on__isnull", True)),
                fields=("volunteer",),
                name="volunteers_guardianconsent_one_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_on__isnull", True),
                    ("withdrawn_on__gte", models.F("given_on")),
                    _connector="OR",
                ),
                name="volunteers_guardianconsent_withdrawn_later",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guardianconsent",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_guardianconsentevent" ("by_id", "community_id", "given_on", "guardian_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "relation", "volunteer_id", "withdrawn_on") VALUES (NEW."by_id", NEW."community_id", NEW."given_on", NEW."guardian_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."relation", NEW."volunteer_id", NEW."withdrawn_on"); RETURN NULL;',
                    hash="cb5544f2ad34a03a7808de1ad5ef675a86662f67",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b83cb",
                    table="volunteers_guardianconsent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guardianconsent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_guardianconsentevent" ("by_id", "community_id", "given_on", "guardian_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "relation", "volunteer_id", "withdrawn_on") VALUES (NEW."by_id", NEW."community_id", NEW."given_on", NEW."guardian_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."relation", NEW."volunteer_id", NEW."withdrawn_on"); RETURN NULL;',
                    hash="5edb838d79340e53616218236a1bde181b57dead",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_63151",
                    table="volunteers_guardianconsent",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="lateentry",
            index=models.Index(fields=["community", "state"], name="volunteers_lateentry_open"),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["ASKED", "CAPTAIN_OK", "APPROVED"])),
                fields=("volunteer", "starts_at"),
                name="volunteers_lateentry_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="volunteers_lateentry_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "WITHDRAWN"),
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_lateentry_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seconded_by__isnull", True),
                    models.Q(("seconded_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_lateentry_captain_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("state__in", ["ASKED", "CAPTAIN_OK"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["APPROVED", "REFUSED", "WITHDRAWN"]),
                    ),
                    _connector="OR",
                ),
                name="volunteers_lateentry_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    ("attendance__isnull", False),
                    _connector="OR",
                ),
                name="volunteers_lateentry_approved_is_booked",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lateentry",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_lateentryevent" ("answer", "asked_at", "asked_by_id", "attendance_id", "community_id", "decided_at", "decided_by_id", "ends_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seconded_by_id", "starts_at", "state", "team_id", "volunteer_id", "what", "why") VALUES (NEW."answer", NEW."asked_at", NEW."asked_by_id", NEW."attendance_id", NEW."community_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seconded_by_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."volunteer_id", NEW."what", NEW."why"); RETURN NULL;',
                    hash="2d20cd6b8e8f3cd289090c60982e523afe6d7172",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7c8d3",
                    table="volunteers_lateentry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lateentry",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_lateentryevent" ("answer", "asked_at", "asked_by_id", "attendance_id", "community_id", "decided_at", "decided_by_id", "ends_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seconded_by_id", "starts_at", "state", "team_id", "volunteer_id", "what", "why") VALUES (NEW."answer", NEW."asked_at", NEW."asked_by_id", NEW."attendance_id", NEW."community_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seconded_by_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."volunteer_id", NEW."what", NEW."why"); RETURN NULL;',
                    hash="6df5c0543c91961138775963d46fbb903d8f8fe5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_743f2",
                    table="volunteers_lateentry",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("user",),
                name="volunteers_shiftfeed_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="shifttemplate",
            constraint=models.UniqueConstraint(
                fields=("community", "title"),
                name="volunteers_shifttemplate_one_title",
                violation_error_message="A kind of shift with this title already exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="shifttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__range", (1, 200))), name="volunteers_shifttemplate_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="shifttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (15, 720))), name="volunteers_shifttemplate_minutes"
            ),
        ),
        migrations.AddConstraint(
            model_name="shifttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("place__isnull", False), models.Q(("place_words", ""), _negated=True), _connector="OR"
                ),
                name="volunteers_shifttemplate_somewhere",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shifttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_shifttemplateevent" ("community_id", "demands", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "place_words", "retired_on", "service_kind_id", "title", "warnings", "words") VALUES (NEW."community_id", NEW."demands", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."place_words", NEW."retired_on", NEW."service_kind_id", NEW."title", NEW."warnings", NEW."words"); RETURN NULL;',
                    hash="23e56b4234b95983f110c1b43556fa8c9166d51e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6f729",
                    table="volunteers_shifttemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shifttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_shifttemplateevent" ("community_id", "demands", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "place_words", "retired_on", "service_kind_id", "title", "warnings", "words") VALUES (NEW."community_id", NEW."demands", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."place_words", NEW."retired_on", NEW."service_kind_id", NEW."title", NEW."warnings", NEW."words"); RETURN NULL;',
                    hash="75219f58a3ea62695b197f015c4bec2f1bebea36",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4c0e1",
                    table="volunteers_shifttemplate",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="volunteers_shiftseries_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__range", (1, 200))), name="volunteers_shiftseries_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (15, 720))), name="volunteers_shiftseries_minutes"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shiftseries",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_shiftseriesevent" ("by_id", "community_id", "created_at", "from_on", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts", "team_id", "template_id", "uid", "until_on", "weekdays") VALUES (NEW."by_id", NEW."community_id", NEW."created_at", NEW."from_on", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts", NEW."team_id", NEW."template_id", NEW."uid", NEW."until_on", NEW."weekdays"); RETURN NULL;',
                    hash="2a08630361e023d21cb6d5334e47d94dc4cef119",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_40803",
                    table="volunteers_shiftseries",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shiftseries",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_shiftseriesevent" ("by_id", "community_id", "created_at", "from_on", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts", "team_id", "template_id", "uid", "until_on", "weekdays") VALUES (NEW."by_id", NEW."community_id", NEW."created_at", NEW."from_on", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts", NEW."team_id", NEW."template_id", NEW."uid", NEW."until_on", NEW."weekdays"); RETURN NULL;',
                    hash="92f3a1462dacaa10342033118dcc74814f9a9e62",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7e757",
                    table="volunteers_shiftseries",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(fields=["community", "starts_at"], name="volunteers_slot_week"),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(fields=["team", "starts_at"], name="volunteers_slot_team"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(
                fields=("series", "starts_at"), name="volunteers_slot_once_a_series"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("people"))), name="volunteers_slot_not_overfilled"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="volunteers_slot_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__range", (1, 200))), name="volunteers_slot_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("state", "CANCELLED"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    models.Q(models.Q(("state", "CANCELLED"), _negated=True), ("cancelled_at__isnull", True)),
                    _connector="OR",
                ),
                name="volunteers_slot_cancelled_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "CLOSED"), _negated=True),
                    models.Q(("booked_at__isnull", False), ("booked_by__isnull", False)),
                    _connector="OR",
                ),
                name="volunteers_slot_closed_when_booked",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slot",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_slotevent" ("booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "community_id", "demands", "ends_at", "id", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "series_id", "service_kind_id", "starts_at", "state", "team_id", "template_id", "title", "uid", "warnings", "words") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."community_id", NEW."demands", NEW."ends_at", NEW."id", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."published_at", NEW."series_id", NEW."service_kind_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."template_id", NEW."title", NEW."uid", NEW."warnings", NEW."words"); RETURN NULL;',
                    hash="174efafd875452cff63b7804348fc0ba236ce24c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4de99",
                    table="volunteers_slot",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slot",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booked_at" IS DISTINCT FROM (NEW."booked_at") OR OLD."booked_by_id" IS DISTINCT FROM (NEW."booked_by_id") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."cancelled_at" IS DISTINCT FROM (NEW."cancelled_at") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."demands" IS DISTINCT FROM (NEW."demands") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."people" IS DISTINCT FROM (NEW."people") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."service_kind_id" IS DISTINCT FROM (NEW."service_kind_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."warnings" IS DISTINCT FROM (NEW."warnings") OR OLD."words" IS DISTINCT FROM (NEW."words"))',
                    func='INSERT INTO "volunteers_slotevent" ("booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "community_id", "demands", "ends_at", "id", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "series_id", "service_kind_id", "starts_at", "state", "team_id", "template_id", "title", "uid", "warnings", "words") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."community_id", NEW."demands", NEW."ends_at", NEW."id", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."published_at", NEW."series_id", NEW."service_kind_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."template_id", NEW."title", NEW."uid", NEW."warnings", NEW."words"); RETURN NULL;',
                    hash="aa457690b01ec8c34d35dc7ec82657e0a4a55642",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5b068",
                    table="volunteers_slot",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["volunteer", "-slot"], name="volunteers_promise_mine"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["slot", "state", "promised_at"], name="volunteers_promise_queue"),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("PROMISED", "SEEKING", "HERE", "DONE", "WAITING", "EXCUSED", "MISSED"))
                ),
                fields=("slot", "volunteer"),
                name="volunteers_promise_one_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ("PROMISED", "SEEKING", "HERE", "DONE"))),
                expressions=[("volunteer", "="), ("period", "&&")],
                name="volunteers_promise_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["HERE", "DONE"]), _negated=True),
                    models.Q(("in_at__isnull", False), models.Q(("in_way", ""), _negated=True)),
                    _connector="OR",
                ),
                name="volunteers_promise_here_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("out_at__isnull", True),
                    models.Q(("in_at__isnull", False), ("out_at__gte", models.F("in_at"))),
                    _connector="OR",
                ),
                name="volunteers_promise_leaves_after_coming",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "DONE"), _negated=True),
                    models.Q(("attendance__isnull", False), ("out_at__isnull", False)),
                    _connector="OR",
                ),
                name="volunteers_promise_done_is_booked",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promise",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_promiseevent" ("attendance_id", "before_cancel", "by_id", "community_id", "id", "in_at", "in_way", "out_at", "out_way", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_at", "reason", "reminded_at", "replaces_id", "slot_id", "state", "ticked", "told_at", "volunteer_id") VALUES (NEW."attendance_id", NEW."before_cancel", NEW."by_id", NEW."community_id", NEW."id", NEW."in_at", NEW."in_way", NEW."out_at", NEW."out_way", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."promised_at", NEW."reason", NEW."reminded_at", NEW."replaces_id", NEW."slot_id", NEW."state", NEW."ticked", NEW."told_at", NEW."volunteer_id"); RETURN NULL;',
                    hash="eaed48c992e56ca95b650a03e8422904e209e1a8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6acd4",
                    table="volunteers_promise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promise",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_promiseevent" ("attendance_id", "before_cancel", "by_id", "community_id", "id", "in_at", "in_way", "out_at", "out_way", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_at", "reason", "reminded_at", "replaces_id", "slot_id", "state", "ticked", "told_at", "volunteer_id") VALUES (NEW."attendance_id", NEW."before_cancel", NEW."by_id", NEW."community_id", NEW."id", NEW."in_at", NEW."in_way", NEW."out_at", NEW."out_way", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."promised_at", NEW."reason", NEW."reminded_at", NEW."replaces_id", NEW."slot_id", NEW."state", NEW."ticked", NEW."told_at", NEW."volunteer_id"); RETURN NULL;',
                    hash="0b9a787addc92400e565ac40473cdc734126e747",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_74fae",
                    table="volunteers_promise",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="teamvote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "OPEN")), fields=("team",), name="volunteers_teamvote_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="teamvote",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opened_at"))),
                name="volunteers_teamvote_closes_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="teamvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("chosen__isnull", False), ("state", "DECIDED")),
                    models.Q(models.Q(("state", "DECIDED"), _negated=True), ("chosen__isnull", True)),
                    _connector="OR",
                ),
                name="volunteers_teamvote_decided_names_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="teamvote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_teamvoteevent" ("cast", "chosen_id", "closed_at", "closes_at", "community_id", "id", "members", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "state", "team_id") VALUES (NEW."cast", NEW."chosen_id", NEW."closed_at", NEW."closes_at", NEW."community_id", NEW."id", NEW."members", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."result", NEW."state", NEW."team_id"); RETURN NULL;',
                    hash="a990a346cc0e75bdcb5beea725d4f754e88c4948",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3b838",
                    table="volunteers_teamvote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="teamvote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_teamvoteevent" ("cast", "chosen_id", "closed_at", "closes_at", "community_id", "id", "members", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "state", "team_id") VALUES (NEW."cast", NEW."chosen_id", NEW."closed_at", NEW."closes_at", NEW."community_id", NEW."id", NEW."members", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."result", NEW."state", NEW."team_id"); RETURN NULL;',
                    hash="52d9312f1d79805948125b8dba6da0d58d0fe3b5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0a944",
                    table="volunteers_teamvote",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="teamcandidate",
            constraint=models.UniqueConstraint(
                fields=("vote", "volunteer"), name="volunteers_teamcandidate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                fields=("vote", "voter"), name="volunteers_ballot_one_a_member"
            ),
        ),
        *[
            step
            for table in TABLES
            for step in walls.guard(f"volunteers_{table}", city=table not in {"ballot", "guardianconsent"})
        ],
        *[
            step
            for table in TRACKED
            for step in walls.guard(f"volunteers_{table}event", city=table != "guardianconsent")
        ],
        *[step for table in TRACKED for step in walls.append_only(f"volunteers_{table}event")],
        *[
            step
            for table in TABLES
            if table not in {"ballot", "teamcandidate"}
            for step in walls.no_delete(f"volunteers_{table}")
        ],
        *walls.append_only("volunteers_ballot"),
        *walls.append_only("volunteers_teamcandidate"),
        *walls.no_delete("volunteers_shiftfeed"),
        *walls.frozen("volunteers_shiftfeed", ("user_id", "token_hash", "created_at")),
        *walls.frozen(
            "volunteers_promise",
            ("community_id", "slot_id", "volunteer_id", "period", "promised_at", "replaces_id"),
        ),
        *walls.frozen(
            "volunteers_lateentry",
            ("community_id", "volunteer_id", "starts_at", "ends_at", "asked_by_id", "asked_at"),
        ),
        *walls.frozen(
            "volunteers_teamvote", ("community_id", "team_id", "opened_at", "opened_by_id", "closes_at")
        ),
        *walls.frozen(
            "volunteers_guardianconsent", ("community_id", "volunteer_id", "guardian_id", "given_on")
        ),
        *walls.steps("volunteers_slot", "state", SLOT_EDGES, initial=["DRAFT", "PUBLISHED"]),
        *walls.steps("volunteers_promise", "state", PROMISE_EDGES, initial=["PROMISED", "WAITING", "HERE"]),
        *walls.steps("volunteers_lateentry", "state", LATE_EDGES, initial=["ASKED"]),
        *walls.steps("volunteers_teamvote", "state", VOTE_EDGES, initial=["OPEN"]),
        *walls.sql(
            [
                PROMISE_BORN,
                "create trigger volunteers_promise_born before insert on volunteers_promise "
                "for each row execute function volunteers_promise_born()",
                PROMISE_COUNTED,
                "create trigger volunteers_promise_counted after insert or update of state on volunteers_promise "
                "for each row execute function volunteers_promise_counted()",
                SLOT_TAKEN,
                "create trigger volunteers_slot_taken before update of taken on volunteers_slot "
                "for each row when (new.taken is distinct from old.taken and pg_trigger_depth() = 0) "
                "execute function volunteers_slot_taken_by_promises()",
                "create trigger volunteers_slot_begins_empty before insert on volunteers_slot "
                "for each row when (new.taken <> 0) execute function volunteers_slot_taken_by_promises()",
                SLOT_FROZEN,
                "create trigger volunteers_slot_stands before update on volunteers_slot for each row "
                "when (old.state not in ('DRAFT', 'PROPOSED') and (old.starts_at, old.ends_at, old.template_id, "
                "old.community_id, old.service_kind_id) is distinct from (new.starts_at, new.ends_at, new.template_id, "
                "new.community_id, new.service_kind_id)) execute function volunteers_slot_stands()",
                VOTE_CLOSED,
                "create trigger volunteers_ballot_in_time before insert on volunteers_ballot "
                "for each row execute function volunteers_ballot_in_time()",
            ],
            [
                "drop trigger volunteers_ballot_in_time on volunteers_ballot",
                "drop function volunteers_ballot_in_time()",
                "drop trigger volunteers_slot_stands on volunteers_slot",
                "drop function volunteers_slot_stands()",
                "drop trigger volunteers_slot_begins_empty on volunteers_slot",
                "drop trigger volunteers_slot_taken on volunteers_slot",
                "drop function volunteers_slot_taken_by_promises()",
                "drop trigger volunteers_promise_counted on volunteers_promise",
                "drop function volunteers_promise_counted()",
                "drop trigger volunteers_promise_born on volunteers_promise",
                "drop function volunteers_promise_born()",
            ],
        ),
    ]
