"""The slip with its code and QR; the office finds it, hands over, lists what waits, and serves at the counter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from carenet.audit import reading
from carenet.parties import scope
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import rewards
from volunteers.actions import slips as slip_actions
from volunteers.filters import RedemptionFilter
from volunteers.models import Redemption, SlipNote, Volunteer
from volunteers.reports import accounts
from volunteers.states import RedemptionState, SlipChannel
from volunteers.web.access import allowed, community_of
from volunteers.web.forms import CodeForm, CounterForm
from volunteers.web.kept import kept_filters
from volunteers.web.shop_forms import HandOverForm, ProxyForm


def _find(token: str) -> tuple[int, int]:
    found = rewards.find_slip(token)
    if found is None:
        raise Http404
    return found


def _get(pk: int) -> Redemption:
    return (
        Redemption.objects.select_related(
            "community", "reward__photo", "volunteer__person", "closed_by", "note"
        )
        .defer("reward__photo__image")
        .get(pk=pk)
    )


def note_of(slip: Redemption) -> SlipNote | None:
    """What is known of a slip beside itself."""
    try:
        return slip.note
    except SlipNote.DoesNotExist:
        return None


@never_cache
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """The confirmation and receipt; whoever has the address may show it at the station."""
    community_id, pk = _find(token)
    with scope.within([community_id]):
        found = _get(pk)
        signed_in = request.user.is_authenticated
        is_own = signed_in and request.user.person_id == found.volunteer.person_id
        is_office = signed_in and policies.may_hand_over(request.user, community_id)
        return render(
            request,
            "volunteers/slip.html",
            {
                "slip": found, "community": found.community, "is_own": is_own, "is_office": is_office,
                "name": found.volunteer.person.name if is_own or is_office else found.volunteer.person.masked_name(),
                "is_open": found.state == RedemptionState.REDEEMED, "today": timezone.localdate(),
                "qr_text": request.build_absolute_uri(reverse("volunteers:hand-over", args=[found.code])),
                "may_cancel": found.state == RedemptionState.REDEEMED and (is_own or is_office),
                "note": note_of(found) if is_own or is_office else None,
            },
        )  # fmt: skip


@login_required
@once.once
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then give points and piece back."""
    _community_id, pk = _find(token)
    found = (
        Redemption.objects.visible_to(request.user)
        .filter(pk=pk)
        .select_related("reward", "volunteer")
        .first()
    )
    if found is None or not policies.may_take_back(request.user, found.volunteer):
        raise Http404
    if request.method == "POST":
        with refusals.refusals_told(request):
            rewards.take_back(redemption=found, by=request.user, at=timezone.now())
            messages.success(
                request,
                _("Cancelled. %(points)s points are back on the account.") % {"points": f"{found.points:,}"},
            )
        return redirect("volunteers:slip", token=token)
    return render(request, "volunteers/slip_cancel.html", {"slip": found})


