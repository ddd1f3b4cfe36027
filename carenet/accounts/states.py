"""The roles a person may hold at a station; one person may hold several."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """Source: product.md §1; S1-23 (role portals for all five parties); domain.md §9.2 (separate auditor)."""

    COMMITTEE = "COMMITTEE", _("committee staff")
    DIRECTOR = "DIRECTOR", _("station director")
    SOCIAL_WORKER = "SOCIAL_WORKER", pgettext_lazy("role", "social worker")
    SUPERVISOR = "SUPERVISOR", pgettext_lazy("role", "supervisor")
    DISPATCHER = "DISPATCHER", _("provider dispatcher")
    CARE_WORKER = "CARE_WORKER", _("care worker")
    VOLUNTEER = "VOLUNTEER", pgettext_lazy("role", "volunteer")
    ELDER = "ELDER", pgettext_lazy("role", "elder")
    FAMILY = "FAMILY", pgettext_lazy("role", "family")
    DONOR = "DONOR", pgettext_lazy("role", "donor")
    REPRESENTATIVE = "REPRESENTATIVE", _("meeting representative")
    STREET_OFFICER = "STREET_OFFICER", _("street officer")
    AUDITOR = "AUDITOR", _("auditor")
    STATION = "STATION", _("the station itself")


class TextSize(models.TextChoices):
    MEDIUM = "m", pgettext_lazy("text size", "standard")
    LARGE = "l", pgettext_lazy("text size", "large")
    EXTRA = "xl", pgettext_lazy("text size", "extra large")


# Who works at the station; the auditor sits in the office too but is never staff (separation of the three
# administrators, domain.md §9.2).
STAFF_ROLES: frozenset[str] = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})
OFFICE_ROLES: frozenset[str] = STAFF_ROLES | {Role.AUDITOR, Role.STREET_OFFICER, Role.DISPATCHER}
# Roles that a counter clerk may open for the people who come to the station.
PUBLIC_ROLES: frozenset[str] = frozenset(
    {Role.ELDER, Role.FAMILY, Role.VOLUNTEER, Role.DONOR, Role.REPRESENTATIVE}
)


class FieldClass(models.IntegerChoices):
    """How sensitive a field is. Source: domain.md §9.4; PIPL Art. 28, 51."""

    PUBLIC = 1, _("C1 public total")
    INTERNAL = 2, _("C2 internal: name, building")
    PERSONAL = 3, _("C3 personal: phone, address, age")
    SENSITIVE = 4, _("C4 sensitive: ID number, health, allowance, location, money, case notes")
    RESTRICTED = 5, _("C5 restricted: abuse, suicide, legal matters")
