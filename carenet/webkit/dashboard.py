"""The office's home page: every app registers cards of real numbers, each linking to its list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest

from carenet.kernel.digest import Figure


@dataclass(frozen=True)
class FigureCard:
    """A row of numbers that link to what they were counted from."""

    title: str
    figures: Sequence[Figure]
    kind: str = field(default="figures", init=False)


@dataclass(frozen=True)
class Todo:
    """Something that waits for a person."""

    label: str
    count: int
    url: str
    tone: str = "warn"
    hint: str = ""


@dataclass(frozen=True)
class TodoCard:
    """What waits: the real reason to open the page."""

    title: str
    todos: Sequence[Todo]
    kind: str = field(default="todos", init=False)


@dataclass(frozen=True)
class ChartCard:
    """A chart with its table twin. Rows: (label, value) or, with series, (label, [values])."""

    title: str
    rows: Sequence[tuple[str, object]]
    unit: str = ""
    url: str = ""
    series: Sequence[tuple[str, str]] = ()
    kind: str = field(default="chart", init=False)


Card = FigureCard | TodoCard | ChartCard
CardFunction = Callable[[HttpRequest], "Card | None"]
_cards: dict[str, tuple[int, frozenset[str], CardFunction]] = {}


def register(card: CardFunction, *, roles: Iterable[str], order: int = 100) -> None:
    """Add a card for the roles; registering the same function again replaces it."""
    _cards[f"{card.__module__}.{card.__qualname__}"] = (order, frozenset(roles), card)


def cards(request: HttpRequest) -> list[Card]:
    """The cards of the request's user, in order; a card function may return None to stay away."""
    user, community = request.user, getattr(request, "community", None)
    held = set(user.roles(community.pk)) if community is not None else set()
    chosen = sorted((each for each in _cards.values() if each[1] & held), key=lambda each: each[0])
    made = (card(request) for _order, _roles, card in chosen)
    return [each for each in made if each is not None]
