"""The register: who is cared for, where they live, whom to call, what they agreed to."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carenet.parties import sealed
from elders.querysets import ElderQuerySet, StaffOnlyQuerySet
from elders.states import (
    Caregiver,
    CategoryCode,
    Colour,
    DisabilityKind,
    ElderStatus,
    Language,
    Level,
    LifeEventKind,
    Literacy,
    Living,
    PauseReason,
    Subtier,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User


@pghistory.track(exclude=["last_contact_at", "contact_due_at"])
class Elder(models.Model):
    """A person of 60 or over whom the station knows and cares for.

    Level, colour and the due dates are caches of facts that stand in Assessment, TriageDecision, Touch and
    LifeEvent; only actions write them. `provisional_colour` may only add contact: it shortens the contact clock
    until a worker confirms a colour. Source: S0-16, S4; domain.md §1.13, §2.9.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    person = models.OneToOneField(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="elder"
    )
    number = models.PositiveIntegerField(_("archive number"), editable=False)
    registered_on = models.DateField(_("registered on"))
    status = models.CharField(
        _("standing"), max_length=10, choices=ElderStatus, default=ElderStatus.ACTIVE, editable=False
    )
    status_on = models.DateField(_("standing since"), editable=False)
    grid = models.ForeignKey(
        "parties.Area",
        verbose_name=_("grid"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    building = models.ForeignKey(
        "parties.Area",
        verbose_name=_("building"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="elders",
    )
    door = models.CharField(_("door"), max_length=40, blank=True, help_text=_("unit and room, like 2-501"))
    address_sealed = models.BinaryField(null=True, editable=False)
    lon = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8, choices=Language),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    dialect = models.CharField(_("dialect"), max_length=40, blank=True, help_text=_("in words"))
    literacy = models.CharField(_("reading"), max_length=8, choices=Literacy, default=Literacy.UNKNOWN)
    religion_sealed = models.BinaryField(null=True, editable=False)
    religion_why = models.CharField(_("why the religion is kept"), max_length=80, blank=True)
    living = models.CharField(_("living with"), max_length=20, choices=Living, default=Living.UNKNOWN)
    caregiver = models.CharField(_("caregiver"), max_length=8, choices=Caregiver, default=Caregiver.UNKNOWN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="elders_owned",
    )
    level = models.PositiveSmallIntegerField(
        _("ability level"), choices=Level, null=True, blank=True, editable=False
    )
    level_on = models.DateField(_("level since"), null=True, blank=True, editable=False)
    colour = models.CharField(
        _("colour"), max_length=10, choices=Colour, default=Colour.UNASSESSED, editable=False
    )
    subtier = models.CharField(
        _("tier"), max_length=6, choices=Subtier, blank=True, default=Subtier.NONE, editable=False
    )
    colour_on = models.DateField(_("colour since"), null=True, blank=True, editable=False)
    provisional_colour = models.CharField(
        _("provisional colour"), max_length=10, choices=Colour, blank=True, default="", editable=False
    )
    provisional_subtier = models.CharField(
        _("provisional tier"), max_length=6, choices=Subtier, blank=True, default="", editable=False
    )
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True, editable=False)
    contact_due_at = models.DateTimeField(_("contact due"), null=True, blank=True, editable=False)
    archive_due_on = models.DateField(_("archive update due"), null=True, blank=True, editable=False)
    assessment_due_on = models.DateField(_("assessment due"), null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)
    anonymised_on = models.DateField(_("made anonymous on"), null=True, blank=True, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("registered by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    import_job = models.ForeignKey(
        "jobs.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("entered at"), editable=False)

    objects = ElderQuerySet.as_manager()

    class Meta:
        verbose_name = _("elder")
        verbose_name_plural = _("elders")
        indexes: ClassVar = [
            models.Index(fields=["community", "status", "id"], name="elders_elder_list"),
            models.Index(
                fields=["community", "assessment_due_on"],
                condition=Q(status="ACTIVE"),
                name="elders_elder_assessment_due",
            ),
            models.Index(
                fields=["community", "archive_due_on"],
                condition=Q(status="ACTIVE"),
                name="elders_elder_archive_due",
            ),
            models.Index(
                fields=["community", "contact_due_at"],
                condition=Q(status="ACTIVE"),
                name="elders_elder_contact_due",
            ),
            models.Index(
                fields=["community", "level_on"],
                condition=Q(status="ACTIVE"),
                name="elders_elder_level_on",
            ),
            models.Index(fields=["community", "colour", "id"], name="elders_elder_colour"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "number"], name="elders_elder_one_number"),
            models.CheckConstraint(
                name="elders_elder_both_coordinates",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="elders_elder_level_with_its_day",
                condition=Q(level__isnull=True, level_on__isnull=True)
                | Q(level__range=(0, 4), level_on__isnull=False),
            ),
            models.CheckConstraint(
                name="elders_elder_tier_fits_colour",
                condition=(
                    Q(colour="YELLOW", subtier__in=["A", "B"])
                    | Q(colour="GREEN", subtier__in=["VITAL", "STABLE"])
                    | Q(colour__in=["RED", "UNASSESSED"], subtier="")
                ),
            ),
            models.CheckConstraint(
                name="elders_elder_religion_for_a_purpose",
                condition=Q(religion_sealed__isnull=True) | ~Q(religion_why=""),
            ),
            models.CheckConstraint(
                name="elders_elder_nothing_due_of_the_gone",
                condition=~Q(status__in=["LEFT", "DIED", "WITHDRAWN", "MERGED"])
                | Q(contact_due_at__isnull=True, archive_due_on__isnull=True, assessment_due_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        """The elder's page."""
        return reverse("elders:file", args=[self.pk])

    @property
    def number_text(self) -> str:
        """The archive number as it is printed: 00042."""
        return f"{self.number:05d}"

    @property
    def place_text(self) -> str:
        """Building and door, without anything above."""
        return " ".join(each for each in (self.building.name if self.building else "", self.door) if each)

    def address(self) -> str:
        """The address in full words. Every caller that shows it writes the read log."""
        return sealed.unseal(self.address_sealed, column="elders_elder.address", row=self.uid)

    def seal_address(self, address: str) -> None:
        """Set or clear the address text."""
        self.address_sealed = (
            sealed.seal(address, column="elders_elder.address", row=self.uid) if address else None
        )

    def religion(self) -> str:
        """The religion, kept only for a named purpose. Every caller that shows it writes the read log."""
        return sealed.unseal(self.religion_sealed, column="elders_elder.religion", row=self.uid)

    def seal_religion(self, religion: str) -> None:
        """Set or clear the religion (sensitive by law). Source: PIPL Art. 28."""
        self.religion_sealed = (
            sealed.seal(religion, column="elders_elder.religion", row=self.uid) if religion else None
        )

    def age(self, on: date) -> int | None:
        """Full years on a day."""
        return self.person.age(on)

    @property
    def acting_colour(self) -> str:
        """The colour the contact clock follows: the provisional one while it waits for confirmation."""
        return self.provisional_colour or self.colour

    @staticmethod
    def open_mandates(user: User) -> models.QuerySet[Any]:
        """Ids of the elders whose page a mandate opens to the user now."""
        from elders.models.kin import Mandate

        return Mandate.objects.open().filter(user=user, scopes__contains=["READ"]).values("elder_id")


@pghistory.track()
class ElderCategory(models.Model):
    """A group the elder belongs to, with its evidence and the time it holds. Source: domain.md §2.9."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="categories"
    )
    code = models.CharField(_("category"), max_length=24, choices=CategoryCode)
    disability_kind = models.PositiveSmallIntegerField(
        _("kind of disability"), choices=DisabilityKind, null=True, blank=True
    )
    disability_grade = models.PositiveSmallIntegerField(
        _("grade of disability"), null=True, blank=True, help_text=_("1 is the heaviest, 4 the lightest")
    )
    evidence = models.CharField(_("evidence"), max_length=120, blank=True, help_text=_("document and number"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("checked by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("category of an elder")
        verbose_name_plural = _("categories of elders")
        indexes: ClassVar = [models.Index(fields=["community", "code"], name="elders_category_code")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "code"], condition=Q(valid_to__isnull=True), name="elders_eldercategory_once"
            ),
            models.CheckConstraint(
                name="elders_eldercategory_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="elders_eldercategory_grade",
                condition=Q(disability_grade__isnull=True)
                | Q(code="DISABLED", disability_grade__range=(1, 4)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class LifeEvent(models.Model):
    """A dated fact of the elder's time with the station; append only, undone by another row.

    `before` keeps what the event changed, so that undoing needs no guessing.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="life_events"
    )
    kind = models.CharField(_("what"), max_length=10, choices=LifeEventKind)
    on = models.DateField(_("day"))
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    before = models.JSONField(default=dict, editable=False)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by", editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("life event")
        verbose_name_plural = _("life events")
        indexes: ClassVar = [models.Index(fields=["elder", "-at"], name="elders_lifeevent_elder")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_lifeevent_undone_names_its_event",
                condition=Q(kind="UNDONE", undoes__isnull=False)
                | (~Q(kind="UNDONE") & Q(undoes__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Pause(models.Model):
    """Services rest from a day until another: a paired instruction. The day of return may be known (services begin
    again by themselves) or open; the first day may lie ahead (planned: services rest by themselves on that day).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=12, choices=PauseReason)
    since = models.DateField(_("since"))
    until = models.DateField(_("expected back on"), null=True, blank=True)
    is_planned = models.BooleanField(_("planned"), default=False, help_text=_("its first day has not come"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "until"],
                condition=Q(ended_on__isnull=True, cancelled_at__isnull=True),
                name="elders_pause_open",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder"],
                condition=Q(ended_on__isnull=True, cancelled_at__isnull=True),
                name="elders_pause_one_open",
            ),
            models.CheckConstraint(
                name="elders_pause_ends_after_start",
                condition=(Q(until__isnull=True) | Q(until__gte=F("since")))
                & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("since"))),
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class NotSamePerson(models.Model):
    """Two records that look alike and were judged to be different people, so that nobody asks again."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    one = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair of different people")
        verbose_name_plural = _("pairs of different people")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="elders_notsameperson_once"),
            models.CheckConstraint(name="elders_notsameperson_ordered", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
