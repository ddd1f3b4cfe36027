"""Who volunteers, in which team, and what they are trained for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.querysets import ScopedQuerySet
from volunteers.querysets import QualificationQuerySet, VolunteerQuerySet
from volunteers.states import Channel, Level, Motive, QualificationKind, Source, TeamStage, VolunteerState
from volunteers.states_shifts import Demand, Language

if TYPE_CHECKING:
    from carenet.accounts.models import User


@pghistory.track()
class Team(models.Model):
    """A volunteer team with a captain; its stage says how much it decides itself. Source: S2-20, S2-48."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    captain = models.ForeignKey(
        "volunteers.Volunteer", verbose_name=_("captain"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    stage = models.CharField(_("stage"), max_length=12, choices=TeamStage, default=TeamStage.INCUBATION)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("volunteers", "team")
        verbose_name_plural = pgettext_lazy("volunteers", "teams")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "name"],
                name="volunteers_team_one_name",
                violation_error_message=_("A team of this name already exists."),
            ),
            models.CheckConstraint(
                name="volunteers_team_ends_after_start",
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def account_code(self) -> str:
        """The code of the common account of time coins."""
        return f"team:{self.pk}"


@pghistory.track()
class Volunteer(models.Model):
    """A person who serves as a volunteer in one community; the same person may also be a registered elder.

    Real-name registration, agreement and insurance come before risky service. `building` and `door` are only used
    to see that nobody is credited for helping inside their own household. Source: domain.md §4.5; Ordinance
    Art. 7, 15-17.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="volunteering"
    )
    number = models.CharField(_("volunteer number"), max_length=20)
    joined_on = models.DateField(_("joined on"))
    source = models.CharField(_("background"), max_length=12, choices=Source, default=Source.OTHER)
    channel = models.CharField(_("how they came"), max_length=12, choices=Channel, default=Channel.PUBLICITY)
    motive = models.CharField(_("motive"), max_length=8, choices=Motive, default=Motive.HABIT)
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="members",
    )  # fmt: skip
    level = models.PositiveSmallIntegerField(_("training level"), choices=Level, default=Level.L1)
    skills = ArrayField(
        models.CharField(max_length=20), verbose_name=_("skills and talents"), default=list, blank=True
    )
    state = models.CharField(_("state"), max_length=8, choices=VolunteerState, default=VolunteerState.ACTIVE)
    paused_until = models.DateField(_("pausing until"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10, choices=Language),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    week = models.BigIntegerField(
        _("free times of the week"), default=0, help_text=_("42 bits; 0: has not said yet")
    )
    limits = ArrayField(
        models.CharField(max_length=10, choices=Demand), verbose_name=_("what they will not do"), default=list,
        blank=True, help_text=_("what, never why: no diagnosis is kept"),
    )  # fmt: skip
    agreed_on = models.DateField(_("agreement and confidentiality signed on"), null=True, blank=True)
    agreement_version = models.CharField(_("version of the agreement"), max_length=20, blank=True)
    confidential_on = models.DateField(_("confidentiality signed on"), null=True, blank=True)
    confidential_version = models.CharField(
        _("version of the confidentiality promise"), max_length=20, blank=True
    )
    insured_until = models.DateField(_("insured until"), null=True, blank=True)
    insurer = models.CharField(_("insurer"), max_length=60, blank=True)
    insurance_number = models.CharField(_("number of the insurance"), max_length=40, blank=True)
    building = models.ForeignKey(
        "parties.Area",
        verbose_name=_("building"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    door = models.CharField(_("door"), max_length=40, blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = pgettext_lazy("people", "volunteers")
        indexes: ClassVar = [models.Index(fields=["community", "state"], name="volunteers_volunteer_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "person"],
                name="volunteers_volunteer_once",
                violation_error_message=_("This person is already a volunteer here."),
            ),
            models.UniqueConstraint(fields=["community", "number"], name="volunteers_volunteer_one_number"),
            models.CheckConstraint(
                name="volunteers_volunteer_left_has_a_day",
                condition=Q(state="LEFT", left_on__isnull=False) | ~Q(state="LEFT") & Q(left_on__isnull=True),
            ),
            models.CheckConstraint(name="volunteers_volunteer_level", condition=Q(level__range=(1, 3))),
            models.CheckConstraint(
                name="volunteers_volunteer_week", condition=Q(week__gte=0, week__lt=1 << 42)
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def user(self) -> User | None:
        """The account the volunteer signs in with, if there is one."""
        return getattr(self.person, "user", None)

    @property
    def account_code(self) -> str:
        """The code of the volunteer's accounts in the ledger, one in each unit."""
        return f"volunteer:{self.pk}"

    def insured(self, on: date) -> bool:
        return self.insured_until is not None and self.insured_until >= on


@pghistory.track()
class Qualification(models.Model):
    """What a volunteer was trained or certified for, from a day until a day. Source: S2-52, domain.md §4.5.

    `valid_to` is the first day on which it no longer holds.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="qualifications"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=QualificationKind)
    level = models.PositiveSmallIntegerField(_("training level"), choices=Level, null=True, blank=True)
    service_kind = models.ForeignKey(
        "parties.ServiceKind", verbose_name=_("service kind"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    issuer = models.CharField(pgettext_lazy("certificate", "issued by"), max_length=120, blank=True)
    number = models.CharField(_("certificate number"), max_length=60, blank=True)
    enrolment = models.ForeignKey(
        "volunteers.Enrolment", verbose_name=_("given by a course"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="qualifications",
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_reason = models.CharField(_("reason of the revocation"), max_length=200, blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_qualification_level_or_skill",
                condition=Q(kind="LEVEL", level__isnull=False, service_kind__isnull=True)
                | Q(kind="SKILL", level__isnull=True, service_kind__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_qualification_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(revoked_at__isnull=True),
                name="volunteers_qualification_once_per_course",
            ),
            models.CheckConstraint(
                name="volunteers_qualification_revoked_whole",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_level_display() if self.kind == "LEVEL" else self.service_kind)
