"""What a row of the history calls the rows it points to: their names beside their numbers.

A table says here how its rows are called, which tables that needs, and how sensitive the name is; a table that says
nothing stays a number. Source: domain.md §9.4; product.md (no codes in front of people).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from carenet.accounts import policies
from carenet.accounts.models import User
from carenet.accounts.states import FieldClass


@dataclass(frozen=True)
class Naming:
    """How the rows of a table are called."""

    follow: tuple[str, ...]
    words: Callable[[Any], str]
    field_class: FieldClass


_namings: dict[str, Naming] = {}
Names = Mapping[tuple[str, Any], str]


def register(
    label: str,
    *follow: str,
    words: Callable[[Any], str] = str,
    field_class: FieldClass = FieldClass.INTERNAL,
) -> None:
    """Give a table its names; `follow` are the relations that `words` reads. Doing it again changes nothing."""
    _namings[label.lower()] = Naming(follow, words, field_class)


def known() -> frozenset[str]:
    """The tables that have names."""
    return frozenset(_namings)


def names(wanted: Iterable[tuple[Any, Any]], *, reader: User, community_id: int) -> Names:
    """Names of rows given as (field, number): one query for each table, however many rows.

    Only rows of the community (and what belongs to none: areas, service kinds, accounts of people), only names of a
    class that the reader may see there.
    """
    numbers: dict[str, set[Any]] = defaultdict(set)
    for field, number in wanted:
        if number is not None:
            numbers[field.related_model._meta.label_lower].add(number)
    found: dict[tuple[str, Any], str] = {}
    for label, those in sorted(numbers.items()):
        naming = _namings.get(label)
        if naming is None or not policies.may_read(reader, community_id, naming.field_class):
            continue
        model: type[models.Model] = apps.get_model(label)
        rows = model._base_manager.filter(pk__in=those)
        if any(each.name == "community" for each in model._meta.concrete_fields):
            rows = rows.filter(community_id=community_id)
        if naming.follow:
            rows = rows.select_related(*naming.follow)
        found |= {(label, each.pk): naming.words(each) for each in rows}
    return found


def words(field: Any, number: Any, known_names: Names) -> str:
    """The name with the number, by which its own history is found; the number alone when there is no name to see."""
    name = known_names.get((field.related_model._meta.label_lower, number))
    if name is None:
        return _("number %(number)s") % {"number": number}
    if not isinstance(number, int):
        return name
    return _("%(name)s (number %(number)s)") % {"name": name, "number": number}


def register_core() -> None:
    """The tables of the core."""
    for label in (
        "accounts.user", "parties.area", "parties.organisation", "parties.person", "parties.place", "parties.servicekind",
        "documents.document", "ledger.account", "ledger.entry",
    ):  # fmt: skip
        register(label)