@login_required
@once.once
def proxy(request: HttpRequest, token: str) -> HttpResponse:
    """Say who collects it for me; leaving the name empty takes it back."""
    _community_id, pk = _find(token)
    found = (
        Redemption.objects.visible_to(request.user).filter(pk=pk)
        .select_related("reward", "volunteer", "note").first()
    )  # fmt: skip
    if found is None or not policies.may_redeem(request.user, found.volunteer):
        raise Http404
    note = note_of(found)
    form = ProxyForm(
        request.POST or None,
        initial={"name": note.proxy_name, "relation": note.proxy_relation} if note is not None else None,
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            named = slip_actions.name_proxy(
                redemption=found, name=form.cleaned_data["name"], relation=form.cleaned_data["relation"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            if named.proxy_name:
                messages.success(request, _("%(name)s may collect it now.") % {"name": named.proxy_name})
            else:
                messages.success(request, _("Only you collect it now."))
            return redirect("volunteers:slip", token=token)
    return refusals.form_page(request, "volunteers/slip_proxy.html", form, {"slip": found})


@allowed(policies.may_hand_over)
def find(request: HttpRequest) -> HttpResponse:
    """Type the code of a slip."""
    form = CodeForm(request.GET or None)
    if request.GET and form.is_valid():
        code = form.cleaned_data["code"]
        if Redemption.objects.visible_to(request.user).filter(code=code).exists():
            return redirect("volunteers:hand-over", code=code)
        form.add_error("code", _("There is no slip with this code. Please read the eight digits again."))
    return refusals.form_page(request, "volunteers/slip_find.html", form)


@login_required
@once.once
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR opens: staff hand over; the volunteer who scans the own slip gets the slip."""
    rows = (
        Redemption.objects.visible_to(request.user)
        .filter(code=code)
        .select_related("community", "reward__photo", "volunteer__person", "closed_by", "note")
        .defer("reward__photo__image")
    )
    found = rows.filter(state=RedemptionState.REDEEMED).first() or rows.order_by("-redeemed_at").first()
    if found is None:
        raise Http404
    if not policies.may_hand_over(request.user, found.community_id):
        if found.volunteer.person_id == request.user.person_id:
            return redirect("volunteers:slip", token=found.token)
        raise Http404
    note = note_of(found)
    form = HandOverForm(request.POST or None, initial=_collector(note))
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            is_proxy = form.cleaned_data["who"] == "PROXY"
            given = slip_actions.hand_over(
                redemption=found, by=request.user, at=timezone.now(),
                proxy_name=form.cleaned_data["to_name"] if is_proxy else "", relation=form.cleaned_data["relation"],
            )  # fmt: skip
            messages.success(
                request,
                _("Handed over: %(reward)s to %(name)s.")
                % {"reward": given.name, "name": given.collected_by_name},
            )
            return redirect("volunteers:hand-over", code=code)
    reading.record(request, [found.volunteer.person], ["name"], _("handing over a gift"))
    return refusals.form_page(
        request,
        "volunteers/hand_over.html",
        form,
        {
            "slip": found, "is_open": found.state == RedemptionState.REDEEMED, "note": note,
            "is_overdue": found.state == RedemptionState.REDEEMED and found.pick_up_by < timezone.localdate(),
        },
    )  # fmt: skip


def _note_words(slip: Redemption) -> tuple[str, str]:
    """Relation of a proxy and channel, for the table."""
    note = note_of(slip)
    if note is None:
        return "", str(SlipChannel.WEB.label)
    return (note.get_proxy_relation_display() if slip.is_proxy else ""), note.get_channel_display()


def _collector(note: SlipNote | None) -> dict[str, str] | None:
    """Whom the owner named is filled in; the counter only confirms."""
    if note is None or not note.proxy_name:
        return None
    return {"who": "PROXY", "to_name": note.proxy_name, "relation": note.proxy_relation}


@allowed(policies.may_see_list)
def redemptions(request: HttpRequest) -> HttpResponse:
    """What waits to be collected, what is overdue, what was given."""
    today = timezone.localdate()
    everything = (
        Redemption.objects.visible_to(request.user)
        .of(community_of(request))
        .select_related("volunteer__person", "reward", "note")
    )
    wanted = request.GET.get("show", "open")
    chosen = {
        "open": everything.open().order_by("pick_up_by", "pk"),
        "overdue": everything.overdue(today).order_by("pick_up_by", "pk"),
        "collected": everything.filter(state=RedemptionState.COLLECTED).order_by("-closed_at"),
        "all": everything.order_by("-redeemed_at"),
    }
    wanted = wanted if wanted in chosen else "open"
    filters = RedemptionFilter(request.GET, queryset=chosen[wanted])
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(pgettext("slip", "Code"), text=True), excel.Column(_("Gift")), excel.Column(_("Volunteer")),
            excel.Column(_("Points")), excel.Column(_("Redeemed on")), excel.Column(_("Collect until")),
            excel.Column(_("State")), excel.Column(_("Collected by")), excel.Column(_("Relation to the volunteer")),
            excel.Column(_("Way of asking")),
        ]  # fmt: skip
        rows = list(filters.qs[:20_000])
        reading.record(request, [each.volunteer.person for each in rows], ["name"], _("list of redemptions"))
        return excel.xlsx_response(
            "redemptions", columns,
            [
                [each.code, each.name, each.volunteer.person.name, each.points, each.redeemed_on, each.pick_up_by,
                 each.get_state_display(), each.collected_by_name, *_note_words(each)]
                for each in rows
            ],
        )  # fmt: skip
    page = paging.page(request, filters.qs, per_page=50)
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("list of redemptions")
    )
    counts: dict[str, Any] = {"open": everything.open().count(), "overdue": everything.overdue(today).count()}
    tabs = [
        {"label": label, "url": f"?show={value}", "current": wanted == value, "count": counts.get(value)}
        for value, label in (
            ("open", pgettext("redemptions", "Waiting")), ("overdue", _("Overdue")), ("collected", _("Collected")), ("all", _("All")),
        )
    ]  # fmt: skip
    return render(
        request, "volunteers/redemptions.html",
        {
            "page": page, "filter_form": filters.form, "tabs": tabs, "today": today, "show": wanted,
            "may_hand_over": policies.may_hand_over(request.user, community_of(request).pk),
            **kept_filters(request, "redemptions"),
        },
    )  # fmt: skip


@allowed(policies.may_hand_over)
def counter(request: HttpRequest) -> HttpResponse:
    """Redeem at the counter for a volunteer without a phone: find the person, then the same three screens."""
    form = CounterForm(request.GET or None)
    found: list[dict[str, Any]] = []
    if request.GET and form.is_valid():
        rows = list(
            Volunteer.objects.visible_to(request.user)
            .of(community_of(request))
            .present()
            .search(form.cleaned_data["q"])
            .select_related("person", "team")
            .order_by("number")[:20]
        )
        balances = accounts.balances_of(rows)
        found = [{"volunteer": each, "points": balances[each.pk].points} for each in rows]
        reading.record(request, [each.person for each in rows], ["name"], _("redeeming at the counter"))
    return render(
        request, "volunteers/counter.html", {"form": form, "found": found, "searched": bool(request.GET)}
    )
