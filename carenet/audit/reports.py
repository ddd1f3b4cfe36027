"""What the auditor, the director and each person may learn from the records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pghistory.models import Event

from carenet.accounts import policies
from carenet.accounts.models import User
from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked
from carenet.audit.models import Note, ReadLog

if TYPE_CHECKING:
    from carenet.parties.models import Community, Person

LONGEST = 120


@dataclass(frozen=True)
class LookLine:
    """One look at a person's data, as the person may know it."""

    at: datetime
    viewer_name: str
    fields: tuple[str, ...]
    purpose: str


def looks(person: Person, since: datetime, limit: int = 500) -> list[LookLine]:
    """Who looked at this person's data since a moment, newest first. Source: PIPL Art. 44, 45 (right to know)."""
    rows = ReadLog.objects.filter(community_id=person.community_id, person_id=person.pk, at__gte=since)
    return [
        LookLine(each.at, each.viewer_name, tuple(field_words(each.fields)), each.purpose)
        for each in rows.order_by("-at", "-pk")[:limit]
    ]


def field_words(fields: Sequence[str]) -> list[str]:
    """Recorded field names in the reader's language, where a word is known."""
    words = {
        "name": pgettext("personal data", "name"),
        "phone": _("phone"),
        "id_number": _("ID number"),
        "born_on": _("date of birth"),
        "age": _("age"),
        "address": _("address"),
        "health": _("health"),
        "assessment": _("assessment"),
        "level": _("ability level"),
        "colour": _("colour"),
        "contacts": _("contact persons"),
        "location": _("location"),
        "visits": _("visits"),
        "case": _("case notes"),
        "points": _("points"),
        "money": _("money"),
        "ID number": _("ID number"),
        "birth date": _("date of birth"),
        "categories": pgettext("personal data", "categories"),
        "contacts' phones": pgettext("personal data", "contacts' phones"),
        "help card": pgettext("personal data", "help card"),
        "whole file": pgettext("personal data", "whole file"),
        "consents": pgettext("personal data", "consents"),
        "mandates": pgettext("personal data", "mandates"),
        "requests": pgettext("personal data", "requests about the data"),
        "household": pgettext("personal data", "household"),
        "religion": pgettext("personal data", "religion"),
        "signed paper": pgettext("personal data", "signed paper"),
        "masked numbers": pgettext("personal data", "masked numbers"),
        "building": pgettext("personal data", "building and door"),
        "service": pgettext("personal data", "services"),
        "note": pgettext("personal data", "notes of visits"),
        "photo": pgettext("personal data", "photos of visits"),
        "alarms": pgettext("personal data", "calls for help"),
        "donation": pgettext("personal data", "donations"),
        "grant": pgettext("personal data", "grants"),
        "account": pgettext("personal data", "accounts of hours, coins and points"),
        "concerns": pgettext("personal data", "worries"),
        "contacts made": pgettext("personal data", "contacts made"),
        "cost split": pgettext("personal data", "sharing of costs"),
        "risk events": pgettext("personal data", "risk events"),
        "speech": pgettext("personal data", "language and reading"),
        "review": pgettext("personal data", "democratic reviews"),
        "living": pgettext("personal data", "living situation"),
        "history": pgettext("personal data", "history of changes"),
        **{f"C{each.value}": str(each.label) for each in FieldClass},
        **dict(tracked()),
    }
    return [words.get(each, each) for each in fields]


def area_notes(community: Community, limit: int = 200) -> list[Note]:
    """Uses of the city role above this community, newest first."""
    return list(
        Note.objects.raw(
            "SELECT * FROM audit_area_notes(%s) ORDER BY at DESC, id DESC LIMIT %s", [community.pk, limit]
        )
    )


# --- row history ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class FieldChange:
    """One field before and after; sealed ones, and those of a class the reader may not see, only say that they changed."""

    name: str
    before: str
    after: str
    sealed: bool = False
    hidden: bool = False
    column: str = ""


@dataclass(frozen=True)
class Change:
    """One event of a row: who, when, from where, what."""

    at: datetime
    first: bool
    by_name: str
    url: str
    fields: tuple[FieldChange, ...]


@lru_cache(maxsize=1)
def event_models() -> dict[str, Any]:
    """Tracked model label (lower case) → its event model."""
    events: list[Any] = [each for each in apps.get_models() if issubclass(each, Event)]
    return {
        each.pgh_tracked_model._meta.label_lower: each
        for each in events
        if each.pgh_tracked_model is not None
    }


def tracked() -> list[tuple[str, str]]:
    """Kinds of rows that have a history, with their names."""
    return sorted(
        (
            (label, f"{apps.get_model(label)._meta.app_config.verbose_name} · {apps.get_model(label)._meta.verbose_name}")
            for label in event_models()
        ),
        key=lambda each: each[1],
    )  # fmt: skip


