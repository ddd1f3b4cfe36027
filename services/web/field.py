"""The social worker's day, the visit form and follow-ups. A lost connection must not lose a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.kernel.months import start_of
from carenet.webkit import excel, once, paging, refusals
from elders.models import Concern, Elder
from elders.states import COLOUR_RANK, Colour
from services import policies
from services.actions import visits
from services.models import Case, FollowUp, Visit
from services.reports import asking
from services.states import Finding, Mood, Seen
from services.web import forms

MOST = 300


def require_worker(request: HttpRequest) -> Any:
    """The community, for whoever may log visits there; 404 for everybody else."""
    community = getattr(request, "community", None)
    if community is None or not policies.may_visit(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@dataclass
class Stop:
    """One elder on the day's list, and why."""

    elder: Elder
    due_at: datetime | None
    days_late: int
    rank: int
    follow_ups: list[FollowUp] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)

    @property
    def colour(self) -> str:
        """The colour the contact clock follows, in words; one that is not confirmed says so."""
        label = str(Colour(self.elder.acting_colour).label)
        return _("%(colour)s (not confirmed)") % {"colour": label} if self.elder.provisional_colour else label

    @property
    def order(self) -> tuple[Any, ...]:
        """Overdue first, then risk, then time."""
        urgent = any(each.kind == "CRISIS" for each in self.concerns)
        return (not urgent, not self.follow_ups, -self.days_late, -self.rank, self.due_at or timezone.now())


def _stops(community: Any, *, user: Any, everybody: bool, now: datetime) -> list[Stop]:
    """Who is due today: contact clocks, open follow-ups and concerns; a query over facts, never a stored list."""
    end = start_of(timezone.localdate(now)) + timedelta(days=1)
    elders = Elder.objects.of(community).active()
    follow_ups = FollowUp.objects.of(community).open().filter(due_at__lt=end)
    concerns = Concern.objects.of(community).filter(state="OPEN").exclude(kind="OVERDUE_ASSESSMENT")
    if not everybody:
        elders = elders.filter(owner=user)
        follow_ups = follow_ups.filter(owner=user)
        concerns = concerns.filter(elder__owner=user)
    waiting: dict[int, list[FollowUp]] = {}
    for each in follow_ups.order_by("due_at")[:MOST]:
        waiting.setdefault(each.elder_id, []).append(each)
    worries: dict[int, list[Concern]] = {}
    for worry in concerns.order_by("raised_at")[:MOST]:
        worries.setdefault(worry.elder_id, []).append(worry)
    due = list(
        elders.filter(contact_due_at__lt=end).order_by("contact_due_at").values_list("pk", flat=True)[:MOST]
    )
    rows = Elder.objects.filter(pk__in={*due, *waiting, *worries}).select_related("person", "building")
    seen_today = set(
        Visit.objects.of(community).current().filter(visited_at__gte=end - timedelta(days=1)).exclude(seen=Seen.NOT_SEEN)
        .values_list("elder", flat=True)
    )  # fmt: skip
    stops = []
    for elder in rows:
        if elder.pk in seen_today and elder.pk not in waiting:
            continue
        late = (now - elder.contact_due_at).days if elder.contact_due_at and elder.contact_due_at < now else 0
        stops.append(
            Stop(
                elder, elder.contact_due_at, late, COLOUR_RANK.get(elder.acting_colour, 0), waiting.get(elder.pk, []),
                worries.get(elder.pk, []),
            )
        )  # fmt: skip
    return sorted(stops, key=lambda each: each.order)


def _by_building(stops: Iterable[Stop]) -> list[dict[str, Any]]:
    """The stops of one house together, houses in the order of their most pressing stop: stairs matter most."""
    houses: dict[str, list[Stop]] = {}
    for each in stops:
        houses.setdefault(
            each.elder.building.name if each.elder.building else _("Without a building"), []
        ).append(each)
    return [{"name": name, "stops": rows} for name, rows in houses.items()]


@login_required
def day(request: HttpRequest) -> HttpResponse:
    """My day: overdue, then today; grouped by building."""
    community = require_worker(request)
    now = timezone.now()
    everybody = request.GET.get("who") == "all"
    stops = _stops(community, user=request.user, everybody=everybody, now=now)
    reading.record(request, [each.elder.person for each in stops[:100]], ["name", "building", "colour"])
    if request.GET.get("format") == "xlsx":
        return _export(request, stops)
    overdue = [each for each in stops if each.days_late > 0 or each.follow_ups or each.concerns]
    rest = [each for each in stops if each not in overdue]
    mine = (
        Visit.objects.of(community)
        .current()
        .filter(worker=request.user, visited_at__gte=start_of(timezone.localdate(now)))
    )  # type: ignore[misc]
    made = list(mine.select_related("elder__person", "elder__building").order_by("-visited_at"))
    return render(
        request, "services/field.html",
        {
            "overdue": _by_building(overdue[:100]), "overdue_count": len(overdue),
            "today": _by_building(rest[:100]), "today_count": len(rest), "made": made, "everybody": everybody,
            "total": len(stops) + len(made), "tabs": [
                {"label": _("My elders"), "url": "?", "current": not everybody},
                {"label": _("All elders"), "url": "?who=all", "current": everybody},
            ],
            "cases": Case.objects.of(community).open().filter(worker=request.user).count(),  # type: ignore[misc]
        },
    )  # fmt: skip


