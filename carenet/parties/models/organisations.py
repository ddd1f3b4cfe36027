"""Organisations of the five parties and the partners around them, and who belongs to them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carenet.parties.querysets import ScopedQuerySet
from carenet.parties.states import (
    IncubationStage,
    MemberRole,
    OrganisationDomain,
    PartnerKind,
    PartyKind,
)


@pghistory.track()
class Organisation(models.Model):
    """A body the station works with: one of the five parties, or a partner of one of the twelve kinds.

    Community organisations are mostly filed, not registered: they have a filing number and no credit code. A
    credit code whose check fails is kept when staff confirm it (such codes exist). Source: S0-23, S0-30, S4-26,
    domain.md §2.2 (GB 32100-2015).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    party_kind = models.CharField(_("party"), max_length=20, choices=PartyKind, blank=True)
    partner_kind = models.CharField(_("kind of partner"), max_length=20, choices=PartnerKind, blank=True)
    domain = models.CharField(_("domain"), max_length=14, choices=OrganisationDomain, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=IncubationStage, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    credit_code_confirmed = models.BooleanField(_("unusual code confirmed"), default=False)
    filing_no = models.CharField(_("filing number"), max_length=40, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_key = models.BooleanField(_("key service group"), default=False)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="parties_organisation_party_or_partner",
                condition=(~Q(party_kind="") & Q(partner_kind="")) | (Q(party_kind="") & ~Q(partner_kind="")),
                violation_error_message=_("Choose either one of the five parties or a kind of partner."),
            ),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(until__isnull=True),
                name="parties_organisation_one_name",
                violation_error_message=_("An organisation of this name is already registered here."),
            ),
            models.UniqueConstraint(
                fields=["community", "credit_code"],
                condition=~Q(credit_code="") & Q(until__isnull=True),
                name="parties_organisation_one_credit_code",
                violation_error_message=_("This credit code is already registered here."),
            ),
            models.CheckConstraint(
                name="parties_organisation_ends_after_start",
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """Party or partner kind in words."""
        return self.get_party_kind_display() if self.party_kind else self.get_partner_kind_display()


@pghistory.track()
class Membership(models.Model):
    """A person's place in an organisation: leader, representative at joint meetings, staff, member."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=16, choices=MemberRole)
    title = models.CharField(_("title"), max_length=60, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(until__isnull=True),
                name="parties_membership_once",
            ),
            models.CheckConstraint(
                name="parties_membership_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.organisation}"
