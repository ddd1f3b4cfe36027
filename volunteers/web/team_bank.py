"""The common account of a team: its page for members and the office, giving, proposing, agreeing, ending the team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, refusals
from carenet.webkit.forms import StationForm
from volunteers import policies, policies_bank
from volunteers.actions import team_gifts, team_plans
from volunteers.models import Policy, Team, TeamGift, TeamProposal, Volunteer
from volunteers.reports import team_accounts
from volunteers.states_bank import NO_ACCOUNT
from volunteers.web.access import allowed, own_record
from volunteers.web.bank_forms import HoursField
from volunteers.web.coins import who_of


class TeamGiveForm(StationForm):
    coins = HoursField(label=gettext_lazy("How many hours?"))
    words = forms.CharField(label=gettext_lazy("A word to go with it"), max_length=100, required=False)


class ProposeForm(StationForm):
    coins = HoursField(label=gettext_lazy("How many hours?"))
    words = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=160,
        help_text=gettext_lazy("the others decide by these words"),
    )


class EndForm(StationForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=160)


def _team(request: HttpRequest, pk: int) -> tuple[Team, Volunteer | None]:
    """The team whose account the user may read, and the user's own record; anybody else finds nothing."""
    team = get_object_or_404(
        Team.objects.visible_to(request.user).select_related("community", "captain__person"), pk=pk
    )
    own = own_record(request)
    if not policies_bank.may_see_team_account(request.user, team, own):
        raise Http404
    return team, own


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@login_required
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """What the team holds together, what waits for an answer, every line; print and Excel."""
    team, own = _team(request, pk)
    today = timezone.localdate()
    values = Policy.objects.values_on(team.community_id, today)
    _account, aside = team_accounts.account(team)
    wants_file = request.GET.get("format") == "xlsx"
    statement = team_accounts.statement(team, before=_before(request), limit=5000 if wants_file else 60)
    office = policies.may_see_list(request.user, team.community_id)
    if office:
        members = list(Volunteer.objects.filter(team=team).select_related("person"))
        reading.record(request, [each.person for each in members], ["name"], _("the account of a team"))
    if wants_file:
        columns = [
            excel.Column(_("Day")), excel.Column(_("What")), excel.Column(_("Remarks")), excel.Column(_("Minutes")),
            excel.Column(_("Minutes afterwards")),
        ]  # fmt: skip
        table = [[each.on, each.title, each.detail, each.amount, each.balance] for each in statement.lines]
        return excel.xlsx_response("team-account", columns, table)
    acts = policies_bank.may_take_for_team(request.user, team)
    return render(
        request,
        "volunteers/team_account.html",
        {
            "team": team, "own": own, "statement": statement, "set_aside": aside, "acts": acts, "office": office,
            "is_on": values["group_account"] != NO_ACCOUNT and team.until is None,
            "gifts": _gifts(request, team, acts), "plans": _plans(request, team, own, acts),
            "may_give": own is not None and own.team_id == team.pk,
            "may_end": policies.may_set_rules(request.user, team.community_id) and team.until is None,
        },
    )  # fmt: skip


def _gifts(request: HttpRequest, team: Team, acts: bool) -> list[dict[str, Any]]:
    """Gifts that wait: the captain and the office see all, a member the own; who may say yes, who may take it back."""
    rows = (
        TeamGift.objects.visible_to(request.user)
        .open()
        .filter(team=team)
        .select_related("giver__person")
        .order_by("expires_on", "pk")
    )
    return [
        {
            "gift": each,
            "may_answer": acts
            and each.offered_by_id != request.user.pk
            and not policies.is_own_record(request.user, each.giver),
            "may_withdraw": policies.may_redeem(request.user, each.giver),
        }
        for each in rows
    ]


def _plans(request: HttpRequest, team: Team, own: Volunteer | None, acts: bool) -> list[dict[str, Any]]:
    """Proposals that wait, how far each has come, and what this user may answer."""
    rows = list(
        TeamProposal.objects.visible_to(request.user)
        .open()
        .filter(team=team)
        .select_related("team", "proposed_by")
        .order_by("proposed_at", "pk")[:20]
    )
    keeps = policies.may_set_rules(request.user, team.community_id)
    writes = policies.may_plan(request.user, team.community_id)
    standings = team_accounts.standings(team, rows) if rows else {}
    found = []
    for each in rows:
        standing = standings[each.pk]
        is_mine = each.proposed_by_id == request.user.pk
        found.append(
            {
                "plan": each, "standing": standing, "is_mine": is_mine,
                "may_answer": not is_mine and bool(standing.wanted) and own is not None and own in standing.waits,
                "others": standing.waits if writes and standing.wanted and not is_mine else [],
                "may_agree": keeps and standing.station_wanted and not standing.station_said and not is_mine,
                "may_refuse": keeps and standing.station_wanted, "may_take_back": acts,
            }
        )  # fmt: skip
    return found


def _back(team: Team) -> HttpResponse:
    return redirect("volunteers:team-account", pk=team.pk)


def _form_page(
    request: HttpRequest, form: Any, *, heading: str, lead: str, label: str, back: str
) -> HttpResponse:
    return refusals.form_page(
        request,
        "volunteers/team_form.html",
        form,
        {"heading": heading, "lead": lead, "label": label, "back": back},
    )


