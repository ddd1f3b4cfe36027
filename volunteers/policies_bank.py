"""Who may do what with the time bank beyond earning. Coins and accounts: `policies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carenet.accounts.models import User


def may_question(user: User, community_id: int) -> bool:
    """Read the published, masked hours of a month and ask about them: every member of the community."""
    return bool(user.roles(community_id))
