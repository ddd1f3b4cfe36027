"""Time coins pay for requests: one row a request that stands, behind the wall, on its step table, with its history."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "services_coinpayment"
EDGES = {"CHOSEN": ["HELD", "DROPPED"], "HELD": ["CHOSEN", "PAID", "DROPPED"], "PAID": ["RETURNED"]}

class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_rules_by_trigger'),
        ('parties', '0006_search_by_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('services', '0003_departures'),
        ('volunteers', '0009_promise_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='requestevent',
            name='verb',
            field=models.CharField(choices=[('take', 'asked for'), ('triage', 'checked by the station'), ('offer', 'offered'), ('accept', 'accepted'), ('schedule', 'time agreed'), ('start', 'service began'), ('finish', 'service done'), ('confirm', 'confirmed'), ('close', 'closed'), ('reopen', 'reopened'), ('cancel', 'cancelled'), ('fail', 'nobody could come'), ('propose', 'helpers proposed'), ('decline', 'declined'), ('expire', 'no answer in time'), ('withdraw', 'offer withdrawn'), ('hand_on', 'handed to another helper'), ('press', 'alarm pressed again'), ('fine', 'said: I am fine, pressed by mistake'), ('escalate', 'escalated'), ('rate', 'rated'), ('settle', 'hours and costs booked'), ('restore', 'goes on'), ('coins', 'time coins')], max_length=10, verbose_name='what happened'),
        ),
        migrations.CreateModel(
            name='CoinPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purse', models.CharField(choices=[('OWN', "the elder's own time coins"), ('GRANT', 'hours of the common pool given to the elder'), ('RELATIVE', 'time coins of a relative')], max_length=8, verbose_name='whose time coins')),
                ('relation', models.CharField(blank=True, choices=[('SELF', 'the elder'), ('SPOUSE', 'husband or wife'), ('SON', 'son'), ('DAUGHTER', 'daughter'), ('CHILD_IN_LAW', 'son- or daughter-in-law'), ('GRANDCHILD', 'grandchild'), ('SIBLING', 'brother or sister'), ('RELATIVE', 'other relative'), ('NEIGHBOUR', 'neighbour'), ('FRIEND', 'friend'), ('CARER', 'hired carer'), ('STAFF', 'community staff'), ('OTHER', 'other')], max_length=12, verbose_name='relation to the elder')),
                ('state', models.CharField(choices=[('CHOSEN', 'chosen, nothing set aside yet'), ('HELD', 'set aside'), ('PAID', 'paid'), ('DROPPED', 'not used'), ('RETURNED', 'given back afterwards')], default='CHOSEN', max_length=8, verbose_name='state')),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes foreseen or set aside')),
                ('coins_paid', models.PositiveIntegerField(default=0, verbose_name='coin-minutes paid')),
                ('holds', models.PositiveSmallIntegerField(default=0, verbose_name='times set aside')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('chosen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='chosen by')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry of the payment')),
                ('hold', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='entry of setting aside')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coin_payments', to='services.servicerequest', verbose_name='request')),
                ('volunteer', models.ForeignKey(blank=True, help_text='nobody: hours of the common pool', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.volunteer', verbose_name='volunteer whose coins they are')),
            ],
            options={
                'verbose_name': 'payment with time coins',
                'verbose_name_plural': 'payments with time coins',
            },
        ),
        migrations.CreateModel(
            name='CoinPaymentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('purse', models.CharField(choices=[('OWN', "the elder's own time coins"), ('GRANT', 'hours of the common pool given to the elder'), ('RELATIVE', 'time coins of a relative')], max_length=8, verbose_name='whose time coins')),
                ('relation', models.CharField(blank=True, choices=[('SELF', 'the elder'), ('SPOUSE', 'husband or wife'), ('SON', 'son'), ('DAUGHTER', 'daughter'), ('CHILD_IN_LAW', 'son- or daughter-in-law'), ('GRANDCHILD', 'grandchild'), ('SIBLING', 'brother or sister'), ('RELATIVE', 'other relative'), ('NEIGHBOUR', 'neighbour'), ('FRIEND', 'friend'), ('CARER', 'hired carer'), ('STAFF', 'community staff'), ('OTHER', 'other')], max_length=12, verbose_name='relation to the elder')),
                ('state', models.CharField(choices=[('CHOSEN', 'chosen, nothing set aside yet'), ('HELD', 'set aside'), ('PAID', 'paid'), ('DROPPED', 'not used'), ('RETURNED', 'given back afterwards')], default='CHOSEN', max_length=8, verbose_name='state')),
                ('coins', models.PositiveIntegerField(verbose_name='coin-minutes foreseen or set aside')),
                ('coins_paid', models.PositiveIntegerField(default=0, verbose_name='coin-minutes paid')),
                ('holds', models.PositiveSmallIntegerField(default=0, verbose_name='times set aside')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('chosen_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='chosen by')),
                ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('community', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community')),
                ('entry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry of the payment')),
                ('hold', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='ledger.entry', verbose_name='entry of setting aside')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='services.coinpayment')),
                ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='services.servicerequest', verbose_name='request')),
                ('volunteer', models.ForeignKey(blank=True, db_constraint=False, help_text='nobody: hours of the common pool', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='volunteer whose coins they are')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='coinpayment',
            index=models.Index(fields=['community', 'state'], name='services_coinpayment_state'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('CHOSEN', 'HELD', 'PAID'))), fields=('request',), name='services_coinpayment_one_stands'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purse', 'GRANT'), ('volunteer__isnull', True)), models.Q(models.Q(('purse', 'GRANT'), _negated=True), ('volunteer__isnull', False)), _connector='OR'), name='services_coinpayment_purse_has_its_owner'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purse', 'RELATIVE'), _negated=True), models.Q(('relation', ''), _negated=True), _connector='OR'), name='services_coinpayment_relative_is_named'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(('coins__gt', 0)), name='services_coinpayment_of_something'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['HELD', 'PAID', 'RETURNED']), _negated=True), models.Q(('hold__isnull', False), ('holds__gt', 0)), _connector='OR'), name='services_coinpayment_held_in_the_books'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(('coins_paid__lte', models.F('coins'))), name='services_coinpayment_never_more_than_held'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', False), ('state__in', ['PAID', 'RETURNED'])), models.Q(models.Q(('state__in', ['PAID', 'RETURNED']), _negated=True), ('coins_paid', 0), ('entry__isnull', True)), _connector='OR'), name='services_coinpayment_paid_in_the_books'),
        ),
        migrations.AddConstraint(
            model_name='coinpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('state__in', ['CHOSEN', 'HELD'])), models.Q(models.Q(('state__in', ['CHOSEN', 'HELD']), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='services_coinpayment_closed_with_its_moment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='coinpayment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "services_coinpaymentevent" ("chosen_at", "chosen_by_id", "closed_at", "closed_by_id", "coins", "coins_paid", "community_id", "entry_id", "hold_id", "holds", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purse", "relation", "request_id", "state", "volunteer_id", "words") VALUES (NEW."chosen_at", NEW."chosen_by_id", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."coins_paid", NEW."community_id", NEW."entry_id", NEW."hold_id", NEW."holds", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purse", NEW."relation", NEW."request_id", NEW."state", NEW."volunteer_id", NEW."words"); RETURN NULL;', hash='35694cb1023f4413c761eeaee9b2b541f2a2e96a', operation='INSERT', pgid='pgtrigger_insert_insert_f11f0', table='services_coinpayment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='coinpayment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "services_coinpaymentevent" ("chosen_at", "chosen_by_id", "closed_at", "closed_by_id", "coins", "coins_paid", "community_id", "entry_id", "hold_id", "holds", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purse", "relation", "request_id", "state", "volunteer_id", "words") VALUES (NEW."chosen_at", NEW."chosen_by_id", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."coins_paid", NEW."community_id", NEW."entry_id", NEW."hold_id", NEW."holds", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purse", NEW."relation", NEW."request_id", NEW."state", NEW."volunteer_id", NEW."words"); RETURN NULL;', hash='40c8aa6887a4efa2d1fb1f48d47ab57f96f83e9c', operation='UPDATE', pgid='pgtrigger_update_update_ede20', table='services_coinpayment', when='AFTER')),
        ),
        *walls.guard(TABLE),
        *walls.no_delete(TABLE),
        *walls.guard(f"{TABLE}event"),
        *walls.append_only(f"{TABLE}event"),
        *walls.steps(TABLE, "state", EDGES, initial=["CHOSEN"]),
        *walls.frozen(TABLE, ["community_id", "request_id", "purse", "volunteer_id", "relation", "chosen_at", "chosen_by_id"]),
    ]
