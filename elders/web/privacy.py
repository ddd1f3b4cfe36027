"""The registers that the law on personal information asks for: impact assessments, handing to others, leaks."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Community
from carenet.webkit import excel, once, paging, refusals
from carenet.webkit.forms import DayField, StationForm
from elders import policies
from elders.actions import privacy
from elders.models import PrivacyRecord
from elders.reports import privacy as reports
from elders.states_privacy import STEPS, HandedAs, LegalBasis, PrivacyKind, PrivacyStepKind, Risk

AREA = forms.Textarea(attrs={"rows": 3})
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _moment(day: Any, clock: Any, at: datetime) -> datetime:
    """A typed day and hour; today without an hour is now, another day without one is noon."""
    if clock is None and day == timezone.localdate(at):
        return at
    found = datetime.combine(day, clock or time(12), STATION_ZONE)
    return at if day == timezone.localdate(at) and 0 <= (found - at).total_seconds() < 60 else found


class RecordForm(StationForm):
    """What the law asks to be written down; fields of other registers are left out."""

    on = DayField(label=gettext_lazy("Day"))
    known_on = DayField(label=gettext_lazy("Noticed on"))
    known_clock = forms.TimeField(
        label=gettext_lazy("Noticed at"), required=False, widget=CLOCK, input_formats=["%H:%M"]
    )
    what = forms.CharField(
        label=gettext_lazy("What is done, or what happened"), max_length=300, widget=AREA,
        help_text=gettext_lazy("No names of persons, please."),
    )  # fmt: skip
    whose = forms.CharField(
        label=gettext_lazy("Whose data, and which"), max_length=200,
        help_text=gettext_lazy("like: elders in care: name, building, phone"),
    )  # fmt: skip
    people = forms.IntegerField(
        label=pgettext_lazy("personal data", "How many people"),
        required=False,
        min_value=0,
        max_value=10_000_000,
    )
    is_sensitive = forms.BooleanField(
        label=gettext_lazy("Sensitive data are among them (health, whereabouts, belief, money)"),
        required=False,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Why it is allowed"),
        choices=[each for each in LegalBasis.choices if each[0] != LegalBasis.NONE],
        widget=forms.RadioSelect,
    )
    recipient = forms.CharField(label=gettext_lazy("Who gets the data"), max_length=120)
    handed_as = forms.ChoiceField(
        label=gettext_lazy("As what"),
        choices=[each for each in HandedAs.choices if each[0]],
        widget=forms.RadioSelect,
    )
    risk = forms.ChoiceField(
        label=gettext_lazy("Risk to people"),
        choices=[each for each in Risk.choices if each[0]],
        widget=forms.RadioSelect,
    )
    measures = forms.CharField(label=gettext_lazy("How people are protected"), max_length=600, widget=AREA)
    review_on = DayField(label=gettext_lazy("Look at it again on"), required=False)

    LEFT_OUT = {
        "IMPACT": ("known_on", "known_clock", "recipient", "handed_as"),
        "SHARING": ("known_on", "known_clock", "risk"),
        "BREACH": ("basis", "recipient", "handed_as", "risk", "review_on"),
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.LEFT_OUT[kind]:
            del self.fields[name]

    def facts(self, at: datetime) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        if "known_on" in data:
            data["known_at"] = _moment(data.pop("known_on"), data.pop("known_clock"), at)
        return data


class StepForm(StationForm):
    """What was done afterwards."""

    kind = forms.ChoiceField(label=gettext_lazy("What was done"), widget=forms.RadioSelect)
    on = DayField(label=gettext_lazy("Day"))
    clock = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=CLOCK, input_formats=["%H:%M"])
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=300, widget=AREA,
        help_text=gettext_lazy("like: whom, how, and what was said. No names of persons, please."),
    )  # fmt: skip

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (each, PrivacyStepKind(each).label) for each in STEPS[of]
        ]


def _community(request: HttpRequest, *, keeps: bool = False) -> Community:
    community: Community | None = getattr(request, "community", None)
    may = policies.may_keep_privacy if keeps else policies.may_read_privacy
    if community is None or not may(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The three registers behind tabs; leaks that nobody was told of stand on top of each."""
    community = _community(request)
    at = timezone.now()
    kind = request.GET.get("kind", "")
    kind = kind if kind in PrivacyKind.values else PrivacyKind.IMPACT.value
    rows = reports.of(community, kind=kind)
    if request.GET.get("format") == "xlsx":
        return _export(kind, rows, at)
    page = paging.page(request, rows, per_page=50)
    tabs = [
        {
            "label": capfirst(each.label), "url": f"?kind={each.value}", "current": each.value == kind,
            "count": reports.of(community, kind=each.value, ended=False).order_by().count(),
        }
        for each in PrivacyKind
    ]  # fmt: skip
    return render(
        request, "elders/privacy.html",
        {
            "tabs": tabs, "kind": PrivacyKind(kind), "page": page, "lines": [reports.Line(each, at) for each in page],
            "untold": reports.untold(community, at=at),
            "may_keep": policies.may_keep_privacy(request.user, community.pk),  # type: ignore[arg-type]
        },
    )  # fmt: skip


