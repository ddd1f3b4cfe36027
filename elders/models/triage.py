"""Triage: immutable rule sets, suggestions with everything they saw, and people's decisions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet
from elders.states import Colour, OverrideReason, RuleSetState, Subtier


class RuleSet(models.Model):
    """Thresholds of the triage rules. The definition never changes; a new version is a new row.

    Reference data outside the wall: shipped by migrations, or proposed by a director. A proposed version counts in a
    community only after a trial run there and the director's adoption. Source: domain.md §1.13 audit rule 6.
    """

    code = models.CharField(_("code"), max_length=30)
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=RuleSetState, default=RuleSetState.SHADOW)
    definition = models.JSONField(_("definition"))
    note = models.CharField(_("what is different and why"), max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("proposed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="elders_ruleset_one_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="ADOPTED"), name="elders_ruleset_one_adopted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class TriageResult(models.Model):
    """A suggestion: the inputs with their ages, every rule that fired, the colour. Append only; never a decision.

    Source: domain.md §1.13 audit rules 1 and 2; PIPL Art. 24.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="triage_results"
    )
    rule_set = models.ForeignKey(RuleSet, verbose_name=_("rule set"), on_delete=models.PROTECT)
    inputs = models.JSONField(
        _("inputs"), help_text=_("each input with its value, its day and its age in days")
    )
    fired = models.JSONField(_("rules that fired"), default=list)
    colour = models.CharField(_("suggested colour"), max_length=10, choices=Colour)
    subtier = models.CharField(_("tier"), max_length=6, choices=Subtier, blank=True, default="")
    is_crisis = models.BooleanField(_("crisis"), default=False)
    is_stale = models.BooleanField(_("level out of date"), default=False)
    indices = models.JSONField(_("display indices"), default=dict)
    previous_colour = models.CharField(_("colour before"), max_length=10, choices=Colour)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("triage suggestion")
        verbose_name_plural = _("triage suggestions")
        indexes: ClassVar = [models.Index(fields=["elder", "-at"], name="elders_triageresult_elder")]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} #{self.pk}"


class TriageDecision(models.Model):
    """What a named worker decided on a suggestion. Append only.

    Leaving RED takes two people: the first one's row is not final, the second one's names it. An override has a
    reason code and words, and ends with the next full assessment. Source: domain.md §1.13 audit rules 3 and 4.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="triage_decisions"
    )
    result = models.ForeignKey(
        TriageResult, verbose_name=_("suggestion"), on_delete=models.PROTECT, related_name="decisions"
    )
    from_colour = models.CharField(_("colour before"), max_length=10, choices=Colour)
    colour = models.CharField(_("confirmed colour"), max_length=10, choices=Colour)
    subtier = models.CharField(_("tier"), max_length=6, choices=Subtier, blank=True, default="")
    is_final = models.BooleanField(_("in force"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    override = models.CharField(
        _("reason code"), max_length=12, choices=OverrideReason, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("triage decision")
        verbose_name_plural = _("triage decisions")
        indexes: ClassVar = [
            models.Index(fields=["elder", "-at"], name="elders_triagedecision_elder"),
            models.Index(
                fields=["community", "elder"],
                condition=Q(is_final=True) & ~Q(override=""),
                name="elders_triagedecision_byhand",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["result"], condition=Q(is_final=True), name="elders_triagedecision_one_final"
            ),
            models.CheckConstraint(
                name="elders_triagedecision_leaving_red_takes_two",
                condition=Q(is_final=False)
                | ~Q(from_colour="RED")
                | Q(colour="RED")
                | (Q(proposed_by__isnull=False) & ~Q(proposed_by=F("by")) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="elders_triagedecision_override_has_reason", condition=Q(override="") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} #{self.pk}"


class ShadowRun(models.Model):
    """A trial of a rule set over everybody in care: who would change colour. Append only; changes nothing.

    `counts` holds the people by colour under both versions. Source: domain.md §1.13 audit rule 6.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    rule_set = models.ForeignKey(
        RuleSet, verbose_name=_("rule set on trial"), on_delete=models.PROTECT, related_name="+"
    )
    against = models.ForeignKey(
        RuleSet, verbose_name=_("rule set in use"), on_delete=models.PROTECT, related_name="+"
    )
    elders = models.PositiveIntegerField(_("elders"))
    changed = models.PositiveIntegerField(_("who would change colour"))
    counts = models.JSONField(_("people by colour"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial run")
        verbose_name_plural = _("trial runs")
        indexes: ClassVar = [models.Index(fields=["community", "-at"], name="elders_shadowrun_at")]

    def __str__(self) -> str:
        return f"{self.rule_set} #{self.pk}"


class ShadowChange(models.Model):
    """One elder whose suggested colour would be another one. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    run = models.ForeignKey(
        ShadowRun, verbose_name=_("trial run"), on_delete=models.PROTECT, related_name="changes"
    )
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="+"
    )
    confirmed = models.CharField(_("confirmed colour"), max_length=10, choices=Colour)
    from_colour = models.CharField(_("under the rules in use"), max_length=10, choices=Colour)
    from_subtier = models.CharField(_("tier"), max_length=6, blank=True, default="")
    to_colour = models.CharField(_("under the rules on trial"), max_length=10, choices=Colour)
    to_subtier = models.CharField(_("tier"), max_length=6, blank=True, default="")
    from_fired = models.JSONField(default=list)
    to_fired = models.JSONField(default=list)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a trial run")
        verbose_name_plural = _("changes of a trial run")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "elder"], name="elders_shadowchange_once"),
        ]

    def __str__(self) -> str:
        return f"{self.from_colour} → {self.to_colour}"


class RuleAdoption(models.Model):
    """A community's director put a rule set in force, after a trial run. Append only; the newest counts."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    rule_set = models.ForeignKey(
        RuleSet, verbose_name=_("rule set"), on_delete=models.PROTECT, related_name="+"
    )
    run = models.ForeignKey(
        ShadowRun, verbose_name=_("trial run"), on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set put in force")
        verbose_name_plural = _("rule sets put in force")
        indexes: ClassVar = [models.Index(fields=["community", "-id"], name="elders_ruleadoption_newest")]

    def __str__(self) -> str:
        return str(self.rule_set)
