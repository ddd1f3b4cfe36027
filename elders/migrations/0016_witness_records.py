"""Witness records of democratic reviews: behind the wall, append only, of one decision and one elder."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "elders_witnessrecord"
ONE_DECISION = """
create function elders_witnessrecord_one_decision() returns trigger language plpgsql as $$
begin
  if not exists (
       select 1 from elders_triagedecision d
       where d.id = new.decision_id and d.elder_id = new.elder_id and d.community_id = new.community_id)
    or (new.corrects_id is not null and not exists (
       select 1 from elders_witnessrecord w where w.id = new.corrects_id and w.decision_id = new.decision_id
         and not w.is_withdrawn)) then
    raise exception 'elders_witnessrecord: a record and its correction are of one decision'
      using errcode = 'check_violation', constraint = 'elders_witnessrecord_one_decision';
  end if;
  return new;
end $$"""
TRIGGER = (
    "create trigger elders_witnessrecord_one_decision before insert on elders_witnessrecord "
    "for each row execute function elders_witnessrecord_one_decision()"
)
BACK = [
    "drop trigger if exists elders_witnessrecord_one_decision on elders_witnessrecord",
    "drop function if exists elders_witnessrecord_one_decision()",
]


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_walls'),
        ('elders', '0015_imports_of_four_kinds'),
        ('parties', '0007_search_at_most'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WitnessRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('met_on', models.DateField(verbose_name='met on')),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='where they met')),
                ('present', models.CharField(help_text='names, and what they are', max_length=400, verbose_name='who met')),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(500)], verbose_name='how many people')),
                ('opinion', models.CharField(choices=[('AGREES', 'agrees'), ('DIFFERS', 'thinks otherwise'), ('OPEN', 'no common opinion')], max_length=8, verbose_name='opinion')),
                ('words', models.CharField(max_length=500, verbose_name='the opinion in words')),
                ('is_withdrawn', models.BooleanField(default=False, verbose_name='taken back')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why it was corrected')),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='elders.witnessrecord', verbose_name='corrects')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='witness_records', to='elders.triagedecision', verbose_name='triage decision')),
                ('elder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='witness_records', to='elders.elder', verbose_name='elder')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'democratic review',
                'verbose_name_plural': 'democratic reviews',
                'indexes': [models.Index(fields=['elder', '-met_on'], name='elders_witness_elder')],
                'constraints': [models.CheckConstraint(condition=models.Q(('people__gte', 2), ('people__lte', 500)), name='elders_witnessrecord_people_who_meet'), models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), models.Q(('present', ''), _negated=True)), name='elders_witnessrecord_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('is_withdrawn', False), ('reason', '')), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='elders_witnessrecord_correction_has_reason')],
            },
        ),
        *walls.guard(TABLE, city=False),
        *walls.append_only(TABLE),
        migrations.RunSQL(sql=[ONE_DECISION, TRIGGER], reverse_sql=BACK),
    ]
