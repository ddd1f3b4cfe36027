"""Weather warnings, entered by hand; behind the wall; only calling off changes a row, once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TABLE = "elders_weatherwarning"
ONCE = """
create function elders_weatherwarning_once() returns trigger language plpgsql as $$
begin
  if old.called_off_at is not null then
    raise exception 'elders_weatherwarning: called off once'
      using errcode = 'check_violation', constraint = 'elders_weatherwarning_once';
  end if;
  return new;
end $$"""
TRIGGER = (
    "create trigger elders_weatherwarning_once before update on elders_weatherwarning "
    "for each row execute function elders_weatherwarning_once()"
)
BACK = [
    "drop trigger if exists elders_weatherwarning_once on elders_weatherwarning",
    "drop function if exists elders_weatherwarning_once()",
]


class Migration(migrations.Migration):

    dependencies = [
        ('elders', '0016_witness_records'),
        ('parties', '0007_search_at_most'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WeatherWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('HEAT', 'heat'), ('COLD', 'cold wave'), ('STORM', 'rainstorm, snow, ice or strong wind'), ('AIR', 'poor air')], max_length=5, verbose_name='weather')),
                ('level', models.CharField(choices=[('ORANGE', 'orange warning'), ('RED', 'red warning')], max_length=6, verbose_name='warning level')),
                ('from_on', models.DateField(verbose_name='from day')),
                ('until_on', models.DateField(verbose_name='until day')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('called_off_at', models.DateTimeField(blank=True, null=True, verbose_name='called off at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('called_off_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called off by')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='parties.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'weather warning',
                'verbose_name_plural': 'weather warnings',
                'indexes': [models.Index(fields=['community', '-until_on'], name='elders_weather_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='elders_weatherwarning_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('called_off_at__isnull', True), ('called_off_by__isnull', True)), models.Q(('called_off_at__isnull', False), ('called_off_by__isnull', False)), _connector='OR'), name='elders_weatherwarning_called_off_by_somebody')],
            },
        ),
        *walls.guard(TABLE),
        *walls.no_delete(TABLE),
        *walls.frozen(TABLE, ["community_id", "kind", "level", "from_on", "until_on", "source", "by_id", "at"]),
        migrations.RunSQL(sql=[ONCE, TRIGGER], reverse_sql=BACK),
    ]
