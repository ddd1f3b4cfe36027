"""The office's shifts: the week, one shift with its roster, kinds and series, the poster. Captains use their team's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel import months
from carenet.webkit import excel, once, refusals
from volunteers import policies
from volunteers.actions import promises, rosters, shifts
from volunteers.filters_shifts import SlotFilter
from volunteers.models import Promise, Slot, Volunteer
from volunteers.reports import shifts as reports
from volunteers.reports import ways
from volunteers.states_shifts import HOLDING, SlotState, Way
from volunteers.web.access import allowed, community_of
from volunteers.web.shift_forms import CancelForm, PeopleForm, PutDownForm


def _monday(request: HttpRequest) -> date:
    text = request.GET.get("week", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


@allowed(policies.may_see_list)
def week(request: HttpRequest) -> HttpResponse:
    """The shifts of one week by day: filters, print, Excel; drafts are published in one press."""
    community, monday = community_of(request), _monday(request)
    shown = Slot.objects.visible_to(request.user).of(community).select_related("team", "service_kind")
    every_week = bool(request.GET.get("all"))
    queryset = reports.with_counts(
        (shown if every_week else shown.in_week(monday)).order_by("starts_at", "pk")
    )
    filters = SlotFilter(request.GET, queryset=queryset, request=request)
    slots = list(filters.qs[:400])
    if request.GET.get("format") == "xlsx":
        return _xlsx(request, slots)
    return render(
        request,
        "volunteers/shifts_week.html",
        {
            "days": reports.by_day(slots), "slots": slots, "filter_form": filters.form, "monday": monday, "every_week": every_week,
            "sunday": monday + timedelta(days=6), "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
            "may_plan": policies.may_plan(request.user, community.pk), "at": timezone.now(),
            "drafts": [each.pk for each in slots if each.state in (SlotState.DRAFT, SlotState.PROPOSED)],
        },
    )  # fmt: skip


def _xlsx(request: HttpRequest, slots: list[Slot]) -> HttpResponse:
    rows = Promise.objects.filter(slot__in=slots, state__in=HOLDING).select_related("volunteer__person")
    names: dict[int, list[str]] = {}
    people = []
    for each in rows.order_by("promised_at"):
        names.setdefault(each.slot_id, []).append(each.volunteer.person.name)
        people.append(each.volunteer.person)
    reading.record(request, people, ["name"], _("list of shifts"))
    columns = [
        excel.Column(_("Day")), excel.Column(_("From")), excel.Column(_("Until")), excel.Column(_("Shift")),
        excel.Column(_("Place")), excel.Column(_("Team")), excel.Column(_("State")), excel.Column(_("People needed")),
        excel.Column(pgettext("shift", "Promised")), excel.Column(_("Waiting")), excel.Column(_("Who")),
    ]  # fmt: skip
    table = []
    for each in slots:
        start, end = timezone.localtime(each.starts_at), timezone.localtime(each.ends_at)
        table.append(
            [
                start.date(), f"{start:%H:%M}", f"{end:%H:%M}", each.name, each.place, str(each.team or ""),
                each.get_state_display(), each.people, each.taken, each.waiting_count,  # type: ignore[attr-defined]
                "、".join(names.get(each.pk, [])),
            ]
        )  # fmt: skip
    return excel.xlsx_response("shifts", columns, table)


@allowed(policies.may_plan)
@require_POST
@once.once
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the drafts that were on the page."""
    numbers = [int(each) for each in request.POST.getlist("slot") if each.isascii() and each.isdigit()][:400]
    slots = list(Slot.objects.visible_to(request.user).of(community_of(request)).filter(pk__in=numbers))
    with refusals.refusals_told(request):
        moved = shifts.publish(slots=slots, by=request.user, at=timezone.now())
        told = ngettext("%(n)d shift is open now.", "%(n)d shifts are open now.", moved) % {"n": moved}
        messages.success(request, told)
    day = request.POST.get("week", "")
    return redirect(reverse("volunteers:slots") + (f"?week={day}" if _is_day(day) else ""))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _slot(request: HttpRequest, pk: int) -> Slot:
    slot = get_object_or_404(
        Slot.objects.visible_to(request.user).select_related(
            "team__captain__person", "community", "service_kind", "series", "template", "booked_by"
        ),
        pk=pk,
    )
    if not policies.may_roster(request.user, slot) and not policies.may_see_list(
        request.user, slot.community_id
    ):
        raise Http404
    return slot


