"""The memory behind "twice is once", and the right to read which migrations are applied (for /ready/)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("parties", "0001_walls_and_extensions")]
    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sender",
                    models.CharField(
                        help_text="user:<id>, session:<hash> or anyone", max_length=60, verbose_name="sender"
                    ),
                ),
                ("key", models.CharField(max_length=100, verbose_name="key")),
                ("path", models.CharField(max_length=300, verbose_name="path")),
                ("body_hash", models.CharField(max_length=64, verbose_name="hash of the content")),
                ("status", models.PositiveSmallIntegerField(default=0, verbose_name="status")),
                ("location", models.CharField(blank=True, max_length=1000, verbose_name="redirect")),
                ("body_sealed", models.BinaryField(blank=True, default=b"", verbose_name="JSON answer, sealed")),
                ("created_at", models.DateTimeField(db_index=True, verbose_name="received at")),
            ],
            options={"verbose_name": "submission", "verbose_name_plural": "submissions"},
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("sender", "key"), name="webkit_submission_key_once"),
        ),
        migrations.RunSQL(
            "grant select on django_migrations to carenet_app", "revoke select on django_migrations from carenet_app"
        ),
    ]
