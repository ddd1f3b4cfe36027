"""Whether a service may still earn coins: decided one after the other, so that two at once do not both pass the limit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from volunteers.actions import pool
from volunteers.reports import solvency
from volunteers.states_bank import STOP_ISSUING

if TYPE_CHECKING:
    from carenet.parties.models import Community


def may_issue(*, community: Community | int, on: date) -> bool:
    """Not while more is promised than the limit and the setting says stop. Hours and points never stop.

    Where the rule holds, whoever credits waits until the one before has committed, and then counts what that one
    promised: of two services just below the limit the second is refused its coins. Called before any row of volunteers
    or accounts is locked, in the order of `pool.fill`. Source: domain.md §4.3 reserve; issue 4 build 5.
    """
    found = solvency.cover(community, on=on)
    if not found.begun or found.action != STOP_ISSUING:
        return True
    if found.passes:
        return False
    pool.one_by_one(community if isinstance(community, int) else community.pk)
    return not solvency.cover(community, on=on).passes