@login_required
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift with its roster."""
    found = _slot(request, pk)
    people = reports.roster(found)
    reading.record(request, [each.volunteer.person for each in people], ["name"], _("roster of a shift"))
    at, user = timezone.now(), request.user
    sought = [each for each in people if each.state == "SEEKING"]
    ticked = [each for each in people if each.state == "HERE"]
    for each in ticked:
        each.waits = not policies.may_credit(user, found, each)  # type: ignore[attr-defined]
    way_counts = ways.count(found.community_id, timezone.localdate(at))
    noted = ways.noted(found.community_id, rosters.CAUSE, [each.pk for each in ticked]) if way_counts else {}
    for each in ticked:
        each.way = noted.get(each.pk, 0)  # type: ignore[attr-defined]
    all_wait = bool(ticked) and all(each.waits for each in ticked)  # type: ignore[attr-defined]
    return render(
        request,
        "volunteers/slot.html",
        {
            "slot": found, "roster": people, "at": at, "may_roster": policies.may_roster(user, found),
            "may_publish": policies.may_propose(user, found.community_id, found.team),
            "may_cancel": policies.publishes_alone(user, found.community_id, found.team),
            "may_book": policies.may_book(user, found), "all_wait": all_wait, "is_checked": not policies.publishes_alone(user, found.community_id, found.team),
            "is_over": at >= found.ends_at, "has_begun": at >= found.starts_at,
            "is_open_roster": at >= found.starts_at - rosters.OPENS_BEFORE, "sought": sought,
            "is_office": policies.may_see_list(user, found.community_id), "put_down_form": PutDownForm(),
            "cancel_form": CancelForm(), "people_form": PeopleForm(initial={"people": found.people}),
            "way_counts": way_counts, "found": _found(request, found), "q": request.GET.get("q", ""), "own": user.person_id,
        },
    )  # fmt: skip


def _found(request: HttpRequest, slot: Slot) -> list[Volunteer]:
    """Who a name typed on the slot's page may mean: the office searches all, a captain the team."""
    wanted = request.GET.get("q", "").strip()
    if not wanted or not policies.may_roster(request.user, slot):
        return []
    people = Volunteer.objects.of(slot.community_id).present().select_related("person")
    if not policies.may_plan(request.user, slot.community_id):
        people = people.filter(team_id=slot.team_id)
    return list(people.search(wanted).order_by("number")[:12])


Step = Callable[[HttpRequest, Slot, datetime], str]


def _publish(request: HttpRequest, slot: Slot, at: datetime) -> str:
    shifts.publish(slots=[slot], by=request.user, at=at)
    return _("Done. Volunteers see it now, or the committee checks it first.")


def _cancel(request: HttpRequest, slot: Slot, at: datetime) -> str:
    shifts.cancel(slot=slot, reason=request.POST.get("reason", ""), by=request.user, at=at)
    return _("Cancelled. Everybody who promised was told; you can undo it here.")


def _restore(request: HttpRequest, slot: Slot, at: datetime) -> str:
    shifts.restore(slot=slot, by=request.user, at=at)
    return _("It takes place after all. Everybody who is still free has the place back.")


def _people(request: HttpRequest, slot: Slot, at: datetime) -> str:
    form = PeopleForm(request.POST)
    if form.is_valid():
        shifts.set_people(slot=slot, people=form.cleaned_data["people"], by=request.user, at=at)
        return _("Saved. More places went to the waiting list first.")
    messages.error(request, _("Please write a number from 1 to 200."))
    return ""


def _book(request: HttpRequest, slot: Slot, at: datetime) -> str:
    done = rosters.book(slot=slot, by=request.user, at=at)
    said = _("Booked: %(credited)d people, %(minutes)d minutes. Missed %(missed)d, excused %(excused)d.") % {
        "credited": done.credited, "minutes": done.minutes, "missed": done.missed, "excused": done.excused,
    }  # fmt: skip
    if done.left:
        more = ngettext(
            "%(n)d person waits: somebody else at the station must book these hours.",
            "%(n)d people wait: somebody else at the station must book these hours.", done.left,
        ) % {"n": done.left}  # fmt: skip
        said = f"{said} {more}"
    return said


