"""Households, living situations, mandates and consents on paper, requests about one's data, merges; with their walls."""

import django.contrib.postgres.fields
import django.db.models.deletion
import elders.models.kin
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls


CHANGING = (
    "elders_household",
    "elders_householdrole",
    "elders_merge",
    "elders_rightsrequest",
    "elders_retentionrun",
    "elders_savedfilter",
)
FACTS = ("elders_livingspell", "elders_mandateuse", "elders_consenttext")
BEFORE = {
    "ACTIVE": ["DIED", "LEFT", "PAUSED", "WITHDRAWN"],
    "DIED": ["ACTIVE", "LEFT", "PAUSED"],
    "LEFT": ["ACTIVE", "DIED", "PAUSED"],
    "PAUSED": ["ACTIVE", "DIED", "LEFT"],
}
AFTER = {
    "ACTIVE": ["DIED", "LEFT", "PAUSED", "WITHDRAWN", "MERGED"],
    "DIED": ["ACTIVE", "LEFT", "PAUSED", "MERGED"],
    "LEFT": ["ACTIVE", "DIED", "PAUSED", "MERGED"],
    "PAUSED": ["ACTIVE", "DIED", "LEFT", "MERGED"],
    "MERGED": ["ACTIVE", "DIED", "LEFT", "PAUSED"],
}


