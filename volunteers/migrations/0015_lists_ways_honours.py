"""Lists that may be changed, the way to a service, what is left as an honour: settings of domain.md §4.3."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls


def lists(apps, schema_editor):
    """Whether coins serve relatives was a yes or no; it is the list of these relatives now."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE volunteers_policy SET key = 'redeem_for', value = CASE WHEN value = 0 THEN 0 ELSE 15 END"
            " WHERE key = 'redeem_for_relatives'"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def answers(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE volunteers_policy SET key = 'redeem_for_relatives', value = least(value, 1) WHERE key = 'redeem_for'"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_rules_by_trigger'),
        ('parties', '0006_search_by_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('volunteers', '0014_channels_are_switches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TravelNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause_kind', models.CharField(max_length=40, verbose_name='cause')),
                ('cause_id', models.BigIntegerField(verbose_name='number of the cause')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes of the way')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'way to a service',
                'verbose_name_plural': 'ways to services',
            },
        ),
        migrations.CreateModel(
            name='TravelNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('cause_kind', models.CharField(max_length=40, verbose_name='cause')),
                ('cause_id', models.BigIntegerField(verbose_name='number of the cause')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes of the way')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closing',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closing',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='attendance',
            name='volunteers_attendance_not_more_than_served',
        ),
        migrations.RemoveConstraint(
            model_name='attendance',
            name='volunteers_attendance_credit_is_whole',
        ),
        migrations.RemoveConstraint(
            model_name='policy',
            name='volunteers_policy_within_limits',
        ),
        migrations.RunPython(lists, answers),
        migrations.AddField(
            model_name='attendance',
            name='travel_minutes',
            field=models.PositiveIntegerField(default=0, help_text='for coins and points only; the hours on record are the time served', verbose_name='minutes of the way that counted'),
        ),
        migrations.AddField(
            model_name='closing',
            name='as_honour',
            field=models.BooleanField(default=False, help_text="nobody receives it: it is let go in the volunteer's name", verbose_name='becomes an honour'),
        ),
        migrations.AddField(
            model_name='closing',
            name='honour_entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry of the honour'),
        ),
        migrations.AddField(
            model_name='closing',
            name='honoured',
            field=models.PositiveIntegerField(default=0, verbose_name='coin-minutes that became an honour'),
        ),
        migrations.AddField(
            model_name='closing',
            name='honoured_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='became an honour at'),
        ),
        migrations.AddField(
            model_name='closing',
            name='honoured_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='became an honour by'),
        ),
        migrations.AddField(
            model_name='closingevent',
            name='as_honour',
            field=models.BooleanField(default=False, help_text="nobody receives it: it is let go in the volunteer's name", verbose_name='becomes an honour'),
        ),
        migrations.AddField(
            model_name='closingevent',
            name='honour_entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry of the honour'),
        ),
        migrations.AddField(
            model_name='closingevent',
            name='honoured',
            field=models.PositiveIntegerField(default=0, verbose_name='coin-minutes that became an honour'),
        ),
        migrations.AddField(
            model_name='closingevent',
            name='honoured_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='became an honour at'),
        ),
        migrations.AddField(
            model_name='closingevent',
            name='honoured_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='became an honour by'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closing',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_closingevent" ("as_honour", "asked_at", "asked_by_id", "beyond", "coins", "community_id", "day", "decided_at", "decided_by_id", "entry_id", "heir_id", "honour_entry_id", "honoured", "honoured_at", "honoured_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "reason", "relation", "state", "volunteer_id", "why") VALUES (NEW."as_honour", NEW."asked_at", NEW."asked_by_id", NEW."beyond", NEW."coins", NEW."community_id", NEW."day", NEW."decided_at", NEW."decided_by_id", NEW."entry_id", NEW."heir_id", NEW."honour_entry_id", NEW."honoured", NEW."honoured_at", NEW."honoured_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."reason", NEW."relation", NEW."state", NEW."volunteer_id", NEW."why"); RETURN NULL;', hash='37b9027a58713d4b980c82587b83f1083a74bdd0', operation='INSERT', pgid='pgtrigger_insert_insert_c6c61', table='volunteers_closing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closing',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_closingevent" ("as_honour", "asked_at", "asked_by_id", "beyond", "coins", "community_id", "day", "decided_at", "decided_by_id", "entry_id", "heir_id", "honour_entry_id", "honoured", "honoured_at", "honoured_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "reason", "relation", "state", "volunteer_id", "why") VALUES (NEW."as_honour", NEW."asked_at", NEW."asked_by_id", NEW."beyond", NEW."coins", NEW."community_id", NEW."day", NEW."decided_at", NEW."decided_by_id", NEW."entry_id", NEW."heir_id", NEW."honour_entry_id", NEW."honoured", NEW."honoured_at", NEW."honoured_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."reason", NEW."relation", NEW."state", NEW."volunteer_id", NEW."why"); RETURN NULL;', hash='b87ec1421ed7b98bbf6c30c6336ff038985c48cd', operation='UPDATE', pgid='pgtrigger_update_update_886f3', table='volunteers_closing', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credited__isnull', False), ('entry__isnull', False), ('hour_minutes__gt', 0)), models.Q(('coins', 0), ('counted_minutes', 0), ('credited__isnull', True), ('entry__isnull', True), ('hour_minutes', 0), ('overflow', 0), ('points', 0), ('travel_minutes', 0)), _connector='OR'), name='volunteers_attendance_credit_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('counted_minutes__lte', django.db.models.expressions.CombinedExpression(models.F('hour_minutes'), '+', models.F('travel_minutes'))), ('hour_minutes__lte', models.F('minutes'))), name='volunteers_attendance_not_more_than_served'),
        ),
        migrations.AddConstraint(
            model_name='closing',
            constraint=models.CheckConstraint(condition=models.Q(('as_honour', False), ('heir__isnull', True), _connector='OR'), name='volunteers_closing_honour_has_no_heir'),
        ),
        migrations.AddConstraint(
            model_name='closing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('honour_entry__isnull', True), ('honoured', 0), ('honoured_at__isnull', True), ('honoured_by__isnull', True)), models.Q(('honour_entry__isnull', False), ('honoured__lte', models.F('coins')), ('honoured_at__isnull', False), ('honoured_by__isnull', False)), _connector='OR'), name='volunteers_closing_honoured_whole'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key__in', ['answer_days', 'balance_cap_minutes', 'balance_overflow', 'burst_minutes', 'burst_percent', 'call_back_percent', 'cap_day_minutes', 'cap_month_minutes', 'cap_session_minutes', 'channel_coins', 'channel_dividend', 'channel_goods', 'channel_honours', 'channel_services', 'channel_statement', 'coin_minutes_per_hour', 'coin_months', 'continuing_minutes_per_year', 'cost_of_an_hour', 'dispute_days', 'dormant_days', 'expiry_first_warning', 'expiry_last_warning', 'gift_allowed', 'gift_days', 'gift_relatives', 'gift_relatives_only', 'grant_minutes', 'group_account', 'heavy_shift_age', 'household_counts', 'inherit_to_heir', 'inherit_to_honour', 'loop_minutes', 'move_allowed', 'pair_minutes', 'point_months', 'point_value_fen', 'points_per_hour', 'points_percent', 'pool_serves', 'recruit_days', 'recruit_points', 'redeem_for', 'redeem_min_age', 'rounding_minutes', 'shift_reminder_hours', 'slip_grace_days', 'solvency_action', 'solvency_limit', 'star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours', 'step_back_hours', 'travel_cap_minutes', 'travel_speed', 'travel_time_counts', 'weight_a', 'weight_b', 'weight_c']), _negated=True), models.Q(('key__in', ['channel_coins', 'channel_dividend', 'channel_goods', 'channel_honours', 'channel_services', 'channel_statement', 'gift_allowed', 'gift_relatives_only', 'group_account', 'household_counts', 'inherit_to_heir', 'inherit_to_honour', 'move_allowed', 'travel_time_counts']), ('value__gte', 0), ('value__lte', 1)), models.Q(('key__in', ['balance_overflow', 'solvency_action']), ('value__gte', 0), ('value__lte', 2)), models.Q(('key__in', ['pool_serves']), ('value__gte', 0), ('value__lte', 7)), models.Q(('key__in', ['gift_relatives']), ('value__gte', 0), ('value__lte', 31)), models.Q(('key__in', ['redeem_for']), ('value__gte', 0), ('value__lte', 63)), models.Q(('key__in', ['call_back_percent']), ('value__gte', 0), ('value__lte', 100)), models.Q(('key__in', ['redeem_min_age']), ('value__gte', 0), ('value__lte', 120)), models.Q(('key__in', ['coin_minutes_per_hour']), ('value__gte', 0), ('value__lte', 240)), models.Q(('key__in', ['shift_reminder_hours', 'step_back_hours']), ('value__gte', 0), ('value__lte', 336)), models.Q(('key__in', ['slip_grace_days']), ('value__gte', 0), ('value__lte', 365)), models.Q(('key__in', ['coin_months', 'point_months']), ('value__gte', 0), ('value__lte', 600)), models.Q(('key__in', ['points_per_hour']), ('value__gte', 0), ('value__lte', 1000)), models.Q(('key__in', ['point_value_fen', 'recruit_points']), ('value__gte', 0), ('value__lte', 10000)), models.Q(('key__in', ['grant_minutes']), ('value__gte', 0), ('value__lte', 44640)), models.Q(('key__in', ['continuing_minutes_per_year']), ('value__gte', 0), ('value__lte', 100000)), models.Q(('key__in', ['answer_days', 'dispute_days', 'rounding_minutes']), ('value__gte', 1), ('value__lte', 60)), models.Q(('key__in', ['burst_percent']), ('value__gte', 1), ('value__lte', 100)), models.Q(('key__in', ['travel_speed']), ('value__gte', 1), ('value__lte', 200)), models.Q(('key__in', ['travel_cap_minutes']), ('value__gte', 1), ('value__lte', 240)), models.Q(('key__in', ['expiry_first_warning', 'expiry_last_warning', 'gift_days', 'recruit_days']), ('value__gte', 1), ('value__lte', 365)), models.Q(('key__in', ['solvency_limit']), ('value__gte', 1), ('value__lte', 1000)), models.Q(('key__in', ['cap_day_minutes', 'cap_session_minutes']), ('value__gte', 1), ('value__lte', 1440)), models.Q(('key__in', ['dormant_days']), ('value__gte', 1), ('value__lte', 3650)), models.Q(('key__in', ['burst_minutes', 'cap_month_minutes', 'loop_minutes', 'pair_minutes']), ('value__gte', 1), ('value__lte', 44640)), models.Q(('key__in', ['star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours']), ('value__gte', 1), ('value__lte', 100000)), models.Q(('key__in', ['cost_of_an_hour']), ('value__gte', 1), ('value__lte', 1000000)), models.Q(('key__in', ['heavy_shift_age']), ('value__gte', 18), ('value__lte', 120)), models.Q(('key__in', ['weight_a', 'weight_b', 'weight_c']), ('value__gte', 50), ('value__lte', 300)), models.Q(('key__in', ['balance_cap_minutes']), ('value__gte', 60), ('value__lte', 6000000)), models.Q(('key__in', ['points_percent']), ('value__gte', 100), ('value__lte', 300)), _connector='OR'), name='volunteers_policy_within_limits', violation_error_message='This value lies outside the limits of the setting.'),
        ),
        migrations.AddField(
            model_name='travelnote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='travelnote',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='travelnote',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddField(
            model_name='travelnoteevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='travelnoteevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='travelnoteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='travelnoteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.travelnote'),
        ),
        migrations.AddField(
            model_name='travelnoteevent',
            name='volunteer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddConstraint(
            model_name='travelnote',
            constraint=models.UniqueConstraint(fields=('volunteer', 'cause_kind', 'cause_id'), name='volunteers_travelnote_once'),
        ),
        migrations.AddConstraint(
            model_name='travelnote',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 600)), name='volunteers_travelnote_within_limits'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='travelnote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_travelnoteevent" ("at", "by_id", "cause_id", "cause_kind", "community_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "volunteer_id") VALUES (NEW."at", NEW."by_id", NEW."cause_id", NEW."cause_kind", NEW."community_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."volunteer_id"); RETURN NULL;', hash='53720bcb9c8c1eaa99ce1e6ce66bfb9a55f3404f', operation='INSERT', pgid='pgtrigger_insert_insert_b0bc2', table='volunteers_travelnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='travelnote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_travelnoteevent" ("at", "by_id", "cause_id", "cause_kind", "community_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "volunteer_id") VALUES (NEW."at", NEW."by_id", NEW."cause_id", NEW."cause_kind", NEW."community_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."volunteer_id"); RETURN NULL;', hash='7827b4ede464f66c9ad7307e1891a79a1e6e4666', operation='UPDATE', pgid='pgtrigger_update_update_871ec', table='volunteers_travelnote', when='AFTER')),
        ),
        *walls.guard("volunteers_travelnote"),
        *walls.no_delete("volunteers_travelnote"),
        *walls.frozen("volunteers_travelnote", ["community_id", "volunteer_id", "cause_kind", "cause_id"]),
        *walls.guard("volunteers_travelnoteevent"),
        *walls.append_only("volunteers_travelnoteevent"),
    ]