def _export(kind: str, rows: Any, at: datetime) -> HttpResponse:
    columns = [
        excel.Column(_("Day")), excel.Column(_("What is done, or what happened"), width=50), excel.Column(_("Whose data, and which"), width=40),
        excel.Column(pgettext("personal data", "How many people")), excel.Column(_("Sensitive")), excel.Column(_("Why it is allowed"), width=30),
        excel.Column(_("Who gets the data"), width=24), excel.Column(_("As what"), width=24), excel.Column(_("Risk to people")),
        excel.Column(_("How people are protected"), width=50), excel.Column(_("Noticed at")), excel.Column(_("Authority told at")),
        excel.Column(_("People told at")), excel.Column(_("Look at it again on")), excel.Column(_("Ended at")),
        excel.Column(_("Keep until")), excel.Column(_("Recorded by")), excel.Column(_("Recorded at")),
    ]  # fmt: skip
    cells = (
        [
            row.on, row.what, row.whose, row.people, _("yes") if row.is_sensitive else "", row.get_basis_display(), row.recipient,
            row.get_handed_as_display() if row.handed_as else "", row.get_risk_display() if row.risk else "", row.measures,
            row.known_at, row.authority_at, row.people_at, row.review_on, row.ended_at, reports.Line(row, at).keep_until,
            str(row.by), row.at,
        ]
        for row in rows[: excel.MOST_ROWS]
    )  # fmt: skip
    return excel.xlsx_response(str(PrivacyKind(kind).label), columns, cells)


@login_required
@once.once
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a record."""
    community = _community(request, keeps=True)
    if kind.upper() not in PrivacyKind.values:
        raise Http404
    chosen = PrivacyKind(kind.upper())
    at = timezone.now()
    today = timezone.localdate(at)
    initial = {"on": today, "known_on": today, "known_clock": timezone.localtime(at).time()}
    form = RecordForm(request.POST if request.method == "POST" else None, kind=chosen.value, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            row = privacy.record(
                community=community, kind=chosen.value, **form.facts(at), by=request.user, at=at  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(
                request, _("It stands in the register. It cannot be deleted; what comes later is added.")
            )
            return redirect("elders:privacy-record", pk=row.pk)
    return refusals.form_page(request, "elders/privacy_new.html", form, {"kind": chosen})


@login_required
@once.once
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record with everything that was done afterwards; the director adds to it."""
    community = _community(request)
    row = get_object_or_404(PrivacyRecord.objects.of(community).with_ends().select_related("by"), pk=pk)
    at = timezone.now()
    may_keep = policies.may_keep_privacy(request.user, community.pk)  # type: ignore[arg-type]
    form = StepForm(
        request.POST if request.method == "POST" else None,
        of=row.kind,
        initial={"on": timezone.localdate(at)},
    )
    if request.method == "POST":
        if not may_keep:
            raise Http404
        if form.is_valid():
            data = form.cleaned_data
            with refusals.refusals_on(form):
                privacy.add_step(
                    about=row, kind=data["kind"], when=_moment(data["on"], data["clock"], at), words=data["words"],
                    by=request.user, at=at,  # type: ignore[arg-type]
                )  # fmt: skip
                messages.success(request, _("Written down."))
                return redirect("elders:privacy-record", pk=row.pk)
    return refusals.form_page(
        request, "elders/privacy_record.html", form,
        {"row": row, "line": reports.Line(row, at), "steps": row.steps.select_related("by").order_by("when", "pk"), "may_keep": may_keep},
    )  # fmt: skip
