"""Who may look after notices that did not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carenet.accounts.states import Role
from carenet.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.notices.models import Outbox

OVERSEERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})


def may_oversee(user: User, community_id: int | None) -> bool:
    """Staff of the station see what was not delivered and phone instead."""
    return user.has_role(community_id, *OVERSEERS)


def require_overseer(user: User, notice: Outbox) -> None:
    """Raises NotAllowed for everybody else."""
    if not may_oversee(user, notice.community_id):
        raise NotAllowed
