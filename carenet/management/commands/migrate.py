"""`migrate` runs as the owner of the schema: the web role owns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Command(DjangoMigrate):
    """Django's migrate, on the `owner` connection unless told otherwise."""

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] in (None, "default"):
            options["database"] = "owner"
        with models_kept():
            return super().handle(*args, **options)


@contextmanager
def models_kept() -> Iterator[None]:
    """Do not build all models anew for each added model, field, index, constraint or trigger.

    Django reloads every model related to a changed one, and here all models are related. An index, a constraint or a
    trigger does not change what fields a model has; a new model or field changes its own model only, and whoever runs
    Python over the models gets all of them anew (`is_delayed`, Django's own mark for that). Measured on the set of
    2026-11-22: more than 250 s of CPU became 33 s, and `pg_dump` of both databases was the same to the letter;
    tests/architecture/test_schema.py holds the tables against the models.
    """
    with ExitStack() as stack:
        for operation in (AddIndex, AddConstraint, AddTrigger):
            quiet = _without_rendered_models(operation.state_forwards)
            stack.enter_context(mock.patch.object(operation, "state_forwards", quiet))
        for maker in (CreateModel, AddField):
            alone = _one_model_only(maker.state_forwards)
            stack.enter_context(mock.patch.object(maker, "state_forwards", alone))
        yield


def _only_itself(
    _state: ProjectState, app_label: str, model_name: str, _delay: bool = False
) -> set[tuple[str, str]]:
    return {(app_label, model_name.lower())}


def _one_model_only(forwards: Callable[..., None]) -> Callable[..., None]:
    def state_forwards(self: Any, app_label: str, state: ProjectState) -> None:
        with mock.patch.object(ProjectState, "_find_reload_model", _only_itself):
            forwards(self, app_label, state)
        state.is_delayed = True

    return state_forwards


def _without_rendered_models(forwards: Callable[..., None]) -> Callable[..., None]:
    def state_forwards(self: Any, app_label: str, state: ProjectState) -> None:
        rendered = state.__dict__.pop("apps", None)
        forwards(self, app_label, state)
        if rendered is not None:
            state.__dict__["apps"] = rendered

    return state_forwards
