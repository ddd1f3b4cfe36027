"""During the meeting: sign in, leave, discuss, decide; afterwards what became of the decisions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import steps
from carenet.kernel.months import day_of
from carenet.webkit import excel, once, paging, refusals
from meetings import policies, reports
from meetings.actions import attendance, decisions
from meetings.models import AgendaItem, Attendance, Decision, Invitation, Meeting
from meetings.states import DECISION_STEPS, STEP_LABELS, MeetingState
from meetings.web.finding import meeting_of, rights, secretarys_meeting
from meetings.web.forms import DecideForm, DiscussForm, StepForm, WalkInForm
from meetings.web.meetings import require_reader, tabs_of


@login_required
@once.once
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One big button for each representative."""
    found = meeting_of(request, pk)
    desk = policies.may_prepare(request.user, found.community_id)
    walk_in = WalkInForm(request.POST if request.POST.get("do") == "walk-in" else None, meeting=found)
    if request.method == "POST":
        done = _sign(request, found, walk_in)
        if done is not None:
            return done
    now = timezone.now()
    return refusals.form_page(
        request,
        "meetings/sign_in.html",
        walk_in,
        {
            **rights(request, found),
            "groups": _groups(found, None if desk else request.user.person_id),
            "chips": reports.chips(found, at=found.closed_at or now),
            "quorum": reports.quorum(found, at=now) if found.state == MeetingState.OPEN else None,
            "tabs": tabs_of(request, found, "sign-in"),
        },
    )


def _groups(found: Meeting, only_person: int | None) -> list[dict[str, object]]:
    """Invited people and walk-ins by party, with where they are now."""
    spells: dict[int, Attendance] = {}
    for each in found.attendances.select_related("person", "organisation"):
        spells[each.person_id] = each
    groups: dict[str, list[dict[str, object]]] = {}
    nameless: dict[str, list[str]] = {}
    seen = set()
    for each in found.invitations.select_related("person", "organisation").order_by(
        "organisation__name", "pk"
    ):
        if only_person is not None and each.person_id != only_person:
            continue
        spell = spells.get(each.person_id) if each.person_id else None
        mine = spell if spell is not None and spell.organisation_id == each.organisation_id else None
        if spell is not None and mine is None:
            continue
        seen.add(each.person_id)
        if each.person_id is None:
            nameless.setdefault(each.party_kind, []).append(each.organisation.name)
            continue
        groups.setdefault(each.party_kind, []).append({"invitation": each, "spell": mine})
    if only_person is None:
        for person_id, spell in spells.items():
            if person_id not in seen:
                groups.setdefault(spell.party_kind, []).append({"invitation": None, "spell": spell})
    order = [each.code for each in reports.chips(found, at=found.scheduled_at)]
    known = [*groups, *[each for each in nameless if each not in groups]]
    return [
        {"label": reports.party_name(code), "rows": groups.get(code, []), "nameless": nameless.get(code, [])}
        for code in sorted(known, key=lambda each: order.index(each) if each in order else len(order))
    ]


def _sign(request: HttpRequest, found: Meeting, walk_in: WalkInForm) -> HttpResponse | None:
    what, now = request.POST.get("do", ""), timezone.now()
    back = redirect("meetings:sign-in", pk=found.pk)
    if what == "walk-in":
        if walk_in.is_valid():
            member = walk_in.cleaned_data["member"]
            with refusals.refusals_on(walk_in):
                attendance.sign_in(
                    meeting=found, person=member.person, organisation=member.organisation,
                    online=walk_in.cleaned_data["online"], by=request.user, at=now,
                )  # fmt: skip
                return back
        return None
    number = request.POST.get("row", "")
    if what == "leave":
        spell = get_object_or_404(
            Attendance.objects.filter(meeting=found), pk=number if number.isdigit() else 0
        )
        with refusals.refusals_told(request):
            attendance.leave(attendance=spell, by=request.user, at=now)
        return back
    invitation = get_object_or_404(
        Invitation.objects.filter(meeting=found, person__isnull=False).select_related(
            "person", "organisation"
        ),
        pk=number if number.isdigit() else 0,
    )
    with refusals.refusals_told(request):
        if what == "excuse":
            attendance.excuse(
                invitation=invitation, reason=request.POST.get("reason", ""), by=request.user, at=now
            )
        elif what == "sign-in":
            attendance.sign_in(
                meeting=found,
                person=invitation.person,
                organisation=invitation.organisation,
                by=request.user,
                at=now,
            )
        else:
            raise Http404
    return back


