"""Words of the parties: area kinds, the five parties, the twelve partner kinds, service risk classes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AreaKind(models.TextChoices):
    PROVINCE = "PROVINCE", _("province")
    PREFECTURE = "PREFECTURE", _("prefecture")
    COUNTY = "COUNTY", _("county or district")
    STREET = "STREET", _("sub-district or township")
    COMMUNITY = "COMMUNITY", pgettext_lazy("area kind", "community")
    GRID = "GRID", _("grid")
    BUILDING = "BUILDING", _("building")


class PartyKind(models.TextChoices):
    """The five parties of the five-social linkage. Source: S0-1."""

    COMMUNITY = "COMMUNITY", pgettext_lazy("party", "community")
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", _("social organisation")
    SOCIAL_WORKER = "SOCIAL_WORKER", _("social workers")
    VOLUNTEER = "VOLUNTEER", _("volunteers")
    CHARITY = "CHARITY", _("charity funds")


class PartnerKind(models.TextChoices):
    """The twelve kinds of partner bodies. Source: S4-26 (kinds named by S0, S2, S4; list in domain.md §11.2)."""

    HEALTH_CENTRE = "HEALTH_CENTRE", _("community health centre")
    HOSPITAL = "HOSPITAL", _("hospital")
    UNIVERSITY = "UNIVERSITY", _("university or college")
    SCHOOL = "SCHOOL", _("primary or secondary school")
    BOOKSTORE = "BOOKSTORE", _("bookstore")
    BAKERY = "BAKERY", _("bakery")
    PHARMACY = "PHARMACY", _("pharmacy")
    BANK = "BANK", _("bank")
    PROPERTY = "PROPERTY", _("property company")
    CHARITY_FEDERATION = "CHARITY_FEDERATION", _("charity federation")
    LOTTERY_CENTRE = "LOTTERY_CENTRE", _("welfare lottery centre")
    CULTURE_BUREAU = "CULTURE_BUREAU", _("culture, sports and tourism bureau")
    OWNERS_COMMITTEE = "OWNERS_COMMITTEE", _("owners' committee")
    GOVERNMENT = "GOVERNMENT", _("government body")
    ENTERPRISE = "ENTERPRISE", _("enterprise")
    OTHER = "OTHER", pgettext_lazy("partner kind", "other")


class OrganisationDomain(models.TextChoices):
    """Domains of community social organisations. Source: S0-30."""

    GOVERNANCE = "GOVERNANCE", _("grass-roots governance")
    SERVICE = "SERVICE", _("social services")
    CULTURE_SPORT = "CULTURE_SPORT", _("culture and sport")


class IncubationStage(models.TextChoices):
    """Stages of rolling incubation. Source: S0-29, S2-48."""

    INCUBATION = "INCUBATION", _("incubation")
    TAKEOVER = "TAKEOVER", _("takeover by local members")
    INDEPENDENT = "INDEPENDENT", pgettext_lazy("incubation stage", "independent")


class MemberRole(models.TextChoices):
    LEADER = "LEADER", _("leader")
    REPRESENTATIVE = "REPRESENTATIVE", _("representative")
    STAFF = "STAFF", pgettext_lazy("member role", "staff")
    MEMBER = "MEMBER", pgettext_lazy("member role", "member")


class Sex(models.IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, pgettext_lazy("sex", "unknown")
    MALE = 1, pgettext_lazy("sex", "male")
    FEMALE = 2, pgettext_lazy("sex", "female")
    NOT_STATED = 9, pgettext_lazy("sex", "not stated")


class PlaceKind(models.TextChoices):
    """Kinds of facilities. Source: S0-3, S1-3, S4-16, S4-17."""

    STATION = "STATION", _("elderly-care service station")
    DAY_CARE = "DAY_CARE", _("day-care centre")
    CANTEEN = "CANTEEN", _("senior canteen")
    REHABILITATION = "REHABILITATION", _("rehabilitation post")
    HEALTH_HOME = "HEALTH_HOME", _("health management home")
    ACADEMY = "ACADEMY", _("silver-age academy")
    ACTIVITY = "ACTIVITY", _("activity centre")
    INSTITUTION = "INSTITUTION", _("care institution")
    OTHER = "OTHER", pgettext_lazy("place kind", "other")


class Risk(models.TextChoices):
    """Risk classes of services. Source: station rule, domain.md §3.2."""

    A = "A", _("A low")
    B = "B", _("B moderate")
    C = "C", _("C high")
    D = "D", _("D medical")


class ServiceFamily(models.TextChoices):
    """Families of services; S4-13 sets survival services against development services."""

    LIFE = "LIFE", _("life care")
    HEALTH = "HEALTH", pgettext_lazy("service family", "health")
    MIND = "MIND", _("heart and mind")
    SAFETY = "SAFETY", pgettext_lazy("service family", "safety")
    CULTURE = "CULTURE", _("culture and learning")
    SUPPORT = "SUPPORT", _("support and policy")


class SubsidyMode(models.TextChoices):
    FREE = "FREE", pgettext_lazy("subsidy", "free")
    SHARED = "SHARED", _("shared between government, fund and person")
    SELF = "SELF", _("paid by the person")
    REFERRED = "REFERRED", _("referral only")
