"""Two assessors sign themselves; forms are turned on and off; rule sets are tried before they count; calendars."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

FACTS = ("elders_instrumentswitch", "elders_shadowrun", "elders_shadowchange", "elders_ruleadoption")
STEPS = {True: "('DRAFT', 'HALF'), ('DRAFT', 'SIGNED'), ('HALF', 'SIGNED'), ('HALF', 'DRAFT'), "
         "('DRAFT', 'VOID'), ('HALF', 'VOID'), ('SIGNED', 'VOID')",
         False: "('DRAFT', 'SIGNED'), ('DRAFT', 'VOID'), ('SIGNED', 'VOID')"}  # fmt: skip


def steps(new: bool) -> str:
    """The step table of assessments, with or without the state between the two signatures."""
    return f"""
create or replace function elders_assessment_state_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ('DRAFT', 'SIGNED') then
      raise exception 'a row of elders_assessment cannot begin as %', new.state
        using errcode = 'check_violation', constraint = 'elders_assessment_state_steps';
    end if;
  elsif new.state is distinct from old.state and (old.state, new.state) not in (values {STEPS[new]}) then
    raise exception 'elders_assessment: % cannot follow %', new.state, old.state
      using errcode = 'check_violation', constraint = 'elders_assessment_state_steps';
  end if;
  return new;
end $$"""


# What may change on a row that is signed: nothing but the step itself. Half signed: the second signature, or the
# way back to a draft, which takes the first signature and the scores away again but no answer.
SIGNED = """
create or replace function elders_assessment_signed() returns trigger language plpgsql as $$
declare free text[];
begin
  free := case
    when old.state = 'DRAFT' then null
    when new.state = 'VOID' then array['state', 'void_reason']
    when old.state = 'HALF' and new.state = 'SIGNED' then array['state', 'second_signature', 'countersigned_at']
    when old.state = 'HALF' and new.state = 'DRAFT' then array['state', 'returned', 'signed_at', 'saved_at', 'scores',
      'total', 'initial_level', 'final_level', 'raised', 'grounds', 'band', 'second_assessor_id']
    else array[]::text[]
  end;
  if free is not null and (to_jsonb(new) - free) is distinct from (to_jsonb(old) - free) then
    raise exception 'a signed assessment never changes'
      using errcode = 'check_violation', constraint = 'elders_assessment_signed';
  end if;
  return new;
end $$"""
SIGNED_BEFORE = """
create or replace function elders_assessment_signed() returns trigger language plpgsql as $$
begin
  if old.state = 'SIGNED' and new.state = 'VOID' then
    if (to_jsonb(new) - 'state' - 'void_reason') is distinct from (to_jsonb(old) - 'state' - 'void_reason') then
      raise exception 'a signed assessment never changes'
        using errcode = 'check_violation', constraint = 'elders_assessment_signed';
    end if;
  elsif old.state <> 'DRAFT' and new is distinct from old then
    raise exception 'a signed assessment never changes'
      using errcode = 'check_violation', constraint = 'elders_assessment_signed';
  end if;
  return new;
