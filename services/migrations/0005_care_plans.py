"""Care plans: which case or service carries out a treatment plan; behind the wall, of one elder, final once loosened."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "services_careline"
ONE_ELDER = """
create function services_careline_one_elder() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.ended_on is not null then
    raise exception 'services_careline: a loosened line does not change'
      using errcode = 'check_violation', constraint = 'services_careline_loosened_is_final';
  end if;
  if not exists (
       select 1 from elders_treatmentplan p
       where p.id = new.plan_id and p.elder_id = new.elder_id and p.community_id = new.community_id)
    or (new.case_id is not null and not exists (
       select 1 from services_case c
       where c.id = new.case_id and c.elder_id = new.elder_id and c.community_id = new.community_id)) then
    raise exception 'services_careline: plan, case and line are of one elder'
      using errcode = 'check_violation', constraint = 'services_careline_one_elder';
  end if;
  return new;
end $$"""
TRIGGER = (
    "create trigger services_careline_one_elder before insert or update on services_careline "
    "for each row execute function services_careline_one_elder()"
)
BACK = [
    "drop trigger if exists services_careline_one_elder on services_careline",
    "drop function if exists services_careline_one_elder()",
]


class Migration(migrations.Migration):

    dependencies = [
        ('elders', '0015_imports_of_four_kinds'),
        ('parties', '0007_search_at_most'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('services', '0004_coin_payments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CareLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='like: every Tuesday and Friday at home', max_length=200, verbose_name='what is done, and how often')),
                ('since', models.DateField(verbose_name='since')),
                ('review_on', models.DateField(verbose_name='look at it again on')),
                ('tied_at', models.DateTimeField(verbose_name='tied at')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='loosened on')),
                ('ended_why', models.CharField(blank=True, max_length=200, verbose_name='why it was loosened')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='loosened at')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='care_lines', to='services.case', verbose_name='case')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('elder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_lines', to='elders.elder', verbose_name='elder')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='loosened by')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.servicekind', verbose_name='service')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_lines', to='elders.treatmentplan', verbose_name='treatment plan')),
                ('tied_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tied by')),
            ],
            options={
                'verbose_name': 'line of a care plan',
                'verbose_name_plural': 'care plans',
            },
        ),
        migrations.CreateModel(
            name='CareLineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('words', models.CharField(help_text='like: every Tuesday and Friday at home', max_length=200, verbose_name='what is done, and how often')),
                ('since', models.DateField(verbose_name='since')),
                ('review_on', models.DateField(verbose_name='look at it again on')),
                ('tied_at', models.DateTimeField(verbose_name='tied at')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='loosened on')),
                ('ended_why', models.CharField(blank=True, max_length=200, verbose_name='why it was loosened')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='loosened at')),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='services.case', verbose_name='case')),
                ('community', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community')),
                ('elder', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='elders.elder', verbose_name='elder')),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='loosened by')),
                ('kind', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.servicekind', verbose_name='service')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='services.careline')),
                ('plan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='elders.treatmentplan', verbose_name='treatment plan')),
                ('tied_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tied by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='careline',
            index=models.Index(condition=models.Q(('ended_on__isnull', True)), fields=['community', 'review_on'], name='services_careline_due'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('kind__isnull', True)), models.Q(('case__isnull', True), ('kind__isnull', False)), _connector='OR'), name='services_careline_case_or_service'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.UniqueConstraint(condition=models.Q(('case__isnull', False), ('ended_on__isnull', True)), fields=('plan', 'case'), name='services_careline_one_case'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('kind__isnull', False)), fields=('plan', 'kind'), name='services_careline_one_service'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='services_careline_has_words'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.CheckConstraint(condition=models.Q(('review_on__gte', models.F('since'))), name='services_careline_review_after_start'),
        ),
        migrations.AddConstraint(
            model_name='careline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_on__isnull', True), ('ended_why', '')), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ended_on__gte', models.F('since')), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='services_careline_loosened_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "services_carelineevent" ("case_id", "community_id", "elder_id", "ended_at", "ended_by_id", "ended_on", "ended_why", "id", "kind_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "review_on", "since", "tied_at", "tied_by_id", "words") VALUES (NEW."case_id", NEW."community_id", NEW."elder_id", NEW."ended_at", NEW."ended_by_id", NEW."ended_on", NEW."ended_why", NEW."id", NEW."kind_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."review_on", NEW."since", NEW."tied_at", NEW."tied_by_id", NEW."words"); RETURN NULL;', hash='fcb5394de12b3f9545d085c36834a0314b8d9175', operation='INSERT', pgid='pgtrigger_insert_insert_c4236', table='services_careline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "services_carelineevent" ("case_id", "community_id", "elder_id", "ended_at", "ended_by_id", "ended_on", "ended_why", "id", "kind_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "review_on", "since", "tied_at", "tied_by_id", "words") VALUES (NEW."case_id", NEW."community_id", NEW."elder_id", NEW."ended_at", NEW."ended_by_id", NEW."ended_on", NEW."ended_why", NEW."id", NEW."kind_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."review_on", NEW."since", NEW."tied_at", NEW."tied_by_id", NEW."words"); RETURN NULL;', hash='3af92d6ca41eedf756927e74f2af2850f8bd24dd', operation='UPDATE', pgid='pgtrigger_update_update_8d9cd', table='services_careline', when='AFTER')),
        ),
        *walls.guard(TABLE, city=False),
        *walls.no_delete(TABLE),
        *walls.guard(f"{TABLE}event", city=False),
        *walls.append_only(f"{TABLE}event"),
        *walls.frozen(
            TABLE,
            ["community_id", "elder_id", "plan_id", "case_id", "kind_id", "since", "tied_by_id", "tied_at"],
        ),
        migrations.RunSQL(sql=[ONE_ELDER, TRIGGER], reverse_sql=BACK),
    ]
