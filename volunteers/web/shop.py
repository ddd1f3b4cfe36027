"""Redeem in three screens, no basket: the shop window, the check page, the slip. Source: ux.md §6.2."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.accounts import limiter
from carenet.accounts.states import Role
from carenet.audit import reading
from carenet.webkit import once, refusals
from volunteers import policies
from volunteers.actions import rewards, service_rewards, slips
from volunteers.models import Reward, Volunteer
from volunteers.reports import accounts, kin, shop
from volunteers.states import RewardKind, SlipChannel
from volunteers.web.access import community_of, is_volunteer, own_record
from volunteers.web.shop_forms import RedeemForm

MAY_LOOK = policies.READERS | {Role.VOLUNTEER}


def _volunteer(request: HttpRequest, for_pk: Any = None) -> Volunteer | None:
    """The volunteer who redeems: at the counter the one staff chose, otherwise the signed-in person."""
    if for_pk:
        if not str(for_pk).isdigit():
            raise Http404
        found = get_object_or_404(
            Volunteer.objects.visible_to(request.user).select_related("person", "community"), pk=for_pk
        )
        if not policies.may_redeem(request.user, found):
            raise Http404
        return found
    return own_record(request)


@login_required
def window(request: HttpRequest) -> HttpResponse:
    """The gifts: affordable first, the rest grey with words."""
    community = community_of(request)
    volunteer = _volunteer(request, request.GET.get("for"))
    if volunteer is None and not request.user.has_role(community.pk, *MAY_LOOK):
        raise Http404
    kind = request.GET.get("kind", "")
    kind = kind if kind in RewardKind.values else ""
    cards = shop.window(volunteer, community.pk, timezone.localdate(), kind=kind)
    carried = f"for={volunteer.pk}&" if request.GET.get("for") and volunteer else ""
    tabs = [{"label": _("All gifts"), "url": f"?{carried}".rstrip("&?") or "?", "current": not kind}] + [
        {"label": label, "url": f"?{carried}kind={value}", "current": kind == value}
        for value, label in RewardKind.choices
    ]
    return render(
        request,
        "volunteers/rewards.html",
        {
            "cards": cards, "tabs": tabs, "volunteer": volunteer, "at_counter": bool(carried),
            "balances": accounts.balances(volunteer) if volunteer else None, "is_volunteer": is_volunteer(request),
        },
    )  # fmt: skip


def _check_page(request: HttpRequest, reward: Reward, volunteer: Volunteer, form: RedeemForm) -> HttpResponse:
    at_counter = volunteer.person_id != request.user.person_id
    card = shop.card_for(volunteer, reward, timezone.localdate())
    balance = accounts.balances(volunteer).points
    back = reverse("volunteers:rewards") + (f"?for={volunteer.pk}" if at_counter else "")
    return refusals.form_page(
        request,
        "volunteers/check.html",
        form,
        {
            "reward": reward, "volunteer": volunteer, "card": card, "balance": balance, "after": balance - reward.points,
            "at_counter": at_counter, "back_url": back,
        },
    )  # fmt: skip


def _reward(request: HttpRequest, pk: int) -> Reward:
    return get_object_or_404(shop.with_backing(Reward.objects.visible_to(request.user)), pk=pk)


def _form(data: Any, reward: Reward, volunteer: Volunteer, request: HttpRequest) -> RedeemForm:
    is_service = shop.service_of(reward) is not None
    relatives = kin.elders_of(volunteer, on=timezone.localdate()) if is_service else []
    reading.record(request, [each.elder.person for each in relatives], ["name"])
    return RedeemForm(
        data, initial={"points": reward.points, "for": volunteer.pk},
        at_counter=volunteer.person_id != request.user.person_id, is_service=is_service,
        relatives=relatives,
    )  # fmt: skip


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Please check what you redeem; nothing is taken yet."""
    reward = _reward(request, pk)
    volunteer = _volunteer(request, request.GET.get("for"))
    if volunteer is None or volunteer.community_id != reward.community_id:
        raise Http404
    return _check_page(request, reward, volunteer, _form(None, reward, volunteer, request))


@login_required
@once.once
def redeem(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it: the slip, or the same check page with one plain sentence and nothing taken."""
    if request.method != "POST":
        return redirect("volunteers:reward-check", pk=pk)
    reward = _reward(request, pk)
    volunteer = _volunteer(request, request.POST.get("for"))
    if volunteer is None or volunteer.community_id != reward.community_id:
        raise Http404
    form = _form(request.POST, reward, volunteer, request)
    if form.is_valid():
        with refusals.refusals_on(form):
            if not limiter.take(f"redeem:{request.user.pk}", 30, 60):
                raise rewards.TooOften
            return _take(request, reward, volunteer, form.cleaned_data)
    reward = _reward(request, pk)
    # The page shows the present price, so that what is agreed to next is what will be taken.
    form.data = form.data.copy()
    form.data["points"] = str(reward.points)
    return _check_page(request, reward, volunteer, form)


def _take(request: HttpRequest, reward: Reward, volunteer: Volunteer, facts: dict[str, Any]) -> HttpResponse:
    """A thing gives a slip; a service sets the points aside; at the counter the channel is noted."""
    at = timezone.now()
    key, channel = f"web:{request.user.pk}:{once.key_of(request)}", facts.get("channel") or SlipChannel.WEB
    if channel == SlipChannel.PHONE and not facts.get("asked_back"):
        raise slips.QuestionMissing(field="asked_back")
    if shop.service_of(reward) is not None:
        chosen = facts.get("elder")
        served = (
            [
                each.elder
                for each in kin.elders_of(volunteer, on=timezone.localdate(at))
                if each.elder.pk == chosen
            ]
            if chosen
            else [None]
        )
        claim = service_rewards.claim(
            elder=served[0], volunteer=volunteer, reward=reward, key=key, by=request.user, on=timezone.localdate(at), at=at,
            points=facts["points"], wish=facts.get("wish", ""), channel=channel,
        )  # fmt: skip
        return redirect("volunteers:claim", pk=claim.pk)
    slip = slips.take(
        volunteer=volunteer, reward=reward, key=key, by=request.user, on=timezone.localdate(at), at=at,
        points=facts["points"],
    )  # fmt: skip
    if channel != SlipChannel.WEB:
        slips.note_channel(
            redemption=slip, channel=channel, asked_back=facts.get("asked_back", ""), by=request.user, at=at
        )
    return redirect("volunteers:slip", token=slip.token)
