"""Whoever wants no visits is offered them again in a year."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0005_care_plans'),
    ]

    operations = [
        migrations.AlterField(
            model_name='followup',
            name='kind',
            field=models.CharField(choices=[('FALL', 'look after the fall'), ('POOR', 'look again: in a poor state'), ('CALL_BACK', 'try again soon'), ('CHECK_NOW', 'urgent check'), ('AFTER_ALARM', 'follow up the alarm'), ('OFFER_AGAIN', 'wants no visits: offer them again')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='followupevent',
            name='kind',
            field=models.CharField(choices=[('FALL', 'look after the fall'), ('POOR', 'look again: in a poor state'), ('CALL_BACK', 'try again soon'), ('CHECK_NOW', 'urgent check'), ('AFTER_ALARM', 'follow up the alarm'), ('OFFER_AGAIN', 'wants no visits: offer them again')], max_length=12, verbose_name='kind'),
        ),
    ]
