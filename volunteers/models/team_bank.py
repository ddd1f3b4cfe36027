"""The common account of a team: what members offered it, what it was asked to give on, and who said yes."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models.registry import Team, Volunteer
from volunteers.querysets_bank import TeamGiftQuerySet, TeamProposalQuerySet, TeamVoiceQuerySet
from volunteers.states_bank import GiftState, ProposalState


@pghistory.track()
class TeamGift(models.Model):
    """Coins a member offers the common account of the own team. They lie set aside until somebody else says yes for the
    team; settled or given back exactly once. Source: domain.md §4.3 group_account, gift (one confirmation each side).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), on_delete=models.PROTECT, related_name="gifts"
    )
    giver = models.ForeignKey(
        Volunteer,
        verbose_name=pgettext_lazy("gift", "from"),
        on_delete=models.PROTECT,
        related_name="gifts_to_teams",
    )
    coins = models.PositiveIntegerField(_("coin-minutes"))
    words = models.CharField(_("words to the team"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=GiftState, default=GiftState.OFFERED)
    hold = models.OneToOneField(
        "ledger.Entry", verbose_name=_("set aside"), on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(_("offered at"))
    offered_by = models.ForeignKey(
        "accounts.User", verbose_name=_("offered by"), on_delete=models.PROTECT, related_name="+"
    )
    expires_on = models.DateField(_("last day for an answer"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("closed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip

    objects = TeamGiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift to a team")
        verbose_name_plural = _("gifts to teams")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "expires_on"],
                name="volunteers_teamgift_open",
                condition=Q(state="OFFERED"),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_teamgift_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(
                name="volunteers_teamgift_two_hands",
                condition=~Q(state="ACCEPTED") | ~Q(closed_by=F("offered_by")),
            ),
            models.CheckConstraint(
                name="volunteers_teamgift_closed_with_its_moment",
                condition=Q(state="OFFERED", closed_at__isnull=True)
                | ~Q(state="OFFERED") & Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.team_id}: {self.coins}"


@pghistory.track()
class TeamProposal(models.Model):
    """Hours of a team's common account that shall go to the common pool; set aside until everybody who must has said
    yes. Time of a team is only given on, never spent for its members. Source: Nanjing 2019 (group time only donated);
    domain.md §4.3 group_account; S2-48 (stages of autonomy).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    team = models.ForeignKey(
        Team,
        verbose_name=pgettext_lazy("volunteers", "team"),
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    coins = models.PositiveIntegerField(_("coin-minutes"))
    words = models.CharField(_("what for"), max_length=160)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.ASKED)
    hold = models.OneToOneField(
        "ledger.Entry", verbose_name=_("set aside"), on_delete=models.PROTECT, related_name="+"
    )
    entry = models.OneToOneField(
        "ledger.Entry", verbose_name=pgettext_lazy("ledger", "entry"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    expires_on = models.DateField(_("last day for an answer"))
    station_at = models.DateTimeField(_("the station said yes at"), null=True, blank=True)
    station_by = models.ForeignKey(
        "accounts.User", verbose_name=_("yes of the station by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("closed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    answer = models.CharField(_("reason of a no"), max_length=160, blank=True)

    objects = TeamProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for a team's hours")
        verbose_name_plural = _("proposals for teams' hours")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "expires_on"],
                name="volunteers_teamproposal_open",
                condition=Q(state="ASKED"),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_teamproposal_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(name="volunteers_teamproposal_says_what_for", condition=~Q(words="")),
            models.CheckConstraint(
                name="volunteers_teamproposal_four_eyes",
                condition=Q(station_by__isnull=True) | ~Q(station_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="volunteers_teamproposal_station_with_its_moment",
                condition=Q(station_by__isnull=True, station_at__isnull=True)
                | Q(station_by__isnull=False, station_at__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_teamproposal_closed_whole",
                condition=Q(state="ASKED", closed_at__isnull=True, entry__isnull=True)
                | Q(state="DONE", closed_at__isnull=False, closed_by__isnull=False, entry__isnull=False)
                | ~Q(state__in=["ASKED", "DONE"])
                & Q(closed_at__isnull=False, closed_by__isnull=False, entry__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.coins}"


class TeamVoice(models.Model):
    """One member's yes or no to a proposal, for good. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    proposal = models.ForeignKey(
        TeamProposal,
        verbose_name=_("proposal for a team's hours"),
        on_delete=models.PROTECT,
        related_name="voices",
    )
    member = models.ForeignKey(
        Volunteer,
        verbose_name=pgettext_lazy("team", "member"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    agrees = models.BooleanField(_("says yes"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = TeamVoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a member")
        verbose_name_plural = _("answers of members")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "member"], name="volunteers_teamvoice_one_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.agrees}"