def _put_down(request: HttpRequest, slot: Slot, at: datetime) -> str:
    number = request.POST.get("volunteer", "")
    people = Volunteer.objects.of(slot.community_id).present()
    if not policies.may_plan(request.user, slot.community_id):
        people = people.filter(team_id=slot.team_id)
    volunteer = get_object_or_404(people.select_related("person"), pk=number if number.isdigit() else 0)
    sought = slot.promises.filter(state="SEEKING").order_by("told_at").first()
    if slot.free == 0 and sought is not None:
        promises.stand_in(promise=sought, volunteer=volunteer, by=request.user, at=at, ticked=slot.warnings)
        return _("%(name)s stands in.") % {"name": volunteer.person.name}
    made = promises.promise(
        slot=slot, volunteer=volunteer, by=request.user, at=at, ticked=slot.warnings, wait=True
    )
    said = _("%(name)s is on the waiting list.") if made.state == "WAITING" else _("%(name)s is down for it.")
    return said % {"name": volunteer.person.name}


STEPS: dict[str, Step] = {
    "publish": _publish, "cancel": _cancel, "restore": _restore, "people": _people, "book": _book, "put_down": _put_down,
}  # fmt: skip


@login_required
@require_POST
@once.once
def slot_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One press on the page of a shift."""
    found, step = _slot(request, pk), STEPS.get(request.POST.get("step", ""))
    if step is None or not policies.may_roster(request.user, found):
        raise Http404
    with refusals.refusals_told(request):
        told = step(request, found, timezone.now())
        if told:
            messages.success(request, told)
    return redirect("volunteers:slot", pk=found.pk)


@login_required
@require_POST
@once.once
def promise_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One press on a line of the roster."""
    line = get_object_or_404(
        Promise.objects.visible_to(request.user).select_related("slot__team__captain", "slot__community", "volunteer__person"),
        pk=pk,
    )  # fmt: skip
    if not policies.may_roster(request.user, line.slot):
        raise Http404
    at, user, step = timezone.now(), request.user, request.POST.get("step", "")
    way = Way.OFFICE if policies.may_plan(user, line.community_id) else Way.CAPTAIN
    with refusals.refusals_told(request):
        moment = _moment(line.slot, request.POST.get("clock", ""))
        if step == "in":
            rosters.check_in(promise=line, way=way, by=user, at=at, came_at=moment)
        elif step == "out":
            rosters.check_out(promise=line, way=way, by=user, at=at, left_at=moment)
        elif step == "undo":
            rosters.undo_check_in(promise=line, by=user, at=at)
        elif step == "excuse":
            rosters.excuse(promise=line, reason=request.POST.get("reason", ""), by=user, at=at)
        elif step == "miss":
            rosters.miss(promise=line, by=user, at=at)
        elif step == "back":
            promises.step_back(promise=line, reason=request.POST.get("reason", ""), by=user, at=at)
        elif step == "after_all":
            promises.come_after_all(promise=line, by=user, at=at)
        else:
            raise Http404
    return redirect(reverse("volunteers:slot", args=[line.slot_id]) + f"#p{line.pk}")


def _moment(slot: Slot, text: str) -> datetime | None:
    """A time of day on the roster, on the day of the shift; empty means now."""
    try:
        clock = time.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise rosters.BadTimes from None
    if clock is None:
        return None
    moment = datetime.combine(months.day_of(slot.starts_at), clock, tzinfo=months.STATION_ZONE)
    return moment + timedelta(days=1) if moment < slot.starts_at - timedelta(hours=12) else moment


@login_required
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The page to print and hang up at the place: everybody scans it to check in. A series keeps one for all dates."""
    found = _slot(request, pk)
    if not policies.may_roster(request.user, found):
        raise Http404
    uid = found.series.uid if found.series is not None else found.uid
    url = request.build_absolute_uri(reverse("volunteers:here", args=[uid]))
    return render(request, "volunteers/shift_poster.html", {"slot": found, "url": url})
