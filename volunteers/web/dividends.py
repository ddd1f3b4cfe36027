"""Lists of collective dividends and unity awards: the office's list, a member's own, one list with its shares."""

from __future__ import annotations

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
from carenet.webkit import excel, once, paging, refusals
from carenet.webkit.forms import StationForm, YuanField
from volunteers import policies, policies_bank
from volunteers.actions import dividends
from volunteers.models import DividendList, DividendObjection, DividendShare, Policy, Team
from volunteers.states_bank import DividendKind, DividendWay
from volunteers.web.access import allowed, community_of, is_volunteer, own_record
from volunteers.web.bank import tabs


class DividendForm(StationForm):
    team = forms.ModelChoiceField(
        label=gettext_lazy("Whose achievement?"), queryset=Team.objects.none(), required=False,
        empty_label=gettext_lazy("all volunteers"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("What is shared?"), choices=DividendKind, widget=forms.RadioSelect
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2200)
    words = forms.CharField(
        label=gettext_lazy("What was achieved together?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("the members read it"),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Given by, and decision"),
        max_length=160,
        help_text=gettext_lazy("for example the village cooperative, meeting of 12 May"),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Shared by"),
        choices=DividendWay,
        widget=forms.RadioSelect,
        initial=DividendWay.POINTS,
    )
    points = forms.IntegerField(
        label=gettext_lazy("Points to share"), min_value=0, max_value=dividends.MOST, initial=0,
        help_text=gettext_lazy("the station books them; 0 when only money is shared"),
    )  # fmt: skip
    fen = YuanField(
        label=gettext_lazy("Money to share (yuan)"),
        required=False,
        help_text=gettext_lazy("paid out by whoever gives it, by this list"),
    )

    def __init__(self, *args: Any, teams: Any, office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if not office:
            self.fields["team"].required = True
            self.fields["team"].empty_label = None  # type: ignore[attr-defined]

    def clean_fen(self) -> int:
        return self.cleaned_data.get("fen") or 0


class WordsForm(StationForm):
    words = forms.CharField(label=gettext_lazy("In a few words"), max_length=200)


def _rows(request: HttpRequest) -> Any:
    return (
        DividendList.objects.visible_to(request.user)
        .of(community_of(request))
        .select_related("team__captain", "proposed_by", "closed_by")
        .order_by("-year", "-pk")
    )


@allowed(policies.may_see_list)
def listed(request: HttpRequest) -> HttpResponse:
    """Every list of the community, the newest year first."""
    community = community_of(request)
    page = paging.page(request, _rows(request), per_page=50)
    return render(
        request, "volunteers/dividends.html",
        {"tabs": tabs("dividends"), "page": page, "may": policies.may_plan(request.user, community.pk), "office": True},
    )  # fmt: skip


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The lists I have a share in, and those of the team I lead."""
    own = own_record(request)
    if own is None:
        if is_volunteer(request):
            return render(request, "volunteers/no_record.html")
        raise Http404
    rows = list(_rows(request)[:60])
    shares = {
        each.dividend_id: each
        for each in DividendShare.objects.filter(volunteer=own, dividend__in=[row.pk for row in rows])
    }
    for row in rows:
        row.own = shares.get(row.pk)
    rows = [row for row in rows if row.own or policies.leads(request.user, row.team)]
    return render(
        request, "volunteers/dividends_mine.html",
        {"rows": rows, "leads": own.team if policies.leads(request.user, own.team) else None},
    )  # fmt: skip


@login_required
@once.once
def new(request: HttpRequest) -> HttpResponse:
    """Propose a list: the captain for the own team, the office for any."""
    community, own, at = community_of(request), own_record(request), timezone.now()
    office = policies.may_plan(request.user, community.pk)
    leads = own.team if own is not None and policies.leads(request.user, own.team) else None
    if not office and leads is None:
        raise Http404
    teams = Team.objects.of(community).filter(until__isnull=True)
    if not office and leads is not None:
        teams = teams.filter(pk=leads.pk)
    today = timezone.localdate(at)
    initial = {"year": today.year, "team": None if office else leads}
    form = DividendForm(request.POST or None, teams=teams, office=office, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            found = dividends.propose(
                community=community, on=today, at=at, by=request.user, **form.cleaned_data
            )
            messages.success(
                request, _("The members read it now and can object. Then a second person books it.")
            )
            return redirect("volunteers:dividend", pk=found.pk)
    days = Policy.objects.values_on(community, today)["dispute_days"]
    return refusals.form_page(
        request, "volunteers/team_form.html", form,
        {
            "heading": _("Share a dividend or award"), "label": _("Show it to the members"),
            "lead": _("Members see the shares for %(days)s days and can object before anything is booked.") % {"days": days},
            "back": reverse("volunteers:dividends" if office else "volunteers:my-dividends"),
        },
    )  # fmt: skip


def _one(request: HttpRequest, pk: int) -> DividendList:
    return get_object_or_404(
        DividendList.objects.visible_to(request.user).select_related(
            "community", "team__captain", "proposed_by", "closed_by", "reversed_by"
        ),
        pk=pk,
    )


@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its shares; names are masked for members of another team. Print and Excel."""
    found, own, today = _one(request, pk), own_record(request), timezone.localdate()
    user, office = request.user, policies.may_see_list(request.user, found.community_id)
    known = office or (own is not None and found.team_id is not None and own.team_id == found.team_id)
    shares = (
        DividendShare.objects.of(found.community_id)
        .filter(dividend=found)
        .select_related("volunteer__person")
        .order_by("-points", "-fen", "volunteer_id")
    )
    if request.GET.get("format") == "xlsx":
        if not office:
            raise Http404
        rows = list(shares[:20_000])
        reading.record(request, [each.volunteer.person for each in rows], ["name"], _("list of a dividend"))
        return excel.xlsx_response(
            f"dividend-{found.year}",
            [
                excel.Column(_("Volunteer")), excel.Column(_("Number")), excel.Column(_("Points of the year")),
                excel.Column(_("Hours of the year")), excel.Column(_("Points of the share")), excel.Column(_("Yuan of the share")),
                excel.Column(_("Signature")),
            ],
            [
                [each.volunteer.person.name, each.volunteer.number, each.earned, round(each.minutes / 60, 2), each.points,
                 each.fen / 100, ""]
                for each in rows
            ],
        )  # fmt: skip
    page = paging.page(request, shares, per_page=100)
    if known:
        reading.record(
            request, [each.volunteer.person for each in page.items], ["name"], _("list of a dividend")
        )
    objections = DividendObjection.objects.of(found.community_id).filter(dividend=found)
    if not office:
        objections = objections.filter(volunteer=own)
    keeps = policies.may_set_rules(user, found.community_id)
    open_ = found.state == "PROPOSED"
    return render(
        request, "volunteers/dividend.html",
        {
            "found": found, "page": page, "office": office, "known": known, "own": own, "form": WordsForm(),
            "share": DividendShare.objects.filter(dividend=found, volunteer=own).first() if own else None,
            "objections": list(objections.select_related("volunteer__person", "answered_by").order_by("at")[:100]),
            "may_object": open_ and own is not None and today <= found.objections_until,
            "may_post": open_ and keeps and today > found.objections_until and found.proposed_by_id != user.pk,
            "waits": open_ and keeps and today <= found.objections_until,
            "may_answer": keeps, "may_refuse": open_ and keeps,
            "may_withdraw": open_ and policies_bank.may_propose_dividend(user, found.community_id, found.team),
            "may_reverse": found.state == "POSTED" and keeps,
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Object, answer, book, refuse, take back."""
    found, own, at, by = _one(request, pk), own_record(request), timezone.now(), request.user
    today, words, what = timezone.localdate(at), request.POST.get("words", ""), request.POST.get("step", "")
    keeps = policies.may_set_rules(by, found.community_id)
    may = {
        "object": own is not None, "answer": keeps, "post": keeps, "refuse": keeps, "reverse": keeps,
        "withdraw": policies_bank.may_propose_dividend(by, found.community_id, found.team),
    }  # fmt: skip
    if not may.get(what):
        raise Http404
    with refusals.refusals_told(request):
        if what == "object" and own is not None:
            dividends.object_to(dividend=found, volunteer=own, words=words, on=today, at=at, by=by)
            messages.success(request, _("Thank you. The station answers you."))
        elif what == "answer":
            number = request.POST.get("objection", "")
            if not (number.isascii() and number.isdigit() and len(number) < 19):
                raise Http404
            row = get_object_or_404(DividendObjection.objects.filter(dividend=found), pk=int(number))
            dividends.answer(objection=row, words=words, at=at, by=by)
            messages.success(request, _("Answered. The member reads it."))
        elif what == "post":
            dividends.post(dividend=found, on=today, at=at, by=by)
            messages.success(request, _("Booked. Each member reads about the own share."))
        else:
            action = {
                "refuse": dividends.refuse,
                "withdraw": dividends.withdraw,
                "reverse": dividends.reverse,
            }[what]
            action(dividend=found, reason=words, at=at, by=by)
            messages.success(request, _("Done. Each member reads your reason."))
    return redirect("volunteers:dividend", pk=pk)
