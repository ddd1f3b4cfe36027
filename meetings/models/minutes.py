"""The minutes: drafted, circulated, confirmed, sealed; afterwards only supplemented."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.models.meetings import Meeting
from meetings.querysets import MeetingRoomQuerySet
from meetings.states import PARTY_CHOICES, MinutesState


@pghistory.track()
class Minutes(models.Model):
    """The minutes of a meeting. Attendance, quorum, discussions and decisions come from their own rows; `body` is
    what the recorder adds. Sealing freezes everything as a numbered PDF with its fingerprint. Source: domain.md §7.3.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.OneToOneField(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="minutes"
    )
    state = models.CharField(_("state"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    body = models.TextField(_("remarks of the recorder"), blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    drafted_at = models.DateTimeField(_("drafted at"))
    circulated_at = models.DateTimeField(_("circulated at"), null=True, blank=True)
    comment_until = models.DateField(_("comments until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sealed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    document = models.OneToOneField(
        "documents.Document", verbose_name=_("sealed paper"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("meeting", "minutes")
        verbose_name_plural = _("minutes of meetings")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meetings_minutes_sealed_has_its_paper",
                condition=(
                    Q(
                        state="SEALED",
                        sealed_at__isnull=False,
                        sealed_by__isnull=False,
                        document__isnull=False,
                    )
                    | (~Q(state="SEALED") & Q(sealed_at__isnull=True, document__isnull=True))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}"

    @property
    def is_draft(self) -> bool:
        """The recorder may still change it."""
        return self.state == MinutesState.DRAFT


class MinutesComment(models.Model):
    """A party's answer to circulated minutes: no objection, or what should be different. Append only."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.ForeignKey(
        Minutes,
        verbose_name=pgettext_lazy("meeting", "minutes"),
        on_delete=models.PROTECT,
        related_name="comments",
    )
    version = models.PositiveSmallIntegerField(_("version"))
    party_kind = models.CharField(pgettext_lazy("meeting", "party"), max_length=20, choices=PARTY_CHOICES)
    organisation = models.ForeignKey(
        "parties.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    agrees = models.BooleanField(_("no objection"))
    words = models.CharField(_("what should be different"), max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on minutes")
        verbose_name_plural = _("comments on minutes")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meetings_minutescomment_objection_says_what", condition=Q(agrees=True) | ~Q(words="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.agrees}"


class Supplement(models.Model):
    """A correction to sealed minutes: it is added, nothing is changed. Append only."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.ForeignKey(
        Minutes,
        verbose_name=pgettext_lazy("meeting", "minutes"),
        on_delete=models.PROTECT,
        related_name="supplements",
    )
    words = models.TextField(_("supplement"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplement to minutes")
        verbose_name_plural = _("supplements to minutes")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.words[:40]
