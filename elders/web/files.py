"""One elder's file: header, facts, what is due, the story, and the small pages that change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import once, refusals
from elders import policies
from elders.actions import contacts, help_cards, rights
from elders.actions import registry as actions
from elders.models import (
    Consent,
    Contact,
    Elder,
    ElderCategory,
    HelpToken,
    HouseholdRole,
    LifeEvent,
    Pause,
    RiskEvent,
    Touch,
)
from elders.reports import circle, story, timeline, words
from elders.reports.assessed import short
from elders.reports.pending import awaiting
from elders.states import ElderStatus
from elders.web import forms, person_forms, told
from elders.web.access import elder_of
from elders.web.rights_forms import FamilyFactsForm, ReturnForm, RightForm

ON_FILE = ("name", "age", "address", "health", "categories", "contacts")
LINES = 40


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything the station knows of one elder, on one page."""
    elder = elder_of(request, pk)
    reading.record(request, [elder.person], ON_FILE)
    return render(request, "elders/file.html", {**_context(request, elder), "revealed": None})


@login_required
@once.once
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show ID number and phones in full, for a reason that stands in the read log."""
    elder = elder_of(request, pk)
    form = forms.RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not policies.may_reveal(request.user, elder):
            raise Http404
        purpose = str(dict(form.REASONS)[form.cleaned_data["purpose"]])
        reading.record(request, [elder.person], ("ID number", "phone", "contacts' phones"), purpose=purpose)
        revealed = {
            "id_number": elder.person.id_number(), "phone": elder.person.phone(), "purpose": purpose,
            "contacts": [(each, each.phone()) for each in _contacts(elder)], "address": elder.address(),
        }  # fmt: skip
        return render(request, "elders/file.html", {**_context(request, elder), "revealed": revealed})
    return refusals.form_page(request, "elders/reveal.html", form, {"elder": elder})


def _contacts(elder: Elder) -> list[Contact]:
    return list(Contact.objects.filter(elder=elder, ended_on__isnull=True))


def _context(request: HttpRequest, elder: Elder) -> dict[str, Any]:
    at = timezone.now()
    on = timezone.localdate(at)
    user = request.user
    assessments = list(
        elder.assessments.exclude(state="VOID")
        .select_related("instrument", "assessor")
        .order_by("-started_at")[:12]
    )
    pending = awaiting(Elder.objects.filter(pk=elder.pk)).order_by("-pk").first()
    newest = elder.triage_results.order_by("-pk").first()
    restricted = policies.may_read_restricted(request.user, elder.community_id)  # type: ignore[arg-type]
    return {
        "elder": elder,
        "person": elder.person,
        "age": elder.age(on),
        "badge": words.badge(elder.colour, elder.subtier),
        "provisional": words.badge(elder.provisional_colour, elder.provisional_subtier)
        if elder.provisional_colour
        else None,
        "contacts": _contacts(elder),
        "categories": elder.categories.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("code"),
        "consents": Consent.objects.filter(elder__in=story.ids_of(elder), withdrawn_at__isnull=True).order_by(
            "purpose"
        ),
        "concerns": elder.concerns.filter(state="OPEN").order_by("-raised_at")[:5],
        "clocks": clocks_of(elder, at),
        "draft": next((each for each in assessments if each.state == "DRAFT"), None),
        "assessments": [(each, short(each)) for each in assessments if each.state in ("SIGNED", "HALF")],
        "pending": pending,
        "newest": newest,
        "because": words.because(newest, restricted=restricted) if newest else [],
        "help_token": HelpToken.objects.filter(elder=elder, revoked_at__isnull=True).first(),
        "last_events": story.may_be_undone(elder),
        "circle": circle.of(elder, at=at),
        "pause": elder.pauses.filter(ended_on__isnull=True, cancelled_at__isnull=True).first(),
        "home": HouseholdRole.objects.open()
        .filter(person=elder.person_id, kind="RESIDENT")
        .select_related("household__building")
        .first(),
        "noted": RiskEvent.objects.visible_to(user)  # type: ignore[arg-type]
        .standing()
        .filter(elder=elder, source_key__startswith=contacts.BY_HAND)
        .order_by("-on", "-pk")[:5],
        "called": Touch.objects.by_hand().filter(elder=elder).select_related("by").order_by("-at", "-pk")[:3],
        "open_requests": elder.rights_requests.open().order_by("due_on"),
        "mandates": elder.mandates.open().select_related("user"),
        "lines": timeline(elder, before=at + timedelta(minutes=1), limit=LINES),
        "verbs": [each for each in VERBS.values() if each.on_menu and elder.status in each.standings],
        "may_assess": policies.may_assess(user, elder.community_id) and elder.status in PRESENT,  # type: ignore[arg-type]
        "may_keep": policies.may_keep_register(user, elder.community_id),  # type: ignore[arg-type]
        "on": on,
        "at": at,
    }


@dataclass(frozen=True)
class Clock:
    """One of the clocks as the page shows it."""

    label: str
    due: Any
    days: int
    is_moment: bool = False

    @property
    def tone(self) -> str:
        return "bad" if self.days < 0 else "warn" if self.days <= (1 if self.is_moment else 14) else "good"


def clocks_of(elder: Elder, at: Any) -> list[Clock]:
    """The contact clock and the dated clocks, whoever is due first on top."""
    on = timezone.localdate(at)
    found = []
    if elder.contact_due_at:
        days = (timezone.localdate(elder.contact_due_at) - on).days
        found.append(
            Clock(
                gettext("Next contact at the latest"),
                elder.contact_due_at,
                -1 if elder.contact_due_at < at and days == 0 else days,
                True,
            )
        )
    for label, due in (
        (gettext("Full assessment"), elder.assessment_due_on),
        (gettext("Archive update"), elder.archive_due_on),
        (
            gettext("Ability level valid until"),
            elder.level_on + timedelta(days=365) if elder.level_on and elder.assessment_due_on else None,
        ),
    ):
        if due:
            found.append(Clock(label, due, (due - on).days))
    return sorted(found, key=lambda each: each.days)


# --- one-tap help ----------------------------------------------------------------------------------------
@login_required
@once.once
def help_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card for the fridge: POST issues it, GET shows the open one for printing."""
    elder = elder_of(request, pk)
    token = HelpToken.objects.filter(elder=elder, revoked_at__isnull=True).first()
    if request.method == "POST":
        with refusals.refusals_told(request):
            help_cards.issue(elder=elder, by=request.user, at=timezone.now())
            messages.success(
                request, gettext("The help card is ready. Print it and put it where the elder sees it.")
            )
        return redirect("elders:help-card", pk=elder.pk)
    reading.record(
        request, [elder.person], ("name", "address", "help card") if token is not None else ("name",)
    )
    # The address belongs to the services app, which stands above; arrows only point down.
    url = request.build_absolute_uri(f"/help/{token.token()}/") if token else ""
    return render(request, "elders/help_card.html", {"elder": elder, "token": token, "url": url})