def _steps(edges: dict[str, list[str]]) -> str:
    pairs = ", ".join(f"('{source}', '{target}')" for source, targets in edges.items() for target in targets)
    return f"""
create or replace function elders_elder_status_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('ACTIVE') then
      raise exception 'a row of elders_elder cannot begin as %', new.status
        using errcode = 'check_violation', constraint = 'elders_elder_status_steps';
    end if;
  elsif new.status is distinct from old.status
    and (old.status, new.status) not in (values {pairs}) then
    raise exception 'elders_elder: % cannot follow %', new.status, old.status
      using errcode = 'check_violation', constraint = 'elders_elder_status_steps';
  end if;
  return new;
end $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_walls"),
        ("elders", "0006_touch_words"),
        ("jobs", "0002_walls"),
        ("parties", "0005_refresh_statistics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("SERVICE", "care services and contact"),
                            ("HEALTH", "health and ability data"),
                            ("BELIEF", "religion"),
                            ("LOCATION", "whereabouts from a device"),
                            ("PHOTO", "photos"),
                            ("SHARE", "passing data to service partners"),
                        ],
                        max_length=10,
                        verbose_name="purpose",
                    ),
                ),
                ("version", models.CharField(max_length=20, verbose_name="version of the text")),
                ("text_zh", models.TextField(verbose_name="text in Chinese")),
                ("text_en", models.TextField(blank=True, verbose_name="text in English")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "text of a consent",
                "verbose_name_plural": "texts of consents",
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        blank=True, help_text="unit and room, like 2-501", max_length=40, verbose_name="door"
                    ),
                ),
                ("lon", models.FloatField(blank=True, null=True, verbose_name="longitude (WGS-84)")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="latitude (WGS-84)")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("opened_on", models.DateField(verbose_name="since")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "household",
                "verbose_name_plural": "households",
            },
        ),
        migrations.CreateModel(
            name="HouseholdRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("RESIDENT", "lives here"),
                            ("HEAD", "head of the household"),
                            ("CARER", "carer"),
                            ("KIN", "kin who live elsewhere"),
                            ("EMERGENCY", "emergency contact"),
                            ("CAPTAIN", "building captain"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SELF", "the elder"),
                            ("SPOUSE", "husband or wife"),
                            ("SON", "son"),
                            ("DAUGHTER", "daughter"),
                            ("CHILD_IN_LAW", "son- or daughter-in-law"),
                            ("GRANDCHILD", "grandchild"),
                            ("SIBLING", "brother or sister"),
                            ("RELATIVE", "other relative"),
                            ("NEIGHBOUR", "neighbour"),
                            ("FRIEND", "friend"),
                            ("CARER", "hired carer"),
                            ("STAFF", "community staff"),
                            ("OTHER", "other"),
                        ],
                        max_length=12,
                        verbose_name="relation",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "role in a household",
                "verbose_name_plural": "roles in households",
            },
        ),
        migrations.CreateModel(
            name="LivingSpell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "living",
                    models.CharField(
                        choices=[
                            ("UNKNOWN", "not known yet"),
                            ("ALONE", "lives alone"),
                            ("COUPLE_ONLY", "couple only, no child at home"),
                            ("LEFT_BEHIND", "left behind, children work away"),
                            ("WITH_DISABLED_CHILD", "with a disabled child"),
                            ("WITH_CHILDREN", "with children"),
                            ("OTHER", "other"),
                        ],
                        max_length=20,
                        verbose_name="living with",
                    ),
                ),
                (
                    "caregiver",
                    models.CharField(
                        choices=[
                            ("UNKNOWN", "not known yet"),
                            ("YES", "somebody cares for them"),
                            ("NO", "no caregiver"),
                        ],
                        max_length=8,
                        verbose_name="caregiver",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "living situation",
                "verbose_name_plural": "living situations",
            },
        ),
        migrations.CreateModel(
            name="MandateUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("READ", "see the elder's own page and letter"),
                            ("ASK", "ask for services and cancel them"),
                            ("CONFIRM", "confirm and rate what was done"),
                            ("RIGHTS", "consents, corrections and copies of the file"),
                        ],
                        max_length=10,
                        verbose_name="for what",
                    ),
                ),
                ("verb", models.CharField(max_length=60, verbose_name="what was done")),
                ("object_kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "use of a mandate",
                "verbose_name_plural": "uses of mandates",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved", models.JSONField(default=dict, editable=False)),
                ("before", models.JSONField(default=dict, editable=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
            ],
            options={
                "verbose_name": "merge of two records",
                "verbose_name_plural": "merges of records",
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="as of")),
                ("plan", models.JSONField(default=dict, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("PLANNED", "shown, not done"), ("DONE", "done"), ("DROPPED", "dropped")],
                        default="PLANNED",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("planned_at", models.DateTimeField(verbose_name="planned at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("result", models.JSONField(default=dict, editable=False)),
            ],
            options={
                "verbose_name": "run of the retention rules",
                "verbose_name_plural": "runs of the retention rules",
            },
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CORRECT", "correct something"),
                            ("COPY", "a copy of the file"),
                            ("EXPLAIN", "explain a decision"),
                            ("DELETE", "delete something"),
                            ("LIMIT", "stop using something"),
                        ],
                        max_length=10,
                        verbose_name="what is asked",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="in their words")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("due_on", models.DateField(verbose_name="answer due on")),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("SELF", "the elder"),
                            ("SPOUSE", "husband or wife"),
                            ("SON", "son"),
                            ("DAUGHTER", "daughter"),
                            ("CHILD_IN_LAW", "son- or daughter-in-law"),
                            ("GRANDCHILD", "grandchild"),
                            ("SIBLING", "brother or sister"),
                            ("RELATIVE", "other relative"),
                            ("NEIGHBOUR", "neighbour"),
                            ("FRIEND", "friend"),
                            ("CARER", "hired carer"),
                            ("STAFF", "community staff"),
                            ("OTHER", "other"),
                        ],
                        default="SELF",
                        max_length=12,
                        verbose_name="asked by",
                    ),
                ),
                ("asker_name", models.CharField(blank=True, max_length=60, verbose_name="name of who asked")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "waiting for an answer"),
                            ("DONE", "done"),
                            ("REFUSED", "refused with reasons"),
                        ],
                        default="OPEN",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
            ],
            options={
                "verbose_name": "request about one's data",
                "verbose_name_plural": "requests about one's data",
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.CharField(max_length=400, verbose_name="filter")),
                ("at", models.DateTimeField(verbose_name="saved at")),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "ordering": ["name"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="consent",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="consent",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="elder",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="elder",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="mandate",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="mandate",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="elder",
            name="elders_elder_nothing_due_of_the_gone",
        ),
        migrations.RemoveConstraint(
            model_name="pause",
            name="elders_pause_one_open",
        ),
        migrations.RemoveIndex(
            model_name="pause",
            name="elders_pause_open",
        ),
        migrations.AddField(
            model_name="consent",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="way",
            field=models.CharField(
                choices=[
                    ("PAPER", "signed on paper"),
                    ("SPOKEN", "said so, a worker was there"),
                    ("ONLINE", "on their own page"),
                ],
                default="SPOKEN",
                max_length=8,
                verbose_name="how",
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="documents.document",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="way",
            field=models.CharField(
                choices=[
                    ("PAPER", "signed on paper"),
                    ("SPOKEN", "said so, a worker was there"),
                    ("ONLINE", "on their own page"),
                ],
                default="SPOKEN",
                max_length=8,
                verbose_name="how",
            ),
        ),
        migrations.AddField(
            model_name="elder",
            name="anonymised_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="made anonymous on"),
        ),
        migrations.AddField(
            model_name="elder",
            name="dialect",
            field=models.CharField(blank=True, help_text="in words", max_length=40, verbose_name="dialect"),
        ),
        migrations.AddField(
            model_name="elder",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("ZH", "Mandarin"),
                        ("DIALECT", "a Chinese dialect"),
                        ("LISU", "Lisu"),
                        ("NU", "Nu"),
                        ("DERUNG", "Derung"),
                        ("BAI", "Bai"),
                        ("UG", "Uygur"),
                        ("KK", "Kazak"),
                        ("MN", "Mongol"),
                        ("BO", "Tibetan"),
                        ("SIGN", "sign language"),
                        ("OTHER", "other"),
                    ],
                    max_length=8,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages",
            ),
        ),
        migrations.AddField(
            model_name="elder",
            name="literacy",
            field=models.CharField(
                choices=[
                    ("UNKNOWN", "not known yet"),
                    ("READS", "reads and writes"),
                    ("SOME", "reads a little"),
                    ("NONE", "does not read"),
                ],
                default="UNKNOWN",
                max_length=8,
                verbose_name="reading",
            ),
        ),
        migrations.AddField(
            model_name="elder",
            name="religion_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="elder",
            name="religion_why",
            field=models.CharField(blank=True, max_length=80, verbose_name="why the religion is kept"),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="anonymised_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="made anonymous on"),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="dialect",
            field=models.CharField(blank=True, help_text="in words", max_length=40, verbose_name="dialect"),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("ZH", "Mandarin"),
                        ("DIALECT", "a Chinese dialect"),
                        ("LISU", "Lisu"),
                        ("NU", "Nu"),
                        ("DERUNG", "Derung"),
                        ("BAI", "Bai"),
                        ("UG", "Uygur"),
                        ("KK", "Kazak"),
                        ("MN", "Mongol"),
                        ("BO", "Tibetan"),
                        ("SIGN", "sign language"),
                        ("OTHER", "other"),
                    ],
                    max_length=8,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages",
            ),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="literacy",
            field=models.CharField(
                choices=[
                    ("UNKNOWN", "not known yet"),
                    ("READS", "reads and writes"),
                    ("SOME", "reads a little"),
                    ("NONE", "does not read"),
                ],
                default="UNKNOWN",
                max_length=8,
                verbose_name="reading",
            ),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="religion_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="elderevent",
            name="religion_why",
            field=models.CharField(blank=True, max_length=80, verbose_name="why the religion is kept"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("READ", "see the elder's own page and letter"),
                        ("ASK", "ask for services and cancel them"),
                        ("CONFIRM", "confirm and rate what was done"),
                        ("RIGHTS", "consents, corrections and copies of the file"),
                    ],
                    max_length=10,
                ),
                default=elders.models.kin.every_scope,
                size=None,
                verbose_name="for what",
            ),
        ),
        migrations.AddField(
            model_name="mandateevent",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="documents.document",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="mandateevent",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("READ", "see the elder's own page and letter"),
                        ("ASK", "ask for services and cancel them"),
                        ("CONFIRM", "confirm and rate what was done"),
                        ("RIGHTS", "consents, corrections and copies of the file"),
                    ],
                    max_length=10,
                ),
                default=elders.models.kin.every_scope,
                size=None,
                verbose_name="for what",
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cancelled at"),
        ),
        migrations.AddField(
            model_name="pause",
            name="is_planned",
            field=models.BooleanField(
                default=False, help_text="its first day has not come", verbose_name="planned"
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("SERVICE", "care services and contact"),
                    ("HEALTH", "health and ability data"),
                    ("BELIEF", "religion"),
                    ("LOCATION", "whereabouts from a device"),
                    ("PHOTO", "photos"),
                    ("SHARE", "passing data to service partners"),
                ],
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("SERVICE", "care services and contact"),
                    ("HEALTH", "health and ability data"),
                    ("BELIEF", "religion"),
                    ("LOCATION", "whereabouts from a device"),
                    ("PHOTO", "photos"),
                    ("SHARE", "passing data to service partners"),
                ],
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="elder",
            name="status",
            field=models.CharField(
                choices=[
                    ("ACTIVE", "in care"),
                    ("PAUSED", "paused"),
                    ("LEFT", "moved away"),
                    ("DIED", "died"),
                    ("WITHDRAWN", "entry taken back"),
                    ("MERGED", "merged into another file"),
                ],
                default="ACTIVE",
                editable=False,
                max_length=10,
                verbose_name="standing",
            ),
        ),
        migrations.AlterField(
            model_name="elderevent",
            name="status",
            field=models.CharField(
                choices=[
                    ("ACTIVE", "in care"),
                    ("PAUSED", "paused"),
                    ("LEFT", "moved away"),
                    ("DIED", "died"),
                    ("WITHDRAWN", "entry taken back"),
                    ("MERGED", "merged into another file"),
                ],
                default="ACTIVE",
                editable=False,
                max_length=10,
                verbose_name="standing",
            ),
        ),
        migrations.AddIndex(
            model_name="pause",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("ended_on__isnull", True)),
                fields=["community", "until"],
                name="elders_pause_open",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_consentevent" ("community_id", "elder_id", "given_at", "given_by", "id", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "recorded_by_id", "version", "way", "withdrawn_at", "withdrawn_recorded_by_id") VALUES (NEW."community_id", NEW."elder_id", NEW."given_at", NEW."given_by", NEW."id", NEW."paper_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."recorded_by_id", NEW."version", NEW."way", NEW."withdrawn_at", NEW."withdrawn_recorded_by_id"); RETURN NULL;',
                    hash="92de7672969b9b099e2afd133d32bffb8b86f560",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bafa6",
                    table="elders_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_consentevent" ("community_id", "elder_id", "given_at", "given_by", "id", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "recorded_by_id", "version", "way", "withdrawn_at", "withdrawn_recorded_by_id") VALUES (NEW."community_id", NEW."elder_id", NEW."given_at", NEW."given_by", NEW."id", NEW."paper_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."recorded_by_id", NEW."version", NEW."way", NEW."withdrawn_at", NEW."withdrawn_recorded_by_id"); RETURN NULL;',
                    hash="dd166a569c5a249031ce23ffc605c70f506f0fc1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_32b59",
                    table="elders_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="elder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_elderevent" ("address_sealed", "anonymised_on", "archive_due_on", "assessment_due_on", "building_id", "caregiver", "colour", "colour_on", "community_id", "created_at", "dialect", "door", "grid_id", "id", "import_job_id", "is_demo", "languages", "lat", "level", "level_on", "literacy", "living", "lon", "number", "owner_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisional_colour", "provisional_subtier", "registered_by_id", "registered_on", "religion_sealed", "religion_why", "status", "status_on", "subtier", "uid") VALUES (NEW."address_sealed", NEW."anonymised_on", NEW."archive_due_on", NEW."assessment_due_on", NEW."building_id", NEW."caregiver", NEW."colour", NEW."colour_on", NEW."community_id", NEW."created_at", NEW."dialect", NEW."door", NEW."grid_id", NEW."id", NEW."import_job_id", NEW."is_demo", NEW."languages", NEW."lat", NEW."level", NEW."level_on", NEW."literacy", NEW."living", NEW."lon", NEW."number", NEW."owner_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."provisional_colour", NEW."provisional_subtier", NEW."registered_by_id", NEW."registered_on", NEW."religion_sealed", NEW."religion_why", NEW."status", NEW."status_on", NEW."subtier", NEW."uid"); RETURN NULL;',
                    hash="7141dac492e39f0c07456ffe064a829d93a4d9fe",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4ac7d",
                    table="elders_elder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="elder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address_sealed" IS DISTINCT FROM (NEW."address_sealed") OR OLD."anonymised_on" IS DISTINCT FROM (NEW."anonymised_on") OR OLD."archive_due_on" IS DISTINCT FROM (NEW."archive_due_on") OR OLD."assessment_due_on" IS DISTINCT FROM (NEW."assessment_due_on") OR OLD."building_id" IS DISTINCT FROM (NEW."building_id") OR OLD."caregiver" IS DISTINCT FROM (NEW."caregiver") OR OLD."colour" IS DISTINCT FROM (NEW."colour") OR OLD."colour_on" IS DISTINCT FROM (NEW."colour_on") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."dialect" IS DISTINCT FROM (NEW."dialect") OR OLD."door" IS DISTINCT FROM (NEW."door") OR OLD."grid_id" IS DISTINCT FROM (NEW."grid_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."import_job_id" IS DISTINCT FROM (NEW."import_job_id") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."lat" IS DISTINCT FROM (NEW."lat") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."level_on" IS DISTINCT FROM (NEW."level_on") OR OLD."literacy" IS DISTINCT FROM (NEW."literacy") OR OLD."living" IS DISTINCT FROM (NEW."living") OR OLD."lon" IS DISTINCT FROM (NEW."lon") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."provisional_colour" IS DISTINCT FROM (NEW."provisional_colour") OR OLD."provisional_subtier" IS DISTINCT FROM (NEW."provisional_subtier") OR OLD."registered_by_id" IS DISTINCT FROM (NEW."registered_by_id") OR OLD."registered_on" IS DISTINCT FROM (NEW."registered_on") OR OLD."religion_sealed" IS DISTINCT FROM (NEW."religion_sealed") OR OLD."religion_why" IS DISTINCT FROM (NEW."religion_why") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_on" IS DISTINCT FROM (NEW."status_on") OR OLD."subtier" IS DISTINCT FROM (NEW."subtier") OR OLD."uid" IS DISTINCT FROM (NEW."uid"))',
                    func='INSERT INTO "elders_elderevent" ("address_sealed", "anonymised_on", "archive_due_on", "assessment_due_on", "building_id", "caregiver", "colour", "colour_on", "community_id", "created_at", "dialect", "door", "grid_id", "id", "import_job_id", "is_demo", "languages", "lat", "level", "level_on", "literacy", "living", "lon", "number", "owner_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisional_colour", "provisional_subtier", "registered_by_id", "registered_on", "religion_sealed", "religion_why", "status", "status_on", "subtier", "uid") VALUES (NEW."address_sealed", NEW."anonymised_on", NEW."archive_due_on", NEW."assessment_due_on", NEW."building_id", NEW."caregiver", NEW."colour", NEW."colour_on", NEW."community_id", NEW."created_at", NEW."dialect", NEW."door", NEW."grid_id", NEW."id", NEW."import_job_id", NEW."is_demo", NEW."languages", NEW."lat", NEW."level", NEW."level_on", NEW."literacy", NEW."living", NEW."lon", NEW."number", NEW."owner_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."provisional_colour", NEW."provisional_subtier", NEW."registered_by_id", NEW."registered_on", NEW."religion_sealed", NEW."religion_why", NEW."status", NEW."status_on", NEW."subtier", NEW."uid"); RETURN NULL;',
                    hash="5bba72d53d724fc2dd36a537f877ddef9b6dde8d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8f039",
                    table="elders_elder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_mandateevent" ("community_id", "elder_id", "evidence", "granted_by_id", "id", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "scopes", "since", "until", "user_id") VALUES (NEW."community_id", NEW."elder_id", NEW."evidence", NEW."granted_by_id", NEW."id", NEW."paper_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."relation", NEW."scopes", NEW."since", NEW."until", NEW."user_id"); RETURN NULL;',
                    hash="5113ef0933b352896e4c775b52c306c2b95cb160",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_56c13",
                    table="elders_mandate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_mandateevent" ("community_id", "elder_id", "evidence", "granted_by_id", "id", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "scopes", "since", "until", "user_id") VALUES (NEW."community_id", NEW."elder_id", NEW."evidence", NEW."granted_by_id", NEW."id", NEW."paper_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."relation", NEW."scopes", NEW."since", NEW."until", NEW."user_id"); RETURN NULL;',
                    hash="4121e1b009eb3afce4a8e19d945a8d86a474aae1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_48647",
                    table="elders_mandate",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="elder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("religion_sealed__isnull", True),
                    models.Q(("religion_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="elders_elder_religion_for_a_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="elder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["LEFT", "DIED", "WITHDRAWN", "MERGED"]), _negated=True),
                    models.Q(
                        ("archive_due_on__isnull", True),
                        ("assessment_due_on__isnull", True),
                        ("contact_due_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="elders_elder_nothing_due_of_the_gone",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="elders_mandate_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes", []), _negated=True), name="elders_mandate_for_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("ended_on__isnull", True)),
                fields=("elder",),
                name="elders_pause_one_open",
            ),
        ),
        migrations.AddField(
            model_name="consenttext",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="consenttext",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="building",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.area",
                verbose_name="building",
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="householdrole",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="householdrole",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="householdrole",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="roles",
                to="elders.household",
                verbose_name="household",
            ),
        ),
        migrations.AddField(
            model_name="householdrole",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="household_roles",
                to="parties.person",
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="livingspell",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="livingspell",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="livingspell",
            name="elder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="living_spells",
                to="elders.elder",
                verbose_name="elder",
            ),
        ),
        migrations.AddField(
            model_name="mandateuse",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="mandateuse",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="elders.mandate",
                verbose_name="mandate",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
                verbose_name="merged record",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
                verbose_name="kept record",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken back by",
            ),
        ),
        migrations.AddField(
            model_name="retentionrun",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="retentionrun",
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
            model_name="retentionrun",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="planned by",
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="elder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rights_requests",
                to="elders.elder",
                verbose_name="elder",
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(
                fields=("community", "purpose", "version"), name="elders_consenttext_one_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_zh", ""), _negated=True), name="elders_consenttext_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on__isnull", True), models.Q(("door", ""), _negated=True)),
                fields=("community", "building", "door"),
                name="elders_household_one_door",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(("lat__range", (-90, 90)), ("lon__range", (-180, 180))),
                    _connector="OR",
                ),
                name="elders_household_both_coordinates",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__isnull", True), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="elders_household_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="householdrole",
            index=models.Index(fields=["household", "until"], name="elders_householdrole_open"),
        ),
        migrations.AddConstraint(
            model_name="householdrole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("household", "person", "kind"),
                name="elders_householdrole_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdrole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "RESIDENT"), ("until__isnull", True)),
                fields=("person",),
                name="elders_householdrole_one_home",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdrole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["HEAD", "CAPTAIN"]), ("until__isnull", True)),
                fields=("household", "kind"),
                name="elders_householdrole_one_head",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdrole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="elders_householdrole_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="livingspell",
            index=models.Index(fields=["elder", "-since"], name="elders_livingspell_elder"),
        ),
        migrations.AddIndex(
            model_name="mandateuse",
            index=models.Index(fields=["mandate", "-at"], name="elders_mandateuse_mandate"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("gone",), name="elders_merge_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("gone")), _negated=True), name="elders_merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="elders_merge_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "PLANNED")
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["DONE", "DROPPED"]),
                    ),
                    _connector="OR",
                ),
                name="elders_retentionrun_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(
                condition=models.Q(("state", "OPEN")),
                fields=["community", "due_on"],
                name="elders_rightsrequest_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="elders_rightsrequest_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("asked_on"))),
                name="elders_rightsrequest_due_after_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True), ("state", "OPEN")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("state__in", ["DONE", "REFUSED"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="elders_rightsrequest_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(
                fields=("user", "community", "name"), name="elders_savedfilter_one_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="elders_savedfilter_has_a_name"
            ),
        ),
        *[step for table in (*CHANGING, *FACTS) for step in walls.guard(table)],
        *[step for table in CHANGING if table != "elders_savedfilter" for step in walls.no_delete(table)],
        *[step for table in FACTS for step in walls.append_only(table)],
        *walls.steps(
            "elders_rightsrequest",
            "state",
            {"OPEN": ["DONE", "REFUSED"], "DONE": ["OPEN"], "REFUSED": ["OPEN"]},
            initial=["OPEN"],
        ),
        *walls.frozen("elders_rightsrequest", ("community_id", "elder_id", "kind", "words", "asked_on")),
        *walls.steps("elders_retentionrun", "state", {"PLANNED": ["DONE", "DROPPED"]}, initial=["PLANNED"]),
        *walls.frozen("elders_retentionrun", ("community_id", "on", "plan", "planned_by_id")),
        *walls.frozen(
            "elders_merge", ("community_id", "kept_id", "gone_id", "moved", "before", "by_id", "at")
        ),
        *walls.frozen("elders_householdrole", ("community_id", "household_id", "kind", "since")),
        *walls.sql(_steps(AFTER), _steps(BEFORE)),
    ]
