"""Teams: the captain's page, the election every member sees, the office's page of a team, late hours, the record."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel import months
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import late_hours, teams
from volunteers.models import Ballot, LateEntry, Policy, Team, TeamCandidate, TeamVote, Volunteer
from volunteers.reports import shifts as reports
from volunteers.reports import ways
from volunteers.states import VolunteerState
from volunteers.states_shifts import VoteState
from volunteers.web.access import allowed, community_of, is_volunteer, own_record
from volunteers.web.shift_forms import StageForm, VoteForm


def _vote_facts(team: Team, voter: Volunteer | None) -> dict[str, Any]:
    """The open election, or the last one, without anybody's ballot but whether one's own is in."""
    vote = team.votes.select_related("chosen__person").order_by("-opened_at").first()
    if vote is None:
        return {"vote": None}
    candidates = list(vote.candidates.select_related("volunteer__person").order_by("pk"))
    for each in candidates:
        each.count = vote.result.get(str(each.volunteer_id), 0)
    voted = voter is not None and Ballot.objects.filter(vote=vote, voter=voter).exists()
    return {
        "vote": vote,
        "candidates": candidates,
        "voted": voted,
        "is_vote_open": vote.state == VoteState.OPEN,
    }


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My team: for everybody the next shifts and the election; for the captain the desk with roster and late hours."""
    volunteer = own_record(request)
    if volunteer is None:
        if is_volunteer(request):
            return render(request, "volunteers/no_record.html")
        raise Http404
    team = (
        Team.objects.filter(pk=volunteer.team_id).select_related("captain__person", "community").first()
        if volunteer.team_id
        else None
    )
    if team is None:
        return render(request, "volunteers/my_team.html", {"volunteer": volunteer, "team": None})
    at = timezone.now()
    leads = policies.leads(request.user, team)
    found = reports.desk(team, at)
    if leads:
        reading.record(request, [each.person for each in found.members], ["name", "phone"], _("my team"))
    late = [
        {"entry": each, "may": policies.may_second_late(request.user, each)}
        for each in (found.late if leads else [])
    ]
    members = [
        {"volunteer": each, "phone": each.person.masked_phone() if leads else ""} for each in found.members
    ]
    return render(
        request,
        "volunteers/my_team.html",
        {
            "volunteer": volunteer, "team": team, "leads": leads, "desk": found, "late": late,
            "tasks": reports.captains(found, request.user, at) if leads else None, "members": members, "at": at,
            "may_plan": policies.may_propose(request.user, team.community_id, team),
            "active": [each for each in found.members if each.state == VolunteerState.ACTIVE],
            "has_account": Policy.objects.values_on(team.community_id, timezone.localdate(at))["group_account"],
            **_vote_facts(team, volunteer),
        },
    )  # fmt: skip


def _team(request: HttpRequest, pk: int) -> Team:
    return get_object_or_404(
        Team.objects.visible_to(request.user).select_related("community", "captain__person"), pk=pk
    )


@allowed(policies.may_see_list)
def listing(request: HttpRequest) -> HttpResponse:
    """All teams with members, captain and stage; print and Excel."""
    community = community_of(request)
    rows = (
        Team.objects.visible_to(request.user)
        .of(community)
        .select_related("captain__person")
        .annotate(size=Count("members", filter=~Q(members__state=VolunteerState.LEFT)))
        .order_by("until", "name")
    )
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Team")), excel.Column(_("Captain")), excel.Column(_("Members")), excel.Column(_("Stage")),
            excel.Column(_("Since")),
        ]  # fmt: skip
        table = [
            [each.name, str(each.captain or ""), each.size, each.get_stage_display(), each.since]
            for each in rows
        ]
        return excel.xlsx_response("teams", columns, table)
    page = paging.page(request, rows, per_page=50)
    return render(request, "volunteers/teams.html", {"page": page})


@allowed(policies.may_see_list)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team for the office: members, stage, election."""
    found = _team(request, pk)
    desk = reports.desk(found, timezone.now())
    reading.record(request, [each.person for each in desk.members], ["name"], _("members of a team"))
    return render(
        request,
        "volunteers/team.html",
        {
            "team": found, "desk": desk, "may_plan": policies.may_plan(request.user, found.community_id),
            "has_account": Policy.objects.values_on(found.community_id, timezone.localdate())["group_account"],
            "may_stage": policies.may_set_rules(request.user, found.community_id),
            "stage_form": StageForm(initial={"stage": found.stage}), "vote_form": VoteForm(),
            "active": [each for each in desk.members if each.state == VolunteerState.ACTIVE], **_vote_facts(found, None),
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an election, name somebody, vote, count, stop; change the stage."""
    found, what = _team(request, pk), request.POST.get("step", "")
    office = policies.may_plan(request.user, found.community_id)
    own = own_record(request)
    if not office and (own is None or own.team_id != found.pk):
        raise Http404
    with refusals.refusals_told(request):
        _carry_out(request, found, what, own, timezone.now())
    return redirect("volunteers:team", pk=found.pk) if office else redirect("volunteers:my-team")


