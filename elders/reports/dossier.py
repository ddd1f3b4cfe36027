"""Everything the station keeps about one elder, in sections: for the person who asks for a copy, and for machines.

One list serves the page, the paper and the JSON file, so that none of them can leave something out. Higher apps add
theirs with `register`; what they did for the elder stands in the story anyway. Source: PIPL Art. 45 (copy, portability).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.accounts.models import User
from carenet.audit import reports as audit
from elders.models import (
    Allergy,
    Assessment,
    Condition,
    Consent,
    Contact,
    Elder,
    ElderCategory,
    HouseholdRole,
    LifeEvent,
    LivingSpell,
    Mandate,
    MandateUse,
    Measurement,
    Medicine,
    Pause,
    RightsRequest,
    RiskEvent,
    Touch,
    TreatmentPlan,
    TriageDecision,
    WitnessRecord,
)
from elders.reports import story, timelines
from elders.rules import scoring, sheet

MOST_LINES = 5000


@dataclass(frozen=True)
class Section:
    """A table: keys for machines, labels for people, one dict a row."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, Any], ...] = field(default=())

    @property
    def labels(self) -> list[str]:
        return [label for _key, label in self.columns]

    def lines(self) -> list[list[str]]:
        """The rows as a page and a paper print them."""
        return [[shown(row.get(key)) for key, _label in self.columns] for row in self.rows]


Source = Callable[[Elder], Iterable[Section]]
# Why this user may not make the copy, in a sentence with whom to ask; empty when they may.
Guard = Callable[[Elder, User], str]
_sources: list[Source] = []
_guards: list[Guard] = []


def register(source: Source, guard: Guard | None = None) -> None:
    """Add sections of a higher app, and who may not read them; registering it again changes nothing."""
    if source not in _sources:
        _sources.append(source)
    if guard is not None and guard not in _guards:
        _guards.append(guard)


def why_not(elder: Elder, user: User) -> str:
    """Why somebody else must make the copy: it holds words that this user does not read. The copy itself stays whole.

    Source: PIPL Art. 45 (the person gets everything); domain.md §9.4 (case notes: owner and supervisor only).
    """
    return next((why for guard in _guards if (why := guard(elder, user))), "")


def shown(value: Any) -> str:
    """A value in the reader's language."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, (list, tuple)):
        return "、".join(shown(each) for each in value) or "—"
    return str(value)


def _table(key: str, rows: models.QuerySet[Any], names: Sequence[str], title: str = "") -> Section:
    """A model's rows with the names its fields have anyway."""
    model = rows.model
    columns = tuple((name, str(model._meta.get_field(name).verbose_name)) for name in names)
    found = []
    for row in rows:
        facts = {}
        for name in names:
            display = getattr(row, f"get_{name}_display", None)
            value = display() if display else getattr(row, name)
            facts[name] = str(value) if isinstance(value, models.Model) else value
        found.append(facts)
    return Section(key, title or str(model._meta.verbose_name_plural), columns, tuple(found))


def sections(
    elder: Elder, *, at: datetime, on_step: Callable[[int, int], None] | None = None
) -> list[Section]:
    """All sections; `on_step(done, total)` is told after each, for a progress bar."""
    ids = story.ids_of(elder)
    makers: list[Callable[[], Iterable[Section]]] = [
        lambda: [_person(elder)],
        lambda: _facts(elder, ids),
        lambda: _health(ids),
        lambda: _assessments(ids),
        lambda: _rights(elder, ids),
        lambda: [_story(elder, at)],
        lambda: [_looks(elder, at)],
        *[(lambda source=source: source(elder)) for source in _sources],  # type: ignore[misc]
    ]
    found: list[Section] = []
    for number, make in enumerate(makers, start=1):
        found.extend(make())
        if on_step is not None:
            on_step(number, len(makers))
    return found


def _person(elder: Elder) -> Section:
    person = elder.person
    pairs = [
        ("number", _("Archive number"), elder.number_text), ("name", _("Name"), person.name),
        ("sex", _("Sex"), person.get_sex_display()), ("born_on", _("Date of birth"), person.born_on),
        ("id_number", _("ID number"), person.id_number()), ("phone", _("Phone"), person.phone()),
        ("ethnicity", _("Ethnic group"), sheet.ethnic_name(person.ethnicity)), ("registered_on", _("Registered on"), elder.registered_on),
        ("status", _("Standing"), elder.get_status_display()), ("grid", _("Grid"), str(elder.grid or "")),
        ("place", _("Building and door"), elder.place_text), ("address", _("Address"), elder.address()),
        ("lon", _("Longitude (WGS-84)"), elder.lon), ("lat", _("Latitude (WGS-84)"), elder.lat),
        ("languages", _("Languages"), list(elder.languages)), ("dialect", _("Dialect"), elder.dialect),
        ("literacy", pgettext("literacy", "Reading"), elder.get_literacy_display()), ("religion", _("Religion"), elder.religion()),
        ("living", _("Living with"), elder.get_living_display()), ("caregiver", _("Caregiver"), elder.get_caregiver_display()),
        ("owner", _("Responsible worker"), str(elder.owner or "")),
        ("level", _("Ability level"), elder.get_level_display() if elder.level is not None else None),
        ("colour", _("Colour"), elder.get_colour_display()),
    ]  # fmt: skip
    columns = (("key", pgettext("dossier", "What")), ("value", pgettext("dossier", "Content")))
    rows = tuple({"key": label, "value": value, "code": code} for code, label, value in pairs)
    return Section("person", _("The person"), columns, rows)


