"""Two attempts in a row in vain are an alarm of their own way in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0007_hand_overs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='servicerequest',
            name='channel',
            field=models.CharField(choices=[('ONE_TAP', 'one-tap button'), ('PHONE', 'telephone'), ('COUNTER', 'counter'), ('WEB', 'web page'), ('API', 'other system'), ('DEVICE', 'device'), ('PAPER', 'paper'), ('VISIT', 'two attempts in vain')], max_length=8, verbose_name='came by'),
        ),
        migrations.AlterField(
            model_name='servicerequestevent',
            name='channel',
            field=models.CharField(choices=[('ONE_TAP', 'one-tap button'), ('PHONE', 'telephone'), ('COUNTER', 'counter'), ('WEB', 'web page'), ('API', 'other system'), ('DEVICE', 'device'), ('PAPER', 'paper'), ('VISIT', 'two attempts in vain')], max_length=8, verbose_name='came by'),
        ),
    ]
