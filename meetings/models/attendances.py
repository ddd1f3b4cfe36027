"""Who is asked to come, and who was in the room for which party, from when to when."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.models.meetings import Meeting
from meetings.querysets import MeetingRoomQuerySet, SeatQuerySet
from meetings.states import PARTY_CHOICES


@pghistory.track()
class Invitation(models.Model):
    """An organisation (and, where known, its representative) asked to a meeting; it may send its regrets."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="invitations"
    )
    organisation = models.ForeignKey(
        "parties.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    party_kind = models.CharField(pgettext_lazy("meeting", "party"), max_length=20, choices=PARTY_CHOICES)
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("representative"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    excused_at = models.DateTimeField(_("excused at"), null=True, blank=True)
    excuse = models.CharField(_("reason"), max_length=120, blank=True)

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "organisation", "person"],
                name="meetings_invitation_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.person}"


@pghistory.track()
class Attendance(models.Model):
    """A person in the room for one party, from sign-in to leaving. Who comes back signs in again.

    A person speaks for one party only in a meeting; online counts when somebody at the desk confirmed it.
    Source: domain.md §7.1 (count parties, not heads).
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="attendances"
    )
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "parties.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    party_kind = models.CharField(pgettext_lazy("meeting", "party"), max_length=20, choices=PARTY_CHOICES)
    online = models.BooleanField(_("online"), default=False)
    signed_in_at = models.DateTimeField(_("signed in at"))
    left_at = models.DateTimeField(pgettext_lazy("meeting", "left at"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now(), editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering: ClassVar = ["signed_in_at", "pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="meetings_attendance_one_party_a_person",
                expressions=[
                    ("meeting", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("party_kind", RangeOperators.NOT_EQUAL),
                ],
                violation_error_message=_("A person may speak for one party only."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(left_at__isnull=True),
                name="meetings_attendance_in_the_room_once",
            ),
            models.CheckConstraint(
                name="meetings_attendance_leaves_after_coming",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("signed_in_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_party_kind_display()})"
