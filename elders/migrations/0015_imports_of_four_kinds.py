"""Imports of households, categories and readings: questions beside faults, and what an import did to which row."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from carenet.parties import walls


class Migration(migrations.Migration):
    dependencies = [
        ("elders", "0014_names_of_fields"),
        ("jobs", "0002_walls"),
        ("parties", "0004_service_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="importfault",
            name="is_warning",
            field=models.BooleanField(default=False, verbose_name="a question only"),
        ),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField(verbose_name="row in Excel")),
                ("thing", models.CharField(max_length=12, verbose_name="table")),
                ("thing_id", models.BigIntegerField(verbose_name="row of the table")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                        verbose_name="job",
                    ),
                ),
            ],
            options={
                "verbose_name": "change made by an import",
                "verbose_name_plural": "changes made by imports",
                "indexes": [models.Index(fields=["job", "thing"], name="elders_importchange_job")],
            },
        ),
        *walls.guard("elders_importchange", city=False),
        *walls.append_only("elders_importchange"),
    ]
