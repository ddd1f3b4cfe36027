"""A case goes to a colleague; and the cases of those who work here no longer, for the supervisor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from carenet.accounts.models import User
from carenet.audit import reading
from carenet.webkit import once, refusals
from carenet.webkit.forms import DayField, StationForm
from services import policies
from services.actions import hand_overs
from services.models import Case
from services.reports import asking
from services.states import CaseState
from services.web.field import require_worker

MOST = 100


class HandOverForm(StationForm):
    """To whom, why, since when."""

    to = forms.ChoiceField(label=gettext_lazy("Who has the case from now on"))
    reason = forms.CharField(
        label=gettext_lazy("Why is it handed over"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("like: on leave until spring, moved to another grid"),
    )  # fmt: skip
    on = DayField(
        label=pgettext_lazy("hand-over", "Since"),
        help_text=gettext_lazy("today, or the true day in the past"),
    )

    def __init__(self, *args: Any, users: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Please choose")), *((str(each.pk), str(each)) for each in users)]  # type: ignore[attr-defined]


def _held(text: str) -> hand_overs.Held | None:
    """`case:account` as the page wrote it, so that a hand-over in between is noticed."""
    case, _colon, of = text.partition(":")
    return (int(case), int(of)) if case.isdigit() and of.isdigit() else None


def _chosen(users: list[User], form: HandOverForm) -> User:
    return next(each for each in users if str(each.pk) == form.cleaned_data["to"])


@login_required
@once.once
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one case over, or back."""
    require_worker(request)
    rows = Case.objects.visible_to(request.user).select_related("elder__person", "elder__building", "worker")  # type: ignore[arg-type]
    row = get_object_or_404(rows, pk=pk)
    if not policies.may_hand_over(request.user, row):  # type: ignore[arg-type]
        raise Http404
    before = [each.of for each in row.hand_overs.select_related("of__person").order_by("-pk")]
    users = asking.holders(row.community_id, *policies.CASE_OWNERS)
    known = {each.pk for each in users}
    users += [
        each for each in dict.fromkeys(before) if each.pk not in known and hand_overs.may_own(row, each)
    ]
    users = [each for each in users if each.pk != row.worker_id]
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        users=users,
        initial={"on": timezone.localdate(), "to": request.GET.get("to", "")},
    )
    if request.method == "POST" and form.is_valid():
        held = _held(request.POST.get("held", "")) or (row.pk, row.worker_id)
        with refusals.refusals_on(form):
            made = hand_overs.hand_over(
                case_id=row.pk, of_id=held[1], to=_chosen(users, form),
                reason=form.cleaned_data["reason"], on=form.cleaned_data["on"], key=f"hand:{once.key_of(request)}",
                by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(
                request,
                _("The case is %(name)s's now, with its notes and open follow-ups.") % {"name": made.to},
            )
            return redirect("services:case", pk=row.pk)
    reading.record(request, [row.elder.person], ["name"])
    return refusals.form_page(
        request, "services/case_hand_over.html", form,
        {"case": row, "elder": row.elder, "is_open": row.state == CaseState.OPEN, "nobody": not users},
    )  # fmt: skip


@login_required
@once.once
def nobodys(request: HttpRequest) -> HttpResponse:
    """Open cases whose owner works here no longer; the supervisor hands several over at once."""
    community = require_worker(request)
    user: Any = request.user
    if not policies.supervises(user, community.pk):
        raise Http404
    rows = list(
        Case.objects.of(community)
        .nobodys()
        .select_related("elder__person", "elder__building", "worker")
        .order_by("opened_at", "pk")[:MOST]
    )
    users = asking.holders(community.pk, *policies.CASE_OWNERS)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        users=users,
        initial={"on": timezone.localdate()},
    )
    ticked = [held for each in request.POST.getlist("held") if (held := _held(each)) is not None]
    shown = {each.pk for each in rows}
    if request.method == "POST" and form.is_valid():
        if not ticked or not {pk for pk, _of in ticked} <= shown:
            form.add_error(None, _("Please tick the cases to hand over."))
        else:
            with refusals.refusals_on(form):
                made = hand_overs.hand_over_many(
                    held=ticked, to=_chosen(users, form), reason=form.cleaned_data["reason"],
                    on=form.cleaned_data["on"], key=f"hand:{once.key_of(request)}", by=user, at=timezone.now(),
                )  # fmt: skip
                words = ngettext("%(count)s case handed over.", "%(count)s cases handed over.", len(made))
                messages.success(request, words % {"count": len(made)})
                return redirect("services:cases-nobodys")
    reading.record(request, [each.elder.person for each in rows], ["name", "building", "case"])
    return refusals.form_page(
        request, "services/cases_nobodys.html", form, {"rows": rows, "ticked": {pk for pk, _of in ticked}}
    )
