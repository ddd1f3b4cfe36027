"""A crisis worry does not name its kind: self-harm and abuse are C5. Words of the choice only, no row changes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("elders", "0018_concern_about_circles")]

    operations = [
        migrations.AlterField(
            model_name="concern",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SILENCE", "nobody heard from them for too long"),
                    ("CRISIS", "crisis: somebody must look at once"),
                    ("PROVISIONAL_RED", "may have become red"),
                    ("OVERDUE_ASSESSMENT", "assessment long overdue"),
                    ("HEALTH_LIMIT", "a reading has reached its limit"),
                    ("CIRCLE", "only one person or nobody is left in their life"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
