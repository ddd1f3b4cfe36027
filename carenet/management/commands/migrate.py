"""`migrate` runs as the owner of the schema: the web role owns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import field_is_referenced
from pgtrigger.migrations import AddTrigger, RemoveTrigger


class Command(DjangoMigrate):
    """Django's migrate, on the `owner` connection unless told otherwise."""

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] in (None, "default"):
            options["database"] = "owner"
        with models_kept():
            return super().handle(*args, **options)


@contextmanager
def models_kept() -> Iterator[None]:
    """Do not build all models anew for each added model and field, changed plain field, index, constraint or trigger.

    Django reloads every model related to a changed one, and here all models are related. An index, a constraint or a
    trigger does not change what fields a model has; a new model or field, or a changed field that no other model refers
    to, changes its own model only, and whoever runs Python over the models gets all of them anew (`is_delayed`,
    Django's own mark for that). Measured on the set of 2026-11-22: more than 250 s of CPU became 16 s, and
    `pg_dump` of both databases was the same to the letter; tests/architecture/test_schema.py holds the tables against
    the models.
    """
    quiet_ones = (AddIndex, AddConstraint, AddTrigger, RemoveIndex, RemoveConstraint, RemoveTrigger)
    with ExitStack() as stack:
        for operation in quiet_ones:
            quiet = _without_rendered_models(operation.state_forwards)
            stack.enter_context(mock.patch.object(operation, "state_forwards", quiet))
        for maker in (CreateModel, AddField):
            alone = _one_model_only(maker.state_forwards)
            stack.enter_context(mock.patch.object(maker, "state_forwards", alone))
        plain = _one_model_only(AlterField.state_forwards, unless=_is_seen_elsewhere)
        stack.enter_context(mock.patch.object(AlterField, "state_forwards", plain))
        yield


def _only_itself(
    _state: ProjectState, app_label: str, model_name: str, _delay: bool = False
) -> set[tuple[str, str]]:
    return {(app_label, model_name.lower())}


def _is_seen_elsewhere(change: AlterField, app_label: str, state: ProjectState) -> bool:
    """Whether the changed field is, or was, a relation, or another model's relation points to it."""
    key = (app_label, change.model_name_lower)
    before = state.models[key].fields[change.name]
    return bool(
        before.is_relation
        or change.field.is_relation
        or field_is_referenced(state, key, (change.name, before))
        or field_is_referenced(state, key, (change.name, change.field))
    )


def _never(*_: Any) -> bool:
    return False


def _one_model_only(
    forwards: Callable[..., None], unless: Callable[..., bool] = _never
) -> Callable[..., None]:
    def state_forwards(self: Any, app_label: str, state: ProjectState) -> None:
        if unless(self, app_label, state):
            return forwards(self, app_label, state)
        with mock.patch.object(ProjectState, "_find_reload_model", _only_itself):
            forwards(self, app_label, state)
        state.is_delayed = True
        return None

    return state_forwards


def _without_rendered_models(forwards: Callable[..., None]) -> Callable[..., None]:
    def state_forwards(self: Any, app_label: str, state: ProjectState) -> None:
        rendered = state.__dict__.pop("apps", None)
        forwards(self, app_label, state)
        if rendered is not None:
            state.__dict__["apps"] = rendered

    return state_forwards
