"""Who may do what with the station's money and goods; nothing else decides it.

Source: product.md §1; Hunan guideline on community funds (supervisor), domain.md §5.2; station rule (four eyes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carenet.accounts.policies import is_station
from carenet.accounts.states import Role
from charity.querysets import NAMED_READER_ROLES, READER_ROLES

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from charity.models import Grant

RECORDERS = frozenset({Role.COMMITTEE, Role.DIRECTOR})
ASKERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER})
APPROVERS = frozenset({Role.DIRECTOR, Role.SUPERVISOR})


def _holds(user: User, community_id: int, roles: frozenset[str]) -> bool:
    return is_station(user) or user.has_role(community_id, *roles)


def may_see_funds(user: User, community_id: int) -> bool:
    """Read funds and their statements."""
    return _holds(user, community_id, READER_ROLES)


def may_see_names(user: User, community_id: int) -> bool:
    """Read rows that name a donor or an elder."""
    return _holds(user, community_id, NAMED_READER_ROLES)


def may_keep_funds(user: User, community_id: int) -> bool:
    """Open and close funds, change cost-sharing rules."""
    return _holds(user, community_id, frozenset({Role.DIRECTOR}))


def may_record(user: User, community_id: int) -> bool:
    """Record donations and goods, reverse mistakes, pay approved grants."""
    return _holds(user, community_id, RECORDERS)


def may_hand_out(user: User, community_id: int) -> bool:
    """Give donated goods out."""
    return _holds(user, community_id, ASKERS)


def may_ask(user: User, community_id: int) -> bool:
    """Ask for a grant."""
    return _holds(user, community_id, ASKERS)


def may_approve(user: User, community_id: int) -> bool:
    """Hold a role that decides about grants."""
    return _holds(user, community_id, APPROVERS)


def may_decide(user: User, grant: Grant) -> bool:
    """Decide about this grant: never one's own. The database holds the same rule."""
    return may_approve(user, grant.community_id) and user.pk != grant.asked_by_id


def may_withdraw(user: User, grant: Grant) -> bool:
    """Take a grant back: who asked for it, or the director."""
    return user.pk == grant.asked_by_id or _holds(user, grant.community_id, frozenset({Role.DIRECTOR}))
