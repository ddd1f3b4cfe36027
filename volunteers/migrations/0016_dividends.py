"""Yearly lists of collective dividends and unity awards."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

CHANGING = ("dividendlist", "dividendobjection")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_rules_by_trigger'),
        ('parties', '0006_search_by_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('volunteers', '0015_lists_ways_honours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DividendList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('DIVIDEND', 'dividend of the collective economy'), ('UNITY', 'award for ethnic unity')], max_length=8, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('words', models.CharField(max_length=300, verbose_name='what was achieved together')),
                ('source', models.CharField(max_length=160, verbose_name='given by, and decision')),
                ('way', models.CharField(choices=[('POINTS', 'the points earned in the year'), ('HOURS', 'the hours served in the year'), ('EQUAL', 'equal parts for all who served in the year')], max_length=6, verbose_name='shared by')),
                ('points', models.PositiveIntegerField(default=0, verbose_name='points to share')),
                ('fen', models.PositiveBigIntegerField(default=0, verbose_name='money to share (fen)')),
                ('state', models.CharField(choices=[('PROPOSED', 'shown to the members'), ('POSTED', 'booked'), ('REFUSED', 'not booked'), ('WITHDRAWN', 'taken back before'), ('REVERSED', 'taken back after booking')], default='PROPOSED', max_length=9, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('objections_until', models.DateField(verbose_name='last day for objections')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('reversal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry that takes it back')),
                ('reversed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ('team', models.ForeignKey(blank=True, help_text='nobody: all volunteers', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'list of a dividend or award',
                'verbose_name_plural': 'lists of dividends and awards',
            },
        ),
        migrations.CreateModel(
            name='DividendListEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('DIVIDEND', 'dividend of the collective economy'), ('UNITY', 'award for ethnic unity')], max_length=8, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('words', models.CharField(max_length=300, verbose_name='what was achieved together')),
                ('source', models.CharField(max_length=160, verbose_name='given by, and decision')),
                ('way', models.CharField(choices=[('POINTS', 'the points earned in the year'), ('HOURS', 'the hours served in the year'), ('EQUAL', 'equal parts for all who served in the year')], max_length=6, verbose_name='shared by')),
                ('points', models.PositiveIntegerField(default=0, verbose_name='points to share')),
                ('fen', models.PositiveBigIntegerField(default=0, verbose_name='money to share (fen)')),
                ('state', models.CharField(choices=[('PROPOSED', 'shown to the members'), ('POSTED', 'booked'), ('REFUSED', 'not booked'), ('WITHDRAWN', 'taken back before'), ('REVERSED', 'taken back after booking')], default='PROPOSED', max_length=9, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('objections_until', models.DateField(verbose_name='last day for objections')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('community', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community')),
                ('entry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.dividendlist')),
                ('proposed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('reversal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry that takes it back')),
                ('reversed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ('team', models.ForeignKey(blank=True, db_constraint=False, help_text='nobody: all volunteers', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.team', verbose_name='team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DividendObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300, verbose_name='objection')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('dividend', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='volunteers.dividendlist', verbose_name='list of a dividend or award')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'objection to a list',
                'verbose_name_plural': 'objections to lists',
            },
        ),
        migrations.CreateModel(
            name='DividendObjectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('words', models.CharField(max_length=300, verbose_name='objection')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('community', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community')),
                ('dividend', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.dividendlist', verbose_name='list of a dividend or award')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.dividendobjection')),
                ('volunteer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='volunteer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DividendShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('earned', models.PositiveIntegerField(verbose_name='points earned in the year')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes served in the year')),
                ('points', models.PositiveIntegerField(verbose_name='points of the share')),
                ('fen', models.PositiveBigIntegerField(verbose_name='money of the share (fen)')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('dividend', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='volunteers.dividendlist', verbose_name='list of a dividend or award')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dividend_shares', to='volunteers.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'share of a dividend',
                'verbose_name_plural': 'shares of dividends',
            },
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['PROPOSED', 'POSTED'])), fields=('community', 'kind', 'year', 'team'), name='volunteers_dividendlist_one_a_year', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0), ('fen__gt', 0), _connector='OR'), name='volunteers_dividendlist_of_something'),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='volunteers_dividendlist_says_what_and_who'),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['POSTED', 'REVERSED']), _negated=True), models.Q(('closed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='volunteers_dividendlist_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('entry__isnull', True), ('state', 'PROPOSED')), models.Q(models.Q(('state', 'PROPOSED'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='volunteers_dividendlist_closed_whole'),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['POSTED', 'REVERSED']), _negated=True), ('points', 0), ('entry__isnull', False), _connector='OR'), name='volunteers_dividendlist_booked_when_posted'),
        ),
        migrations.AddConstraint(
            model_name='dividendlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'REVERSED'), _negated=True), models.Q(('reversed_at__isnull', False), ('reversed_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='volunteers_dividendlist_taken_back_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dividendlist',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_dividendlistevent" ("answer", "closed_at", "closed_by_id", "community_id", "entry_id", "fen", "id", "kind", "objections_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "proposed_at", "proposed_by_id", "reversal_id", "reversed_at", "reversed_by_id", "source", "state", "team_id", "way", "words", "year") VALUES (NEW."answer", NEW."closed_at", NEW."closed_by_id", NEW."community_id", NEW."entry_id", NEW."fen", NEW."id", NEW."kind", NEW."objections_until", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."proposed_at", NEW."proposed_by_id", NEW."reversal_id", NEW."reversed_at", NEW."reversed_by_id", NEW."source", NEW."state", NEW."team_id", NEW."way", NEW."words", NEW."year"); RETURN NULL;', hash='e1dea78cd2842c32cc6201eabd9dfa750e13f4a7', operation='INSERT', pgid='pgtrigger_insert_insert_a3789', table='volunteers_dividendlist', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dividendlist',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_dividendlistevent" ("answer", "closed_at", "closed_by_id", "community_id", "entry_id", "fen", "id", "kind", "objections_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "proposed_at", "proposed_by_id", "reversal_id", "reversed_at", "reversed_by_id", "source", "state", "team_id", "way", "words", "year") VALUES (NEW."answer", NEW."closed_at", NEW."closed_by_id", NEW."community_id", NEW."entry_id", NEW."fen", NEW."id", NEW."kind", NEW."objections_until", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."proposed_at", NEW."proposed_by_id", NEW."reversal_id", NEW."reversed_at", NEW."reversed_by_id", NEW."source", NEW."state", NEW."team_id", NEW."way", NEW."words", NEW."year"); RETURN NULL;', hash='7b1734c294b015a68e762545321d5358df5bb982', operation='UPDATE', pgid='pgtrigger_update_update_c4578', table='volunteers_dividendlist', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='dividendobjection',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='volunteers_dividendobjection_says_why'),
        ),
        migrations.AddConstraint(
            model_name='dividendobjection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='volunteers_dividendobjection_answered_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dividendobjection',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_dividendobjectionevent" ("answer", "answered_at", "answered_by_id", "at", "by_id", "community_id", "dividend_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "volunteer_id", "words") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."at", NEW."by_id", NEW."community_id", NEW."dividend_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."volunteer_id", NEW."words"); RETURN NULL;', hash='22932ecf350fe2bf96efe0ad2cd4ef4a611a06f9', operation='INSERT', pgid='pgtrigger_insert_insert_8256b', table='volunteers_dividendobjection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dividendobjection',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_dividendobjectionevent" ("answer", "answered_at", "answered_by_id", "at", "by_id", "community_id", "dividend_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "volunteer_id", "words") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."at", NEW."by_id", NEW."community_id", NEW."dividend_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."volunteer_id", NEW."words"); RETURN NULL;', hash='81a5d5a90647bd0937b197a53de2fffa5a341bb8', operation='UPDATE', pgid='pgtrigger_update_update_b8448', table='volunteers_dividendobjection', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='dividendshare',
            constraint=models.UniqueConstraint(fields=('dividend', 'volunteer'), name='volunteers_dividendshare_once'),
        ),
        *[step for name in CHANGING for step in walls.guard(f"volunteers_{name}")],
        *[step for name in CHANGING for step in walls.no_delete(f"volunteers_{name}")],
        *[step for name in CHANGING for step in walls.guard(f"volunteers_{name}event")],
        *[step for name in CHANGING for step in walls.append_only(f"volunteers_{name}event")],
        *walls.guard("volunteers_dividendshare"),
        *walls.append_only("volunteers_dividendshare"),
        *walls.steps(
            "volunteers_dividendlist",
            "state",
            {"PROPOSED": ["POSTED", "REFUSED", "WITHDRAWN"], "POSTED": ["REVERSED"]},
            initial=["PROPOSED"],
        ),
        *walls.frozen(
            "volunteers_dividendlist",
            [
                "community_id", "team_id", "kind", "year", "words", "source", "way", "points", "fen", "proposed_at",
                "proposed_by_id", "objections_until",
            ],
        ),
        *walls.frozen("volunteers_dividendobjection", ["community_id", "dividend_id", "volunteer_id", "words", "at", "by_id"]),
    ]
