"""A state machine is a table: step name -> where it may start and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from carenet.kernel.errors import WrongStep


@dataclass(frozen=True)
class Step:
    """A step that may be taken from any of `sources` and leads to `target`."""

    sources: frozenset[str]
    target: str


def step(sources: Iterable[str], target: str) -> Step:
    """Write a step in one line."""
    return Step(frozenset(sources), target)


def take(table: Mapping[str, Step], name: str, state: str) -> str:
    """The state after the step. Raises WrongStep when the step may not start here."""
    wanted = table[name]
    if state not in wanted.sources:
        raise WrongStep(step=name, state=state)
    return wanted.target


def open_steps(table: Mapping[str, Step], state: str) -> list[str]:
    """The steps that may be taken from a state; pages draw their buttons from this."""
    return [name for name, each in table.items() if state in each.sources]


def as_edges(table: Mapping[str, Step]) -> dict[str, list[str]]:
    """State -> states that may follow it: the form the database trigger is made from."""
    edges: dict[str, set[str]] = {}
    for each in table.values():
        for source in each.sources:
            edges.setdefault(source, set()).add(each.target)
    return {source: sorted(targets) for source, targets in sorted(edges.items())}


def unreachable(table: Mapping[str, Step], initial: Iterable[str], states: Iterable[str]) -> set[str]:
    """States that no path of steps reaches from the initial ones; a test wants this empty."""
    edges = as_edges(table)
    seen = set(initial)
    waiting = list(seen)
    while waiting:
        for target in edges.get(waiting.pop(), []):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return set(states) - seen
