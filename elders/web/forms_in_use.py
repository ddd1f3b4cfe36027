"""The forms of the station: what each is, its licence position, and whether it is in use."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.webkit import once, refusals
from elders import policies
from elders.actions import forms_in_use as actions
from elders.reports import packs
from elders.reports.assessed import cited, text
from elders.web import forms
from elders.web.access import staff_community


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Every form; the director turns them on and off."""
    community = staff_community(request)
    turned = packs.switches(community.pk)
    on = timezone.localdate()
    used = set(packs.codes(packs.in_use(community.pk, on)))
    rows = [
        {
            "form": each,
            "note": text(each.definition, "note"),
            "source": cited(each.definition),
            "is_on": each.code in used,
            "switch": turned.get(each.code),
            "fixed": each.code == packs.ABILITY,
        }
        for each in packs.every(on)
    ]
    return render(
        request,
        "elders/forms.html",
        {"rows": rows, "may_turn": policies.may_turn_forms(request.user, community.pk)},  # type: ignore[arg-type]
    )


@login_required
@once.once
def turn(request: HttpRequest, code: str) -> HttpResponse:
    """Turn one form on or off, with a note."""
    community = staff_community(request)
    found = packs.instrument(code, on=timezone.localdate())
    if found is None or not policies.may_turn_forms(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    is_on = packs.is_in_use(community.pk, found)
    form = forms.FormSwitchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            actions.turn(
                community=community, code=code, is_on=not is_on, note=form.cleaned_data["note"], by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Written down. It counts from now on."))
            return redirect("elders:forms")
    return refusals.form_page(
        request,
        "elders/form_turn.html",
        form,
        {"row": found, "is_on": is_on, "note": text(found.definition, "note")},
    )
