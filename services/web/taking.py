"""Taking a request by telephone: who is it for, and what is wanted."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.parties.models import Person, ServiceKind
from carenet.webkit import once, refusals
from elders.models import Elder
from services import policies
from services.actions import coins, intake
from services.models import ServiceRequest
from services.web import forms, show


def _find_elders(request: HttpRequest, text: str) -> list[Elder]:
    if not text.strip():
        return []
    found = (
        Elder.objects.visible_to(request.user)  # type: ignore[arg-type]
        .active()
        .filter(community_id__in=request.user.community_ids, person__in=Person.objects.search(text))  # type: ignore[union-attr]
        .select_related("person", "building")
        .order_by("person__pinyin", "pk")[:12]
    )
    elders = list(found)
    reading.record(request, [each.person for each in elders], ["name", "building"])
    return elders


def _require_office(request: HttpRequest) -> None:
    community = getattr(request, "community", None)
    if community is None or not policies.is_office(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404


@login_required
def take_elders(request: HttpRequest) -> HttpResponse:
    """The elders that match what is being typed (a fragment for htmx)."""
    _require_office(request)
    text = request.GET.get("q", "")
    return render(
        request, "services/request_take.html#found",
        {"found": _find_elders(request, text), "q": text, "today": timezone.localdate()},
    )  # fmt: skip


@login_required
@once.once
def take(request: HttpRequest) -> HttpResponse:
    """A request by telephone: first who, then what; few fields, few taps."""
    _require_office(request)
    chosen = request.GET.get("elder") or request.POST.get("elder") or ""
    text = request.GET.get("q", "")
    if not chosen.isdigit():
        return render(
            request, "services/request_take.html",
            {"found": _find_elders(request, text), "q": text, "today": timezone.localdate()},
        )  # fmt: skip
    elder = get_object_or_404(
        Elder.objects.visible_to(request.user).select_related("person", "building", "community"),
        pk=int(chosen),  # type: ignore[arg-type]
    )
    purses = show.purse_words(
        coins.purses(elder=elder, user=request.user),  # type: ignore[arg-type]
        user=request.user,  # type: ignore[arg-type]
        on=timezone.localdate(),
    )
    form = forms.TakeForm(request.POST or None, purses=purses)
    doubles: list[ServiceRequest] = []
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        kind = ServiceKind.objects.get(pk=data["kind"])
        doubles = [] if data["anyway"] else intake.doubles(elder=elder, kind=kind, at=now)
        if doubles:
            form.add_error("anyway", _("The same service was asked for already. Is this another one?"))
        else:
            with refusals.refusals_on(form):
                taken = intake.take(
                    elder=elder, kind=kind, channel=data["channel"], urgency=data["urgency"], note=data["note"],
                    scheduled_at=data["scheduled_at"], key=f"take:{once.key_of(request)}", by=request.user, at=now,  # type: ignore[arg-type]
                    on_behalf_of=elder.person, pay=data["pay"],
                )  # fmt: skip
                messages.success(request, _("The request is taken down. Next: find a helper."))
                return redirect("services:request", pk=taken.pk)
    else:
        reading.record(request, [elder.person], ["name", "phone", "building"])
    return refusals.form_page(
        request, "services/request_take_form.html", form,
        {"elder": elder, "doubles": doubles, "purses": purses, "age": elder.age(timezone.localdate()), "phone": elder.person.phone()},
    )  # fmt: skip