@login_required
@once.once
def give(request: HttpRequest) -> HttpResponse:
    """Offer hours to the own team; at the counter for the volunteer named by `for`."""
    volunteer, carry = who_of(request)
    if volunteer.team is None:
        raise Http404
    team, form, at = volunteer.team, TeamGiveForm(request.POST or None), timezone.now()
    back = reverse("volunteers:coins") + carry
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            team_gifts.offer(
                team=team, giver=volunteer, key=request.POST["idempotency_key"], on=timezone.localdate(at), at=at,
                by=request.user, **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Your gift waits for a yes of the team."))
            return redirect(back) if carry else _back(team)
    return _form_page(
        request, form, heading=_("Give to my team"), back=back, label=_("Offer the hours"),
        lead=_("“%(team)s” holds these hours together and gives them on to those who need them most.") % {"team": team.name},
    )  # fmt: skip


@login_required
@once.once
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to give hours of the team to the common pool."""
    team, _own = _team(request, pk)
    if not policies_bank.may_take_for_team(request.user, team):
        raise Http404
    form, at = ProposeForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            team_plans.propose(
                team=team, key=request.POST["idempotency_key"], on=timezone.localdate(at), at=at, by=request.user,
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Proposed. Every member was told."))
            return _back(team)
    return _form_page(
        request, form, heading=_("Give hours of the team on"), back=reverse("volunteers:team-account", args=[pk]),
        label=_("Propose it"), lead=_("They go to the common pool, which helps elders who have no hours of their own."),
    )  # fmt: skip


GIFT_ANSWERS = {"accept": team_gifts.accept, "decline": team_gifts.decline, "withdraw": team_gifts.withdraw}


@login_required
@require_POST
@once.once
def gift_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Yes, no thank you, or taken back."""
    gift = get_object_or_404(TeamGift.objects.visible_to(request.user).select_related("team__captain"), pk=pk)
    team, _own = _team(request, gift.team_id)
    acts = policies_bank.may_take_for_team(request.user, team)
    if step not in GIFT_ANSWERS or not (acts or policies.may_redeem(request.user, gift.giver)):
        raise Http404
    at = timezone.now()
    with refusals.refusals_told(request):
        GIFT_ANSWERS[step](gift=gift, on=timezone.localdate(at), at=at, by=request.user)
        messages.success(
            request,
            {
                "accept": _("Accepted. The team holds these hours now."),
                "decline": _("Declined with thanks. The hours went back."),
                "withdraw": _("Taken back. The hours are on your account again."),
            }[step],
        )
    return _back(team)


@login_required
@require_POST
@once.once
def plan_step(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's yes or no, the station's, or taking a proposal back."""
    plan = get_object_or_404(TeamProposal.objects.visible_to(request.user), pk=pk)
    team, own = _team(request, plan.team_id)
    is_member = own is not None and own.team_id == team.pk
    if not (is_member or policies_bank.may_take_for_team(request.user, team)):
        raise Http404
    at = timezone.now()
    with refusals.refusals_told(request):
        done = _carry_out(request, plan, own, at)
        messages.success(
            request,
            {
                "ASKED": _("Thank you, it is noted. Others are still asked."),
                "DONE": _("Agreed: the hours are in the common pool. Thank you!"),
                "WITHDRAWN": _("Taken back. The team keeps the hours."),
            }.get(done.state, _("Not agreed: the team keeps the hours.")),
        )
    return _back(team)


def _carry_out(request: HttpRequest, plan: TeamProposal, own: Volunteer | None, at: datetime) -> TeamProposal:
    step, facts = request.POST.get("step", ""), {"on": timezone.localdate(at), "at": at, "by": request.user}
    if step in ("yes", "no"):
        member = own
        named = request.POST.get("member", "")
        if named.isascii() and named.isdigit() and len(named) < 19:
            member = get_object_or_404(Volunteer.objects.filter(team=plan.team_id), pk=int(named))
        if member is None:
            raise Http404
        return team_plans.answer(proposal=plan, member=member, agrees=step == "yes", **facts)
    if step == "agree":
        return team_plans.station_agrees(proposal=plan, **facts)
    if step == "refuse":
        return team_plans.refuse(proposal=plan, reason=request.POST.get("reason", ""), **facts)
    if step == "back":
        return team_plans.take_back(proposal=plan, **facts)
    raise Http404


@allowed(policies.may_set_rules)
@once.once
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a team: what it holds goes to the common pool."""
    team, _own = _team(request, pk)
    form, at = EndForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            team_plans.dissolve(
                team=team, on=timezone.localdate(at), at=at, by=request.user, **form.cleaned_data
            )
            messages.success(request, _("The team has ended. What it held is in the common pool."))
            return redirect("volunteers:team", pk=pk)
    return _form_page(
        request, form, heading=_("End the team “%(team)s”") % {"team": team.name}, label=_("End the team"),
        back=reverse("volunteers:team", args=[pk]),
        lead=_(
            "Gifts that wait go back, what it holds goes to the common pool, its members are free for other teams. "
            "Its shifts stay. This cannot be undone."
        ),
    )  # fmt: skip
