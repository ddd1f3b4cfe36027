"""The office's home page: every app registers cards of real numbers, each linking to its list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpRequest

from carenet.kernel.digest import Figure

logger = logging.getLogger(__name__)


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


@dataclass(frozen=True)
class FailedCard:
    """Stands where a card could not be made; the others stay."""

    title: str
    kind: str = field(default="failed", init=False)


Card = FigureCard | TodoCard | ChartCard | FailedCard
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
    made = (_made(card, request) for _order, _roles, card in chosen)
    return [each for each in made if each is not None]


def _made(card: CardFunction, request: HttpRequest) -> Card | None:
    """The card, or a quiet one in its place; a savepoint keeps its failed query from spoiling the page."""
    try:
        with transaction.atomic():
            return card(request)
    except Exception:
        if (
            connection.needs_rollback
        ):  # the savepoint is lost too: the database is gone, the error page says so
            raise
        logger.exception("dashboard card failed: %s.%s", card.__module__, card.__qualname__)
        owner = apps.get_containing_app_config(card.__module__)
        return FailedCard(str(owner.verbose_name) if owner is not None else "")
