"""Words of the registers that the law on personal information asks for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PrivacyKind(models.TextChoices):
    """Source: PIPL Art. 55, 56 (impact assessment), 21, 23 (handed to others), 57 (breach)."""

    IMPACT = "IMPACT", _("impact assessment")
    SHARING = "SHARING", _("handed to others")
    BREACH = "BREACH", _("leak or loss of data")


class LegalBasis(models.TextChoices):
    """Why the data may be used. Source: PIPL Art. 13."""

    CONSENT = "CONSENT", _("consent of the person")
    CONTRACT = "CONTRACT", _("needed for a contract with the person")
    DUTY = "DUTY", _("duty by law")
    EMERGENCY = "EMERGENCY", _("emergency: life, health or property")
    PUBLIC = "PUBLIC", _("published by the person, or public interest, within reason")
    NONE = "NONE", pgettext_lazy("legal basis", "none: it should not have happened")


class HandedAs(models.TextChoices):
    """Source: PIPL Art. 21 (entrusted), 23 (given to another handler)."""

    NO = "", "—"
    ENTRUSTED = "ENTRUSTED", _("entrusted: works for us by agreement")
    GIVEN = "GIVEN", _("given: another handler decides about it, with separate consent")


class Risk(models.TextChoices):
    NONE = "", "—"
    LOW = "LOW", pgettext_lazy("risk to people", "low")
    MEDIUM = "MEDIUM", pgettext_lazy("risk to people", "medium")
    HIGH = "HIGH", pgettext_lazy("risk to people", "high")


class PrivacyStepKind(models.TextChoices):
    """What was done afterwards; a record itself never changes."""

    MEASURE = "MEASURE", _("a measure was taken")
    AUTHORITY = "AUTHORITY", _("the authority was told")
    PEOPLE = "PEOPLE", _("the people concerned were told")
    NO_NEED = "NO_NEED", _("the people need not be told: harm was prevented")
    RETURNED = "RETURNED", _("the data were returned or deleted")
    REVIEWED = "REVIEWED", _("looked at again")
    CORRECTED = "CORRECTED", _("a correction to what is written above")
    CLOSED = "CLOSED", pgettext_lazy("privacy record", "closed")
    MISTAKEN = "MISTAKEN", _("entered by mistake")


# Which steps a kind of record knows.
STEPS: dict[str, tuple[str, ...]] = {
    "IMPACT": ("REVIEWED", "MEASURE", "CORRECTED", "CLOSED", "MISTAKEN"),
    "SHARING": ("PEOPLE", "RETURNED", "REVIEWED", "MEASURE", "CORRECTED", "CLOSED", "MISTAKEN"),
    "BREACH": ("MEASURE", "AUTHORITY", "PEOPLE", "NO_NEED", "CORRECTED", "CLOSED", "MISTAKEN"),
}
