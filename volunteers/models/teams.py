"""How a team chooses its captain, and who consented for a volunteer under age."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.querysets import ScopedQuerySet
from volunteers.models.registry import Team, Volunteer
from volunteers.querysets import OwnQuerySet
from volunteers.querysets_shifts import BallotQuerySet
from volunteers.states_shifts import VoteState


@pghistory.track()
class TeamVote(models.Model):
    """One election of a captain: opened, candidates named, one vote a member, counted; the result stays as a row.

    Source: S2-20, S2-48 (teams choose their own captains).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    team = models.ForeignKey(
        Team, verbose_name=pgettext_lazy("volunteers", "team"), on_delete=models.PROTECT, related_name="votes"
    )
    state = models.CharField(_("state"), max_length=8, choices=VoteState, default=VoteState.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+"
    )
    closes_at = models.DateTimeField(_("closes at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    members = models.PositiveSmallIntegerField(_("members who may vote"), default=0)
    cast = models.PositiveSmallIntegerField(_("votes cast"), default=0)
    chosen = models.ForeignKey(
        Volunteer, verbose_name=_("chosen"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.JSONField(_("votes for each candidate"), default=dict, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("election of a captain")
        verbose_name_plural = _("elections of captains")
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team"], condition=Q(state="OPEN"), name="volunteers_teamvote_one_open"
            ),
            models.CheckConstraint(
                name="volunteers_teamvote_closes_later", condition=Q(closes_at__gt=F("opened_at"))
            ),
            models.CheckConstraint(
                name="volunteers_teamvote_decided_names_somebody",
                condition=Q(state="DECIDED", chosen__isnull=False)
                | ~Q(state="DECIDED") & Q(chosen__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.opened_at:%Y-%m-%d}"


class TeamCandidate(models.Model):
    """A member named for captain."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    vote = models.ForeignKey(
        TeamVote, verbose_name=_("election of a captain"), on_delete=models.PROTECT, related_name="candidates"
    )
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "volunteer"], name="volunteers_teamcandidate_once"),
        ]

    def __str__(self) -> str:
        return str(self.volunteer)


class Ballot(models.Model):
    """One member's vote. Nobody reads for whom it was: pages and registers show the count only. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    vote = models.ForeignKey(
        TeamVote, verbose_name=_("election of a captain"), on_delete=models.PROTECT, related_name="ballots"
    )
    voter = models.ForeignKey(Volunteer, verbose_name=_("voter"), on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(
        TeamCandidate, verbose_name=_("candidate"), on_delete=models.PROTECT, related_name="ballots"
    )
    at = models.DateTimeField(_("at"))

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "voter"], name="volunteers_ballot_one_a_member"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


@pghistory.track()
class GuardianConsent(models.Model):
    """A parent's or guardian's consent for a volunteer under age; withdrawn it counts no more.

    Source: Volunteer Service Ordinance Art. 7 (minors with their guardian's consent); Civil Code Art. 19.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="guardian_consents"
    )
    guardian = models.ForeignKey(
        "parties.Person", verbose_name=_("guardian"), on_delete=models.PROTECT, related_name="+"
    )
    relation = models.CharField(_("relation"), max_length=20)
    given_on = models.DateField(_("consent given on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardian's consent")
        verbose_name_plural = _("guardians' consents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["volunteer"],
                condition=Q(withdrawn_on__isnull=True),
                name="volunteers_guardianconsent_one_standing",
            ),
            models.CheckConstraint(
                name="volunteers_guardianconsent_withdrawn_later",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.guardian)