@login_required
@require_POST
@once.once
def revoke_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card was lost or misused."""
    elder = elder_of(request, pk)
    token = get_object_or_404(HelpToken, elder=elder, revoked_at__isnull=True)
    with refusals.refusals_told(request):
        help_cards.revoke(token=token, by=request.user, at=timezone.now())
        messages.success(request, gettext("The card no longer works. You can issue a new one."))
    return redirect("elders:help-card", pk=elder.pk)


# --- small pages that change something -------------------------------------------------------------------
PRESENT = frozenset({ElderStatus.ACTIVE, ElderStatus.PAUSED})
EVERY = frozenset(ElderStatus.values)


@dataclass(frozen=True)
class Verb:
    """A change as one small page: its form, the action it calls, and what is said afterwards."""

    slug: str
    title: Promise | str
    form: Callable[..., Any]
    act: Callable[..., Any]
    done: Promise | str
    standings: frozenset[str] = PRESENT
    on_menu: bool = True
    icon: str = "pencil"
    needs_community: bool = False
    initial: Callable[[Elder, Any], dict[str, Any]] = lambda elder, on: {
        "on": on,
        "since": on,
        "valid_from": on,
    }
    warning: Promise | str = ""


def _row(model: Any, elder: Elder, row: int | None) -> Any:
    return get_object_or_404(model, pk=row, elder=elder)


def _do_move(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.move(elder=elder, **data, **who)


def _do_pause(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.pause(elder=elder, **data, **who)


def _do_resume(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.resume(elder=elder, **data, **who)


def _do_leave(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.leave(elder=elder, **data, **who)


def _do_die(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.die(elder=elder, **data, **who)


def _do_undo(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.undo(event=_row(LifeEvent, elder, row), **data, **who)


def _do_facts(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.update_facts(elder=elder, **data, **who)


def _do_owner(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.assign_owner(elder=elder, **data, **who)


def _do_category(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.add_category(elder=elder, category=actions.CategoryFacts(**data), on=data["valid_from"], **who)


def _do_end_category(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.end_category(category=_row(ElderCategory, elder, row), **data, **who)


def _do_contact(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    contacts.add_contact(elder=elder, **data, **who)


def _do_end_contact(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    contacts.end_contact(contact=_row(Contact, elder, row), **data, **who)


def _do_right(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    rights.ask(elder=elder, **data, **who)


def _do_speech(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.keep_facts(elder=elder, **data, **who)


def _speech_of(elder: Elder, on: Any) -> dict[str, Any]:
    return {
        "languages": elder.languages, "dialect": elder.dialect, "literacy": elder.literacy, "religion": elder.religion(),
        "religion_why": elder.religion_why,
    }  # fmt: skip


def _do_cancel_pause(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.cancel_pause(pause_row=_row(Pause, elder, row), **who)


def _do_return(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    actions.change_return(pause_row=_row(Pause, elder, row), **data, **who)


def _do_touch(elder: Elder, data: dict[str, Any], row: int | None, *, by: Any, at: Any) -> None:
    contacts.note_by_hand(elder=elder, **data, by=by, at=at)


def _do_touch_back(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    contacts.take_back_by_hand(touch_row=_row(Touch, elder, row), **who)


def _do_risk(elder: Elder, data: dict[str, Any], row: int | None, *, by: Any, at: Any) -> None:
    key = f"{contacts.BY_HAND}{elder.pk}:{data['kind']}:{data['on']}:{at:%H%M%S}"
    contacts.note_risk(elder=elder, **data, source_key=key, by=by, at=at)


def _do_risk_back(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    rows = RiskEvent.objects.visible_to(who["by"])
    contacts.take_back_risk(event=get_object_or_404(rows, pk=row, elder=elder), **data, **who)


def _facts_of(elder: Elder, on: Any) -> dict[str, Any]:
    return {"living": elder.living, "caregiver": elder.caregiver, "on": on}


VERBS: dict[str, Verb] = {
    each.slug: each
    for each in (
        Verb("touch", _("Note a contact"), forms.TouchForm, _do_touch, _("Noted. The contact clock starts again."), icon="phone"),
        Verb("facts", _("Update the file"), forms.FactsForm, _do_facts, _("The file is up to date; the next update is in 90 days."), icon="folder-check", initial=_facts_of),
        Verb("risk", _("Note an event"), forms.RiskForm, _do_risk, _("Noted. The suggestion of the colour was computed again."), icon="triangle-alert"),
        Verb("person", _("Correct the personal data"), person_forms.PersonForm, person_forms.correct, _("Corrected. It stands in the story and can be taken back."), EVERY, icon="user-pen", initial=person_forms.now_on_file),
        Verb("contact", _("Add a contact person"), forms.ContactForm, _do_contact, _("The contact person is on file."), icon="contact"),
        Verb("category", _("Add a category"), forms.CategoryForm, _do_category, _("The category is on file. Compute the colour again if it matters."), icon="tag"),
        Verb("right", _("A request about the data"), RightForm, _do_right, _("The request is on file; the answer is due within 15 working days."), EVERY, icon="message-circle-question-mark", initial=lambda elder, on: {"asked_on": on, "asked_by": "SELF"}),
        Verb("speech", _("Languages, reading, religion"), FamilyFactsForm, _do_speech, _("It is on file."), icon="languages", initial=_speech_of),
        Verb("owner", _("Change the responsible worker"), forms.OwnerForm, _do_owner, _("The responsible worker was changed."), icon="user-check", needs_community=True, initial=lambda elder, on: {"owner": elder.owner_id}),
        Verb("move", _("Moved house"), forms.MoveForm, _do_move, _("The new address is on file; the old one is kept in the story."), icon="truck", needs_community=True),
        Verb("pause", _("Pause services"), forms.PauseForm, _do_pause, _("Services are paused."), frozenset({ElderStatus.ACTIVE}), icon="circle-pause"),
        Verb("resume", _("Back again"), forms.ResumeForm, _do_resume, _("Services go on; the contact clock starts anew."), frozenset({ElderStatus.PAUSED}), icon="circle-play"),
        Verb("leave", _("Moved away"), forms.DepartForm, _do_leave, _("Noted. All future work for this elder has ended; it can be taken back."), icon="door-open", warning=_("All clocks stop, help cards stop working, and open services are called off. You can take it back.")),
        Verb("die", _("Died"), forms.DepartForm, _do_die, _("Noted. All future work for this elder has ended; it can be taken back."), PRESENT | {ElderStatus.LEFT}, icon="flower", warning=_("All clocks stop and help cards stop working. You can take it back.")),
        Verb("undo", _("Take back the latest event"), forms.UndoForm, _do_undo, _("It was taken back; everything is as before."), EVERY, on_menu=False),
        Verb("risk-back", _("Take back an event"), forms.UndoForm, _do_risk_back, _("It was taken back. The suggestion of the colour was computed again."), EVERY, on_menu=False),
        Verb("touch-back", _("Take back a contact"), forms.StationForm, _do_touch_back, _("The contact was taken back; the clock was counted again."), EVERY, on_menu=False),
        Verb("end-category", _("End a category"), forms.EndForm, _do_end_category, _("The category has ended; it stays in the history."), EVERY, on_menu=False),
        Verb("end-contact", _("End a contact person"), forms.EndForm, _do_end_contact, _("This person is not called any more."), EVERY, on_menu=False),
        Verb("cancel-pause", _("Cancel the planned pause"), forms.StationForm, _do_cancel_pause, _("The planned pause is cancelled."), EVERY, on_menu=False),
        Verb("return", _("Change the day of return"), ReturnForm, _do_return, _("The day of return was changed."), EVERY, on_menu=False),
    )
}  # fmt: skip


@login_required
@once.once
def do(request: HttpRequest, pk: int, verb: str, row: int | None = None) -> HttpResponse:
    """One small page: what will change, a short form, one button."""
    elder = elder_of(request, pk)
    chosen = VERBS.get(verb)
    if chosen is None or (row is None) == (verb in told.WAYS):
        raise Http404
    about = told.of(verb, elder=elder, row=row, by=request.user) if row is not None else ""
    at = timezone.now()
    extra = {"community": elder.community} if chosen.needs_community else {}
    form = chosen.form(
        request.POST if request.method == "POST" else None,
        initial=chosen.initial(elder, timezone.localdate(at)),
        **extra,
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            chosen.act(elder, form.cleaned_data, row, by=request.user, at=at)
            messages.success(request, str(chosen.done))
            return redirect("elders:file", pk=elder.pk)
    shown = person_forms.READ if verb == "person" else ("name",)
    if verb == "speech" and elder.religion_sealed:
        shown = ("name", "religion")
    reading.record(request, [elder.person], shown)
    return refusals.form_page(
        request, "elders/verb.html", form, {"elder": elder, "verb": chosen, "about": about}
    )
