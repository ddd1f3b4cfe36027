"""A meeting of the parties."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings.querysets import MeetingQuerySet
from meetings.states import MeetingKind, MeetingState


@pghistory.track()
class Meeting(models.Model):
    """One meeting. There is one regular meeting of a kind in a month (a quarter for matching); any party may ask
    for an extra one. Source: S0-47, S4-28, S4-33.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind)
    regular = models.BooleanField(
        pgettext_lazy("meeting", "regular"), default=True, help_text=_("an extra meeting is not regular")
    )
    month = models.DateField(_("month"), help_text=_("first day of the month or quarter it belongs to"))
    number = models.PositiveSmallIntegerField(_("number in the year"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    scheduled_at = models.DateTimeField(_("when"))
    place = models.CharField(_("where"), max_length=120, blank=True)
    chair = models.CharField(_("chair"), max_length=60, blank=True)
    recorder = models.CharField(_("recorder"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    opened_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-scheduled_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "kind", "month"],
                condition=Q(regular=True),
                name="meetings_meeting_one_regular_a_month",
                violation_error_message=_("There is already a regular meeting of this kind in this month."),
            ),
            models.UniqueConstraint(
                "community",
                "kind",
                models.functions.ExtractYear("month"),
                "number",
                name="meetings_meeting_one_number_a_year",
            ),
            models.CheckConstraint(name="meetings_meeting_month_is_a_first", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="meetings_meeting_state_has_its_times",
                condition=(
                    Q(state__in=["PLANNED", "CALLED_OFF"], opened_at__isnull=True, closed_at__isnull=True)
                    | Q(state="OPEN", opened_at__isnull=False, closed_at__isnull=True)
                    | Q(state="CLOSED", opened_at__isnull=False, closed_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="meetings_meeting_ends_after_it_began",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.pk])

    @property
    def name(self) -> str:
        """The title given to it, else “2026 · five-social joint meeting no. 7” in the reader's language."""
        if self.title:
            return self.title
        return capfirst(
            gettext("%(kind)s no. %(number)d of %(year)d")
            % {"kind": self.get_kind_display(), "number": self.number, "year": self.month.year}
        )

    @property
    def is_over(self) -> bool:
        """Ended or called off."""
        return self.state in {MeetingState.CLOSED, MeetingState.CALLED_OFF}
