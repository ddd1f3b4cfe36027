"""The keepers of the points shop: offer, change, restock, count, close."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import rewards as shop
from volunteers.filters import RewardFilter
from volunteers.models import Reward
from volunteers.reports.shop import fund_pays, pieces_left, service_of, with_backing
from volunteers.web.access import allowed, community_of
from volunteers.web.forms import OfferForm, RewardForm, StockForm, reward_initial
from volunteers.web.kept import kept_filters


def _reward(request: HttpRequest, pk: int) -> Reward:
    return get_object_or_404(
        with_backing(Reward.objects.visible_to(request.user)).select_related("community", "service__kind", "photo", "fund__account"),
        pk=pk,
    )  # fmt: skip


@allowed(policies.may_see_list)
def rewards(request: HttpRequest) -> HttpResponse:
    """What the shop offers, what is left, what stands behind it."""
    queryset = with_backing(Reward.objects.visible_to(request.user).of(community_of(request))).order_by(
        "-is_active", "kind", "points", "pk"
    )
    filters = RewardFilter(request.GET, queryset=queryset)
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(pgettext("goods", "Name")), excel.Column(_("Shelf")), excel.Column(_("Points")), excel.Column(_("On the shelf")),
            excel.Column(_("Can still be given")), excel.Column(_("Backed by")), excel.Column(_("Cost (yuan)"), fen=True),
            excel.Column(_("On offer")),
        ]  # fmt: skip
        return excel.xlsx_response(
            "points-shop", columns,
            [
                [each.name, each.get_kind_display(), each.points, each.stock, "" if service_of(each) else pieces_left(each), each.fund.name if each.fund else each.backing,
                 each.backing_fen, _("yes") if each.is_active else _("no")]
                for each in filters.qs
            ],
        )  # fmt: skip
    page = paging.page(request, filters.qs, per_page=50)
    rows = [
        {
            "reward": each, "left": pieces_left(each), "is_unbacked": fund_pays(each) < 1,
            "is_service": service_of(each) is not None,
        }
        for each in page.items
    ]  # fmt: skip
    return render(
        request, "volunteers/shop.html",
        {
            "page": page, "rows": rows, "filter_form": filters.form,
            "may_keep": policies.may_keep_shop(request.user, community_of(request).pk), **kept_filters(request, "shop"),
        },
    )  # fmt: skip


@allowed(policies.may_see_list)
def reward(request: HttpRequest, pk: int) -> HttpResponse:
    """One reward with every piece that came and went."""
    found = _reward(request, pk)
    moves = list(found.moves.select_related("by", "redemption").order_by("-at", "-pk")[:100])
    return render(
        request, "volunteers/reward.html",
        {
            "reward": found, "left": pieces_left(found), "moves": moves, "service": service_of(found),
            "is_unbacked": fund_pays(found) < 1,
            "may_keep": policies.may_keep_shop(request.user, found.community_id),
            "may_hand_over": policies.may_hand_over(request.user, found.community_id),
        },
    )  # fmt: skip


@allowed(policies.may_keep_shop)
@once.once
def offer(request: HttpRequest) -> HttpResponse:
    community = community_of(request)
    form = OfferForm(request.POST or None, community=community, initial={"place": community.name})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            try:
                with transaction.atomic():
                    made = shop.offer(
                        community=community, by=request.user, at=timezone.now(), **form.cleaned_data
                    )
                messages.success(request, _("%(name)s is in the shop now.") % {"name": made.name})
                return redirect("volunteers:reward", pk=made.pk)
            except ValidationError as invalid:
                _add(form, invalid)
    return refusals.form_page(request, "volunteers/reward_offer.html", form)


@allowed(policies.may_keep_shop)
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _reward(request, pk)
    form = RewardForm(request.POST or None, community=found.community, initial=reward_initial(found))
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            try:
                with transaction.atomic():
                    shop.change(reward=found, by=request.user, at=timezone.now(), **form.cleaned_data)
                messages.success(request, _("The gift is saved. Slips already redeemed keep their price."))
                return redirect("volunteers:reward", pk=pk)
            except ValidationError as invalid:
                _add(form, invalid)
    return refusals.form_page(request, "volunteers/reward_change.html", form, {"reward": found})


def _add(form: RewardForm, invalid: ValidationError) -> None:
    """The model's refusals on the form's own fields, the rest above it."""
    for name, errors in (
        invalid.message_dict if hasattr(invalid, "error_dict") else {"": invalid.messages}
    ).items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


@allowed(policies.may_keep_shop)
@once.once
def stock(request: HttpRequest, pk: int) -> HttpResponse:
    """Pieces came in, or the shelf was counted."""
    found = _reward(request, pk)
    form = StockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            facts, at = form.cleaned_data, timezone.now()
            if facts["what"] == "RESTOCK":
                shop.restock(
                    reward=found, quantity=facts["quantity"], source=facts["source"], by=request.user, at=at
                )
            else:
                shop.count(
                    reward=found, on_shelf=facts["quantity"], source=facts["source"], by=request.user, at=at
                )
            found.refresh_from_db(fields=["stock"])
            messages.success(request, _("On the shelf now: %(count)d pieces.") % {"count": found.stock})
            return redirect("volunteers:reward", pk=pk)
    return refusals.form_page(request, "volunteers/reward_stock.html", form, {"reward": found})


@allowed(policies.may_keep_shop)
@once.once
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a reward out of the shop, or put it back."""
    found = _reward(request, pk)
    if request.method == "POST":
        with refusals.refusals_told(request):
            if found.is_active:
                shop.close(reward=found, by=request.user, at=timezone.now())
                messages.success(
                    request, _("The gift is no longer in the shop. Open slips can still be collected.")
                )
            else:
                shop.reopen(reward=found, by=request.user, at=timezone.now())
                messages.success(request, _("The gift is back in the shop."))
    return redirect("volunteers:reward", pk=pk)
