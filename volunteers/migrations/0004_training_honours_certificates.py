"""Courses to qualifications, honours, certificates; with their walls. Source: architecture.md law 11; Order 67."""

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLES = (
    "course", "coursemodule", "courserun", "lesson", "enrolment", "lessonattendance", "practicehour", "courseresult",
    "honour", "nomination", "endorsement", "objection", "certificate",
)  # fmt: skip
# A module or an endorsement has no row history: the first is reference data, the second is append only itself.
TRACKED = tuple(each for each in TABLES if each not in {"coursemodule", "endorsement"})
# Taken back once, and never otherwise touched afterwards: table -> the column that says so.
ONCE = {
    "practicehour": "reversed_at", "courseresult": "reversed_at", "qualification": "revoked_at",
    "certificate": "revoked_at",
}  # fmt: skip
ONCE_BODY = """
create function volunteers_taken_back_once() returns trigger language plpgsql as $$
begin
  raise exception '%: this was already taken back', tg_table_name using errcode = 'check_violation',
    constraint = 'volunteers_taken_back_once';
end $$"""
# Which community a verification code belongs to, before any scope is set: nothing but the two numbers leaves.
BY_CODE = """
create function volunteers_certificate_by_code(p_code text) returns table (community_id bigint, id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select c.community_id, c.id from volunteers_certificate c where c.code = p_code
$$"""


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('documents', '0002_walls'),
        ('parties', '0006_search_by_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('volunteers', '0003_redeem_in_one_function'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('CERTIFICATE', 'certificate of volunteer service'), ('STATEMENT', 'statement for points-based residency and credit')], default='CERTIFICATE', max_length=12, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the year')),
                ('number', models.CharField(max_length=80, verbose_name='number')),
                ('code', models.CharField(max_length=16, unique=True, verbose_name='verification code')),
                ('period_from', models.DateField(verbose_name='from')),
                ('period_to', models.DateField(help_text='last day', verbose_name='until')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes served')),
                ('facts', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='content as issued')),
                ('sha256', models.CharField(max_length=64, verbose_name='fingerprint (SHA-256)')),
                ('asked', models.CharField(choices=[('OWN', 'asked by the volunteer online'), ('PAPER', 'asked on paper at the station')], max_length=6, verbose_name='asked')),
                ('asked_reason', models.CharField(blank=True, max_length=200, verbose_name='request on paper')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('revoked_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['-issued_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CertificateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('CERTIFICATE', 'certificate of volunteer service'), ('STATEMENT', 'statement for points-based residency and credit')], default='CERTIFICATE', max_length=12, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the year')),
                ('number', models.CharField(max_length=80, verbose_name='number')),
                ('code', models.CharField(max_length=16, verbose_name='verification code')),
                ('period_from', models.DateField(verbose_name='from')),
                ('period_to', models.DateField(help_text='last day', verbose_name='until')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes served')),
                ('facts', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='content as issued')),
                ('sha256', models.CharField(max_length=64, verbose_name='fingerprint (SHA-256)')),
                ('asked', models.CharField(choices=[('OWN', 'asked by the volunteer online'), ('PAPER', 'asked on paper at the station')], max_length=6, verbose_name='asked')),
                ('asked_reason', models.CharField(blank=True, max_length=200, verbose_name='request on paper')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('revoked_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('gives', models.CharField(choices=[('LEVEL', 'a training level'), ('SKILL', 'a certificate for one kind of service'), ('NOTHING', 'hours of continuing education only')], max_length=8, verbose_name='gives')),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1 companionship and cleaning'), (2, 'L2 safety check and first aid'), (3, 'L3 chronic disease and rehabilitation assistance')], null=True, verbose_name='training level')),
                ('practice_minutes', models.PositiveIntegerField(default=0, verbose_name='minutes of practice under observation')),
                ('pass_mark', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark (of 100)')),
                ('valid_months', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='months the qualification holds')),
                ('renew_days', models.PositiveSmallIntegerField(default=60, verbose_name='days before its end to remind')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CourseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('gives', models.CharField(choices=[('LEVEL', 'a training level'), ('SKILL', 'a certificate for one kind of service'), ('NOTHING', 'hours of continuing education only')], max_length=8, verbose_name='gives')),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1 companionship and cleaning'), (2, 'L2 safety check and first aid'), (3, 'L3 chronic disease and rehabilitation assistance')], null=True, verbose_name='training level')),
                ('practice_minutes', models.PositiveIntegerField(default=0, verbose_name='minutes of practice under observation')),
                ('pass_mark', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark (of 100)')),
                ('valid_months', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='months the qualification holds')),
                ('renew_days', models.PositiveSmallIntegerField(default=60, verbose_name='days before its end to remind')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CourseModule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='place in the order')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
            ],
            options={
                'verbose_name': 'module of a course',
                'verbose_name_plural': 'modules of courses',
                'ordering': ['course', 'place'],
            },
        ),
        migrations.CreateModel(
            name='CourseResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('reversal_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for taking back')),
                ('on', models.DateField(verbose_name='day')),
                ('score', models.PositiveSmallIntegerField(verbose_name='score (of 100)')),
                ('pass_mark', models.PositiveSmallIntegerField(verbose_name='pass mark (of 100)')),
            ],
            options={
                'verbose_name': 'test result',
                'verbose_name_plural': 'test results',
            },
        ),
        migrations.CreateModel(
            name='CourseResultEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('reversal_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for taking back')),
                ('on', models.DateField(verbose_name='day')),
                ('score', models.PositiveSmallIntegerField(verbose_name='score (of 100)')),
                ('pass_mark', models.PositiveSmallIntegerField(verbose_name='pass mark (of 100)')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CourseRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('teacher', models.CharField(blank=True, max_length=80, verbose_name='teacher of the provider')),
                ('place', models.CharField(max_length=120, verbose_name='place')),
                ('seats', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats')),
                ('state', models.CharField(choices=[('OPEN', 'open'), ('CLOSED', 'finished'), ('CANCELLED', 'cancelled')], default='OPEN', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'course run',
                'verbose_name_plural': 'course runs',
            },
        ),
        migrations.CreateModel(
            name='CourseRunEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('teacher', models.CharField(blank=True, max_length=80, verbose_name='teacher of the provider')),
                ('place', models.CharField(max_length=120, verbose_name='place')),
                ('seats', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats')),
                ('state', models.CharField(choices=[('OPEN', 'open'), ('CLOSED', 'finished'), ('CANCELLED', 'cancelled')], default='OPEN', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='words of endorsement')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'endorsement',
                'verbose_name_plural': 'endorsements',
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('ENROLLED', 'has a seat'), ('WAITING', 'on the waiting list'), ('WITHDRAWN', 'withdrawn')], max_length=10, verbose_name='state')),
                ('queued_at', models.DateTimeField(verbose_name='enrolled at')),
                ('passed_on', models.DateField(blank=True, help_text='every part done; taken back by reversing a result', null=True, verbose_name='passed on')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
            },
        ),
        migrations.CreateModel(
            name='EnrolmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('ENROLLED', 'has a seat'), ('WAITING', 'on the waiting list'), ('WITHDRAWN', 'withdrawn')], max_length=10, verbose_name='state')),
                ('queued_at', models.DateTimeField(verbose_name='enrolled at')),
                ('passed_on', models.DateField(blank=True, help_text='every part done; taken back by reversing a result', null=True, verbose_name='passed on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Honour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='title of the honour')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('words', models.CharField(max_length=300, verbose_name='what it honours')),
                ('min_hours', models.PositiveIntegerField(default=0, verbose_name='hours of service, at least')),
                ('min_months', models.PositiveSmallIntegerField(default=0, verbose_name='months of service, at least')),
                ('min_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1 companionship and cleaning'), (2, 'L2 safety check and first aid'), (3, 'L3 chronic disease and rehabilitation assistance')], null=True, verbose_name='training level, at least')),
                ('endorsements', models.PositiveSmallIntegerField(default=2, verbose_name='endorsements needed')),
                ('notice_days', models.PositiveSmallIntegerField(default=7, verbose_name='days of public notice')),
                ('source', models.CharField(max_length=160, verbose_name='decided by')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration')),
            ],
            options={
                'verbose_name': 'honour',
                'verbose_name_plural': 'honours',
                'ordering': ['name', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='HonourEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=40, verbose_name='title of the honour')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('words', models.CharField(max_length=300, verbose_name='what it honours')),
                ('min_hours', models.PositiveIntegerField(default=0, verbose_name='hours of service, at least')),
                ('min_months', models.PositiveSmallIntegerField(default=0, verbose_name='months of service, at least')),
                ('min_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1 companionship and cleaning'), (2, 'L2 safety check and first aid'), (3, 'L3 chronic disease and rehabilitation assistance')], null=True, verbose_name='training level, at least')),
                ('endorsements', models.PositiveSmallIntegerField(default=2, verbose_name='endorsements needed')),
                ('notice_days', models.PositiveSmallIntegerField(default=7, verbose_name='days of public notice')),
                ('source', models.CharField(max_length=160, verbose_name='decided by')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='begins at')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='LessonAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('present', models.BooleanField(verbose_name='present')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'attendance at a lesson',
                'verbose_name_plural': 'attendances at lessons',
            },
        ),
        migrations.CreateModel(
            name='LessonAttendanceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('present', models.BooleanField(verbose_name='present')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LessonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('starts_at', models.DateTimeField(verbose_name='begins at')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('words', models.CharField(max_length=500, verbose_name='why this person')),
                ('checked', models.JSONField(default=list, verbose_name='criteria on the day of the nomination')),
                ('state', models.CharField(choices=[('NOMINATED', 'nominated'), ('ON_NOTICE', 'on public notice'), ('AWARDED', 'awarded'), ('REFUSED', 'not awarded'), ('REVOKED', 'revoked')], default='NOMINATED', max_length=10, verbose_name='state')),
                ('nominated_at', models.DateTimeField(verbose_name='nominated at')),
                ('consented_on', models.DateField(blank=True, null=True, verbose_name='agreed to publication on')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('decision', models.CharField(blank=True, max_length=200, verbose_name='reason of the decision')),
                ('notice_from', models.DateField(blank=True, null=True, verbose_name='public notice from')),
                ('notice_to', models.DateField(blank=True, null=True, verbose_name='public notice until')),
                ('awarded_on', models.DateField(blank=True, null=True, verbose_name='awarded on')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                ('revoked_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation')),
            ],
            options={
                'verbose_name': 'nomination for an honour',
                'verbose_name_plural': 'nominations for honours',
            },
        ),
        migrations.CreateModel(
            name='NominationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('words', models.CharField(max_length=500, verbose_name='why this person')),
                ('checked', models.JSONField(default=list, verbose_name='criteria on the day of the nomination')),
                ('state', models.CharField(choices=[('NOMINATED', 'nominated'), ('ON_NOTICE', 'on public notice'), ('AWARDED', 'awarded'), ('REFUSED', 'not awarded'), ('REVOKED', 'revoked')], default='NOMINATED', max_length=10, verbose_name='state')),
                ('nominated_at', models.DateTimeField(verbose_name='nominated at')),
                ('consented_on', models.DateField(blank=True, null=True, verbose_name='agreed to publication on')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('decision', models.CharField(blank=True, max_length=200, verbose_name='reason of the decision')),
                ('notice_from', models.DateField(blank=True, null=True, verbose_name='public notice from')),
                ('notice_to', models.DateField(blank=True, null=True, verbose_name='public notice until')),
                ('awarded_on', models.DateField(blank=True, null=True, verbose_name='awarded on')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                ('revoked_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=500, verbose_name='objection')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name of who objects')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='how to reach them')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('upheld', models.BooleanField(blank=True, null=True, verbose_name='the objection is right')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
            },
        ),
        migrations.CreateModel(
            name='ObjectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('words', models.CharField(max_length=500, verbose_name='objection')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name of who objects')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='how to reach them')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('upheld', models.BooleanField(blank=True, null=True, verbose_name='the objection is right')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PracticeHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('reversal_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for taking back')),
                ('on', models.DateField(verbose_name='day')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('what', models.CharField(blank=True, max_length=120, verbose_name='what was practised')),
            ],
            options={
                'verbose_name': 'observed practice',
                'verbose_name_plural': 'observed practice',
            },
        ),
        migrations.CreateModel(
            name='PracticeHourEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reversed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('reversal_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for taking back')),
                ('on', models.DateField(verbose_name='day')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('what', models.CharField(blank=True, max_length=120, verbose_name='what was practised')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='qualification',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='qualification',
            name='update_update',
        ),
        migrations.AddField(
            model_name='qualification',
            name='revoked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='revoked at'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='revoked_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='revoked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='revoked at'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='revoked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='revoked_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason of the revocation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_qualificationevent" ("community_id", "enrolment_id", "id", "issuer", "kind", "level", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "revoked_reason", "service_kind_id", "valid_from", "valid_to", "volunteer_id") VALUES (NEW."community_id", NEW."enrolment_id", NEW."id", NEW."issuer", NEW."kind", NEW."level", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."service_kind_id", NEW."valid_from", NEW."valid_to", NEW."volunteer_id"); RETURN NULL;', hash='ea38c55740300e5b64bf0a33223dcf13c6bd4aab', operation='INSERT', pgid='pgtrigger_insert_insert_f961f', table='volunteers_qualification', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_qualificationevent" ("community_id", "enrolment_id", "id", "issuer", "kind", "level", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "revoked_reason", "service_kind_id", "valid_from", "valid_to", "volunteer_id") VALUES (NEW."community_id", NEW."enrolment_id", NEW."id", NEW."issuer", NEW."kind", NEW."level", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."service_kind_id", NEW."valid_from", NEW."valid_to", NEW."volunteer_id"); RETURN NULL;', hash='56d6276c8b6e36101cee06a63999564702e66091', operation='UPDATE', pgid='pgtrigger_update_update_92798', table='volunteers_qualification', when='AFTER')),
        ),
        migrations.AddField(
            model_name='certificate',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='document',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='document'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='document',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.document', verbose_name='document'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='issued_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.certificate'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='revoked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='volunteer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddField(
            model_name='course',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='course',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation', verbose_name='provider'),
        ),
        migrations.AddField(
            model_name='course',
            name='service_kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.servicekind', verbose_name='service kind'),
        ),
        migrations.AddField(
            model_name='courseevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='courseevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='courseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.course'),
        ),
        migrations.AddField(
            model_name='courseevent',
            name='provider',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.organisation', verbose_name='provider'),
        ),
        migrations.AddField(
            model_name='courseevent',
            name='service_kind',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.servicekind', verbose_name='service kind'),
        ),
        migrations.AddField(
            model_name='coursemodule',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='coursemodule',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='volunteers.course', verbose_name='course'),
        ),
        migrations.AddField(
            model_name='courseresult',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='courseresult',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='courseresult',
            name='reversed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.courseresult'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='reversed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='volunteers.course', verbose_name='course'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='trainer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='trainer (social worker)'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='course',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.course', verbose_name='course'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.courserun'),
        ),
        migrations.AddField(
            model_name='courserunevent',
            name='trainer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='trainer (social worker)'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='volunteers.courserun', verbose_name='course run'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddField(
            model_name='courseresultevent',
            name='enrolment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='courseresult',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='enrolment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='volunteers.enrolment', verbose_name='given by a course'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='enrolment',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.enrolment', verbose_name='given by a course'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('enrolment',), name='volunteers_qualification_once_per_course'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='volunteers_qualification_revoked_whole'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.enrolment'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.courserun', verbose_name='course run'),
        ),
        migrations.AddField(
            model_name='enrolmentevent',
            name='volunteer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.AddField(
            model_name='honour',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='honourevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='honourevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='honourevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.honour'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='module',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.coursemodule', verbose_name='module of a course'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='volunteers.courserun', verbose_name='course run'),
        ),
        migrations.AddField(
            model_name='lessonattendance',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='lessonattendance',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='lessonattendance',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='lessonattendance',
            name='lesson',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='volunteers.lesson', verbose_name='lesson'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='enrolment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='lesson',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.lesson', verbose_name='lesson'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='lessonattendanceevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.lessonattendance'),
        ),
        migrations.AddField(
            model_name='lessonevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='lessonevent',
            name='module',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.coursemodule', verbose_name='module of a course'),
        ),
        migrations.AddField(
            model_name='lessonevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='lessonevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.lesson'),
        ),
        migrations.AddField(
            model_name='lessonevent',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.courserun', verbose_name='course run'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='awarded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='awarded by'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='honour',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='volunteers.honour', verbose_name='honour'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='nominated_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nominated by'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='nomination',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='endorsed', to='volunteers.nomination', verbose_name='nomination for an honour'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='awarded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='awarded by'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='honour',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.honour', verbose_name='honour'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='nominated_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nominated by'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.nomination'),
        ),
        migrations.AddField(
            model_name='nominationevent',
            name='revoked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='objection',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='objection',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='objection',
            name='nomination',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='volunteers.nomination', verbose_name='nomination for an honour'),
        ),
        migrations.AddField(
            model_name='objectionevent',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='objectionevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='objectionevent',
            name='nomination',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.nomination', verbose_name='nomination for an honour'),
        ),
        migrations.AddField(
            model_name='objectionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='objectionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.objection'),
        ),
        migrations.AddField(
            model_name='practicehour',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='practicehour',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='practicehour',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='practicehour',
            name='reversed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='community',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='parties.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='enrolment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.enrolment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.practicehour'),
        ),
        migrations.AddField(
            model_name='practicehourevent',
            name='reversed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('community', 'year', 'sequence'), name='volunteers_certificate_one_number'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='volunteers_certificate_from_one'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('period_to__gte', models.F('period_from'))), name='volunteers_certificate_period'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked', 'PAPER'), _negated=True), models.Q(('asked_reason', ''), _negated=True), _connector='OR'), name='volunteers_certificate_paper_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='volunteers_certificate_revoked_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_certificateevent" ("asked", "asked_reason", "code", "community_id", "document_id", "facts", "id", "issued_at", "issued_by_id", "issued_on", "kind", "minutes", "number", "period_from", "period_to", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "revoked_reason", "sequence", "sha256", "uid", "volunteer_id", "year") VALUES (NEW."asked", NEW."asked_reason", NEW."code", NEW."community_id", NEW."document_id", NEW."facts", NEW."id", NEW."issued_at", NEW."issued_by_id", NEW."issued_on", NEW."kind", NEW."minutes", NEW."number", NEW."period_from", NEW."period_to", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."sequence", NEW."sha256", NEW."uid", NEW."volunteer_id", NEW."year"); RETURN NULL;', hash='2b07e212ae9f6e862c7ddeec8ca4311f4809fccb', operation='INSERT', pgid='pgtrigger_insert_insert_c67fc', table='volunteers_certificate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_certificateevent" ("asked", "asked_reason", "code", "community_id", "document_id", "facts", "id", "issued_at", "issued_by_id", "issued_on", "kind", "minutes", "number", "period_from", "period_to", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "revoked_reason", "sequence", "sha256", "uid", "volunteer_id", "year") VALUES (NEW."asked", NEW."asked_reason", NEW."code", NEW."community_id", NEW."document_id", NEW."facts", NEW."id", NEW."issued_at", NEW."issued_by_id", NEW."issued_on", NEW."kind", NEW."minutes", NEW."number", NEW."period_from", NEW."period_to", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."sequence", NEW."sha256", NEW."uid", NEW."volunteer_id", NEW."year"); RETURN NULL;', hash='57b65bf08ced0823b670357eccf3462e2f00a5a1', operation='UPDATE', pgid='pgtrigger_update_update_3fea9', table='volunteers_certificate', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(fields=('community', 'name'), name='volunteers_course_one_name', violation_error_message='A course of this name already exists. Please open it.'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gives', 'LEVEL'), ('level__isnull', False), ('service_kind__isnull', True)), models.Q(('gives', 'SKILL'), ('level__isnull', True), ('service_kind__isnull', False)), models.Q(('gives', 'NOTHING'), ('level__isnull', True), ('service_kind__isnull', True)), _connector='OR'), name='volunteers_course_gives_what_it_says'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('pass_mark__isnull', True), ('pass_mark__range', (1, 100)), _connector='OR'), name='volunteers_course_pass_mark'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('valid_months__isnull', True), ('valid_months__gte', 1), _connector='OR'), name='volunteers_course_holds_a_while'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='course',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_courseevent" ("community_id", "gives", "id", "is_active", "is_demo", "level", "name", "name_en", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_minutes", "provider_id", "renew_days", "service_kind_id", "valid_months", "words") VALUES (NEW."community_id", NEW."gives", NEW."id", NEW."is_active", NEW."is_demo", NEW."level", NEW."name", NEW."name_en", NEW."pass_mark", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."practice_minutes", NEW."provider_id", NEW."renew_days", NEW."service_kind_id", NEW."valid_months", NEW."words"); RETURN NULL;', hash='5557dbc9d03ce57132007dbaa8b4955ecb1bd11a', operation='INSERT', pgid='pgtrigger_insert_insert_4076b', table='volunteers_course', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='course',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_courseevent" ("community_id", "gives", "id", "is_active", "is_demo", "level", "name", "name_en", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_minutes", "provider_id", "renew_days", "service_kind_id", "valid_months", "words") VALUES (NEW."community_id", NEW."gives", NEW."id", NEW."is_active", NEW."is_demo", NEW."level", NEW."name", NEW."name_en", NEW."pass_mark", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."practice_minutes", NEW."provider_id", NEW."renew_days", NEW."service_kind_id", NEW."valid_months", NEW."words"); RETURN NULL;', hash='ace8ac29f39f14acb784b76e72eadf75b930fdef', operation='UPDATE', pgid='pgtrigger_update_update_184e4', table='volunteers_course', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='coursemodule',
            constraint=models.UniqueConstraint(fields=('course', 'place'), name='volunteers_coursemodule_one_place'),
        ),
        migrations.AddConstraint(
            model_name='coursemodule',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='volunteers_coursemodule_lasts'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='volunteers_courserun_has_seats'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'CANCELLED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='volunteers_courserun_cancelled_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='courserun',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_courserunevent" ("at", "by_id", "community_id", "course_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "reason", "seats", "state", "teacher", "trainer_id") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."course_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."reason", NEW."seats", NEW."state", NEW."teacher", NEW."trainer_id"); RETURN NULL;', hash='98b1e07eddd8781fca29478599434976915b1003', operation='INSERT', pgid='pgtrigger_insert_insert_903bd', table='volunteers_courserun', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='courserun',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_courserunevent" ("at", "by_id", "community_id", "course_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "reason", "seats", "state", "teacher", "trainer_id") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."course_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."reason", NEW."seats", NEW."state", NEW."teacher", NEW."trainer_id"); RETURN NULL;', hash='0dd3413ec1b2196cd44b43cb1dcee009859b8d23', operation='UPDATE', pgid='pgtrigger_update_update_8b0cf', table='volunteers_courserun', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(fields=('run', 'volunteer'), name='volunteers_enrolment_once'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('passed_on__isnull', True), ('state', 'ENROLLED'), _connector='OR'), name='volunteers_enrolment_passed_with_a_seat'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_enrolmentevent" ("by_id", "community_id", "id", "passed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "queued_at", "run_id", "state", "volunteer_id") VALUES (NEW."by_id", NEW."community_id", NEW."id", NEW."passed_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."queued_at", NEW."run_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='41db27a67a035bf905d2aa5f05e1b0323759a497', operation='INSERT', pgid='pgtrigger_insert_insert_4e3d3', table='volunteers_enrolment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_enrolmentevent" ("by_id", "community_id", "id", "passed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "queued_at", "run_id", "state", "volunteer_id") VALUES (NEW."by_id", NEW."community_id", NEW."id", NEW."passed_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."queued_at", NEW."run_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='50185b41a3a094ece59e91cc8a69cd127f7b6d2d', operation='UPDATE', pgid='pgtrigger_update_update_52534', table='volunteers_enrolment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='courseresult',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='volunteers_courseresult_score'),
        ),
        migrations.AddConstraint(
            model_name='courseresult',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reversal_reason', ''), ('reversed_at__isnull', True), ('reversed_by__isnull', True)), models.Q(('reversed_at__isnull', False), ('reversed_by__isnull', False), models.Q(('reversal_reason', ''), _negated=True)), _connector='OR'), name='volunteers_courseresult_reversed_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='courseresult',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_courseresultevent" ("at", "by_id", "community_id", "enrolment_id", "id", "on", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reversal_reason", "reversed_at", "reversed_by_id", "score") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."on", NEW."pass_mark", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reversal_reason", NEW."reversed_at", NEW."reversed_by_id", NEW."score"); RETURN NULL;', hash='607822b2a49e84265c06cdfec25cb91ac45c426c', operation='INSERT', pgid='pgtrigger_insert_insert_1cba8', table='volunteers_courseresult', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='courseresult',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_courseresultevent" ("at", "by_id", "community_id", "enrolment_id", "id", "on", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reversal_reason", "reversed_at", "reversed_by_id", "score") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."on", NEW."pass_mark", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reversal_reason", NEW."reversed_at", NEW."reversed_by_id", NEW."score"); RETURN NULL;', hash='fd5f050f551880b618676add0b100c981c80368c', operation='UPDATE', pgid='pgtrigger_update_update_d7b1f', table='volunteers_courseresult', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='honour',
            constraint=models.UniqueConstraint(fields=('community', 'name', 'valid_from'), name='volunteers_honour_one_day'),
        ),
        migrations.AddConstraint(
            model_name='honour',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('community', 'name'), name='volunteers_honour_one_now'),
        ),
        migrations.AddConstraint(
            model_name='honour',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='volunteers_honour_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='honour',
            constraint=models.CheckConstraint(condition=models.Q(('notice_days__gte', 1)), name='volunteers_honour_is_published'),
        ),
        migrations.AddConstraint(
            model_name='honour',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='volunteers_honour_has_a_source'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='honour',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_honourevent" ("community_id", "endorsements", "id", "is_demo", "min_hours", "min_level", "min_months", "name", "name_en", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "words") VALUES (NEW."community_id", NEW."endorsements", NEW."id", NEW."is_demo", NEW."min_hours", NEW."min_level", NEW."min_months", NEW."name", NEW."name_en", NEW."notice_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to", NEW."words"); RETURN NULL;', hash='f98b3772a1f0ba129a0d8d4b7de22bea87471163', operation='INSERT', pgid='pgtrigger_insert_insert_191ac', table='volunteers_honour', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='honour',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_honourevent" ("community_id", "endorsements", "id", "is_demo", "min_hours", "min_level", "min_months", "name", "name_en", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "words") VALUES (NEW."community_id", NEW."endorsements", NEW."id", NEW."is_demo", NEW."min_hours", NEW."min_level", NEW."min_months", NEW."name", NEW."name_en", NEW."notice_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to", NEW."words"); RETURN NULL;', hash='a0a028e8c59ce645f2b45bb0a9b234353cca8dfc', operation='UPDATE', pgid='pgtrigger_update_update_24751', table='volunteers_honour', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('run', 'starts_at'), name='volunteers_lesson_once'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='volunteers_lesson_lasts'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lesson',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_lessonevent" ("community_id", "id", "minutes", "module_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run_id", "starts_at") VALUES (NEW."community_id", NEW."id", NEW."minutes", NEW."module_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."run_id", NEW."starts_at"); RETURN NULL;', hash='518668e30289c34d2a9bf66bcf69c44e5618301b', operation='INSERT', pgid='pgtrigger_insert_insert_6224b', table='volunteers_lesson', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lesson',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_lessonevent" ("community_id", "id", "minutes", "module_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run_id", "starts_at") VALUES (NEW."community_id", NEW."id", NEW."minutes", NEW."module_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."run_id", NEW."starts_at"); RETURN NULL;', hash='56d35048ecd21c315ba597b72ac3fe14cfe637ae', operation='UPDATE', pgid='pgtrigger_update_update_c3639', table='volunteers_lesson', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='lessonattendance',
            constraint=models.UniqueConstraint(fields=('lesson', 'enrolment'), name='volunteers_lessonattendance_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lessonattendance',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_lessonattendanceevent" ("at", "by_id", "community_id", "enrolment_id", "id", "lesson_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."lesson_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."present"); RETURN NULL;', hash='05a601f1f987dd8ca1631366bf81d8157aa48334', operation='INSERT', pgid='pgtrigger_insert_insert_24054', table='volunteers_lessonattendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lessonattendance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_lessonattendanceevent" ("at", "by_id", "community_id", "enrolment_id", "id", "lesson_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."lesson_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."present"); RETURN NULL;', hash='6c2817cfe5fd12a921f0f659e59f2c1eba99ccae', operation='UPDATE', pgid='pgtrigger_update_update_1aea7', table='volunteers_lessonattendance', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'REFUSED'), _negated=True), fields=('honour', 'person', 'year'), name='volunteers_nomination_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('nominated_by')), _negated=True), _connector='OR'), name='volunteers_nomination_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('notice_from__isnull', True), ('consented_on__isnull', False), _connector='OR'), name='volunteers_nomination_published_with_consent'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('awarded_on__isnull', True), models.Q(('awarded_on__gt', models.F('notice_to')), ('notice_to__isnull', False)), _connector='OR'), name='volunteers_nomination_awarded_after_notice'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'REVOKED'), _negated=True), models.Q(('revoked_by__isnull', False), ('revoked_on__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='volunteers_nomination_revoked_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nomination',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_nominationevent" ("awarded_by_id", "awarded_on", "checked", "community_id", "consented_on", "decided_at", "decided_by_id", "decision", "honour_id", "id", "nominated_at", "nominated_by_id", "notice_from", "notice_to", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_by_id", "revoked_on", "revoked_reason", "state", "words", "year") VALUES (NEW."awarded_by_id", NEW."awarded_on", NEW."checked", NEW."community_id", NEW."consented_on", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."honour_id", NEW."id", NEW."nominated_at", NEW."nominated_by_id", NEW."notice_from", NEW."notice_to", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_by_id", NEW."revoked_on", NEW."revoked_reason", NEW."state", NEW."words", NEW."year"); RETURN NULL;', hash='895cb44e8af0c8571aedb1af29e00adebfa8f27a', operation='INSERT', pgid='pgtrigger_insert_insert_ecdd9', table='volunteers_nomination', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nomination',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_nominationevent" ("awarded_by_id", "awarded_on", "checked", "community_id", "consented_on", "decided_at", "decided_by_id", "decision", "honour_id", "id", "nominated_at", "nominated_by_id", "notice_from", "notice_to", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_by_id", "revoked_on", "revoked_reason", "state", "words", "year") VALUES (NEW."awarded_by_id", NEW."awarded_on", NEW."checked", NEW."community_id", NEW."consented_on", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."honour_id", NEW."id", NEW."nominated_at", NEW."nominated_by_id", NEW."notice_from", NEW."notice_to", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_by_id", NEW."revoked_on", NEW."revoked_reason", NEW."state", NEW."words", NEW."year"); RETURN NULL;', hash='ec699ae1b15094633db243d54d4c41c7ebe47d15', operation='UPDATE', pgid='pgtrigger_update_update_f3b00', table='volunteers_nomination', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(fields=('nomination', 'by'), name='volunteers_endorsement_once'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='volunteers_objection_says_why'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('upheld__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('upheld__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='volunteers_objection_answered_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_objectionevent" ("answer", "answered_at", "answered_by_id", "at", "community_id", "contact", "id", "name", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "upheld", "words") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."at", NEW."community_id", NEW."contact", NEW."id", NEW."name", NEW."nomination_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."upheld", NEW."words"); RETURN NULL;', hash='d09ad8473f79d5043fbdc95f168d2913c3523b9e', operation='INSERT', pgid='pgtrigger_insert_insert_fef6b', table='volunteers_objection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_objectionevent" ("answer", "answered_at", "answered_by_id", "at", "community_id", "contact", "id", "name", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "upheld", "words") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."at", NEW."community_id", NEW."contact", NEW."id", NEW."name", NEW."nomination_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."upheld", NEW."words"); RETURN NULL;', hash='f621806240c16d0401d9178278a1404888cf1e7a', operation='UPDATE', pgid='pgtrigger_update_update_9754f', table='volunteers_objection', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='practicehour',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='volunteers_practicehour_lasts'),
        ),
        migrations.AddConstraint(
            model_name='practicehour',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reversal_reason', ''), ('reversed_at__isnull', True), ('reversed_by__isnull', True)), models.Q(('reversed_at__isnull', False), ('reversed_by__isnull', False), models.Q(('reversal_reason', ''), _negated=True)), _connector='OR'), name='volunteers_practicehour_reversed_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='practicehour',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_practicehourevent" ("at", "by_id", "community_id", "enrolment_id", "id", "minutes", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reversal_reason", "reversed_at", "reversed_by_id", "what") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."minutes", NEW."on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reversal_reason", NEW."reversed_at", NEW."reversed_by_id", NEW."what"); RETURN NULL;', hash='a7ee99ff2fd20d3130e0c0944463f5033db51da0', operation='INSERT', pgid='pgtrigger_insert_insert_4ba21', table='volunteers_practicehour', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='practicehour',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_practicehourevent" ("at", "by_id", "community_id", "enrolment_id", "id", "minutes", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reversal_reason", "reversed_at", "reversed_by_id", "what") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."enrolment_id", NEW."id", NEW."minutes", NEW."on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reversal_reason", NEW."reversed_at", NEW."reversed_by_id", NEW."what"); RETURN NULL;', hash='0a72c41718e198bd870daecd6c666a7fc9e9e456', operation='UPDATE', pgid='pgtrigger_update_update_6b429', table='volunteers_practicehour', when='AFTER')),
        ),
        *[step for name in TABLES for step in walls.guard(f"volunteers_{name}")],
        *[step for name in TABLES if name != "coursemodule" for step in walls.no_delete(f"volunteers_{name}")],
        *[step for name in TRACKED for step in walls.guard(f"volunteers_{name}event")],
        *[step for name in TRACKED for step in walls.append_only(f"volunteers_{name}event")],
        *walls.append_only("volunteers_endorsement"),
        *walls.steps(
            "volunteers_nomination",
            "state",
            {"NOMINATED": ["ON_NOTICE", "REFUSED"], "ON_NOTICE": ["AWARDED", "REFUSED"], "AWARDED": ["REVOKED"]},
            initial=["NOMINATED"],
        ),
        *walls.frozen("volunteers_nomination", ["community_id", "honour_id", "person_id", "year", "checked", "nominated_by_id"]),
        *walls.frozen("volunteers_courseresult", ["community_id", "enrolment_id", "on", "score", "pass_mark", "by_id", "at"]),
        *walls.frozen("volunteers_practicehour", ["community_id", "enrolment_id", "on", "minutes", "what", "by_id", "at"]),
        *walls.frozen(
            "volunteers_certificate",
            [
                "uid", "community_id", "volunteer_id", "kind", "year", "sequence", "number", "code", "period_from",
                "period_to", "minutes", "facts", "sha256", "document_id", "asked", "asked_reason", "issued_on",
                "issued_at", "issued_by_id",
            ],
        ),
        *walls.sql(
            [
                ONCE_BODY,
                *(
                    f"create trigger volunteers_{name}_taken_back_once before update on volunteers_{name} "
                    f"for each row when (old.{column} is not null) execute function volunteers_taken_back_once()"
                    for name, column in ONCE.items()
                ),
            ],
            [
                *(f"drop trigger volunteers_{name}_taken_back_once on volunteers_{name}" for name in ONCE),
                "drop function volunteers_taken_back_once()",
            ],
        ),
        *walls.definer(BY_CODE, name="volunteers_certificate_by_code", arguments="text"),
    ]
