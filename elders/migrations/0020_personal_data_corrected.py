"""A dated fact more: personal data corrected."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("elders", "0019_crisis_names_no_kind"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lifeevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("REGISTERED", "registered"),
                    ("MOVED", "moved within the community"),
                    ("PAUSED", "services paused"),
                    ("RESUMED", "services resumed"),
                    ("LEFT", "moved away"),
                    ("DIED", "died"),
                    ("UPDATED", "archive updated"),
                    ("CORRECTED", "personal data corrected"),
                    ("UNDONE", "taken back"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
    ]
