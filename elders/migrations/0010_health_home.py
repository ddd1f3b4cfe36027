"""The health home's tables with their walls: readings, limits and letters are append only."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

TRACKED = ("elders_condition", "elders_medicine", "elders_allergy", "elders_treatmentplan")
CHANGING = (*TRACKED, "elders_measuringround", "elders_roundline")
FACTS = ("elders_measurement", "elders_healthlimit", "elders_letter")


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_walls"),
        ("elders", "0009_living_history"),
        ("parties", "0005_refresh_statistics"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="concern",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SILENCE", "nobody heard from them for too long"),
                    ("CRISIS", "crisis: self-harm or abuse"),
                    ("PROVISIONAL_RED", "may have become red"),
                    ("OVERDUE_ASSESSMENT", "assessment long overdue"),
                    ("HEALTH_LIMIT", "a reading has reached its limit"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Allergy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("substance", models.CharField(max_length=60, verbose_name="substance")),
                ("reaction", models.CharField(blank=True, max_length=120, verbose_name="reaction")),
                (
                    "severity",
                    models.CharField(
                        choices=[("MILD", "mild"), ("MODERATE", "moderate"), ("SEVERE", "severe: call 120")],
                        default="MILD",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="no longer since")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allergies",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "allergy",
                "verbose_name_plural": "allergies",
            },
        ),
        migrations.CreateModel(
            name="AllergyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("substance", models.CharField(max_length=60, verbose_name="substance")),
                ("reaction", models.CharField(blank=True, max_length=120, verbose_name="reaction")),
                (
                    "severity",
                    models.CharField(
                        choices=[("MILD", "mild"), ("MODERATE", "moderate"), ("SEVERE", "severe: call 120")],
                        default="MILD",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="no longer since")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="elders.allergy",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("HYPERTENSION", "Hypertension"),
                            ("CORONARY", "Coronary heart disease"),
                            ("DIABETES", "Diabetes"),
                            ("PNEUMONIA", "Pneumonia"),
                            ("COPD", "Chronic obstructive lung disease"),
                            ("BRAIN_BLEED", "Cerebral haemorrhage"),
                            ("BRAIN_INFARCT", "Cerebral infarction"),
                            ("URINARY", "Urinary infection within 30 days"),
                            ("PARKINSON", "Parkinson's disease"),
                            ("KIDNEY", "Chronic renal failure"),
                            ("CIRRHOSIS", "Cirrhosis of the liver"),
                            ("ULCER", "Peptic ulcer"),
                            ("TUMOUR", "Tumour"),
                            ("AMPUTATION", "Amputation within 6 months"),
                            ("FRACTURE", "Fracture within 3 months"),
                            ("EPILEPSY", "Epilepsy"),
                            ("THYROID", "Hypothyroidism"),
                            ("CATARACT", "Cataract"),
                            ("GLAUCOMA", "Glaucoma"),
                            ("OSTEOPOROSIS", "Osteoporosis"),
                            ("DEMENTIA", "Dementia (diagnosed)"),
                            ("MENTAL", "Other mental disorder (diagnosed)"),
                            ("OTHER", "Other disease"),
                        ],
                        max_length=16,
                        verbose_name="disease",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=80, verbose_name="in words")),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("TOLD", "told by the elder or family"),
                            ("PAPER", "hospital paper or medical record"),
                            ("CLINIC", "community health centre"),
                        ],
                        default="TOLD",
                        max_length=8,
                        verbose_name="known from",
                    ),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
            },
        ),
        migrations.CreateModel(
            name="ConditionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("HYPERTENSION", "Hypertension"),
                            ("CORONARY", "Coronary heart disease"),
                            ("DIABETES", "Diabetes"),
                            ("PNEUMONIA", "Pneumonia"),
                            ("COPD", "Chronic obstructive lung disease"),
                            ("BRAIN_BLEED", "Cerebral haemorrhage"),
                            ("BRAIN_INFARCT", "Cerebral infarction"),
                            ("URINARY", "Urinary infection within 30 days"),
                            ("PARKINSON", "Parkinson's disease"),
                            ("KIDNEY", "Chronic renal failure"),
                            ("CIRRHOSIS", "Cirrhosis of the liver"),
                            ("ULCER", "Peptic ulcer"),
                            ("TUMOUR", "Tumour"),
                            ("AMPUTATION", "Amputation within 6 months"),
                            ("FRACTURE", "Fracture within 3 months"),
                            ("EPILEPSY", "Epilepsy"),
                            ("THYROID", "Hypothyroidism"),
                            ("CATARACT", "Cataract"),
                            ("GLAUCOMA", "Glaucoma"),
                            ("OSTEOPOROSIS", "Osteoporosis"),
                            ("DEMENTIA", "Dementia (diagnosed)"),
                            ("MENTAL", "Other mental disorder (diagnosed)"),
                            ("OTHER", "Other disease"),
                        ],
                        max_length=16,
                        verbose_name="disease",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=80, verbose_name="in words")),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("TOLD", "told by the elder or family"),
                            ("PAPER", "hospital paper or medical record"),
                            ("CLINIC", "community health centre"),
                        ],
                        default="TOLD",
                        max_length=8,
                        verbose_name="known from",
                    ),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="elders.condition",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HealthLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("BP", "blood pressure"),
                            ("HEART_RATE", "heart rate"),
                            ("GLUCOSE_FASTING", "blood glucose, fasting"),
                            ("GLUCOSE_AFTER", "blood glucose, after a meal"),
                            ("OXYGEN", "blood oxygen"),
                            ("TEMPERATURE", "temperature"),
                            ("WEIGHT", "weight"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("FIRST", "value (blood pressure: systolic)"), ("SECOND", "diastolic")],
                        default="FIRST",
                        max_length=6,
                        verbose_name="number",
                    ),
                ),
                ("low", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at or below")),
                ("high", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at or above")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("source", models.CharField(max_length=160, verbose_name="source")),
                ("at", models.DateTimeField(verbose_name="set at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of a reading",
                "verbose_name_plural": "limits of readings",
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("words", models.JSONField(verbose_name="words")),
                ("page", models.PositiveIntegerField(verbose_name="page")),
                ("at", models.DateTimeField(verbose_name="written at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
            ],
            options={
                "verbose_name": "elder's letter",
                "verbose_name_plural": "elders' letters",
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("BP", "blood pressure"),
                            ("HEART_RATE", "heart rate"),
                            ("GLUCOSE_FASTING", "blood glucose, fasting"),
                            ("GLUCOSE_AFTER", "blood glucose, after a meal"),
                            ("OXYGEN", "blood oxygen"),
                            ("TEMPERATURE", "temperature"),
                            ("WEIGHT", "weight"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "value",
                    models.PositiveSmallIntegerField(
                        help_text="whole steps: mmHg, %, 0.1 mmol/L …", verbose_name="value"
                    ),
                ),
                ("second", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="diastolic")),
                ("taken_at", models.DateTimeField(verbose_name="measured at")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("HAND", "by hand"),
                            ("SERVICE_DAY", "service day"),
                            ("DEVICE", "device"),
                            ("IMPORT", "import"),
                        ],
                        max_length=12,
                        verbose_name="way",
                    ),
                ),
                (
                    "is_unusual",
                    models.BooleanField(
                        default=False,
                        help_text="confirmed by a person, or sent by a device",
                        verbose_name="unusual",
                    ),
                ),
                ("source_key", models.CharField(max_length=120, verbose_name="source")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="reason")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measurements",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="elders.measurement",
                    ),
                ),
            ],
            options={
                "verbose_name": "measurement",
                "verbose_name_plural": "measurements",
            },
        ),
        migrations.CreateModel(
            name="MeasuringRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("kinds", models.JSONField(default=list, verbose_name="what is measured")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.place",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "service day",
                "verbose_name_plural": "service days",
            },
        ),
        migrations.CreateModel(
            name="Medicine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="medicine")),
                (
                    "dose",
                    models.CharField(
                        blank=True, help_text="like 5 mg, one tablet", max_length=40, verbose_name="dose"
                    ),
                ),
                (
                    "times",
                    models.CharField(
                        blank=True, help_text="like morning and evening", max_length=60, verbose_name="when"
                    ),
                ),
                (
                    "manager",
                    models.CharField(
                        choices=[
                            ("SELF", "the elder"),
                            ("FAMILY", "family"),
                            ("CARER", "carer"),
                            ("NURSE", "nurse or clinic"),
                        ],
                        default="SELF",
                        max_length=8,
                        verbose_name="who looks after it",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medicines",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "medicine",
                "verbose_name_plural": "medicines",
            },
        ),
        migrations.CreateModel(
            name="MedicineEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=60, verbose_name="medicine")),
                (
                    "dose",
                    models.CharField(
                        blank=True, help_text="like 5 mg, one tablet", max_length=40, verbose_name="dose"
                    ),
                ),
                (
                    "times",
                    models.CharField(
                        blank=True, help_text="like morning and evening", max_length=60, verbose_name="when"
                    ),
                ),
                (
                    "manager",
                    models.CharField(
                        choices=[
                            ("SELF", "the elder"),
                            ("FAMILY", "family"),
                            ("CARER", "carer"),
                            ("NURSE", "nurse or clinic"),
                        ],
                        default="SELF",
                        max_length=8,
                        verbose_name="who looks after it",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="elders.medicine",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoundLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place in the line")),
                ("typed", models.JSONField(default=dict, verbose_name="typed")),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="saved at")),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken off the list at"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="elders.measuringround",
                        verbose_name="service day",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a service day",
                "verbose_name_plural": "lines of service days",
            },
        ),
        migrations.CreateModel(
            name="TreatmentPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=300, verbose_name="what is ordered")),
                ("treated_by", models.CharField(blank=True, max_length=60, verbose_name="doctor or clinic")),
                ("since", models.DateField(verbose_name="since")),
                ("review_on", models.DateField(verbose_name="look at it again on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatment_plans",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "treatment plan",
                "verbose_name_plural": "treatment plans",
            },
        ),
        migrations.CreateModel(
            name="TreatmentPlanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("words", models.CharField(max_length=300, verbose_name="what is ordered")),
                ("treated_by", models.CharField(blank=True, max_length=60, verbose_name="doctor or clinic")),
                ("since", models.DateField(verbose_name="since")),
                ("review_on", models.DateField(verbose_name="look at it again on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="parties.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "elder",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="elders.elder",
                        verbose_name="elder",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="elders.treatmentplan",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="allergy",
            index=models.Index(fields=["elder"], name="elders_allergy_elder"),
        ),
        migrations.AddConstraint(
            model_name="allergy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("elder", "substance"),
                name="elders_allergy_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="allergy",
            constraint=models.CheckConstraint(
                condition=models.Q(("substance", ""), _negated=True), name="elders_allergy_names_a_substance"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allergy",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_allergyevent" ("community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction", "severity", "substance") VALUES (NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reaction", NEW."severity", NEW."substance"); RETURN NULL;',
                    hash="071bacef0ce74f8a894bd43f8a65c2ca99b9a4e7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_007b7",
                    table="elders_allergy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allergy",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_allergyevent" ("community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction", "severity", "substance") VALUES (NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reaction", NEW."severity", NEW."substance"); RETURN NULL;',
                    hash="c0f5ca87e0e214b0f3d0ec430aae30df53a7edc4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4fe6d",
                    table="elders_allergy",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(fields=["elder"], name="elders_condition_elder"),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), models.Q(("code", "OTHER"), _negated=True)),
                fields=("elder", "code"),
                name="elders_condition_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", "OTHER"), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="elders_condition_other_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True),
                    ("since__isnull", True),
                    ("ended_on__gte", models.F("since")),
                    _connector="OR",
                ),
                name="elders_condition_ends_after_start",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="condition",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_conditionevent" ("code", "community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "source", "words") VALUES (NEW."code", NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."since", NEW."source", NEW."words"); RETURN NULL;',
                    hash="2d2ea14c6587c9003f60bc1754fa2990284e9f39",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_21ee2",
                    table="elders_condition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="condition",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_conditionevent" ("code", "community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "source", "words") VALUES (NEW."code", NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."source", NEW."words"); RETURN NULL;',
                    hash="1c853bec3786138d3e96b51c36da5370f93cac15",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_16015",
                    table="elders_condition",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="healthlimit",
            index=models.Index(fields=["community", "elder", "kind"], name="elders_healthlimit_elder"),
        ),
        migrations.AddConstraint(
            model_name="healthlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low__isnull", True),
                    ("high__isnull", True),
                    ("low__lt", models.F("high")),
                    _connector="OR",
                ),
                name="elders_healthlimit_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("part", "FIRST"), ("kind", "BP"), _connector="OR"),
                name="elders_healthlimit_second_is_pressure",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="elders_healthlimit_has_source"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["elder", "-month"], name="elders_letter_elder"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=("elder", "document"), name="elders_letter_once_a_paper"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="elders_letter_first_of_month"
            ),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(fields=["elder", "kind", "-taken_at"], name="elders_measurement_elder"),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(fields=["community", "-taken_at"], name="elders_measurement_at"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(
                fields=("community", "source_key"), name="elders_measurement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "BP"),
                        ("value__range", (50, 300)),
                        ("second__lt", models.F("value")),
                        ("second__range", (20, 200)),
                    ),
                    models.Q(("kind", "HEART_RATE"), ("value__range", (25, 250)), ("second__isnull", True)),
                    models.Q(
                        ("kind", "GLUCOSE_FASTING"), ("value__range", (10, 600)), ("second__isnull", True)
                    ),
                    models.Q(
                        ("kind", "GLUCOSE_AFTER"), ("value__range", (10, 600)), ("second__isnull", True)
                    ),
                    models.Q(("kind", "OXYGEN"), ("value__range", (50, 100)), ("second__isnull", True)),
                    models.Q(("kind", "TEMPERATURE"), ("value__range", (300, 430)), ("second__isnull", True)),
                    models.Q(("kind", "WEIGHT"), ("value__range", (200, 2500)), ("second__isnull", True)),
                    _connector="OR",
                ),
                name="elders_measurement_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "taken_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("recorded_at"), "+", models.Value(datetime.timedelta(seconds=600))
                        ),
                    )
                ),
                name="elders_measurement_not_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="elders_measurement_reversal_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="measuringround",
            index=models.Index(fields=["community", "-on"], name="elders_measuringround_on"),
        ),
        migrations.AddIndex(
            model_name="medicine",
            index=models.Index(fields=["elder"], name="elders_medicine_elder"),
        ),
        migrations.AddConstraint(
            model_name="medicine",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("elder", "name"),
                name="elders_medicine_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicine",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="elders_medicine_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="medicine",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True),
                    ("since__isnull", True),
                    ("ended_on__gte", models.F("since")),
                    _connector="OR",
                ),
                name="elders_medicine_ends_after_start",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="medicine",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_medicineevent" ("community_id", "dose", "elder_id", "ended_on", "id", "manager", "name", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "times") VALUES (NEW."community_id", NEW."dose", NEW."elder_id", NEW."ended_on", NEW."id", NEW."manager", NEW."name", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."since", NEW."times"); RETURN NULL;',
                    hash="a1ed31bd2790e527a5b97832301840e9bb8fe38f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_617c4",
                    table="elders_medicine",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="medicine",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_medicineevent" ("community_id", "dose", "elder_id", "ended_on", "id", "manager", "name", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "times") VALUES (NEW."community_id", NEW."dose", NEW."elder_id", NEW."ended_on", NEW."id", NEW."manager", NEW."name", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."times"); RETURN NULL;',
                    hash="f9b08242cdabdb857088635723d1fa8e112aaab7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7285",
                    table="elders_medicine",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="roundline",
            constraint=models.UniqueConstraint(fields=("round", "elder"), name="elders_roundline_once"),
        ),
        migrations.AddConstraint(
            model_name="roundline",
            constraint=models.UniqueConstraint(
                fields=("round", "position"), name="elders_roundline_one_place"
            ),
        ),
        migrations.AddIndex(
            model_name="treatmentplan",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", True)),
                fields=["community", "review_on"],
                name="elders_treatmentplan_due",
            ),
        ),
        migrations.AddIndex(
            model_name="treatmentplan",
            index=models.Index(fields=["elder"], name="elders_treatmentplan_elder"),
        ),
        migrations.AddConstraint(
            model_name="treatmentplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="elders_treatmentplan_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_on__gte", models.F("since"))),
                name="elders_treatmentplan_review_after_start",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatmentplan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "elders_treatmentplanevent" ("community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_on", "since", "treated_by", "words") VALUES (NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."review_on", NEW."since", NEW."treated_by", NEW."words"); RETURN NULL;',
                    hash="eded7add18f7e4784601cfa877606aa4d608fdb1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b6b21",
                    table="elders_treatmentplan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatmentplan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "elders_treatmentplanevent" ("community_id", "elder_id", "ended_on", "id", "noted_at", "noted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_on", "since", "treated_by", "words") VALUES (NEW."community_id", NEW."elder_id", NEW."ended_on", NEW."id", NEW."noted_at", NEW."noted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."review_on", NEW."since", NEW."treated_by", NEW."words"); RETURN NULL;',
                    hash="5b3f355772769b31c4727bea5492c7c519c55b91",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_29469",
                    table="elders_treatmentplan",
                    when="AFTER",
                ),
            ),
        ),
        *[step for table in (*CHANGING, *FACTS) for step in walls.guard(table, city=False)],
        *[step for table in CHANGING for step in walls.no_delete(table)],
        *[step for table in FACTS for step in walls.append_only(table)],
        *[step for table in TRACKED for step in walls.guard(f"{table}event", city=False)],
        *[step for table in TRACKED for step in walls.append_only(f"{table}event")],
    ]
