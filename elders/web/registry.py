"""The list of elders, and the page that enters a new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.audit import actions as audit
from carenet.audit import reading
from carenet.kernel.errors import DomainError
from carenet.parties import identity
from carenet.parties.models import Community, Person
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import contacts, lists
from elders.actions import registry as actions
from elders.actions.refusals import LooksLikeSomebody
from elders.filters import ElderFilter
from elders.models import Elder, SavedFilter
from elders.reports import lookalikes, words
from elders.web import rows
from elders.web.access import staff_community
from elders.web.forms import RegisterForm

SHOWN = ("name", "age", "colour", "level", "address")


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The register: search, filter, print, export."""
    community = staff_community(request)
    at = timezone.now()
    found = (
        Elder.objects.read_as_staff(request.user)
        .of(community)
        .select_related("person", "building", "grid", "owner")
    )
    data = request.GET.copy()
    data.setdefault("status", "PRESENT")
    data.setdefault("order", "number")
    filters = ElderFilter(data, queryset=found, user=request.user, community=community, at=at)
    if request.GET.get("format") == "xlsx":
        return _export(request, community, filters.qs, at)
    chosen = filters.qs
    page = paging.page(
        request,
        chosen,
        keyset="number" if data["order"] in ("", "number") else "",
        short=filters.is_short,
    )
    reading.record(request, [each.person for each in page], SHOWN)
    saved = list(SavedFilter.objects.visible_to(request.user).of(community))
    query = lists.cleaned(request.GET.urlencode())
    return render(
        request,
        "elders/list.html",
        {
            "page": page,
            "filter_form": filters.form,
            "search_field": filters.form["q"],
            "is_filtered": any(
                value for key, value in request.GET.items() if key not in {"page", "order", "after"}
            ),
            "may_import": policies.may_import(request.user, community.pk),
            "saved": saved,
            "chosen": next((each for each in saved if each.query == query), None),
            "query": query,
            "lines": rows.lines(page, at),
        },
    )


def _export(request: HttpRequest, community: Community, found: Any, at: Any) -> HttpResponse:
    """The filtered list as a workbook, once it is approved; numbers of people stay masked, and the export is noted.

    Source: domain.md §9.4.
    """
    on = timezone.localdate(at)
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.personal(_("Sex")),
        excel.personal(_("Age")), excel.sensitive(_("ID number"), text=True, width=22),
        excel.personal(_("Phone"), text=True, width=16), excel.Column(_("Grid")), excel.Column(_("Building")),
        excel.personal(_("Door"), text=True), excel.personal(_("Living with"), width=20), excel.personal(_("Caregiver")),
        excel.sensitive(_("Categories"), width=26), excel.sensitive(_("Colour")), excel.sensitive(_("Ability level"), width=18),
        excel.Column(_("Responsible worker")), excel.Column(_("Standing")), excel.Column(_("Registered on")),
        excel.Column(_("Assessment due")), excel.Column(_("Archive update due")), excel.Column(_("Contact due")),
    ]  # fmt: skip
    excel.check(_("elders-register"), columns, found.order_by().count)
    chosen = list(found.prefetch_related("categories")[: excel.MOST_ROWS])

    def cells() -> Iterator[list[Any]]:
        for elder in chosen:
            person = elder.person
            yield [
                elder.number_text, person.name, person.get_sex_display(), elder.age(on), person.masked_id(),
                person.masked_phone(), elder.grid.name if elder.grid else "",
                elder.building.name if elder.building else "", elder.door, elder.get_living_display(),
                elder.get_caregiver_display(),
                pgettext("between reasons", ", ").join(
                    each.get_code_display() for each in elder.categories.all() if each.valid_to is None or each.valid_to > on
                ),
                words.short_colour(elder.colour, elder.subtier),
                elder.get_level_display() if elder.level is not None else "", str(elder.owner or ""),
                elder.get_status_display(), elder.registered_on, elder.assessment_due_on, elder.archive_due_on,
                elder.contact_due_at,
            ]  # fmt: skip

    reading.record(request, [each.person for each in chosen], (*SHOWN, "categories"), purpose="xlsx")
    audit.note(
        community=community, verb="elders.exported", object_kind="elders.elder", by=request.user, at=at,
        facts={"rows": len(chosen), "filter": request.GET.urlencode()[:200]},
    )  # fmt: skip
    return excel.xlsx_response(_("elders-register"), columns, cells())


