"""The street officer's day: how the communities below stand, in counts; read only, no name, every opening noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from carenet.accounts.states import Role
from carenet.audit import city
from carenet.kernel.digest import Figure
from carenet.parties.models import Community
from carenet.webkit import excel
from elders.reports import area as elders
from services.reports import area as services


@dataclass(frozen=True)
class Row:
    """One community."""

    community: Community
    standing: elders.Standing
    work: services.Work

    @property
    def needs_a_word(self) -> bool:
        """Something there has waited too long."""
        return bool(self.standing.red_silent or self.work.overdue or self.work.alarms)


@login_required
@require_GET
def area(request: HttpRequest) -> HttpResponse:
    """Figures, what is late, and one line for each community; also as .xlsx. Officers only, 404 for others."""
    user: Any = request.user
    if Role.STREET_OFFICER not in user.all_roles:
        raise Http404
    at = timezone.now()
    with city.reading(user, page=request.get_full_path(), at=at) as view:
        chosen = list(Community.objects.filter(pk__in=view.community_ids).order_by("name", "pk"))
        standings = elders.standings(view.community_ids, at=at)
        work = services.work(view.community_ids, at=at)
    rows = [
        Row(each, standings.get(each.pk, elders.Standing()), work.get(each.pk, services.Work()))
        for each in chosen
    ]
    if request.GET.get("format") == "xlsx":
        return _export(rows)
    persons, times = pgettext("unit", "persons"), pgettext("unit", "requests")
    url = request.path
    figures = [
        Figure("street.in_care", _("Elders in care"), sum(each.standing.in_care for each in rows), persons, url),
        Figure("street.red", _("Red"), sum(each.standing.red for each in rows), persons, url),
        Figure("street.unassessed", _("Waiting for assessment"), sum(each.standing.unassessed for each in rows), persons, url),
        Figure("street.alarms", _("Open alarms"), sum(each.work.alarms for each in rows), times, url),
    ]  # fmt: skip
    late = [
        (_("Red elders not heard from"), sum(each.standing.red_silent for each in rows)),
        (_("Assessments overdue"), sum(each.standing.overdue for each in rows)),
        (_("Requests past their time"), sum(each.work.overdue for each in rows)),
    ]
    return render(
        request, "portal/street.html",
        {"rows": rows, "figures": figures, "late": [each for each in late if each[1]], "at": at},
    )  # fmt: skip


def _export(rows: list[Row]) -> HttpResponse:
    columns = [
        excel.Column(pgettext("place", "Community")), excel.Column(_("Elders in care")), excel.Column(_("Red")),
        excel.Column(_("Yellow")), excel.Column(_("Waiting for assessment")), excel.Column(_("Assessments overdue")),
        excel.Column(_("Not heard from")), excel.Column(_("Red elders not heard from")), excel.Column(_("Open alarms")),
        excel.Column(_("Requests waiting")), excel.Column(_("Requests past their time")),
    ]  # fmt: skip
    cells = (
        [
            each.community.name, each.standing.in_care, each.standing.red, each.standing.yellow, each.standing.unassessed,
            each.standing.overdue, each.standing.silent, each.standing.red_silent, each.work.alarms, each.work.waiting,
            each.work.overdue,
        ]
        for each in rows
    )  # fmt: skip
    return excel.xlsx_response("street", columns, cells)