def shown_fields(model: type[models.Model]) -> list[Any]:
    """The columns of an event model that tell a person something."""
    return [
        each
        for each in model._meta.concrete_fields
        if not each.name.startswith("pgh_")
        and not each.name.endswith("_index")
        and each.name not in {"id", "uid", "community", "grams", "pinyin", "initials", "key"}
    ]


def history(kind: str, pk: int, *, reader: User, community_id: int) -> list[Change]:
    """All events of one row, newest first, with the classes of fields that the reader may see in the community.

    `kind` is a label of `tracked()`. One query for the events, one for who did it, one for each table that is pointed
    to. Source: domain.md §9.4.
    """
    model = event_models()[kind.lower()]
    events = list(
        model._default_manager.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("pgh_id")
    )
    actors = _actor_names(events)
    fields = shown_fields(model)
    readable = {
        each.name for each in fields if policies.may_read(reader, community_id, classes.of(kind, each.name))
    } - classes.closed(kind, pk, reader)
    links = [each for each in fields if each.is_relation and each.name in readable]
    names = linked.names(
        ((each, getattr(event, each.attname)) for event in events for each in links),
        reader=reader,
        community_id=community_id,
    )
    found: list[Change] = []
    previous: Any = None
    for event in events:
        metadata = (event.pgh_context.metadata if event.pgh_context else None) or {}
        found.append(
            Change(
                at=event.pgh_created_at,
                first=previous is None and event.pgh_label == "insert",
                by_name=actors.get(metadata.get("user"), ""),
                url=str(metadata.get("url", "")),
                fields=tuple(_changed(fields, previous, event, readable, names)),
            )
        )
        previous = event
    return found[::-1]


def _actor_names(events: Sequence[Any]) -> dict[Any, str]:
    numbers = {(each.pgh_context.metadata or {}).get("user") for each in events if each.pgh_context}
    numbers.discard(None)
    return {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)} if numbers else {}


def _changed(
    fields: Sequence[Any], previous: Any, event: Any, readable: Collection[str], names: linked.Names
) -> list[FieldChange]:
    found = []
    for field in fields:
        before = getattr(previous, field.attname) if previous is not None else None
        after = getattr(event, field.attname)
        sealed = isinstance(field, models.BinaryField)
        if sealed:
            before, after = bytes(before or b""), bytes(after or b"")
        if before == after or (previous is None and after in ("", None, b"", [], {})):
            continue
        words, hidden = _column_words(field), field.name not in readable
        if sealed or hidden:
            found.append(
                FieldChange(words, "", "", sealed=sealed, hidden=hidden and not sealed, column=field.name)
            )
            continue
        was = _words(field, before, names) if previous is not None else ""
        found.append(FieldChange(words, was, _words(field, after, names), column=field.name))
    return found


def _column_words(field: Any) -> str:
    plain_names = {  # columns whose model gives them no words
        "import_job": _("import file"),
        "merged_into": _("merged into"),
        "password_set_at": _("password set on"),
        "provisional_subtier": _("provisional finer colour"),
        "registered_by": _("registered by"),
        "revoked_by": _("revoked by"),
        "session_epoch": _("times signed out everywhere"),
        "withdrawn_recorded_by": _("withdrawal recorded by"),
    }
    if field.name in plain_names:
        return plain_names[field.name]
    sealed_names = {
        "phone": _("phone"),
        "id": _("ID number"),
        "code": _("code"),
        "address": _("address"),
        "note": _("note"),
    }
    for prefix, words in sealed_names.items():
        if isinstance(field, models.BinaryField) and field.name.startswith(f"{prefix}_"):
            return words
    return str(field.verbose_name)


def _words(field: Any, value: Any, names: linked.Names) -> str:
    if value is None or value == "":
        return "—"
    if field.is_relation:
        return linked.words(field, value, names)
    if field.choices and not isinstance(field, ArrayField):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "language" and value in dict(settings.LANGUAGES):
        return str(dict(settings.LANGUAGES)[value])
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def row_community(kind: str, pk: int) -> int | None:
    """The community a tracked row belongs to; None when there is no such row in scope or it has none."""
    model = apps.get_model(kind)
    if not any(each.name == "community" for each in model._meta.concrete_fields):
        return None
    found = model._base_manager.filter(pk=pk).values_list("community_id", flat=True).first()
    return int(found) if found is not None else None


def row_person(kind: str, pk: int) -> Person | None:
    """Whose data a tracked row holds; None for a table that is about nobody."""
    row = apps.get_model(kind)._base_manager.filter(pk=pk).first()
    return classes.person_of(kind, row) if row is not None else None
