"""The classes of the services' tables in the row history. Source: domain.md §9.4."""

from __future__ import annotations

from carenet.accounts.states import FieldClass
from carenet.audit import classes

OF = "elder.person"


def register() -> None:
    """Called once by AppConfig.ready."""
    internal = FieldClass.INTERNAL
    classes.register("services.careline", FieldClass.SENSITIVE, person=OF, internal=("tied_by", "tied_at"))
    classes.register("services.case", internal, person=OF, sensitive=("reason", "goal", "outcome"))
    classes.register("services.followup", internal, person=OF, sensitive=("kind", "words"))
    classes.register("services.servicerequest", internal, person=OF, personal=("note",))
    classes.register(
        "services.coinpayment", internal, person="request.elder.person", personal=("relation", "words")
    )
    classes.register("services.helper", internal, person="person", sensitive=("x", "y"))
    for label in ("assignment", "candidate", "offering"):
        classes.register(f"services.{label}", internal)
