"""The classes of the services' tables in the row history. Source: domain.md §9.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime

from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked
from carenet.parties.catalogue_words import name_of_code

if TYPE_CHECKING:
    from carenet.accounts.models import User

OF = "elder.person"


def register() -> None:
    """Called once by AppConfig.ready."""
    internal = FieldClass.INTERNAL
    classes.register("services.careline", FieldClass.SENSITIVE, person=OF, internal=("tied_by", "tied_at"))
    classes.register(
        "services.case", internal, person=OF, restricted=("reason", "goal", "outcome"), rule=_reads_case
    )
    classes.register("services.followup", internal, person=OF, sensitive=("kind", "words"))
    classes.register("services.servicerequest", internal, person=OF, personal=("note",))
    classes.register(
        "services.coinpayment", internal, person="request.elder.person", personal=("relation", "words")
    )
    classes.register("services.helper", internal, person="person", sensitive=("x", "y"))
    for label in ("assignment", "candidate", "offering"):
        classes.register(f"services.{label}", internal)
    linked.register("services.case", "elder__person")
    linked.register("services.helper", "person")
    linked.register("services.rostersheet")
    linked.register(
        "services.proposal", words=lambda row: date_format(localtime(row.looked_at), "DATETIME_FORMAT")
    )
    linked.register("services.servicerequest", words=lambda row: name_of_code(row.kind_id))
    linked.register(
        "services.visit",
        "elder__person",
        words=lambda row: f"{row.elder} · {date_format(localtime(row.visited_at))}",
    )


def _reads_case(user: User, pk: int) -> bool:
    """The words of a case: its owner and the supervisor, in the history, too."""
    from services.models import Case

    return Case.objects.filter(pk=pk).read_by(user).exists()