def _carry_out(request: HttpRequest, team: Team, what: str, own: Volunteer | None, at: datetime) -> None:
    user = request.user
    if what == "open":
        form = VoteForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Please choose the day on which the election ends."))
            return
        closes_at = datetime.combine(form.cleaned_data["closes_on"], time(20), tzinfo=months.STATION_ZONE)
        teams.open_vote(team=team, closes_at=closes_at, by=user, at=at)
        messages.success(request, _("The election is open. Every member was told."))
    elif what == "stage":
        stage_form = StageForm(request.POST)
        if not stage_form.is_valid():
            messages.error(request, _("Please choose a stage and write the reason."))
            return
        teams.set_stage(team=team, by=user, at=at, **stage_form.cleaned_data)
        messages.success(request, _("Saved. It holds from now on."))
    elif what in ("name", "vote", "close", "stop"):
        _election(request, team, what, own, at)
    else:
        raise Http404


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _election(request: HttpRequest, team: Team, what: str, own: Volunteer | None, at: datetime) -> None:
    user = request.user
    vote: TeamVote = get_object_or_404(team.votes.filter(state=VoteState.OPEN))
    if what == "name":
        named = get_object_or_404(
            Volunteer.objects.filter(team=team).select_related("person"), pk=_number(request, "volunteer")
        )
        teams.nominate(vote=vote, volunteer=named, by=user, at=at)
        messages.success(request, _("%(name)s is a candidate now.") % {"name": named.person.name})
    elif what == "vote":
        candidate = get_object_or_404(
            TeamCandidate.objects.filter(vote=vote).select_related("vote"), pk=_number(request, "candidate")
        )
        voter = own
        if _number(request, "voter") and policies.may_plan(user, team.community_id):
            voter = get_object_or_404(Volunteer.objects.filter(team=team), pk=_number(request, "voter"))
        if voter is None:
            raise Http404
        teams.cast(candidate=candidate, voter=voter, by=user, at=at)
        messages.success(request, _("The vote is in. Thank you."))
    elif what == "close":
        teams.close(vote=vote, by=user, at=at)
        messages.success(request, _("Counted. Every member was told."))
    else:
        teams.stop_vote(vote=vote, by=user, at=at)
        messages.success(request, _("The election was stopped."))


# --- late hours of others --------------------------------------------------------------------------
@allowed(policies.may_see_list)
def late_entries(request: HttpRequest) -> HttpResponse:
    """Late hours that wait for an answer, then the last ones answered; print and Excel."""
    community = community_of(request)
    rows = (
        LateEntry.objects.visible_to(request.user)
        .of(community)
        .select_related("volunteer__person", "team__captain", "decided_by", "asked_by", "seconded_by")
    )
    waiting = list(rows.open().order_by("asked_at")[:200])
    answered = rows.exclude(state__in=("ASKED", "CAPTAIN_OK")).order_by("-decided_at")
    if request.GET.get("format") == "xlsx":
        shown = waiting + list(answered[:5000])
        reading.record(request, [each.volunteer.person for each in shown], ["name"], _("late hours"))
        columns = [
            excel.Column(_("Volunteer")), excel.Column(_("What was done")), excel.Column(_("Day")), excel.Column(_("Minutes")),
            excel.Column(_("Why late")), excel.Column(_("State")), excel.Column(_("Asked by")), excel.Column(_("Decided by")),
        ]  # fmt: skip
        table = [
            [
                each.volunteer.person.name, each.what, months.day_of(each.starts_at), each.minutes, each.why,
                each.get_state_display(), str(each.asked_by), str(each.decided_by or ""),
            ]
            for each in shown
        ]  # fmt: skip
        return excel.xlsx_response("late-hours", columns, table)
    page = paging.page(request, answered, per_page=30)
    reading.record(
        request, [each.volunteer.person for each in [*waiting, *page.items]], ["name"], _("late hours")
    )
    noted = ways.noted(community.pk, late_hours.CAUSE, [each.pk for each in waiting]) if waiting else {}
    lines = [
        {"entry": each, "may": policies.may_second_late(request.user, each), "way": noted.get(each.pk)}
        for each in waiting
    ]
    return render(request, "volunteers/late_entries.html", {"lines": lines, "page": page})


@login_required
@require_POST
@once.once
def late_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no to late hours: the office, or the captain as far as the team's stage allows."""
    entry = get_object_or_404(
        LateEntry.objects.visible_to(request.user).select_related("volunteer", "team__captain"), pk=pk
    )
    office = policies.may_plan(request.user, entry.community_id)
    if not office and not policies.leads(request.user, entry.team):
        raise Http404
    at = timezone.now()
    with refusals.refusals_told(request):
        if request.POST.get("step") == "yes":
            done = late_hours.approve(entry=entry, by=request.user, at=at)
            if done.attendance is None:
                messages.success(request, _("Passed on to the committee."))
            else:
                more = done.attendance.sentence
                messages.success(
                    request, pgettext("late hours", "Approved and booked.") + (f" {more}" if more else "")
                )
        else:
            late_hours.refuse(entry=entry, answer=request.POST.get("answer", ""), by=request.user, at=at)
            messages.success(request, _("Answered. The volunteer reads your reason."))
    return redirect("volunteers:late-entries" if office else "volunteers:my-team")
