"""Ask for a file with personal data, decide about it, fetch it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from carenet.accounts.states import FieldClass
from carenet.exports import actions as exports
from carenet.exports import policies
from carenet.exports.models import Export
from carenet.exports.querysets import OVERSEERS
from carenet.exports.states import FILE_HOURS, WAITS_DAYS
from carenet.exports.web.forms import AskForm, RefuseForm
from carenet.kernel.errors import DomainError
from carenet.webkit import excel, once, paging, refusals


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I asked for, and for those who oversee everything that left the station."""
    user: Any = request.user
    at = timezone.now()
    rows = Export.objects.visible_to(user).select_related("asked_by", "decided_by", "job")
    waiting = rows.waiting(at).exclude(asked_by=user).order_by("asked_at", "pk")[:50]
    mine = request.GET.get("tab") != "all"
    shown = rows.filter(asked_by=user) if mine else rows
    tabs = [
        {"label": _("My files"), "url": "?tab=mine", "current": mine, "count": None},
        {"label": _("All files"), "url": "?tab=all", "current": not mine, "count": None},
    ]
    return render(
        request, "exports/list.html",
        {
            "waiting": [each for each in waiting if policies.may_decide(user, each)], "at": at,
            "page": paging.page(request, shown, per_page=30),
            "tabs": tabs if any(user.has_role(pk, *OVERSEERS) for pk in user.community_ids) else [],
        },
    )  # fmt: skip


def _parameters(path: str) -> dict[str, str]:
    return dict(parse_qsl(path.partition("?")[2]))


@login_required
@once.once
def ask(request: HttpRequest) -> HttpResponse:
    """What the file would hold, who may approve it, and the one question: what for?"""
    user: Any = request.user
    community: Any = getattr(request, "community", None)
    path = request.POST.get("of") or request.GET.get("of") or ""
    if community is None or not path:
        raise Http404
    at = timezone.now()
    language = translation.get_language() or "zh-hans"
    facts = exports.facts_of(path=path, community=community, by=user, language=language, at=at)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={"purpose": _parameters(path).get("purpose", "")},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            row = exports.ask(
                community=community,
                path=path,
                purpose=form.cleaned_data["purpose"],
                language=language,
                by=user,
                at=at,
            )
            messages.success(request, _("Asked. You get a message as soon as somebody has decided."))
            return redirect("exports:export", pk=row.pk)
    chosen = policies.approvers(community_id=community.pk, field_class=facts.field_class, asker=user)
    return refusals.form_page(
        request, "exports/ask.html", form,
        {
            "facts": facts, "columns": _columns(facts.headings), "of": path, "approvers": chosen, "days": WAITS_DAYS,
            "hours": FILE_HOURS, "back_to": _on_screen(path),
        },
    )  # fmt: skip


def _columns(headings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns by class, the most sensitive first."""
    found = []
    for field_class in sorted({each["field_class"] for each in headings}, reverse=True):
        titles = [each["title"] for each in headings if each["field_class"] == field_class]
        found.append(
            {
                "label": FieldClass(field_class).label,
                "titles": titles,
                "high": field_class >= FieldClass.PERSONAL,
            }
        )
    return found


def _on_screen(path: str) -> str:
    """The list itself, as a page; empty when the address only makes the file."""
    place, _mark, query = path.partition("?")
    kept = parse_qsl(query)
    if ("format", "xlsx") not in kept:
        return ""
    left = urlencode([each for each in kept if each[0] not in ("format", "columns")])
    return f"{place}?{left}" if left else place


@login_required
@once.once
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: the question, the decision, the way to the file. Its POST decides, withdraws or makes again."""
    user: Any = request.user
    rows = Export.objects.visible_to(user).select_related("asked_by", "decided_by", "job", "community")
    row: Export = get_object_or_404(rows, pk=pk)
    at = timezone.now()
    deed = request.POST.get("do", "")
    form = RefuseForm(request.POST if deed == "refuse" else None)
    if request.method == "POST":
        try:
            return _done(request, row, deed, form, at) or _page(request, row, form, at)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("exports:export", pk=pk)
    return _page(request, row, form, at)


def _done(request: HttpRequest, row: Export, deed: str, form: RefuseForm, at: Any) -> HttpResponse | None:
    """The answer to a POST; None when the form came back with errors."""
    by: Any = request.user
    if deed == "approve":
        exports.approve(export=row, by=by, at=at)
        messages.success(request, _("Approved. %(who)s gets the file.") % {"who": row.asked_by})
    elif deed == "refuse":
        if not form.is_valid():
            return None
        exports.refuse(export=row, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("Refused. %(who)s reads your reason.") % {"who": row.asked_by})
    elif deed == "withdraw" and row.asked_by_id == by.pk:
        exports.withdraw(export=row, by=by, at=at)
        messages.success(request, _("Withdrawn."))
    elif deed == "again" and row.asked_by_id == by.pk:
        exports.make_again(export=row, by=by, at=at)
        messages.success(request, _("The file is made once more."))
    else:
        raise Http404
    return redirect("exports:export", pk=row.pk)


def _page(request: HttpRequest, row: Export, form: RefuseForm, at: Any) -> HttpResponse:
    user: Any = request.user
    waiting = row.is_waiting(at)
    may_decide = waiting and policies.may_decide(user, row)
    chosen = (
        policies.approvers(community_id=row.community_id, field_class=row.field_class, asker=row.asked_by)
        if waiting
        else []
    )
    return refusals.form_page(
        request, "exports/export.html", form,
        {
            "row": row, "columns": _columns(row.headings), "is_mine": row.asked_by_id == user.pk, "is_waiting": waiting,
            "may_decide": may_decide, "approvers": chosen, "on_screen": _on_screen(row.path) if may_decide else "",
            "may_fetch": row.asked_by_id == user.pk and row.may_be_fetched(at), "at": at,
        },
    )  # fmt: skip


@login_required
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for its asker only; each time is written down."""
    user: Any = request.user
    row: Export = get_object_or_404(Export.objects.visible_to(user).filter(asked_by=user), pk=pk)
    content = exports.fetch(export=row, by=user, at=timezone.now())
    return excel.attachment(content, row.file_name, row.mime)