@login_required
@once.once
def register(request: HttpRequest) -> HttpResponse:
    """Enter a new elder; look-alikes are shown and must be judged before anything is written."""
    community = staff_community(request)
    form = RegisterForm(request.POST or None, community=community)
    alike: list[lookalikes.Lookalike] = []
    if request.method == "POST" and form.is_valid():
        same, different = _judged(request, community)
        if same is not None and hasattr(same, "elder"):
            messages.info(
                request, _("%(name)s is in the register already; this is the file.") % {"name": same.name}
            )
            return redirect("elders:file", pk=same.elder.pk)
        try:
            with refusals.refusals_on(form):
                elder = _enter(form.cleaned_data, community, same, different, request)
                messages.success(
                    request,
                    _(
                        "%(name)s is registered, archive number %(number)s. Next: the first assessment within 30 days."
                    )
                    % {"name": elder.person.name, "number": elder.number_text},
                )
                return redirect("elders:file", pk=elder.pk)
        finally:
            alike = _lookalikes(form.cleaned_data, community) if form.errors else []
    if alike:
        people = Person.objects.filter(pk__in=[each.person_id for each in alike])
        reading.record(request, people, ("name", "birth date", "address"))
    return refusals.form_page(request, "elders/register.html", form, {"alike": alike, "may_import": True})


def _lookalikes(data: dict[str, Any], community: Community) -> list[lookalikes.Lookalike]:
    return lookalikes.find(
        community=community, name=data.get("name", ""), born_on=data.get("born_on"),
        id_number=data.get("id_number", ""), phone=data.get("phone", ""),
    )  # fmt: skip


def _judged(request: HttpRequest, community: Community) -> tuple[Person | None, list[Person]]:
    """What the person at the counter said of each look-alike: the same human being, or somebody else."""
    said = {
        int(name.removeprefix("who-")): value
        for name, value in request.POST.items()
        if name.startswith("who-") and name.removeprefix("who-").isdigit()
    }
    people = {
        each.pk: each for each in Person.objects.of(community).filter(pk__in=said).select_related("elder")
    }
    same = next((people[pk] for pk, value in said.items() if value == "same" and pk in people), None)
    return same, [people[pk] for pk, value in said.items() if value == "different" and pk in people]


def _enter(
    data: dict[str, Any],
    community: Community,
    same: Person | None,
    different: list[Person],
    request: HttpRequest,
) -> Elder:
    at = timezone.now()
    by = request.user
    categories = [
        actions.CategoryFacts(
            code,
            disability_kind=data["disability_kind"] if code == "DISABLED" else None,
            disability_grade=data["disability_grade"] if code == "DISABLED" else None,
        )
        for code in data["categories"]
    ]
    known = {"person": same} if same else {
        name: data[name] for name in ("name", "sex", "born_on", "id_number", "no_id_reason", "phone", "ethnicity")
    }  # fmt: skip
    try:
        elder = actions.register(
            community=community, **known, building=data["building"], door=data["door"], living=data["living"],
            caregiver=data["caregiver"], languages=data["languages"], dialect=data["dialect"],
            literacy=data["literacy"] or "UNKNOWN", categories=categories, not_the_same_as=different, by=by, at=at,
        )  # fmt: skip
    except LooksLikeSomebody as refusal:
        raise LooksLikeSomebody(people=refusal.facts["people"], field="") from refusal
    if data["contact_name"]:
        contacts.add_contact(
            elder=elder, name=data["contact_name"], relation=data["contact_relation"] or "OTHER",
            phone=data["contact_phone"], is_emergency=True, by=by, at=at,
        )  # fmt: skip
    if data["consent"]:
        contacts.give_consent(elder=elder, purpose="SERVICE", version="2026-1", by=by, at=at)
    return elder


@login_required
@require_POST
def check_entry(request: HttpRequest) -> HttpResponse:
    """While somebody types: what the ID number says, and who looks alike. Reads only; a POST, so that no ID number
    stands in an address or a log.
    """
    community = staff_community(request)
    number, facts, fault = request.POST.get("id_number", "").strip(), None, ""
    on = timezone.localdate()
    if number:
        try:
            facts = identity.check_id_number(number, on=on)
        except DomainError as refusal:
            fault = refusal.message
    alike = lookalikes.find(
        community=community, name=request.POST.get("name", ""), born_on=None,
        id_number=number, phone=request.POST.get("phone", ""),
    )  # fmt: skip
    if alike:
        people = Person.objects.filter(pk__in=[each.person_id for each in alike])
        reading.record(request, people, ("name", "birth date", "address"))
    context = {"facts": facts, "fault": fault, "alike": alike, "on": on}
    return render(request, "elders/register.html#entry", context)
