"""The office around the points shop: photos, services as rewards, what stands behind the points, yardsticks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.webkit import excel, once, refusals
from volunteers import policies
from volunteers.actions import backing as backing_actions
from volunteers.actions import photos, service_rewards
from volunteers.models import PointBacking, Reward, RewardPhoto, RewardService
from volunteers.reports import kpis as kpi_reports
from volunteers.reports.backing import backing as backing_report
from volunteers.web.access import allowed, community_of
from volunteers.web.shop_forms import BackingForm, MonthsForm, PhotoForm, ServiceForm


def _reward(request: HttpRequest, pk: int) -> Reward:
    return get_object_or_404(
        Reward.objects.visible_to(request.user).select_related("community", "photo").defer("photo__image"),
        pk=pk,
    )


@login_required
def photo(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The picture itself; `mark` is the beginning of its fingerprint, so a browser may keep it for ever."""
    found = get_object_or_404(
        RewardPhoto.objects.visible_to(request.user).filter(is_shown=True, sha256__startswith=mark), reward=pk
    )
    answer = HttpResponse(bytes(found.image), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@allowed(policies.may_keep_shop)
@once.once
def photo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a photo of the gift, or go back to the drawn picture."""
    found = _reward(request, pk)
    shown = RewardPhoto.objects.filter(reward=found, is_shown=True).defer("image").first()
    if request.method == "POST" and "hide" in request.POST:
        photos.hide(reward=found, by=request.user, at=timezone.now())
        messages.success(request, _("The drawn picture is shown again."))
        return redirect("volunteers:reward", pk=pk)
    form = PhotoForm(
        request.POST or None,
        request.FILES or None,
        initial={"alt": shown.alt if shown is not None else found.name},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            upload = form.cleaned_data["photo"]
            if upload.size > photos.MOST_BYTES:
                raise photos.TooBig(field="photo")
            photos.put(
                reward=found,
                content=upload.read(),
                alt=form.cleaned_data["alt"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The photo is in the shop now."))
            return redirect("volunteers:reward", pk=pk)
    return refusals.form_page(
        request, "volunteers/reward_photo.html", form, {"reward": found, "shown": shown}
    )


@allowed(policies.may_keep_shop)
@once.once
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """This gift is a service that somebody comes to give."""
    found = _reward(request, pk)
    present = RewardService.objects.filter(reward=found).first()
    initial = (
        {"kind": present.kind_id, "minutes": present.minutes, "hold_days": present.hold_days}
        if present
        else {}
    )
    form = ServiceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            service_rewards.become_service(
                reward=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request, _("Whoever redeems it gets a visit; the points are paid when it was confirmed.")
            )
            return redirect("volunteers:reward", pk=pk)
    return refusals.form_page(request, "volunteers/reward_service.html", form, {"reward": found})


@allowed(policies.may_see_list)
def backing(request: HttpRequest) -> HttpResponse:
    """Fund by fund: what stands behind the points, what was issued and redeemed on it, what is left."""
    community, today = community_of(request), timezone.localdate()
    found = backing_report(community, today)
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Backed by")), excel.Column(_("Backed (points)")), excel.Column(_("Issued (points)")),
            excel.Column(_("Redeemed (points)")), excel.Column(_("Left (points)")), excel.Column(_("Paid (yuan)"), fen=True),
            excel.Column(_("Left (yuan)"), fen=True),
        ]  # fmt: skip
        return excel.xlsx_response(
            "backing-of-points", columns,
            [
                [each.name, each.backed, each.issued, each.redeemed, each.left_points, each.paid_fen, each.left_fen]
                for each in found.rows
            ],
        )  # fmt: skip
    history = list(PointBacking.objects.visible_to(request.user).of(community).select_related("fund")[:50])
    return render(
        request, "volunteers/backing.html",
        {
            "backing": found, "history": history, "today": today,
            "may_keep": policies.may_keep_shop(request.user, community.pk),
        },
    )  # fmt: skip


@allowed(policies.may_keep_shop)
@once.once
def backing_set(request: HttpRequest) -> HttpResponse:
    """From a day on, points are backed by this."""
    community = community_of(request)
    form = BackingForm(
        request.POST or None, community=community, initial={"valid_from": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            made = backing_actions.set_backing(
                community=community, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("From then on “%(name)s” stands behind the points.") % {"name": made})
            return redirect("volunteers:backing")
    return refusals.form_page(request, "volunteers/backing_set.html", form)


def _months(request: HttpRequest) -> tuple[MonthsForm, date, date]:
    """The months asked for; the last twelve when nothing, or nothing sensible, is asked."""
    last = months.first_of_month(timezone.localdate())
    first = last
    for _number in range(11):
        first = months.previous_month(first)
    form = MonthsForm(request.GET if "first" in request.GET or "last" in request.GET else None)
    if form.is_bound and form.is_valid():
        last = form.cleaned_data["last"] or last
        first = min(form.cleaned_data["first"] or first, last)
    elif not form.is_bound:
        form = MonthsForm(initial={"first": first, "last": last})
    return form, first, last


@allowed(policies.may_see_list)
def kpis(request: HttpRequest) -> HttpResponse:
    """The yardsticks month by month: plots with their numbers, definitions, sources; print and Excel."""
    form, first, last = _months(request)
    if first.year < 2000 or last.year > 2100:
        raise Http404
    series = kpi_reports.kpis(community_of(request), first, last)
    if request.GET.get("format") == "xlsx":
        columns = [excel.Column(_("Month"), text=True)] + [
            excel.Column(f"{each.yardstick.label} ({each.yardstick.unit})") for each in series
        ]
        rows: list[list[Any]] = [
            [f"{month.month:%Y-%m}", *[month.value(each.yardstick) for each in series]]
            for month in series[0].months
        ]
        return excel.xlsx_response("volunteer-yardsticks", columns, rows)
    return render(
        request, "volunteers/kpis.html", {"series": series, "form": form, "first": first, "last": last}
    )
