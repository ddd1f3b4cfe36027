"""What the services app did for one elder, newest first; merged by `elders.reports.timeline`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from carenet.kernel.timeline import TimelineLine
from services.models import Case, ServiceRequest, Visit
from services.states import HelperKind

if TYPE_CHECKING:
    from elders.models import Elder


def timeline(elder: Elder, *, before: datetime, limit: int = 50) -> Iterable[TimelineLine]:
    """Requests, alarms, visits and cases of an elder; three queries, no notes and no words of a case."""
    lines = [*_requests(elder, before, limit), *_visits(elder, before, limit), *_cases(elder, before, limit)]
    return sorted(lines, key=lambda each: each.at, reverse=True)[:limit]


def _party(request: ServiceRequest) -> str:
    if request.helper is None:
        return _("Community")
    return {
        HelperKind.VOLUNTEER: _("Volunteers"),
        HelperKind.SOCIAL_WORKER: _("Social workers"),
    }.get(HelperKind(request.helper.kind), _("Social organisations"))


def _requests(elder: Elder, before: datetime, limit: int) -> list[TimelineLine]:
    rows = (
        ServiceRequest.objects.filter(elder=elder, requested_at__lt=before)
        .select_related("kind", "helper__person", "feedback", "handler")
        .order_by("-requested_at")[:limit]
    )
    found = []
    for each in rows:
        who = each.helper.person.name if each.helper else str(each.handler) if each.handler else ""
        feedback = getattr(each, "feedback", None)
        parts = [str(each.get_state_display()), who, "★" * feedback.stars if feedback else ""]
        found.append(
            TimelineLine(
                at=each.done_at if each.done_at and each.done_at < before else each.requested_at,
                app="services", kind="ALARM" if each.is_alarm else "SERVICE",
                title=each.kind.title, detail=" · ".join(part for part in parts if part),
                url=reverse("services:request", args=[each.pk]), party=_party(each),
            )
        )  # fmt: skip
    return found


def _visits(elder: Elder, before: datetime, limit: int) -> list[TimelineLine]:
    rows = Visit.objects.current().filter(elder=elder, visited_at__lt=before).select_related("worker")
    return [
        TimelineLine(
            at=each.visited_at, app="services", kind="VISIT",
            title=_("Visit: %(seen)s") % {"seen": each.get_seen_display()},
            detail=" · ".join(
                part for part in (str(each.get_mood_display() or ""), "、".join(each.finding_labels()), str(each.worker)) if part
            ),
            url=reverse("services:visit", args=[each.pk]), party=_("Social workers"),
        )
        for each in rows.order_by("-visited_at")[:limit]
    ]  # fmt: skip


def _cases(elder: Elder, before: datetime, limit: int) -> list[TimelineLine]:
    found = []
    for each in (
        Case.objects.filter(elder=elder, opened_at__lt=before)
        .select_related("worker")
        .order_by("-opened_at")[:limit]
    ):
        url = reverse("services:case", args=[each.pk])
        if each.closed_at is not None and each.closed_at < before:
            found.append(
                TimelineLine(
                    at=each.closed_at, app="services", kind="CASE", title=_("Case closed"), detail=str(each.worker), url=url,
                    party=_("Social workers"),
                )
            )  # fmt: skip
        found.append(
            TimelineLine(
                at=each.opened_at, app="services", kind="CASE", title=_("Case opened"), detail=str(each.worker), url=url,
                party=_("Social workers"),
            )
        )  # fmt: skip
    return found