@login_required
@once.once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a decision down; closed below quorum, with the parties that are missing."""
    found = secretarys_meeting(request, pk)
    now = timezone.now()
    quorum = reports.quorum(found, at=now)
    item = request.GET.get("item", "")
    form = DecideForm(request.POST or None, meeting=found, initial={"item": item if item.isdigit() else None})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            made = decisions.record(meeting=found, **form.cleaned_data, by=request.user, at=now)
            messages.success(
                request,
                _("Decision %(number)d is recorded with %(parties)s present. %(who)s is told.")
                % {
                    "number": made.number,
                    "parties": reports.joined(reports.party_name(each) for each in made.parties),
                    "who": made.responsible.name,
                },
            )
            return redirect("meetings:meeting", pk=pk)
    return refusals.form_page(
        request,
        "meetings/decide.html",
        form,
        {**rights(request, found), "quorum": quorum, "chips": reports.chips(found, at=now)},
    )


@login_required
@once.once
def discuss(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was said about a point."""
    item = get_object_or_404(
        AgendaItem.objects.visible_to(request.user).select_related(
            "agenda__meeting__community", "discussion"
        ),
        pk=pk,
    )
    found = item.agenda.meeting
    if not policies.may_prepare(request.user, item.community_id):
        raise Http404
    words = getattr(getattr(item, "discussion", None), "words", "")
    form = DiscussForm(request.POST or None, initial={"words": words})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            decisions.discuss(item=item, words=form.cleaned_data["words"], by=request.user, at=timezone.now())
            messages.success(request, _("The discussion is written down."))
            return redirect("meetings:minutes", pk=found.pk)
    return refusals.form_page(request, "meetings/discuss.html", form, {"item": item, "meeting": found})


@login_required
def decision_list(request: HttpRequest) -> HttpResponse:
    """What was promised and what became of it, the overdue first."""
    require_reader(request)
    today = timezone.localdate()
    found = (
        Decision.objects.visible_to(request.user)
        .of(request.community)
        .select_related("responsible", "meeting")
    )
    counts = {"open": found.open().count(), "overdue": found.overdue(today).count(), "all": found.count()}
    which = "overdue" if request.GET.get("overdue") else request.GET.get("show", "open")
    chosen = {"open": found.open(), "overdue": found.overdue(today)}.get(which, found)
    words = request.GET.get("q", "").strip()
    if words:
        chosen = chosen.filter(Q(text__icontains=words) | Q(responsible__name__icontains=words))
    chosen = chosen.order_by("due_on", "pk")
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Meeting")), excel.Column(_("No.")), excel.Column(_("Decision")), excel.Column(pgettext("meeting", "Responsible")),
            excel.Column(_("To be done by")), excel.Column(_("State")), excel.Column(_("What became of it")),
        ]  # fmt: skip
        rows = [
            [
                each.meeting.name, each.number, each.text, each.responsible.name, each.due_on,
                each.get_state_display(), each.state_note,
            ]
            for each in chosen[:5000]
        ]  # fmt: skip
        return excel.xlsx_response(_("decisions"), columns, rows)
    base = request.path
    tabs = [
        {
            "label": pgettext("decisions", "Open"),
            "url": f"{base}?show=open",
            "current": which == "open",
            "count": counts["open"],
        },
        {
            "label": pgettext("decisions", "Overdue"),
            "url": f"{base}?overdue=1",
            "current": which == "overdue",
            "count": counts["overdue"],
        },
        {
            "label": pgettext("decisions", "All"),
            "url": f"{base}?show=all",
            "current": which == "all",
            "count": counts["all"],
        },
    ]
    page = paging.page(request, chosen, per_page=50)
    for each in page.items:
        each.late = each.is_overdue(today)
    return render(
        request,
        "meetings/decisions.html",
        {
            "tabs": tabs,
            "page": page,
            "query": words,
            "show": which,
            "done": counts["all"] - counts["open"],
            "all": counts["all"],
        },
    )


@login_required
@once.once
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision, its story, and the steps the reader may take."""
    found = get_object_or_404(
        Decision.objects.visible_to(request.user).select_related("responsible", "meeting__community", "item"),
        pk=pk,
    )
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data["step"]
        if step not in DECISION_STEPS:
            raise Http404
        with refusals.refusals_on(form):
            decisions.take_step(
                decision=found, step=step, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("It is written down."))
            return redirect("meetings:decision", pk=pk)
    open_steps = [
        (name, STEP_LABELS[name])
        for name in steps.open_steps(DECISION_STEPS, found.state)
        if decisions.may_take_step(request.user, found, name)
    ]
    return refusals.form_page(
        request,
        "meetings/decision.html",
        form,
        {
            "decision": found,
            "meeting": found.meeting,
            "steps": open_steps,
            "story": list(found.steps_taken.select_related("by")),
            "parties": [reports.party_name(each) for each in found.parties],
            "late": found.is_overdue(day_of(timezone.now())),
        },
    )
