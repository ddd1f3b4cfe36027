"""What a meeting talks about: drawn from the month's facts, completed by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.states import PartyKind
from meetings.models.meetings import Meeting
from meetings.querysets import MeetingRoomQuerySet
from meetings.states import AgendaState, Section

REPORTING = {
    "elders": "SOCIAL_WORKER",
    "services": "SOCIAL_WORKER",
    "volunteers": "VOLUNTEER",
    "charity": "CHARITY",
}
"""Which party reports on which room: the social workers present (S0-49), the funds speak for the money."""


class Agenda(models.Model):
    """The agenda of a meeting: one, a draft until the secretary publishes it, untouched afterwards."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.OneToOneField(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="agenda"
    )
    state = models.CharField(_("state"), max_length=10, choices=AgendaState, default=AgendaState.DRAFT)
    results_month = models.DateField(_("month reported on"), help_text=_("first day"))
    prepared_at = models.DateTimeField(_("prepared at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("published by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meetings_agenda_published_has_a_time",
                condition=Q(state="DRAFT", published_at__isnull=True)
                | Q(state="PUBLISHED", published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="meetings_agenda_month_is_a_first", condition=Q(results_month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}"

    @property
    def is_draft(self) -> bool:
        """The secretary may still change it."""
        return self.state == AgendaState.DRAFT


class AgendaItem(models.Model):
    """One point of an agenda.

    `generated` ones are redrawn while the agenda is a draft; one that the secretary edited or dropped is left
    alone. Figures are frozen numbers with their labels in both languages, not links to living ones.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    agenda = models.ForeignKey(
        Agenda, verbose_name=_("agenda"), on_delete=models.PROTECT, related_name="items"
    )
    section = models.PositiveSmallIntegerField(_("section"), choices=Section)
    order = models.PositiveIntegerField(pgettext_lazy("agenda", "order"), default=0)
    title = models.CharField(_("topic"), max_length=200)
    title_en = models.CharField(_("topic in English"), max_length=200, blank=True)
    body = models.TextField(_("what it is about"), blank=True)
    body_en = models.TextField(_("what it is about, in English"), blank=True)
    figures = models.JSONField(_("figures"), default=list, blank=True)
    url = models.CharField(_("where to look"), max_length=200, blank=True)
    proposer = models.CharField(_("proposed by"), max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes planned"), default=0, validators=[MaxValueValidator(240)], blank=True
    )
    generated = models.BooleanField(_("drawn from the data"), default=False)
    edited = models.BooleanField(_("changed by hand"), default=False)
    dropped = models.BooleanField(_("left out"), default=False)
    late = models.BooleanField(_("added after publication"), default=False)
    source_key = models.CharField(_("source"), max_length=120, blank=True)

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering: ClassVar = ["section", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agenda", "source_key"],
                condition=~Q(source_key=""),
                name="meetings_agendaitem_one_per_source",
            ),
            models.CheckConstraint(
                name="meetings_agendaitem_generated_has_a_source",
                condition=Q(generated=False) | ~Q(source_key=""),
            ),
            models.CheckConstraint(name="meetings_agendaitem_has_a_topic", condition=~Q(title="")),
            models.CheckConstraint(name="meetings_agendaitem_known_section", condition=Q(section__lte=6)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def topic(self) -> str:
        """The title in the reader's language."""
        return self.title if _chinese() or not self.title_en else self.title_en

    @property
    def text(self) -> str:
        """The body in the reader's language."""
        return self.body if _chinese() or not self.body_en else self.body_en

    @property
    def proposed_by(self) -> str:
        """Who brings the item up; for drawn ones the reporting party in the reader's language."""
        app = self.source_key.partition(":")[0]
        return str(PartyKind(REPORTING[app]).label) if self.generated and app in REPORTING else self.proposer

    @property
    def shown_figures(self) -> list[dict[str, Any]]:
        """The frozen figures with label and unit in the reader's language."""
        if _chinese():
            return list(self.figures)
        return [
            {
                **each,
                "label": each.get("label_en") or each["label"],
                "unit": each.get("unit_en", each.get("unit", "")),
            }
            for each in self.figures
        ]


class Discussion(models.Model):
    """What was said about a point, in a few sentences; part of the minutes, with or without a decision."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    item = models.OneToOneField(
        AgendaItem, verbose_name=_("agenda item"), on_delete=models.PROTECT, related_name="discussion"
    )
    words = models.TextField(_("summary of the discussion"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("written at"))

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return self.words[:40]


def _chinese() -> bool:
    return (translation.get_language() or "zh").startswith("zh")
