"""Donated goods, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum

from charity.models import GoodsDonation
from charity.states import GoodsKind

if TYPE_CHECKING:
    from carenet.parties.models import Community


@dataclass(frozen=True)
class Shelf:
    """Donated goods of one kind, for everybody."""

    label: str
    what: str
    unit: str
    came: int
    given: int
    left: int


def shelves(community: Community | int) -> list[Shelf]:
    """All donated goods, summed by what they are."""
    rows = (
        GoodsDonation.objects.of(community)
        .values("kind", "what", "unit")
        .annotate(came=Sum("quantity"), on_shelf=Sum("left"))
        .order_by("-came")
    )
    return [
        Shelf(
            str(GoodsKind(row["kind"]).label),
            row["what"],
            row["unit"],
            row["came"],
            row["came"] - row["on_shelf"],
            row["on_shelf"],
        )
        for row in rows
    ]
