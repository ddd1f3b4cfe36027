"""Who may register persons and organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carenet.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person

# Written as words because accounts stands above parties.
REGISTRARS = frozenset({"COMMITTEE", "DIRECTOR", "SOCIAL_WORKER", "SUPERVISOR"})


def may_register(user: User, community_id: int) -> bool:
    """Staff of the community, or the station itself (imports, tasks)."""
    return user.has_role(community_id, *REGISTRARS) or user.has_role(None, "STATION")


def require_registrar(user: User, community_id: int) -> None:
    """Raises NotAllowed."""
    if not may_register(user, community_id):
        raise NotAllowed


def require_self_or_registrar(user: User, person: Person) -> None:
    """Raises NotAllowed unless the user is the person or may register."""
    if user.person_id != person.pk:
        require_registrar(user, person.community_id)
