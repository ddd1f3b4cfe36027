"""Records that may be one human being: the queue of pairs, the page that compares two, and what was merged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.parties.models import Community, Person
from carenet.webkit import once, refusals
from elders import policies
from elders.actions import merging, registry
from elders.models import Elder, Merge, NotSamePerson
from elders.reports import pairs
from elders.web.access import staff_community

PER_PAGE = 10
SHOWN = ("name", "birth date", "address", "masked numbers")


def _reasons(found: pairs.Pair) -> list[str]:
    said = {
        "phone": _("same phone"),
        "name_and_birth": _("same name and date of birth"),
        "sound_and_birth": _("name sounds the same, same date of birth"),
        "name_and_place": _("same name in the same building, one birth date missing"),
    }
    return [said[each] for each in found.reasons]


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Pairs nobody has judged, the likeliest first; below, what was merged lately and can be taken apart."""
    community = staff_community(request)
    wanted = request.GET.get("page", "1")
    number = max(int(wanted), 1) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 1
    found = pairs.find(community, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    merged = list(
        Merge.objects.of(community)
        .filter(undone_at__isnull=True)
        .select_related("kept__elder", "gone", "by")
        .order_by("-pk")[:10]
    )
    rows = [{"pair": each, "reasons": _reasons(each)} for each in found.rows]
    people = [person for each in found.rows for person in (each.one, each.other)]
    reading.record(request, [*people, *(each.kept for each in merged)], SHOWN)
    compared = _two_numbers(request, community)
    if compared is not None:
        return redirect("elders:duplicate", one=compared[0], other=compared[1])
    return render(
        request,
        "elders/duplicates.html",
        {
            "rows": rows, "total": found.total, "merged": merged, "number": number,
            "has_next": found.total > number * PER_PAGE, "next": number + 1, "previous": number - 1,
            "is_asked": bool(request.GET.get("first") or request.GET.get("second")),
        },
    )  # fmt: skip


def _two_numbers(request: HttpRequest, community: Community) -> tuple[int, int] | None:
    """Two archive numbers somebody wants to compare."""
    asked = [request.GET.get(name, "").strip() for name in ("first", "second")]
    if not all(each.isascii() and each.isdigit() and len(each) < 9 for each in asked):
        return None
    numbers = [int(each) for each in asked]
    found = dict(
        Elder.objects.read_as_staff(request.user)
        .of(community)
        .filter(number__in=numbers)
        .values_list("number", "person_id")  # type: ignore[arg-type]
    )
    if len(found) != 2:
        return None
    return found[numbers[0]], found[numbers[1]]


def _person(request: HttpRequest, community: Community, pk: int) -> Person:
    rows = (
        Person.objects.of(community)
        .living_records()
        .select_related("elder", "elder__building", "elder__owner")
    )
    found: Person = get_object_or_404(rows, pk=pk)
    return found


def _side(person: Person, other: Person) -> dict[str, Any]:
    elder: Elder | None = getattr(person, "elder", None)
    against = merging.obstacles(kept=other, gone=person)
    facts = [
        (_("Date of birth"), date_format(person.born_on) if person.born_on else "—"),
        (_("Sex"), person.get_sex_display()),
        (_("ID number"), person.masked_id() or person.no_id_reason or "—"),
        (_("Phone"), person.masked_phone() or "—"),
        (_("Building and door"), elder.place_text if elder else "—"),
        (_("Archive number"), elder.number_text if elder else _("not on the register")),
        (_("Registered on"), date_format(elder.registered_on) if elder else "—"),
        (_("Ability level"), elder.get_level_display() if elder and elder.level is not None else _("not assessed")),
        (_("Standing"), elder.get_status_display() if elder else "—"),
        (_("Last contact"), date_format(timezone.localtime(elder.last_contact_at)) if elder and elder.last_contact_at else "—"),
    ]  # fmt: skip
    return {"person": person, "elder": elder, "facts": facts, "against": against}


@login_required
@once.once
def compare(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Two records side by side: the same human being (and which record stays), or two people."""
    community = staff_community(request)
    if one == other or not policies.may_keep_register(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    first, second = _person(request, community, one), _person(request, community, other)
    if getattr(first, "elder", None) is None and getattr(second, "elder", None) is None:
        raise Http404
    at = timezone.now()
    if request.method == "POST":
        said = request.POST.get("said", "")
        with refusals.refusals_told(request):
            if said == "different":
                registry.remember_different(
                    one_id=one, other_id=other, community=community, by=request.user, at=at
                )
                messages.success(request, _("Remembered: two different people. Nobody is asked again."))
                return redirect("elders:duplicates")
            if said in (f"keep-{one}", f"keep-{other}"):
                kept, gone = (first, second) if said == f"keep-{one}" else (second, first)
                merging.merge(kept=kept, gone=gone, by=request.user, at=at)
                messages.success(
                    request,
                    _("The two records of %(name)s are one now. The help card of the closed record no longer works; print a new one if it hung on the fridge.")
                    % {"name": kept.name},
                )  # fmt: skip
                if Elder.objects.filter(person=kept).exists():
                    return redirect("elders:file", pk=kept.elder.pk)
                return redirect("elders:duplicates")
        return redirect("elders:duplicate", one=one, other=other)
    reading.record(request, [first, second], SHOWN)
    sides = [_side(first, second), _side(second, first)]
    for side, counterpart in (sides, sides[::-1]):
        side["may_stay"] = not counterpart["against"]
    differs = [
        a[0]
        for a, b in zip(sides[0]["facts"], sides[1]["facts"], strict=True)
        if a[1] != b[1] and "—" not in (a[1], b[1])
    ]
    low, high = sorted((one, other))
    return render(
        request, "elders/duplicate.html",
        {
            "sides": sides, "differs": differs,
            "said_different": NotSamePerson.objects.filter(one_id=low, other_id=high).exists(),
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two people after all: everything stands again as before."""
    community = staff_community(request)
    row = get_object_or_404(Merge.objects.of(community), pk=pk)
    with refusals.refusals_told(request):
        merging.undo(merge_row=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Taken apart again: both records stand as before."))
    return redirect("elders:duplicates")
