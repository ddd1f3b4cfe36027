"""A case is handed over by a row of its own; the street's role reads no words of cases at all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "services_handover"
WORDS = "services_case, services_caseevent"


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0007_search_at_most'),
        ('services', '0006_offer_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='why')),
                ('on', models.DateField(help_text='the true day; the row itself says when it was written down', verbose_name='since')),
                ('at', models.DateTimeField(verbose_name='written down at')),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written down by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='services.case', verbose_name='case')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed over from')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed over to')),
            ],
            options={
                'verbose_name': 'hand-over of a case',
                'verbose_name_plural': 'hand-overs of cases',
                'constraints': [models.UniqueConstraint(fields=('community', 'key'), name='services_handover_once'), models.CheckConstraint(condition=models.Q(models.Q(('of', models.F('to')), _negated=True), models.Q(('reason', ''), _negated=True)), name='services_handover_to_somebody_else_with_reason')],
            },
        ),
        *walls.guard(TABLE, city=False),
        *walls.append_only(TABLE),
        *walls.sql(f"revoke select on {WORDS} from carenet_city", f"grant select on {WORDS} to carenet_city"),
    ]
