"""Confirmations of the limits of readings by a doctor; behind the wall, append only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "elders_limitreview"


class Migration(migrations.Migration):

    dependencies = [
        ('elders', '0020_personal_data_corrected'),
        ('parties', '0007_search_at_most'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LimitReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doctor', models.CharField(max_length=60, verbose_name='doctor')),
                ('clinic', models.CharField(max_length=100, verbose_name='clinic or hospital')),
                ('on', models.DateField(verbose_name='confirmed on')),
                ('limits', models.JSONField(default=list, verbose_name='limits that were confirmed')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='elders.limitreview')),
            ],
            options={
                'verbose_name': 'confirmation of limits',
                'verbose_name_plural': 'confirmations of limits',
                'indexes': [models.Index(fields=['community', '-on'], name='elders_limitreview_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('doctor', ''), _negated=True), name='elders_limitreview_names_a_doctor'), models.CheckConstraint(condition=models.Q(('reverses__isnull', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='elders_limitreview_reversal_has_reason')],
            },
        ),
        *walls.guard(TABLE),
        *walls.append_only(TABLE),
    ]