end $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("elders", "0007_households_rights_merges"),
        ("parties", "0005_refresh_statistics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
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
            name="InstrumentSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("is_on", models.BooleanField(verbose_name="in use")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "form turned on or off",
                "verbose_name_plural": "forms turned on or off",
            },
        ),
        migrations.CreateModel(
            name="RuleAdoption",
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
                "verbose_name": "rule set put in force",
                "verbose_name_plural": "rule sets put in force",
            },
        ),
        migrations.CreateModel(
            name="ShadowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "confirmed",
                    models.CharField(
                        choices=[
                            ("RED", "red: lost ability or memory"),
                            ("YELLOW", "yellow: empty nest or alone"),
                            ("GREEN", "green: active or stable"),
                            ("UNASSESSED", "grey: waiting for assessment"),
                        ],
                        max_length=10,
                        verbose_name="confirmed colour",
                    ),
                ),
                (
                    "from_colour",
                    models.CharField(
                        choices=[
                            ("RED", "red: lost ability or memory"),
                            ("YELLOW", "yellow: empty nest or alone"),
                            ("GREEN", "green: active or stable"),
                            ("UNASSESSED", "grey: waiting for assessment"),
                        ],
                        max_length=10,
                        verbose_name="under the rules in use",
                    ),
                ),
                ("from_subtier", models.CharField(blank=True, default="", max_length=6, verbose_name="tier")),
                (
                    "to_colour",
                    models.CharField(
                        choices=[
                            ("RED", "red: lost ability or memory"),
                            ("YELLOW", "yellow: empty nest or alone"),
                            ("GREEN", "green: active or stable"),
                            ("UNASSESSED", "grey: waiting for assessment"),
                        ],
                        max_length=10,
                        verbose_name="under the rules on trial",
                    ),
                ),
                ("to_subtier", models.CharField(blank=True, default="", max_length=6, verbose_name="tier")),
                ("from_fired", models.JSONField(default=list)),
                ("to_fired", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "change of a trial run",
                "verbose_name_plural": "changes of a trial run",
            },
        ),
        migrations.CreateModel(
            name="ShadowRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("elders", models.PositiveIntegerField(verbose_name="elders")),
                ("changed", models.PositiveIntegerField(verbose_name="who would change colour")),
                ("counts", models.JSONField(default=dict, verbose_name="people by colour")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "trial run",
                "verbose_name_plural": "trial runs",
            },
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="elders_assessment_one_draft",
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="elders_assessment_signed_is_complete",
        ),
        migrations.AddField(
            model_name="assessment",
            name="band",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=20, verbose_name="band"
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="countersigned_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="second signature at"
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="marks",
            field=models.JSONField(default=dict, editable=False, verbose_name="who answered when"),
        ),
        migrations.AddField(
            model_name="assessment",
            name="returned",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=200,
                verbose_name="why the second assessor sent it back",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="second_signature",
            field=models.CharField(
                blank=True,
                choices=[
                    ("OWN", "with an own sign-in"),
                    ("PAPER", "on the paper form"),
                    ("NAMED", "named by the first assessor"),
                ],
                default="NAMED",
                editable=False,
                max_length=5,
                verbose_name="second signature",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="second_signature",
            field=models.CharField(
                blank=True,
                choices=[
                    ("OWN", "with an own sign-in"),
                    ("PAPER", "on the paper form"),
                    ("NAMED", "named by the first assessor"),
                ],
                default="",
                editable=False,
                max_length=5,
                verbose_name="second signature",
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="made_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="proposed at"),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="note",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="what is different and why"
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="state",
            field=models.CharField(
                choices=[
                    ("DRAFT", "draft"),
                    ("HALF", "waits for the second signature"),
                    ("SIGNED", "signed"),
                    ("VOID", "void"),
                ],
                default="DRAFT",
                editable=False,
                max_length=6,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ASSESSMENT", "assessment is due"),
                    ("ARCHIVE", "archive update is due"),
                    ("LEVEL", "ability level is out of date"),
                    ("ASSESSMENT_LATE", "assessment is long overdue"),
                    ("ARCHIVE_LATE", "archive update is long overdue"),
                    ("OVERRIDE", "a colour chosen by hand has ended"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("state", "HALF")),
                fields=["community", "second_assessor"],
                name="elders_assessment_half",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["DRAFT", "HALF"])),
                fields=("elder", "instrument"),
                name="elders_assessment_one_draft",
                violation_error_message="There is already a draft. Please go on with that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["HALF", "SIGNED"]), _negated=True),
                    models.Q(("signed_at__isnull", False), ("total__isnull", False)),
                    _connector="OR",
                ),
                name="elders_assessment_signed_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "SIGNED"), _negated=True),
                    ("second_assessor__isnull", True),
                    ("second_signature__in", ["PAPER", "NAMED"]),
                    models.Q(("countersigned_at__isnull", False), ("second_signature", "OWN")),
                    _connector="OR",
                ),
                name="elders_assessment_second_one_signs",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "HALF"), _negated=True),
                    ("second_assessor__isnull", False),
                    _connector="OR",
                ),
                name="elders_assessment_half_names_the_second",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calendar_feeds",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="instrumentswitch",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="instrumentswitch",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="ruleadoption",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="ruleadoption",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="ruleadoption",
            name="rule_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elders.ruleset",
                verbose_name="rule set",
            ),
        ),
        migrations.AddField(
            model_name="shadowchange",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="shadowchange",
            name="elder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elders.elder",
                verbose_name="elder",
            ),
        ),
        migrations.AddField(
            model_name="shadowrun",
            name="against",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elders.ruleset",
                verbose_name="rule set in use",
            ),
        ),
        migrations.AddField(
            model_name="shadowrun",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="shadowrun",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="shadowrun",
            name="rule_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elders.ruleset",
                verbose_name="rule set on trial",
            ),
        ),
        migrations.AddField(
            model_name="shadowchange",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="elders.shadowrun",
                verbose_name="trial run",
            ),
        ),
        migrations.AddField(
            model_name="ruleadoption",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elders.shadowrun",
                verbose_name="trial run",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("user",),
                name="elders_calendarfeed_one_open",
            ),
        ),
        migrations.AddIndex(
            model_name="instrumentswitch",
            index=models.Index(fields=["community", "code", "-id"], name="elders_instrumentswitch_newest"),
        ),
        migrations.AddIndex(
            model_name="shadowrun",
            index=models.Index(fields=["community", "-at"], name="elders_shadowrun_at"),
        ),
        migrations.AddConstraint(
            model_name="shadowchange",
            constraint=models.UniqueConstraint(fields=("run", "elder"), name="elders_shadowchange_once"),
        ),
        migrations.AddIndex(
            model_name="ruleadoption",
            index=models.Index(fields=["community", "-id"], name="elders_ruleadoption_newest"),
        ),
        *[step for table in FACTS for step in walls.guard(table)],
        *[step for table in FACTS for step in walls.append_only(table)],
        *walls.sql(steps(True), steps(False)),
        *walls.sql(SIGNED, SIGNED_BEFORE),
        # A director may propose a version; it is born on trial and never changes (frozen since 0002).
        *walls.sql(
            "grant insert on elders_ruleset to carenet_app",
            "revoke insert on elders_ruleset from carenet_app",
        ),
        *walls.steps(
            "elders_ruleset",
            "state",
            {"SHADOW": ["ADOPTED", "RETIRED"], "ADOPTED": ["RETIRED"]},
            initial=["SHADOW"],
        ),
        *walls.no_delete("elders_calendarfeed"),
        *walls.frozen("elders_calendarfeed", ("user_id", "token_hash", "created_at")),
    ]
