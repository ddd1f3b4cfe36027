"""Common accounts of teams, by what an attendance was weighed, and English titles of shifts."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

CHANGING = ("teamgift", "teamproposal")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_rules_by_trigger'),
        ('parties', '0006_search_by_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('volunteers', '0012_weights_and_festivals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamGift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes')),
                ('words', models.CharField(blank=True, max_length=100, verbose_name='words to the team')),
                ('state', models.CharField(choices=[('OFFERED', 'waiting for a yes'), ('ACCEPTED', 'accepted'), ('DECLINED', 'declined with thanks'), ('WITHDRAWN', 'taken back'), ('EXPIRED', 'not answered in time')], default='OFFERED', max_length=10, verbose_name='state')),
                ('offered_at', models.DateTimeField(verbose_name='offered at')),
                ('expires_on', models.DateField(verbose_name='last day for an answer')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
            ],
            options={
                'verbose_name': 'gift to a team',
                'verbose_name_plural': 'gifts to teams',
            },
        ),
        migrations.CreateModel(
            name='TeamGiftEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes')),
                ('words', models.CharField(blank=True, max_length=100, verbose_name='words to the team')),
                ('state', models.CharField(choices=[('OFFERED', 'waiting for a yes'), ('ACCEPTED', 'accepted'), ('DECLINED', 'declined with thanks'), ('WITHDRAWN', 'taken back'), ('EXPIRED', 'not answered in time')], default='OFFERED', max_length=10, verbose_name='state')),
                ('offered_at', models.DateTimeField(verbose_name='offered at')),
                ('expires_on', models.DateField(verbose_name='last day for an answer')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TeamProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes')),
                ('words', models.CharField(max_length=160, verbose_name='what for')),
                ('state', models.CharField(choices=[('ASKED', 'waits for a yes'), ('DONE', 'given on'), ('REFUSED', 'not given on'), ('WITHDRAWN', 'taken back'), ('EXPIRED', 'not answered in time')], default='ASKED', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('expires_on', models.DateField(verbose_name='last day for an answer')),
                ('station_at', models.DateTimeField(blank=True, null=True, verbose_name='the station said yes at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('answer', models.CharField(blank=True, max_length=160, verbose_name='reason of a no')),
            ],
            options={
                'verbose_name': "proposal for a team's hours",
                'verbose_name_plural': "proposals for teams' hours",
            },
        ),
        migrations.CreateModel(
            name='TeamProposalEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes')),
                ('words', models.CharField(max_length=160, verbose_name='what for')),
                ('state', models.CharField(choices=[('ASKED', 'waits for a yes'), ('DONE', 'given on'), ('REFUSED', 'not given on'), ('WITHDRAWN', 'taken back'), ('EXPIRED', 'not answered in time')], default='ASKED', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('expires_on', models.DateField(verbose_name='last day for an answer')),
                ('station_at', models.DateTimeField(blank=True, null=True, verbose_name='the station said yes at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('answer', models.CharField(blank=True, max_length=160, verbose_name='reason of a no')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TeamVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField(verbose_name='says yes')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'answer of a member',
                'verbose_name_plural': 'answers of members',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='shifttemplate',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='shifttemplate',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='slot',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='slot',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='policy',
            name='volunteers_policy_within_limits',
        ),
        migrations.AddField(
            model_name='attendance',
            name='weighed',
            field=models.JSONField(blank=True, default=dict, help_text='which setting, since when and by whose decision coins or points were more or fewer', verbose_name='weighted by'),
        ),
        migrations.AddField(
            model_name='shifttemplate',
            name='title_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='title in English'),
        ),
        migrations.AddField(
            model_name='shifttemplateevent',
            name='title_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='title in English'),
        ),
        migrations.AddField(
            model_name='slot',
            name='title_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='title in English'),
        ),
        migrations.AddField(
            model_name='slotevent',
            name='title_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='title in English'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shifttemplate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_shifttemplateevent" ("community_id", "demands", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "place_words", "retired_on", "service_kind_id", "title", "title_en", "warnings", "words") VALUES (NEW."community_id", NEW."demands", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."place_words", NEW."retired_on", NEW."service_kind_id", NEW."title", NEW."title_en", NEW."warnings", NEW."words"); RETURN NULL;', hash='940f4f0fcae40247f849d800d137a91b35bdd102', operation='INSERT', pgid='pgtrigger_insert_insert_6f729', table='volunteers_shifttemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shifttemplate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_shifttemplateevent" ("community_id", "demands", "id", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "place_words", "retired_on", "service_kind_id", "title", "title_en", "warnings", "words") VALUES (NEW."community_id", NEW."demands", NEW."id", NEW."minutes", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."place_words", NEW."retired_on", NEW."service_kind_id", NEW."title", NEW."title_en", NEW."warnings", NEW."words"); RETURN NULL;', hash='c6b7df83751bd01dbe678ab8d356ed425d29dd40', operation='UPDATE', pgid='pgtrigger_update_update_4c0e1', table='volunteers_shifttemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_slotevent" ("booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "community_id", "demands", "ends_at", "id", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "series_id", "service_kind_id", "starts_at", "state", "team_id", "template_id", "title", "title_en", "uid", "warnings", "words") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."community_id", NEW."demands", NEW."ends_at", NEW."id", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."published_at", NEW."series_id", NEW."service_kind_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."template_id", NEW."title", NEW."title_en", NEW."uid", NEW."warnings", NEW."words"); RETURN NULL;', hash='477b67812f3eba928bd53237ca6ecc444d6f59c3', operation='INSERT', pgid='pgtrigger_insert_insert_4de99', table='volunteers_slot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booked_at" IS DISTINCT FROM (NEW."booked_at") OR OLD."booked_by_id" IS DISTINCT FROM (NEW."booked_by_id") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."cancelled_at" IS DISTINCT FROM (NEW."cancelled_at") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."demands" IS DISTINCT FROM (NEW."demands") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."people" IS DISTINCT FROM (NEW."people") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."service_kind_id" IS DISTINCT FROM (NEW."service_kind_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."title_en" IS DISTINCT FROM (NEW."title_en") OR OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."warnings" IS DISTINCT FROM (NEW."warnings") OR OLD."words" IS DISTINCT FROM (NEW."words"))', func='INSERT INTO "volunteers_slotevent" ("booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "community_id", "demands", "ends_at", "id", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "series_id", "service_kind_id", "starts_at", "state", "team_id", "template_id", "title", "title_en", "uid", "warnings", "words") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."community_id", NEW."demands", NEW."ends_at", NEW."id", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."published_at", NEW."series_id", NEW."service_kind_id", NEW."starts_at", NEW."state", NEW."team_id", NEW."template_id", NEW."title", NEW."title_en", NEW."uid", NEW."warnings", NEW."words"); RETURN NULL;', hash='d4cd1cdc120d28f4c1b334b6b019f779d1c5f062', operation='UPDATE', pgid='pgtrigger_update_update_5b068', table='volunteers_slot', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key__in', ['answer_days', 'balance_cap_minutes', 'balance_overflow', 'burst_minutes', 'burst_percent', 'call_back_percent', 'cap_day_minutes', 'cap_month_minutes', 'cap_session_minutes', 'coin_minutes_per_hour', 'coin_months', 'continuing_minutes_per_year', 'cost_of_an_hour', 'dispute_days', 'dormant_days', 'expiry_first_warning', 'expiry_last_warning', 'gift_allowed', 'gift_days', 'gift_relatives_only', 'grant_minutes', 'group_account', 'heavy_shift_age', 'inherit_to_heir', 'loop_minutes', 'move_allowed', 'pair_minutes', 'point_months', 'point_value_fen', 'points_per_hour', 'points_percent', 'recruit_days', 'recruit_points', 'redeem_for_relatives', 'redeem_min_age', 'rounding_minutes', 'shift_reminder_hours', 'slip_grace_days', 'solvency_action', 'solvency_limit', 'star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours', 'step_back_hours', 'travel_speed', 'weight_a', 'weight_b', 'weight_c']), _negated=True), models.Q(('key__in', ['gift_allowed', 'gift_relatives_only', 'group_account', 'inherit_to_heir', 'move_allowed', 'redeem_for_relatives']), ('value__gte', 0), ('value__lte', 1)), models.Q(('key__in', ['balance_overflow', 'solvency_action']), ('value__gte', 0), ('value__lte', 2)), models.Q(('key__in', ['call_back_percent']), ('value__gte', 0), ('value__lte', 100)), models.Q(('key__in', ['redeem_min_age']), ('value__gte', 0), ('value__lte', 120)), models.Q(('key__in', ['coin_minutes_per_hour']), ('value__gte', 0), ('value__lte', 240)), models.Q(('key__in', ['shift_reminder_hours', 'step_back_hours']), ('value__gte', 0), ('value__lte', 336)), models.Q(('key__in', ['slip_grace_days']), ('value__gte', 0), ('value__lte', 365)), models.Q(('key__in', ['coin_months', 'point_months']), ('value__gte', 0), ('value__lte', 600)), models.Q(('key__in', ['points_per_hour']), ('value__gte', 0), ('value__lte', 1000)), models.Q(('key__in', ['point_value_fen', 'recruit_points']), ('value__gte', 0), ('value__lte', 10000)), models.Q(('key__in', ['grant_minutes']), ('value__gte', 0), ('value__lte', 44640)), models.Q(('key__in', ['continuing_minutes_per_year']), ('value__gte', 0), ('value__lte', 100000)), models.Q(('key__in', ['answer_days', 'dispute_days', 'rounding_minutes']), ('value__gte', 1), ('value__lte', 60)), models.Q(('key__in', ['burst_percent']), ('value__gte', 1), ('value__lte', 100)), models.Q(('key__in', ['travel_speed']), ('value__gte', 1), ('value__lte', 200)), models.Q(('key__in', ['expiry_first_warning', 'expiry_last_warning', 'gift_days', 'recruit_days']), ('value__gte', 1), ('value__lte', 365)), models.Q(('key__in', ['solvency_limit']), ('value__gte', 1), ('value__lte', 1000)), models.Q(('key__in', ['cap_day_minutes', 'cap_session_minutes']), ('value__gte', 1), ('value__lte', 1440)), models.Q(('key__in', ['dormant_days']), ('value__gte', 1), ('value__lte', 3650)), models.Q(('key__in', ['burst_minutes', 'cap_month_minutes', 'loop_minutes', 'pair_minutes']), ('value__gte', 1), ('value__lte', 44640)), models.Q(('key__in', ['star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours']), ('value__gte', 1), ('value__lte', 100000)), models.Q(('key__in', ['cost_of_an_hour']), ('value__gte', 1), ('value__lte', 1000000)), models.Q(('key__in', ['heavy_shift_age']), ('value__gte', 18), ('value__lte', 120)), models.Q(('key__in', ['weight_a', 'weight_b', 'weight_c']), ('value__gte', 50), ('value__lte', 300)), models.Q(('key__in', ['balance_cap_minutes']), ('value__gte', 60), ('value__lte', 6000000)), models.Q(('key__in', ['points_percent']), ('value__gte', 100), ('value__lte', 300)), _connector='OR'), name='volunteers_policy_within_limits', violation_error_message='This value lies outside the limits of the setting.'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='giver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gifts_to_teams', to='volunteers.volunteer', verbose_name='from'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='hold',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='set aside'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='offered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offered by'),
        ),
        migrations.AddField(
            model_name='teamgift',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='volunteers.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='closed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='giver',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='from'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='hold',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='set aside'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='offered_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offered by'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.teamgift'),
        ),
        migrations.AddField(
            model_name='teamgiftevent',
            name='team',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='entry',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='hold',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='set aside'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='station_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='yes of the station by'),
        ),
        migrations.AddField(
            model_name='teamproposal',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='volunteers.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='closed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='hold',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='set aside'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.teamproposal'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='proposed_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='station_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='yes of the station by'),
        ),
        migrations.AddField(
            model_name='teamproposalevent',
            name='team',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='teamvoice',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='teamvoice',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='teamvoice',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.volunteer', verbose_name='member'),
        ),
        migrations.AddField(
            model_name='teamvoice',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='volunteers.teamproposal', verbose_name="proposal for a team's hours"),
        ),
        migrations.AddIndex(
            model_name='teamgift',
            index=models.Index(condition=models.Q(('state', 'OFFERED')), fields=['community', 'expires_on'], name='volunteers_teamgift_open'),
        ),
        migrations.AddConstraint(
            model_name='teamgift',
            constraint=models.CheckConstraint(condition=models.Q(('coins__gt', 0)), name='volunteers_teamgift_of_something'),
        ),
        migrations.AddConstraint(
            model_name='teamgift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ACCEPTED'), _negated=True), models.Q(('closed_by', models.F('offered_by')), _negated=True), _connector='OR'), name='volunteers_teamgift_two_hands'),
        ),
        migrations.AddConstraint(
            model_name='teamgift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'OFFERED')), models.Q(models.Q(('state', 'OFFERED'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='volunteers_teamgift_closed_with_its_moment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='teamgift',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_teamgiftevent" ("closed_at", "closed_by_id", "coins", "community_id", "expires_on", "giver_id", "hold_id", "id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "team_id", "words") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."expires_on", NEW."giver_id", NEW."hold_id", NEW."id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."team_id", NEW."words"); RETURN NULL;', hash='2cb70490b990d84d7a224fce0c0ea1be3a3c80a7', operation='INSERT', pgid='pgtrigger_insert_insert_362d8', table='volunteers_teamgift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='teamgift',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_teamgiftevent" ("closed_at", "closed_by_id", "coins", "community_id", "expires_on", "giver_id", "hold_id", "id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "team_id", "words") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."expires_on", NEW."giver_id", NEW."hold_id", NEW."id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."team_id", NEW."words"); RETURN NULL;', hash='1eb59bbea2fd04fb9431960a6972544b3f04c5fe', operation='UPDATE', pgid='pgtrigger_update_update_b7074', table='volunteers_teamgift', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='teamproposal',
            index=models.Index(condition=models.Q(('state', 'ASKED')), fields=['community', 'expires_on'], name='volunteers_teamproposal_open'),
        ),
        migrations.AddConstraint(
            model_name='teamproposal',
            constraint=models.CheckConstraint(condition=models.Q(('coins__gt', 0)), name='volunteers_teamproposal_of_something'),
        ),
        migrations.AddConstraint(
            model_name='teamproposal',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='volunteers_teamproposal_says_what_for'),
        ),
        migrations.AddConstraint(
            model_name='teamproposal',
            constraint=models.CheckConstraint(condition=models.Q(('station_by__isnull', True), models.Q(('station_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='volunteers_teamproposal_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='teamproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('station_at__isnull', True), ('station_by__isnull', True)), models.Q(('station_at__isnull', False), ('station_by__isnull', False)), _connector='OR'), name='volunteers_teamproposal_station_with_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='teamproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('entry__isnull', True), ('state', 'ASKED')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('entry__isnull', False), ('state', 'DONE')), models.Q(models.Q(('state__in', ['ASKED', 'DONE']), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False), ('entry__isnull', True)), _connector='OR'), name='volunteers_teamproposal_closed_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='teamproposal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_teamproposalevent" ("answer", "closed_at", "closed_by_id", "coins", "community_id", "entry_id", "expires_on", "hold_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "state", "station_at", "station_by_id", "team_id", "words") VALUES (NEW."answer", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."entry_id", NEW."expires_on", NEW."hold_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."state", NEW."station_at", NEW."station_by_id", NEW."team_id", NEW."words"); RETURN NULL;', hash='70f8de8d27dca93159ce2ab6cd2561c66fda7833', operation='INSERT', pgid='pgtrigger_insert_insert_31bd5', table='volunteers_teamproposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='teamproposal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_teamproposalevent" ("answer", "closed_at", "closed_by_id", "coins", "community_id", "entry_id", "expires_on", "hold_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "state", "station_at", "station_by_id", "team_id", "words") VALUES (NEW."answer", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."entry_id", NEW."expires_on", NEW."hold_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."state", NEW."station_at", NEW."station_by_id", NEW."team_id", NEW."words"); RETURN NULL;', hash='0f9950f081d1c9abf9b471dcfc7ece7c08dc5859', operation='UPDATE', pgid='pgtrigger_update_update_defd8', table='volunteers_teamproposal', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='teamvoice',
            constraint=models.UniqueConstraint(fields=('proposal', 'member'), name='volunteers_teamvoice_one_a_member'),
        ),
        *[step for name in CHANGING for step in walls.guard(f"volunteers_{name}")],
        *[step for name in CHANGING for step in walls.no_delete(f"volunteers_{name}")],
        *[step for name in CHANGING for step in walls.guard(f"volunteers_{name}event")],
        *[step for name in CHANGING for step in walls.append_only(f"volunteers_{name}event")],
        *walls.guard("volunteers_teamvoice"),
        *walls.append_only("volunteers_teamvoice"),
        *walls.steps(
            "volunteers_teamgift",
            "state",
            {"OFFERED": ["ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"]},
            initial=["OFFERED"],
        ),
        *walls.steps(
            "volunteers_teamproposal",
            "state",
            {"ASKED": ["DONE", "REFUSED", "WITHDRAWN", "EXPIRED"]},
            initial=["ASKED"],
        ),
        *walls.frozen(
            "volunteers_teamgift",
            ["community_id", "team_id", "giver_id", "coins", "hold_id", "offered_at", "offered_by_id"],
        ),
        *walls.frozen(
            "volunteers_teamproposal",
            ["community_id", "team_id", "coins", "words", "hold_id", "proposed_at", "proposed_by_id"],
        ),
    ]
