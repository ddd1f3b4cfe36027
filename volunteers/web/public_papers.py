"""Without signing in: check a certificate by its code, read the honours and their public notice, object."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from carenet.accounts import limiter
from carenet.accounts.addresses import address_of
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import once, refusals
from volunteers import papers
from volunteers.actions import certificates
from volunteers.actions import honours as honour_actions
from volunteers.models import Certificate, Nomination
from volunteers.web.forms_training import CodeForm, ObjectionForm

CHECKS = 30
WITHIN_SECONDS = 3600


@never_cache
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Type the code; the answer has its own address."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        plain = certificates.tidy(form.cleaned_data["code"])
        if plain:
            return redirect("volunteers:verify-code", code=plain)
        form.add_error(
            "code", _("A code has twelve letters and digits, without 0, O, 1, I and L. Please read it again.")
        )
    return refusals.form_page(request, "volunteers/verify.html", form)


@never_cache
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Valid, revoked or unknown; name masked, nothing else of the person. Throttled against guessing."""
    if not limiter.take(f"verify:{address_of(request)}", CHECKS, WITHIN_SECONDS, timezone.now()):
        return render(request, "volunteers/verify_wait.html", status=429)
    found = certificates.find(code)
    if found is None:
        return render(
            request,
            "volunteers/verify_result.html",
            {"state": "unknown", "code": papers.in_groups(certificates.tidy(code))},
        )
    community_id, pk = found
    with scope.within([community_id]):
        certificate = (
            Certificate.objects.of(community_id)
            .filter(pk=pk)
            .select_related("volunteer__person", "community")
            .first()
        )
        if certificate is None:
            return render(request, "volunteers/verify_result.html", {"state": "unknown", "code": code})
        state = "revoked" if certificate.revoked_at else "valid" if certificate.is_untouched else "damaged"
        return render(
            request,
            "volunteers/verify_result.html",
            {
                "state": state, "certificate": certificate, "community": certificate.community,
                "name": certificate.volunteer.person.masked_name(), "hours": papers.hours(certificate.minutes),
                "is_demo": certificate.community.is_demo, "code": certificate.code_in_groups,
            },
        )  # fmt: skip


@require_GET
def honours_list(request: HttpRequest) -> HttpResponse:
    """Communities that show their honours; straight to the only one, or to one's own."""
    own = getattr(request, "community", None)
    found = list(Community.objects.active())
    if own is not None or len(found) == 1:
        return redirect("volunteers:honours-community", slug=(own or found[0]).slug)
    return render(request, "volunteers/honours_list.html", {"communities": found})


@require_GET
def honours(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is on notice and who was awarded: only people who agreed to be named."""
    community = get_object_or_404(Community.objects.active(), slug=slug)
    today = timezone.localdate()
    with scope.within([community.pk]):
        rows = (
            Nomination.objects.of(community)
            .filter(consented_on__isnull=False)
            .select_related("honour", "person")
        )
        return render(
            request,
            "volunteers/honours.html",
            {
                "community": community, "on_notice": list(rows.on_notice(today).order_by("notice_to", "pk")),
                "awarded": list(rows.awarded().order_by("-awarded_on", "-pk")[:100]),
            },
        )  # fmt: skip


@once.once
def object_to(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Anybody may say what speaks against an award while the notice runs."""
    community = get_object_or_404(Community.objects.active(), slug=slug)
    today, at = timezone.localdate(), timezone.now()
    with scope.within([community.pk]):
        found = get_object_or_404(
            Nomination.objects.of(community).on_notice(today).select_related("honour", "person"), pk=pk
        )
        form = ObjectionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with refusals.refusals_on(form):
                honour_actions.object_to(
                    nomination=found, on=today, at=at, address=address_of(request), **form.cleaned_data
                )
                messages.success(
                    request, _("Thank you. The station looks into it before anything is awarded.")
                )
                return redirect("volunteers:honours-community", slug=slug)
        return refusals.form_page(
            request, "volunteers/honour_object.html", form, {"nomination": found, "community": community}
        )
