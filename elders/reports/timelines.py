"""An elder's story: the lines of this app, merged with those that higher apps register.

Arrows only point down, so services, volunteers and charity hand their source to `register` when they start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from carenet.kernel.months import STATION_ZONE
from carenet.kernel.timeline import TimelineLine
from elders.models import Assessment, Elder, LifeEvent, Merge, RiskEvent, Touch, TriageDecision, WitnessRecord
from elders.reports import story, words
from elders.states import RESTRICTED_RISKS, Level, LifeEventKind, PauseReason

# A source gives the newest `limit` lines of one elder before a moment, newest first.
Source = Callable[..., Iterable[TimelineLine]]
timeline_sources: list[Source] = []
# Contacts that no other app tells about itself.
OWN_TOUCH = "contact:"
# What a correction names; the values stand in the history only.
CORRECTED = {
    "name": pgettext_lazy("of a person", "name"), "sex": gettext_lazy("sex"), "born_on": gettext_lazy("date of birth"),
    "ethnicity": gettext_lazy("ethnic group"), "id_number": gettext_lazy("ID number"), "phone": gettext_lazy("phone"),
}  # fmt: skip


def register(source: Source) -> None:
    """Add a source `f(elder, *, before, limit) -> lines`; registering it again changes nothing."""
    if source not in timeline_sources:
        timeline_sources.append(source)


def timeline(elder: Elder, *, before: datetime, limit: int = 50) -> list[TimelineLine]:
    """The newest lines of everything five parties did for the elder."""
    lines: list[TimelineLine] = []
    for each in story.elders_of(elder):
        lines.extend(own_lines(each, before=before, limit=limit))
        for source in timeline_sources:
            lines.extend(islice(source(each, before=before, limit=limit), limit))
    return sorted(lines, key=lambda each: each.at, reverse=True)[:limit]


def own_lines(elder: Elder, *, before: datetime, limit: int) -> Iterable[TimelineLine]:
    """Registration, moves, pauses, assessments, colours, risk events and contacts noted here."""
    community = _("Community")
    worker = _("Social workers")
    for event in LifeEvent.objects.filter(elder=elder, at__lt=before).order_by("-at")[:limit]:
        yield TimelineLine(
            at=_noon(event.on, event.at), app="elders", kind=event.kind, title=str(LifeEventKind(event.kind).label),
            detail=_detail(event), party=community,
        )  # fmt: skip
    signed = Assessment.objects.filter(elder=elder, state="SIGNED", signed_at__lt=before).select_related(
        "instrument"
    )
    for assessment in signed.order_by("-signed_at")[:limit]:
        assert assessment.signed_at is not None
        detail = ""
        if assessment.final_level is not None:
            detail = _("Total %(total)s, level: %(level)s") % {
                "total": assessment.total,
                "level": Level(assessment.final_level).label,
            }
        yield TimelineLine(
            at=assessment.signed_at, app="elders", kind="ASSESSMENT", title=assessment.instrument.title,
            detail=detail, url=reverse("elders:assessment", args=[assessment.pk]), party=worker,
        )  # fmt: skip
    decisions = TriageDecision.objects.filter(elder=elder, is_final=True, at__lt=before)
    for decision in decisions.order_by("-at")[:limit]:
        yield TimelineLine(
            at=decision.at, app="elders", kind="COLOUR",
            title=_("Colour confirmed: %(colour)s") % {"colour": words.long_colour(decision.colour, decision.subtier)},
            detail=decision.reason, url=reverse("elders:triage", args=[decision.result_id]), party=worker,
        )  # fmt: skip
    risks = RiskEvent.objects.standing().filter(elder=elder, at__lt=before)
    for risk in risks.order_by("-at")[:limit]:
        grave = risk.kind in RESTRICTED_RISKS
        yield TimelineLine(
            at=_noon(risk.on, risk.at), app="elders", kind="RISK",
            title=_("Something serious was noted; the social workers know more") if grave else risk.get_kind_display(),
            detail="" if grave else risk.detail, party=community,
        )  # fmt: skip
    reviews = WitnessRecord.objects.standing().filter(elder=elder, at__lt=before).select_related("decision")
    for review in reviews.order_by("-met_on", "-pk")[:limit]:
        yield TimelineLine(
            at=_noon(review.met_on, review.at), app="elders", kind="REVIEW",
            title=_("Democratic review: %(people)s people met") % {"people": review.people},
            detail=review.get_opinion_display(),
            url=reverse("elders:triage", args=[review.decision.result_id]), party=community,
        )  # fmt: skip
    merges = Merge.objects.filter(kept=elder.person_id, undone_at__isnull=True, at__lt=before)
    for merge in merges.select_related("gone")[:limit]:
        yield TimelineLine(
            at=merge.at, app="elders", kind="MERGED", title=_("Another record of the same person was added"),
            detail=merge.gone.name, party=community,
        )  # fmt: skip
    touches = Touch.objects.filter(
        elder=elder,
        at__lt=before,
        source_key__startswith=OWN_TOUCH,
        reverses__isnull=True,
        reversed_by__isnull=True,
    ).select_related("by")
    for touch in touches.order_by("-at")[:limit]:
        yield TimelineLine(
            at=touch.at, app="elders", kind=touch.kind, title=touch.get_kind_display(), detail=str(touch.by),
            party=community,
        )  # fmt: skip


def _noon(on: object, at: datetime) -> datetime:
    """A dated fact stands at its own day; what was recorded the same day keeps its time."""
    if at.astimezone(STATION_ZONE).date() == on:
        return at
    return datetime.combine(on, time(12), STATION_ZONE)  # type: ignore[arg-type]


def _detail(event: LifeEvent) -> str:
    if event.kind == LifeEventKind.PAUSED and event.detail in PauseReason.values:
        return str(PauseReason(event.detail).label)
    if event.kind == LifeEventKind.CORRECTED:
        facts = pgettext("between facts", ", ").join(
            str(CORRECTED[each]) for each in event.before["facts"] if each in CORRECTED
        )
        return f"{facts} · {event.detail}"
    return event.detail
