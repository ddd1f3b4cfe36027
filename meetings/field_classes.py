"""The classes of the meetings' tables in the row history: what is discussed there is internal. Source: domain.md §9.4."""

from __future__ import annotations

from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked


def register() -> None:
    """Called once by AppConfig.ready."""
    for label in ("attendance", "decision", "invitation", "meeting", "minutes"):
        classes.register(f"meetings.{label}", FieldClass.INTERNAL)
    for label in ("agendaitem", "meeting"):
        linked.register(f"meetings.{label}")
