"""A worry about a circle of support that shrank to one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('elders', '0017_weather_warnings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='concern',
            name='kind',
            field=models.CharField(choices=[('SILENCE', 'nobody heard from them for too long'), ('CRISIS', 'crisis: self-harm or abuse'), ('PROVISIONAL_RED', 'may have become red'), ('OVERDUE_ASSESSMENT', 'assessment long overdue'), ('HEALTH_LIMIT', 'a reading has reached its limit'), ('CIRCLE', 'only one person or nobody is left in their life')], max_length=20, verbose_name='kind'),
        ),
    ]
