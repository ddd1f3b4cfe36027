"""Who may do what with the time bank beyond earning. Coins and accounts: `policies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from volunteers.models import Volunteer


def may_question(user: User, community_id: int) -> bool:
    """Read the published, masked hours of a month and ask about them: every member of the community."""
    return bool(user.roles(community_id))


def acts_for_another(user: User, volunteer: Volunteer) -> bool:
    """Whether somebody else acts for the volunteer, who then reads what was done in their name."""
    return user.person_id is None or user.person_id != volunteer.person_id
