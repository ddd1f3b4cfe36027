"""Registers about personal data: impact assessments, handing to others, leaks; behind the wall, append only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLES = ("elders_privacyrecord", "elders_privacystep")


class Migration(migrations.Migration):

    dependencies = [
        ('elders', '0021_limits_confirmed_by_doctors'),
        ('parties', '0007_search_at_most'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PrivacyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('IMPACT', 'impact assessment'), ('SHARING', 'handed to others'), ('BREACH', 'leak or loss of data')], max_length=8, verbose_name='register')),
                ('on', models.DateField(help_text='the day of the assessment, of handing over, or of the leak', verbose_name='day')),
                ('known_at', models.DateTimeField(blank=True, null=True, verbose_name='noticed at')),
                ('what', models.CharField(max_length=300, verbose_name='what is done, or what happened')),
                ('whose', models.CharField(max_length=200, verbose_name='whose data, and which')),
                ('people', models.PositiveIntegerField(blank=True, null=True, verbose_name='how many people')),
                ('is_sensitive', models.BooleanField(default=False, verbose_name='sensitive data are among them')),
                ('basis', models.CharField(choices=[('CONSENT', 'consent of the person'), ('CONTRACT', 'needed for a contract with the person'), ('DUTY', 'duty by law'), ('EMERGENCY', 'emergency: life, health or property'), ('PUBLIC', 'published by the person, or public interest, within reason'), ('NONE', 'none: it should not have happened')], max_length=10, verbose_name='why it is allowed')),
                ('recipient', models.CharField(blank=True, max_length=120, verbose_name='who gets the data')),
                ('handed_as', models.CharField(blank=True, choices=[('', '—'), ('ENTRUSTED', 'entrusted: works for us by agreement'), ('GIVEN', 'given: another handler decides about it, with separate consent')], default='', max_length=10, verbose_name='as what')),
                ('risk', models.CharField(blank=True, choices=[('', '—'), ('LOW', 'low'), ('MEDIUM', 'medium'), ('HIGH', 'high')], default='', max_length=6, verbose_name='risk to people')),
                ('measures', models.CharField(max_length=600, verbose_name='how people are protected')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='look at it again on')),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'record about personal data',
                'verbose_name_plural': 'records about personal data',
            },
        ),
        migrations.CreateModel(
            name='PrivacyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('MEASURE', 'a measure was taken'), ('AUTHORITY', 'the authority was told'), ('PEOPLE', 'the people concerned were told'), ('NO_NEED', 'the people need not be told: harm was prevented'), ('RETURNED', 'the data were returned or deleted'), ('REVIEWED', 'looked at again'), ('CORRECTED', 'a correction to what is written above'), ('CLOSED', 'closed'), ('MISTAKEN', 'entered by mistake')], max_length=9, verbose_name='what')),
                ('when', models.DateTimeField(verbose_name='when')),
                ('words', models.CharField(max_length=300, verbose_name='in words')),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='elders.privacyrecord', verbose_name='record')),
            ],
            options={
                'verbose_name': 'step about personal data',
                'verbose_name_plural': 'steps about personal data',
            },
        ),
        migrations.AddIndex(
            model_name='privacyrecord',
            index=models.Index(fields=['community', 'kind', '-on'], name='elders_privacy_kind'),
        ),
        migrations.AddConstraint(
            model_name='privacyrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'BREACH'), ('known_at__isnull', False)), models.Q(models.Q(('kind', 'BREACH'), _negated=True), ('known_at__isnull', True)), _connector='OR'), name='elders_privacyrecord_breach_was_noticed'),
        ),
        migrations.AddConstraint(
            model_name='privacyrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'SHARING'), _negated=True), models.Q(models.Q(('recipient', ''), _negated=True), models.Q(('handed_as', ''), _negated=True)), _connector='OR'), name='elders_privacyrecord_sharing_names_whom'),
        ),
        migrations.AddConstraint(
            model_name='privacyrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'IMPACT'), _negated=True), models.Q(('risk', ''), _negated=True), _connector='OR'), name='elders_privacyrecord_impact_has_a_risk'),
        ),
        migrations.AddConstraint(
            model_name='privacyrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('whose', ''), _negated=True), models.Q(('measures', ''), _negated=True)), name='elders_privacyrecord_has_words'),
        ),
        migrations.AddConstraint(
            model_name='privacystep',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['CLOSED', 'MISTAKEN'])), fields=('record',), name='elders_privacystep_one_end'),
        ),
        migrations.AddConstraint(
            model_name='privacystep',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='elders_privacystep_has_words'),
        ),
        *[step for table in TABLES for step in (*walls.guard(table), *walls.append_only(table))],
    ]