def _facts(elder: Elder, ids: list[int]) -> Iterator[Section]:
    contacts = Contact.objects.filter(elder__in=ids)
    yield Section(
        "contacts", str(Contact._meta.verbose_name_plural),
        (("name", _("Name")), ("relation", _("Relation")), ("phone", _("Phone")), ("ended_on", _("no longer since"))),
        tuple(
            {"name": each.name, "relation": each.get_relation_display(), "phone": each.phone(), "ended_on": each.ended_on}
            for each in contacts
        ),
    )  # fmt: skip
    yield _table(
        "categories",
        ElderCategory.objects.filter(elder__in=ids),
        ("code", "evidence", "valid_from", "valid_to"),
    )
    yield _table(
        "living",
        LivingSpell.objects.filter(elder__in=ids).order_by("since"),
        ("living", "caregiver", "since"),
    )
    homes = HouseholdRole.objects.filter(person=elder.person_id).select_related("household__building")
    yield _table("households", homes, ("household", "kind", "since", "until"))
    yield _table("pauses", Pause.objects.filter(elder__in=ids), ("reason", "since", "until", "ended_on"))
    events = LifeEvent.objects.filter(elder__in=ids).select_related("by").order_by("at")
    yield _table("events", events, ("kind", "on", "detail", "by", "at"))
    yield _table("risks", RiskEvent.objects.filter(elder__in=ids).order_by("on"), ("kind", "on", "detail"))


def _health(ids: list[int]) -> Iterator[Section]:
    for key, model in (
        ("conditions", Condition), ("medicines", Medicine), ("allergies", Allergy), ("measurements", Measurement),
        ("treatment_plans", TreatmentPlan),
    ):  # fmt: skip
        skip = {"id", "uid", "community", "elder", "job", "source_key", "key", "undo_of"}
        names = [
            each.name
            for each in model._meta.concrete_fields
            if each.name not in skip
            and not isinstance(each, (models.BinaryField, models.JSONField, models.ForeignKey))
        ]
        yield _table(key, model._base_manager.filter(elder__in=ids).order_by("pk"), names)


def _assessments(ids: list[int]) -> Iterator[Section]:
    signed = (
        Assessment.objects.filter(elder__in=ids)
        .exclude(state="DRAFT")
        .select_related("instrument", "assessor")
    )
    rows, answers = [], []
    for each in signed.order_by("started_at"):
        rows.append(
            {
                "id": each.pk, "form": str(each.instrument), "signed_at": each.signed_at, "state": each.get_state_display(),
                "total": each.total, "level": each.get_final_level_display() if each.final_level is not None else None,
                "assessor": str(each.assessor or ""),
            }
        )  # fmt: skip
        for _section, item in scoring.items(each.instrument.definition):
            if item["key"] in each.answers:
                answers.append(
                    {
                        "id": each.pk,
                        "item": f"{item['key']} {item.get('zh', '')}",
                        "answer": each.answers[item["key"]],
                    }
                )
    yield Section(
        "assessments", _("Assessments"),
        (("id", _("No.")), ("form", _("Form")), ("signed_at", _("Signed at")), ("state", _("State")), ("total", _("Total")),
         ("level", _("Ability level")), ("assessor", _("Assessor"))),
        tuple(rows),
    )  # fmt: skip
    yield Section(
        "answers", _("Answers of the assessments"),
        (("id", _("No.")), ("item", _("Question")), ("answer", _("Answer (code)"))), tuple(answers),
    )  # fmt: skip
    decisions = TriageDecision.objects.filter(elder__in=ids).select_related("by").order_by("at")
    yield _table(
        "colours", decisions, ("from_colour", "colour", "is_final", "by", "at", "override", "reason")
    )
    reviews = WitnessRecord.objects.filter(elder__in=ids).select_related("by").order_by("met_on", "pk")
    yield _table(
        "reviews",
        reviews,
        ("met_on", "place", "present", "people", "opinion", "words", "is_withdrawn", "reason", "by"),
    )


def _rights(elder: Elder, ids: list[int]) -> Iterator[Section]:
    consents = Consent.objects.filter(elder__in=ids).order_by("given_at")
    yield _table("consents", consents, ("purpose", "version", "given_at", "given_by", "way", "withdrawn_at"))
    mandates = Mandate.objects.filter(elder__in=ids).select_related("user").order_by("since")
    yield _table("mandates", mandates, ("user", "relation", "evidence", "since", "until"))
    uses = MandateUse.objects.filter(mandate__elder__in=ids).select_related("mandate__user").order_by("at")
    yield _table("mandate_uses", uses, ("mandate", "scope", "verb", "at"))
    asked = RightsRequest.objects.filter(elder__in=ids).order_by("asked_on")
    yield _table("requests", asked, ("kind", "words", "asked_on", "due_on", "state", "answer", "answered_at"))


def _story(elder: Elder, at: datetime) -> Section:
    lines = timelines.timeline(elder, before=at + timedelta(minutes=1), limit=MOST_LINES)
    touches = Touch.objects.filter(elder__in=story.ids_of(elder)).count()
    return Section(
        "story", _("What five parties did (contacts on record: %(count)s)") % {"count": touches},
        (("at", _("Time")), ("party", _("Party")), ("title", _("What was done")), ("detail", _("Detail"))),
        tuple({"at": each.at, "party": str(each.party), "title": str(each.title), "detail": str(each.detail)} for each in lines),
    )  # fmt: skip


def _looks(elder: Elder, at: datetime) -> Section:
    looks = audit.looks(elder.person, at - timedelta(days=3660), limit=MOST_LINES)
    return Section(
        "looks", _("Who looked at the file"),
        (("at", _("Time")), ("who", _("Who")), ("fields", _("What was shown")), ("purpose", _("Why"))),
        tuple({"at": each.at, "who": each.viewer_name, "fields": list(each.fields), "purpose": each.purpose} for each in looks),
    )  # fmt: skip
