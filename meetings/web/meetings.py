"""The list of meetings, one meeting, calling and moving it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from carenet.kernel.months import day_of
from carenet.webkit import excel, once, paging, refusals
from meetings import policies, reports
from meetings.actions import calendar
from meetings.models import Meeting
from meetings.querysets import READER_ROLES
from meetings.states import MeetingKind, MeetingState
from meetings.web.finding import meeting_of, rights, secretarys_meeting
from meetings.web.forms import CallForm, WhenAndWhere


def require_reader(request: HttpRequest) -> None:
    """404 for everybody without a seat or a paper to keep."""
    if not any(request.user.has_role(each, *READER_ROLES) for each in request.user.community_ids):
        raise Http404


@login_required
def meetings(request: HttpRequest) -> HttpResponse:
    """Coming meetings first, then those that were held."""
    require_reader(request)
    now = timezone.now()
    kind = request.GET.get("kind", "")
    found = (
        Meeting.objects.visible_to(request.user)
        .of(request.community)
        .select_related("agenda", "minutes__document")
    )
    counted = found.annotate(
        decided=Count("decisions", distinct=True),
        settled=Count("decisions", filter=Q(decisions__state__in=["VERIFIED", "WAIVED"]), distinct=True),
    )
    if kind in MeetingKind.values:
        counted = counted.filter(kind=kind)
    held = counted.exclude(state__in=[MeetingState.PLANNED, MeetingState.OPEN]).order_by(
        "-scheduled_at", "-pk"
    )
    if request.GET.get("format") == "xlsx":
        return _list_xlsx(held)
    base = request.path
    tabs = [{"label": pgettext("meetings", "All"), "url": base, "current": kind not in MeetingKind.values}]
    tabs += [
        {"label": label, "url": f"{base}?kind={value}", "current": kind == value}
        for value, label in MeetingKind.choices
    ]
    coming = list(
        counted.filter(state__in=[MeetingState.PLANNED, MeetingState.OPEN]).order_by("scheduled_at")[:12]
    )
    return render(
        request,
        "meetings/list.html",
        {
            "tabs": tabs,
            "coming": coming,
            "page": paging.page(request, held, per_page=20),
            "may_prepare": policies.may_prepare(request.user, request.community.pk),
            "today": day_of(now),
        },
    )


def _list_xlsx(held) -> HttpResponse:  # type: ignore[no-untyped-def]
    columns = [
        excel.Column(_("Meeting")), excel.Column(_("Day")), excel.Column(_("Place")), excel.Column(_("State")),
        excel.Column(_("Decisions")), excel.Column(_("Done")), excel.Column(_("Number of the minutes")),
    ]  # fmt: skip
    rows = []
    for each in held[:2000]:
        minutes = getattr(each, "minutes", None)
        number = minutes.document.number if minutes is not None and minutes.document else ""
        rows.append(
            [
                each.name,
                day_of(each.scheduled_at),
                each.place,
                each.get_state_display(),
                each.decided,
                each.settled,
                number,
            ]
        )
    return excel.xlsx_response(_("meetings"), columns, rows)


@login_required
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: who comes, what was promised, the agenda, the decisions."""
    found = meeting_of(request, pk)
    now = timezone.now()
    asked_at = found.closed_at or now
    return render(
        request,
        "meetings/meeting.html",
        {
            **rights(request, found),
            "chips": reports.chips(found, at=asked_at),
            "quorum": reports.quorum(found, at=now) if found.state == MeetingState.OPEN else None,
            "follow_up": reports.follow_up(found, on=day_of(now)),
            "sections": reports.sections(found),
            "decisions": list(found.decisions.select_related("responsible").order_by("number")),
            "today": day_of(now),
            "tabs": tabs_of(request, found, "meeting"),
        },
    )


@login_required
def quorum(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel that says who is in the room, asked again every few seconds."""
    found = meeting_of(request, pk)
    now = timezone.now()
    return render(
        request,
        "meetings/quorum.html",
        {
            **rights(request, found),
            "chips": reports.chips(found, at=found.closed_at or now),
            "quorum": reports.quorum(found, at=now) if found.state == MeetingState.OPEN else None,
        },
    )


def tabs_of(request: HttpRequest, found: Meeting, current: str) -> list[dict[str, object]]:
    """The pages of one meeting."""
    from django.urls import reverse

    wanted = [("meeting", _("Overview"))]
    if policies.may_prepare(request.user, found.community_id):
        wanted.append(("agenda", _("Agenda")))
        if found.state != MeetingState.CALLED_OFF:
            wanted += [("sign-in", pgettext("meeting", "Sign-in"))]
    if found.state in {MeetingState.OPEN, MeetingState.CLOSED}:
        wanted.append(("minutes", pgettext("meeting", "Minutes")))
    return [
        {"label": label, "url": reverse(f"meetings:{name}", args=[found.pk]), "current": name == current}
        for name, label in wanted
    ]


@login_required
@once.once
def call(request: HttpRequest) -> HttpResponse:
    """Call a meeting."""
    require_reader(request)
    if not policies.may_prepare(request.user, request.community.pk):
        raise Http404
    usual = calendar.usual_time(calendar.first_of_month(timezone.localdate()), timezone.now())
    local = timezone.localtime(usual)
    form = CallForm(
        request.POST or None,
        initial={
            "kind": MeetingKind.JOINT, "month": local.date(), "day": local.date(), "time": local.time(),
            "place": request.community.address or request.community.name, "recorder": str(request.user),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals.refusals_on(form):
            made = calendar.call(
                community=request.community, kind=data["kind"], month=data["month"], regular=not data["extra"],
                scheduled_at=form.scheduled_at(), place=data["place"], chair=data["chair"], recorder=data["recorder"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(
                request, _("%(meeting)s is called. Next: draw the agenda and publish it.") % {"meeting": made}
            )
            return redirect("meetings:agenda", pk=made.pk)
    return refusals.form_page(request, "meetings/call.html", form)


@login_required
@once.once
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when, where and who."""
    found = secretarys_meeting(request, pk)
    local = timezone.localtime(found.scheduled_at)
    form = WhenAndWhere(
        request.POST or None,
        initial={
            "day": local.date(), "time": local.time(), "place": found.place, "chair": found.chair,
            "recorder": found.recorder,
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals.refusals_on(form):
            calendar.move(
                meeting=found, scheduled_at=form.scheduled_at(), place=data["place"], chair=data["chair"],
                recorder=data["recorder"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(
                request, _("The meeting is changed. Tell the parties if they knew the old time.")
            )
            return redirect("meetings:meeting", pk=pk)
    return refusals.form_page(request, "meetings/move.html", form, {"meeting": found})


STEPS = {
    "begin": (
        calendar.open_meeting,
        gettext_noop("The meeting has begun. Let everybody sign in."),
        "meetings:sign-in",
    ),
    "end": (calendar.close, gettext_noop("The meeting has ended. Next: the minutes."), "meetings:minutes"),
    "call-off": (calendar.call_off, gettext_noop("The meeting is called off."), "meetings:meeting"),
}


@login_required
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, end or call off."""
    found = secretarys_meeting(request, pk)
    name = request.POST.get("step", "")
    if request.method != "POST" or name not in STEPS:
        raise Http404
    action, sentence, page = STEPS[name]
    with refusals.refusals_told(request):
        action(meeting=found, by=request.user, at=timezone.now())
        messages.success(request, _(sentence))
        return redirect(page, pk=pk)
    return redirect("meetings:meeting", pk=pk)
