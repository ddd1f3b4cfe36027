"""Who may be called, who may act, what was agreed to, and the key of the one-tap help page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties import sealed
from carenet.parties.querysets import ScopedQuerySet
from elders.models.register import Elder
from elders.querysets import StaffOnlyQuerySet, communities_read_by
from elders.states import ConsentPurpose, ConsentWay, MandateScope, Relation

if TYPE_CHECKING:
    from carenet.accounts.models import User


@pghistory.track()
class Contact(models.Model):
    """Somebody to call about the elder, in the order to call them. Source: domain.md §2.6."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    phone_sealed = models.BinaryField(null=True, editable=False)
    best_at = models.CharField(_("answers best at"), max_length=40, blank=True)
    is_emergency = models.BooleanField(_("emergency contact"), default=False)
    lives_near = models.BooleanField(_("lives near"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    ended_on = models.DateField(_("no longer since"), null=True, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact of an elder")
        verbose_name_plural = _("contacts of elders")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="elders_contact_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def phone(self) -> str:
        """The full phone number. Every caller that shows it writes the read log."""
        return sealed.unseal(self.phone_sealed, column="elders_contact.phone", row=self.uid)

    def seal_phone(self, phone: str) -> None:
        """Set or clear the phone number (already normalised)."""
        self.phone_sealed = sealed.seal(phone, column="elders_contact.phone", row=self.uid) if phone else None


@pghistory.track()
class Consent(models.Model):
    """What the elder agreed to, one purpose at a time; withdrawing is as easy as giving.

    Source: PIPL Art. 13–15, 29. `version` names the ConsentText; `paper` is the sealed photo of the signed paper.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=ConsentPurpose)
    version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given at"))
    given_by = models.CharField(_("given by"), max_length=12, choices=Relation, default=Relation.SELF)
    way = models.CharField(_("how"), max_length=8, choices=ConsentWay, default=ConsentWay.SPOKEN)
    paper = models.ForeignKey(
        "documents.Document",
        verbose_name=pgettext_lazy("signed", "paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="elders_consent_once",
            ),
            models.CheckConstraint(
                name="elders_consent_withdrawn_after_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


def every_scope() -> list[str]:
    """A mandate without narrower words opens everything there is."""
    return list(MandateScope.values)


class MandateQuerySet(ScopedQuerySet["Mandate"]):
    """Who may act for whom."""

    def open(self) -> MandateQuerySet:
        """Mandates that have not ended, by the database's day."""
        today = models.functions.TruncDate(models.functions.Now())
        return self.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today)

    def visible_to(self, user: User) -> MandateQuerySet:
        """Register staff, and the one who holds it."""
        return self.filter(Q(community_id__in=communities_read_by(user)) | Q(user=user))


@pghistory.track()
class Mandate(models.Model):
    """A family member or neighbour who may act for the elder (代办). Source: S2; domain.md §9.1."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="mandates"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acts for the elder"),
        on_delete=models.PROTECT,
        related_name="mandates",
    )
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=MandateScope), verbose_name=_("for what"), default=every_scope
    )
    evidence = models.CharField(_("evidence"), max_length=120, blank=True)
    paper = models.ForeignKey(
        "documents.Document",
        verbose_name=pgettext_lazy("signed", "paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("granted by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "user"], condition=Q(until__isnull=True), name="elders_mandate_once"
            ),
            models.CheckConstraint(
                name="elders_mandate_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(name="elders_mandate_for_something", condition=~Q(scopes=[])),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.elder_id}"


@pghistory.track(exclude=["token_sealed", "token_hash"])
class HelpToken(models.Model):
    """The key of one elder's one-tap help page (QR on the fridge). Found by its sha256; revocable.

    The sealed copy exists so that a lost card can be printed again without making the old one useless.
    `elders_help_token(text)` resolves a token to (community, elder) without a scope. Source: ux.md §6.4.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="help_tokens"
    )
    token_hash = models.BinaryField(unique=True, editable=False, max_length=32)
    token_sealed = models.BinaryField(editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("help card")
        verbose_name_plural = _("help cards")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder"], condition=Q(revoked_at__isnull=True), name="elders_helptoken_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def token(self) -> str:
        """The token itself, for printing the card."""
        return sealed.unseal(self.token_sealed, column="elders_helptoken.token", row=self.uid)