def _export(request: HttpRequest, stops: list[Stop]) -> HttpResponse:
    columns = [
        excel.Column(_("Building")), excel.personal(_("Door")), excel.Column(_("Elder")), excel.sensitive(_("Colour")),
        excel.Column(_("Days overdue")), excel.sensitive(_("To look after")), excel.Column(_("Met")), excel.Column(_("Note")),
    ]  # fmt: skip
    rows = (
        [
            str(each.elder.building or ""), each.elder.door, each.elder.person.name, each.colour,
            each.days_late, " / ".join(str(row.get_kind_display()) for row in each.follow_ups), "", "",
        ]
        for each in stops
    )  # fmt: skip
    return excel.work_list(request, "visits", columns, rows)


def find_elder(request: HttpRequest, pk: int) -> Elder:
    community = require_worker(request)
    return get_object_or_404(
        Elder.objects.of(community)
        .visible_to(request.user)
        .select_related("person", "building", "community", "owner"),
        pk=pk,  # type: ignore[arg-type]
    )


@login_required
@once.once
def call(request: HttpRequest, elder: int) -> HttpResponse:
    """The telephone number to press, and whether they answered: an attempt is always written down."""
    found = find_elder(request, elder)
    if request.method == "POST":
        reached = request.POST.get("reached") == "yes"
        key = f"call:{once.key_of(request)}"
        visits.log_call(elder=found, reached=reached, key=key, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(
            request, _("Written down: reached by telephone.") if reached else _("Written down: no answer.")
        )
        return redirect("services:field")
    contacts = [
        {"row": each, "phone": each.phone()}
        for each in found.contacts.filter(ended_on__isnull=True).order_by("-is_emergency", "order")
    ]
    reading.record(request, [found.person], ["phone", "contacts"], _("check call"))
    return render(
        request, "services/call.html",
        {"elder": found, "phone": found.person.phone(), "contacts": contacts, "age": found.age(timezone.localdate())},
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    """The phone's clock, as its script wrote it."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is None or timezone.is_aware(moment) else timezone.make_aware(moment)


@login_required
@once.once
def log_visit(request: HttpRequest, elder: int) -> HttpResponse:
    """The visit form: four taps, under a minute, saved before anything is asked back."""
    found = find_elder(request, elder)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None,)
    form = forms.VisitForm(*sent)
    last = (
        Visit.objects.current()
        .filter(elder=found)
        .select_related("worker", "case")
        .order_by("-visited_at")
        .first()
    )
    reads_note = last is not None and policies.may_read_note(request.user, last)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        with refusals.refusals_on(form):
            visit = visits.log(
                elder=found, seen=data["seen"], mood=data["mood"], findings=data["findings"], note=data["note"],
                visited_at=data["visited_at"] or now, device_at=_moment(data["device_at"]), minutes=data["minutes"] or 0,
                why_not_seen=data["why_not_seen"], next_step=data["next_step"], key=f"visit:{once.key_of(request)}", photo=data["photo"],
                by=request.user, at=now,  # type: ignore[arg-type]
            )  # fmt: skip
            if visit.mood == Mood.POOR or Finding.FALL in visit.findings:
                return redirect("services:visit-report", pk=visit.pk)
            messages.success(request, _("Saved. %(name)s is done for today.") % {"name": found.person.name})
            return redirect(f"{reverse('services:field')}?saved={found.pk}")
    shown = ["name", "building", "visits", *(["note"] if reads_note else [])]
    reading.record(request, [found.person], shown, _("visit"))
    return refusals.form_page(
        request, "services/visit_log.html", form,
        {
            "elder": found, "age": found.age(timezone.localdate()), "last": last,
            "last_note": last.note() if last is not None and reads_note else "",
            "follow_ups": FollowUp.objects.open().filter(elder=found).order_by("due_at"),
        },
    )  # fmt: skip


@login_required
@once.once
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A fall or a poor state: the visit is saved; is the supervisor to be told at once?"""
    require_worker(request)
    visit = get_object_or_404(
        Visit.objects.visible_to(request.user).select_related("elder__person", "elder__building"), pk=pk
    )  # type: ignore[arg-type]
    if request.method == "POST":
        if request.POST.get("report") == "yes":
            visits.report(visit_id=visit.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("Reported. The supervisor has been told."))
        else:
            messages.success(request, _("Saved. The follow-up stands on your list."))
        return redirect(f"{reverse('services:field')}?saved={visit.elder_id}")
    return render(
        request, "services/visit_report.html",
        {"visit": visit, "elder": visit.elder, "follow_ups": visit.follow_ups.all()},
    )  # fmt: skip


@login_required
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit with its versions; the note only for its worker, the owner of its case and the supervisor."""
    require_worker(request)
    visit = get_object_or_404(
        Visit.objects.visible_to(request.user).select_related(
            "elder__person", "elder__building", "worker", "case__worker", "replaces"
        ),
        pk=pk,  # type: ignore[arg-type]
    )
    reads_notes = policies.may_read_note(request.user, visit)  # type: ignore[arg-type]
    reading.record(
        request, [visit.elder.person], ["visits", "note"] if reads_notes else ["visits"], _("visit")
    )
    versions = []
    older: Visit | None = visit
    while older is not None and len(versions) < 20:
        versions.append({"visit": older, "note": older.note() if reads_notes else ""})
        older = older.replaces
    newer = Visit.objects.filter(replaces=visit).first()
    return render(
        request,
        "services/visit.html",
        {
            "visit": visit,
            "versions": versions,
            "newer": newer,
            "reads_notes": reads_notes,
            "keeper": visit.case.worker if visit.case is not None else visit.worker,
            "supervisors": "" if reads_notes else asking.supervisors(visit.community_id),
            "may_correct": newer is None and reads_notes,
        },
    )


@login_required
@once.once
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction is a new version with a reason."""
    require_worker(request)
    visit = get_object_or_404(
        Visit.objects.visible_to(request.user).select_related(
            "elder__person", "elder__building", "worker", "case"
        ),
        pk=pk,  # type: ignore[arg-type]
    )
    if not policies.may_read_note(request.user, visit):  # type: ignore[arg-type]
        raise Http404
    initial = {
        "seen": visit.seen, "why_not_seen": visit.why_not_seen, "mood": visit.mood, "findings": visit.findings,
        "note": visit.note(), "visited_at": visit.visited_at, "minutes": visit.minutes or None,
    }  # fmt: skip
    sent = (request.POST, request.FILES) if request.method == "POST" else (None,)
    form = forms.CorrectForm(*sent, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals.refusals_on(form):
            version = visits.correct(
                visit=visit, reason=data["reason"], seen=data["seen"], mood=data["mood"], findings=data["findings"],
                note=data["note"], visited_at=data["visited_at"], why_not_seen=data["why_not_seen"],
                minutes=data["minutes"], photo=data["photo"], drop_photo=data["drop_photo"], key=f"correct:{once.key_of(request)}", by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(request, _("Corrected. The earlier version stays readable."))
            return redirect("services:visit", pk=version.pk)
    reading.record(request, [visit.elder.person], ["visits", "note"], _("correction"))
    return refusals.form_page(
        request, "services/visit_correct.html", form, {"visit": visit, "elder": visit.elder}
    )


@login_required
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits, newest first; of one elder when asked."""
    community = require_worker(request)
    rows = (
        Visit.objects.of(community)
        .visible_to(request.user)
        .current()
        .select_related("elder__person", "elder__building", "worker")
    )  # type: ignore[arg-type]
    elder_id = request.GET.get("elder", "")
    if elder_id.isdigit():
        rows = rows.filter(elder_id=int(elder_id))
    rows = rows.order_by("-visited_at", "-pk")
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Visited at")), excel.Column(_("Elder")), excel.Column(_("Building")), excel.Column(_("Met")),
            excel.sensitive(_("State of mind")), excel.sensitive(_("Findings")), excel.Column(_("Visited by")),
        ]  # fmt: skip
        found = list(rows[:50_000])
        reading.record(request, {each.elder.person for each in found}, ["name", "visits"], _("export"))
        return excel.work_list(
            request, "visits", columns,
            ([each.visited_at, each.elder.person.name, str(each.elder.building or ""), each.get_seen_display(),
              each.get_mood_display(), "、".join(each.finding_labels()), str(each.worker)] for each in found),
        )  # fmt: skip
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [each.elder.person for each in page.items], ["name", "visits"])
    return render(request, "services/visits.html", {"page": page, "elder_id": elder_id})


@login_required
@once.once
def finish_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """It was looked after: how it turned out."""
    require_worker(request)
    row = get_object_or_404(
        FollowUp.objects.visible_to(request.user).select_related("elder__person", "elder__building"), pk=pk
    )  # type: ignore[arg-type]
    form = forms.WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            visits.finish_follow_up(
                follow_up_id=row.pk, words=form.cleaned_data["words"], by=request.user, at=timezone.now()
            )  # type: ignore[arg-type]
            messages.success(request, _("Written down. Thank you."))
            return redirect("services:field")
    return refusals.form_page(request, "services/follow_up.html", form, {"row": row, "elder": row.elder})
