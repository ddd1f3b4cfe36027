"""The secretary's page of an agenda."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.webkit import once, refusals
from meetings import policies, reports
from meetings.actions import agenda as agendas
from meetings.models import AgendaItem
from meetings.web.finding import rights, secretarys_meeting
from meetings.web.forms import ItemForm
from meetings.web.meetings import tabs_of


@login_required
@once.once
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw, complete, reorder, publish; the form adds a topic."""
    found = secretarys_meeting(request, pk)
    current = getattr(found, "agenda", None)
    form = ItemForm(request.POST if request.POST.get("do") == "add" else None, initial={"section": 4})
    if request.method == "POST":
        done = _do(request, found, current, form)
        if done is not None:
            return done
    return refusals.form_page(
        request,
        "meetings/agenda.html",
        form,
        {
            **rights(request, found),
            "sections": reports.sections(found, whole=True),
            "tabs": tabs_of(request, found, "agenda"),
        },
    )


def _do(request: HttpRequest, found, current, form: ItemForm) -> HttpResponse | None:  # type: ignore[no-untyped-def]
    what = request.POST.get("do", "")
    if what == "add" and current is not None:
        if form.is_valid():
            data = form.cleaned_data
            with refusals.refusals_on(form):
                agendas.add_item(
                    agenda=current, section=data["section"], title=data["title"], body=data["body"],
                    proposer=data["proposer"], minutes=data["minutes"] or 0, by=request.user, at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("The topic is on the agenda."))
                return redirect("meetings:agenda", pk=found.pk)
        return None
    if what == "draw":
        with refusals.refusals_told(request):
            agendas.draw(meeting=found, by=request.user, at=timezone.now())
            messages.success(
                request, _("The agenda is drawn from the data. What you wrote yourself is still there.")
            )
        return redirect("meetings:agenda", pk=found.pk)
    if what == "publish" and current is not None:
        with refusals.refusals_told(request):
            agendas.publish(agenda=current, by=request.user, at=timezone.now())
            messages.success(request, _("The agenda is published and the representatives are told."))
            return redirect("meetings:meeting", pk=found.pk)
        return redirect("meetings:agenda", pk=found.pk)
    raise Http404


def _item(request: HttpRequest, pk: int) -> AgendaItem:
    found: AgendaItem = get_object_or_404(
        AgendaItem.objects.visible_to(request.user).select_related("agenda__meeting__community"), pk=pk
    )
    if not policies.may_prepare(request.user, found.community_id):
        raise Http404
    return found


@login_required
@once.once
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one point."""
    found = _item(request, pk)
    form = ItemForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals.refusals_on(form):
            agendas.edit_item(
                item=found, title=data["title"], body=data["body"], proposer=data["proposer"],
                minutes=data["minutes"] or 0, by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The topic is changed."))
            return redirect("meetings:agenda", pk=found.agenda.meeting_id)
    return refusals.form_page(
        request, "meetings/item.html", form, {"item": found, "meeting": found.agenda.meeting}
    )


@login_required
@once.once
def item_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Up, down, leave out, take back in."""
    found = _item(request, pk)
    what = request.POST.get("do", "")
    if request.method != "POST" or what not in {"up", "down", "out", "in"}:
        raise Http404
    with refusals.refusals_told(request):
        if what in {"up", "down"}:
            agendas.shift(item=found, up=what == "up", by=request.user, at=timezone.now())
        else:
            agendas.leave_out(item=found, back=what == "in", by=request.user, at=timezone.now())
    return redirect("meetings:agenda", pk=found.agenda.meeting_id)
