"""Words of the health home; pure data. Sources: GB/T 42195-2022 A.4 (domain.md §1.1.3); issue 3 item 3."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from elders.rules.health import MEASURES


class ConditionCode(models.TextChoices):
    """The 22 coded diseases of A.4 and "other"; the same codes, lower case, stand in the assessment's A4.conditions."""

    HYPERTENSION = "HYPERTENSION", _("Hypertension")
    CORONARY = "CORONARY", _("Coronary heart disease")
    DIABETES = "DIABETES", _("Diabetes")
    PNEUMONIA = "PNEUMONIA", _("Pneumonia")
    COPD = "COPD", _("Chronic obstructive lung disease")
    BRAIN_BLEED = "BRAIN_BLEED", _("Cerebral haemorrhage")
    BRAIN_INFARCT = "BRAIN_INFARCT", _("Cerebral infarction")
    URINARY = "URINARY", _("Urinary infection within 30 days")
    PARKINSON = "PARKINSON", _("Parkinson's disease")
    KIDNEY = "KIDNEY", _("Chronic renal failure")
    CIRRHOSIS = "CIRRHOSIS", _("Cirrhosis of the liver")
    ULCER = "ULCER", _("Peptic ulcer")
    TUMOUR = "TUMOUR", _("Tumour")
    AMPUTATION = "AMPUTATION", _("Amputation within 6 months")
    FRACTURE = "FRACTURE", _("Fracture within 3 months")
    EPILEPSY = "EPILEPSY", _("Epilepsy")
    THYROID = "THYROID", _("Hypothyroidism")
    CATARACT = "CATARACT", _("Cataract")
    GLAUCOMA = "GLAUCOMA", _("Glaucoma")
    OSTEOPOROSIS = "OSTEOPOROSIS", _("Osteoporosis")
    DEMENTIA = "DEMENTIA", _("Dementia (diagnosed)")
    MENTAL = "MENTAL", _("Other mental disorder (diagnosed)")
    OTHER = "OTHER", pgettext_lazy("condition", "Other disease")


class HealthSource(models.TextChoices):
    """Where a health fact comes from; what a person says is no diagnosis."""

    TOLD = "TOLD", _("told by the elder or family")
    PAPER = "PAPER", _("hospital paper or medical record")
    CLINIC = "CLINIC", _("community health centre")


class MedicineManager(models.TextChoices):
    """Who sees to it that the medicine is taken."""

    SELF = "SELF", pgettext_lazy("medicine", "the elder")
    FAMILY = "FAMILY", pgettext_lazy("medicine", "family")
    CARER = "CARER", pgettext_lazy("medicine", "carer")
    NURSE = "NURSE", pgettext_lazy("medicine", "nurse or clinic")


class Severity(models.TextChoices):
    """How bad the reaction was."""

    MILD = "MILD", pgettext_lazy("allergy", "mild")
    MODERATE = "MODERATE", pgettext_lazy("allergy", "moderate")
    SEVERE = "SEVERE", pgettext_lazy("allergy", "severe: call 120")


class MeasureKind(models.TextChoices):
    """What is measured in the health home. Units: elders.rules.health.MEASURES."""

    BP = "BP", _("blood pressure")
    HEART_RATE = "HEART_RATE", _("heart rate")
    GLUCOSE_FASTING = "GLUCOSE_FASTING", _("blood glucose, fasting")
    GLUCOSE_AFTER = "GLUCOSE_AFTER", _("blood glucose, after a meal")
    OXYGEN = "OXYGEN", _("blood oxygen")
    TEMPERATURE = "TEMPERATURE", _("temperature")
    WEIGHT = "WEIGHT", _("weight")


class MeasurePart(models.TextChoices):
    """Blood pressure has two numbers; everything else one."""

    FIRST = "FIRST", _("value (blood pressure: systolic)")
    SECOND = "SECOND", _("diastolic")


class MeasureChannel(models.TextChoices):
    """How a reading came in."""

    HAND = "HAND", _("by hand")
    SERVICE_DAY = "SERVICE_DAY", _("service day")
    DEVICE = "DEVICE", pgettext_lazy("measured by", "device")
    IMPORT = "IMPORT", pgettext_lazy("measured by", "import")


def unit_words(kind: str) -> str:
    """The unit as people say it; only the heart beats in words."""
    if kind == MeasureKind.HEART_RATE:
        return pgettext("unit", "beats/min")
    return MEASURES[kind].unit
