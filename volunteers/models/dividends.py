"""Yearly lists by which a collective's dividend or a unity award is shared among those whose points earned it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models.registry import Team, Volunteer
from volunteers.querysets_bank import DividendListQuerySet, OfDividendQuerySet
from volunteers.states_bank import DividendKind, DividendState, DividendWay


def _user(label: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        "accounts.User", verbose_name=label, on_delete=models.PROTECT, related_name="+", **more
    )


def _entry(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        "ledger.Entry", verbose_name=label, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


@pghistory.track()
class DividendList(models.Model):
    """What a team, or all volunteers, achieved together in a year, and how points and money for it are shared.

    Points are booked by the station; money is paid out by whoever gives it (`source`), this is only its list. Nobody is
    paid by the person helped. Source: S2-50 (points linked to collective-economy dividends and ethnic-unity rewards);
    domain.md §4.3 channels.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", help_text=_("nobody: all volunteers"),
    )  # fmt: skip
    kind = models.CharField(pgettext_lazy("dividend", "kind"), max_length=8, choices=DividendKind)
    year = models.PositiveSmallIntegerField(_("year"))
    words = models.CharField(_("what was achieved together"), max_length=300)
    source = models.CharField(_("given by, and decision"), max_length=160)
    way = models.CharField(_("shared by"), max_length=6, choices=DividendWay)
    points = models.PositiveIntegerField(_("points to share"), default=0)
    fen = models.PositiveBigIntegerField(_("money to share (fen)"), default=0)
    state = models.CharField(_("state"), max_length=9, choices=DividendState, default=DividendState.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = _user(_("proposed by"))
    objections_until = models.DateField(_("last day for objections"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = _user(_("closed by"), null=True, blank=True)
    entry = _entry(pgettext_lazy("ledger", "entry"))
    reversed_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    reversed_by = _user(_("taken back by"), null=True, blank=True)
    reversal = _entry(_("entry that takes it back"))
    answer = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DividendListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of a dividend or award")
        verbose_name_plural = _("lists of dividends and awards")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "kind", "year", "team"], condition=Q(state__in=["PROPOSED", "POSTED"]),
                nulls_distinct=False, name="volunteers_dividendlist_one_a_year",
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_of_something", condition=Q(points__gt=0) | Q(fen__gt=0)
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_says_what_and_who", condition=~Q(words="") & ~Q(source="")
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_four_eyes",
                condition=~Q(state__in=["POSTED", "REVERSED"]) | ~Q(closed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_closed_whole",
                condition=Q(state="PROPOSED", closed_at__isnull=True, entry__isnull=True)
                | ~Q(state="PROPOSED") & Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_booked_when_posted",
                condition=~Q(state__in=["POSTED", "REVERSED"]) | Q(points=0) | Q(entry__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_dividendlist_taken_back_with_reason",
                condition=~Q(state="REVERSED")
                | Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(answer=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class DividendShare(models.Model):
    """What one volunteer brought to the year and gets of it. Append only: another sharing is another list."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    dividend = models.ForeignKey(
        DividendList,
        verbose_name=_("list of a dividend or award"),
        on_delete=models.PROTECT,
        related_name="shares",
    )
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="dividend_shares"
    )
    earned = models.PositiveIntegerField(_("points earned in the year"))
    minutes = models.PositiveIntegerField(_("minutes served in the year"))
    points = models.PositiveIntegerField(_("points of the share"))
    fen = models.PositiveBigIntegerField(_("money of the share (fen)"))

    objects = OfDividendQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a dividend")
        verbose_name_plural = _("shares of dividends")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dividend", "volunteer"], name="volunteers_dividendshare_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.points}"


@pghistory.track()
class DividendObjection(models.Model):
    """What a member says against a list before its last day, and the station's answer."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    dividend = models.ForeignKey(
        DividendList,
        verbose_name=_("list of a dividend or award"),
        on_delete=models.PROTECT,
        related_name="objections",
    )
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(_("objection"), max_length=300)
    at = models.DateTimeField(_("at"))
    by = _user(_("by"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = _user(_("answered by"), null=True, blank=True)

    objects = OfDividendQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to a list")
        verbose_name_plural = _("objections to lists")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_dividendobjection_says_why", condition=~Q(words="")),
            models.CheckConstraint(
                name="volunteers_dividendobjection_answered_whole",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:40]
