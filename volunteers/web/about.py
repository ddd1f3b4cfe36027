"""What the record knows of a volunteer: told by themselves, papers kept by the office, a guardian's consent."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import once, refusals
from volunteers import policies
from volunteers.actions import about
from volunteers.models import GuardianConsent, Volunteer
from volunteers.web.access import allowed
from volunteers.web.my_shifts import own
from volunteers.web.shift_forms import AboutForm, GuardianForm, PapersForm

# Heads of narrow columns, Monday first.
WEEKDAYS_SHORT = (
    pgettext_lazy("head of a narrow column", "Mo"), pgettext_lazy("head of a narrow column", "Tu"),
    pgettext_lazy("head of a narrow column", "We"), pgettext_lazy("head of a narrow column", "Th"),
    pgettext_lazy("head of a narrow column", "Fr"), pgettext_lazy("head of a narrow column", "Sa"),
    pgettext_lazy("head of a narrow column", "Su"),
)  # fmt: skip
PAPERS = (
    "agreed_on", "agreement_version", "confidential_on", "confidential_version", "insurer", "insurance_number",
    "insured_until",
)  # fmt: skip


@login_required
@once.once
def mine(request: HttpRequest) -> HttpResponse:
    """When I have time, what I can, what I will not do."""
    volunteer = own(request)
    form = AboutForm(request.POST or None, initial=AboutForm.initial_of(volunteer))
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            about.tell(volunteer=volunteer, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. Open shifts in your free times come first now."))
            return redirect("volunteers:my-about")
    facts = {
        "volunteer": volunteer,
        "weekdays": [(WEEKDAYS[each], WEEKDAYS_SHORT[each]) for each in range(7)],
    }
    return refusals.form_page(request, "volunteers/my_about.html", form, facts)


def _volunteer(request: HttpRequest, pk: int) -> Volunteer:
    return get_object_or_404(
        Volunteer.objects.visible_to(request.user).select_related("person", "community", "team"), pk=pk
    )


@allowed(policies.may_enrol)
@once.once
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The office keeps agreement, confidentiality and insurance, and a guardian's consent for somebody under 18."""
    volunteer = _volunteer(request, pk)
    form = PapersForm(request.POST or None, initial={each: getattr(volunteer, each) for each in PAPERS})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            about.keep_papers(volunteer=volunteer, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("volunteers:papers", pk=volunteer.pk)
    return _papers_page(request, volunteer, form, GuardianForm())


def _papers_page(
    request: HttpRequest, volunteer: Volunteer, form: PapersForm, guardian_form: GuardianForm
) -> HttpResponse:
    consents = list(
        GuardianConsent.objects.filter(volunteer=volunteer)
        .select_related("guardian")
        .order_by("-given_on", "-pk")[:10]
    )
    people = [volunteer.person, *(each.guardian for each in consents)]
    reading.record(request, people, ["name", "phone"], _("papers of a volunteer"))
    age = volunteer.person.age(timezone.localdate())
    return render(
        request,
        "volunteers/papers.html",
        {
            "volunteer": volunteer, "form": form, "guardian_form": guardian_form, "is_minor": age is not None and age < 18,
            "consents": [{"row": each, "phone": each.guardian.masked_phone()} for each in consents], "age": age,
        },
        status=422 if any(each.is_bound and each.errors for each in (form, guardian_form)) else 200,
    )  # fmt: skip


@allowed(policies.may_enrol)
@require_POST
@once.once
def guardian(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a guardian's consent, or note that it was withdrawn."""
    volunteer = _volunteer(request, pk)
    at = timezone.now()
    if request.POST.get("step") == "withdraw":
        row = GuardianConsent.objects.filter(volunteer=volunteer, withdrawn_on__isnull=True).first()
        with refusals.refusals_told(request):
            if row is not None:
                about.withdraw_consent(consent=row, on=timezone.localdate(), by=request.user, at=at)
                messages.success(request, _("Withdrawn. Coming promises were released."))
        return redirect("volunteers:papers", pk=volunteer.pk)
    form = GuardianForm(request.POST)
    if form.is_valid():
        with refusals.refusals_on(form):
            about.consent(volunteer=volunteer, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, _("The consent is on record."))
            return redirect("volunteers:papers", pk=volunteer.pk)
    return _papers_page(
        request, volunteer, PapersForm(initial={each: getattr(volunteer, each) for each in PAPERS}), form
    )
