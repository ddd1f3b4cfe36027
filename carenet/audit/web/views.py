"""Pages for the auditor and the director, and one for everybody: who looked at my file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from carenet.accounts import policies
from carenet.accounts.models import RoleGrant, User
from carenet.audit import actions, classes, fact_words, reading, reports, verbs
from carenet.audit.filters import NoteFilter, ReadLogFilter, RowForm
from carenet.audit.models import Note, ReadLog
from carenet.parties.models import Area
from carenet.webkit import excel, paging

MOST_EXPORTED = 20_000
MY_DAYS = 365


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    names = {
        "reads": _("Looks at personal data"),
        "notes": _("Deeds"),
        "rights": _("Roles"),
        "city": _("Street and city"),
        "rows": _("History of a row"),
    }
    return [
        {"label": label, "url": reverse(f"audit:{name}"), "current": name == current}
        for name, label in names.items()
    ]


def _audited(request: HttpRequest) -> Any:
    """The active community, when the user may audit it; strangers learn nothing."""
    community = request.community  # type: ignore[attr-defined]
    if community is None or not policies.may_audit(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


def _exported(request: HttpRequest, community: Any, what: str, count: int) -> None:
    actions.note(
        community=community, verb="audit.exported", object_kind=what, by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        facts={"rows": count, "filter": request.GET.dict()},
    )  # fmt: skip


@login_required
@never_cache
def reads(request: HttpRequest) -> HttpResponse:
    """Who looked at whose data."""
    community = _audited(request)
    queryset = ReadLog.objects.visible_to(request.user).of(community).order_by("-at", "-pk")
    filters = ReadLogFilter(request.GET, queryset=queryset)
    if request.GET.get("format") == "xlsx":
        found = list(filters.qs[:MOST_EXPORTED])
        _exported(request, community, "audit.readlog", len(found))
        columns = [
            excel.Column(each)
            for each in (
                _("time"),
                _("who looked"),
                _("whose file"),
                _("what was shown"),
                _("purpose"),
                _("page"),
            )
        ]
        rows = (
            (
                timezone.localtime(each.at), each.viewer_name, each.subject_name,
                "、".join(reports.field_words(each.fields)), _(each.purpose), each.url,
            )
            for each in found
        )  # fmt: skip
        return excel.xlsx_response("looks", columns, rows)
    page = paging.page(request, filters.qs)
    for each in page.items:
        each.words = reports.field_words(each.fields)
    context = {"page": page, "filter_form": filters.form, "tabs": _tabs(request, "reads")}
    return render(request, "audit/reads.html", context)


@login_required
@never_cache
def notes(request: HttpRequest) -> HttpResponse:
    """What was done that is no row change: sign-ins, exports."""
    community = _audited(request)
    queryset = Note.objects.visible_to(request.user).of(community).order_by("-at", "-pk")
    filters = NoteFilter(request.GET, queryset=queryset)
    if request.GET.get("format") == "xlsx":
        found = list(filters.qs[:MOST_EXPORTED])
        _exported(request, community, "audit.note", len(found))
        columns = [excel.Column(each) for each in (_("time"), _("who"), _("deed"), _("thing"), _("facts"))]
        rows = (
            (
                timezone.localtime(each.at), each.by_name, verbs.label(each.verb),
                f"{each.object_kind} {each.object_id}".strip(), fact_words.sentence(each.facts),
            )
            for each in found
        )  # fmt: skip
        return excel.xlsx_response("deeds", columns, rows)
    page = paging.page(request, filters.qs)
    _worded(page.items)
    context = {"page": page, "filter_form": filters.form, "tabs": _tabs(request, "notes")}
    return render(request, "audit/notes.html", context)


def _worded(found: Any) -> None:
    numbers = {each.facts["area"] for each in found if each.facts.get("area")}
    areas = dict(Area.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}
    for each in found:
        each.deed = verbs.label(each.verb)
        each.said = fact_words.sentence(each.facts, areas)


@login_required
@never_cache
def rights(request: HttpRequest) -> HttpResponse:
    """Who gave which role to whom, and who ended it; newest first."""
    community = _audited(request)
    queryset = (
        RoleGrant.objects.filter(community=community)
        .select_related("user", "granted_by", "ended_by")
        .order_by("-since", "-pk")
    )
    if request.GET.get("format") == "xlsx":
        found = list(queryset[:MOST_EXPORTED])
        _exported(request, community, "accounts.rolegrant", len(found))
        columns = [
            excel.Column(each)
            for each in (_("user"), _("Role"), _("since"), _("granted by"), _("until"), _("ended by"))
        ]
        rows = (
            (
                str(each.user), str(each.get_role_display()), each.since, str(each.granted_by or ""), each.until,
                str(each.ended_by or ""),
            )
            for each in found
        )  # fmt: skip
        return excel.xlsx_response("roles", columns, rows)
    page = paging.page(request, queryset)
    return render(request, "audit/rights.html", {"page": page, "tabs": _tabs(request, "rights")})


@login_required
@never_cache
def city(request: HttpRequest) -> HttpResponse:
    """Which street and city officers read across the communities, this one among them."""
    community = _audited(request)
    found = reports.area_notes(community)
    _worded(found)
    return render(request, "audit/city.html", {"notes": found, "tabs": _tabs(request, "city")})


@login_required
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """Choose a row."""
    _audited(request)
    form = RowForm(request.GET or None, kinds=reports.tracked())
    if form.is_valid():
        return redirect("audit:row", kind=form.cleaned_data["kind"], pk=form.cleaned_data["number"])
    return render(request, "audit/rows.html", {"form": form, "tabs": _tabs(request, "rows")})


@login_required
@never_cache
def row(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The history of one row: who, when, from which page, what changed."""
    community = _audited(request)
    if kind.lower() not in reports.event_models() or not _in_community(kind.lower(), pk, community.pk):
        raise Http404
    changes = reports.history(kind, pk, reader=request.user, community_id=community.pk)  # type: ignore[arg-type]
    person = reports.row_person(kind, pk)
    if person is not None:
        shown = {
            f"C{classes.of(kind, each.column).value}"
            for change in changes
            for each in change.fields
            if not each.hidden and not each.sealed
        }
        reading.record(request, [person], ["history", kind.lower(), *sorted(shown)], _("audit"))
    label = dict(reports.tracked())[kind.lower()]
    context = {"changes": changes, "label": label, "pk": pk, "tabs": _tabs(request, "rows")}
    return render(request, "audit/row.html", context)


def _in_community(kind: str, pk: int, community_id: int) -> bool:
    if kind == "accounts.user":
        return User.objects.filter(pk=pk, grants__community_id=community_id).exists()
    return reports.row_community(kind, pk) == community_id


@login_required
@never_cache
def my_looks(request: HttpRequest) -> HttpResponse:
    """Everybody's right to know who looked at their file in the last year. Source: PIPL Art. 44, 45."""
    person = request.user.person if request.user.person_id else None  # type: ignore[union-attr]
    since = timezone.now() - timedelta(days=MY_DAYS)
    found = reports.looks(person, since) if person is not None else []
    return render(
        request, "audit/my_looks.html", {"looks": found, "known": person is not None, "days": MY_DAYS}
    )
