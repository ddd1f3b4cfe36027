"""Who may do what with the time bank beyond earning. Coins and accounts: `policies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from volunteers import policies

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from volunteers.models import Team, Volunteer


def may_question(user: User, community_id: int) -> bool:
    """Read the published, masked hours of a month and ask about them: every member of the community."""
    return bool(user.roles(community_id))


def acts_for_another(user: User, volunteer: Volunteer) -> bool:
    """Whether somebody else acts for the volunteer, who then reads what was done in their name."""
    return user.person_id is None or user.person_id != volunteer.person_id


def may_take_for_team(user: User, team: Team) -> bool:
    """Say yes to a gift for the team, and propose what becomes of its hours: the captain, or the office in their place."""
    return policies.leads(user, team) or policies.may_plan(user, team.community_id)


def may_see_team_account(user: User, team: Team, own: Volunteer | None) -> bool:
    """Read the account of a team: whoever is one of it, and the readers of the office."""
    return policies.may_see_list(user, team.community_id) or (own is not None and own.team_id == team.pk)


def may_note_way(user: User, volunteer: Volunteer) -> bool:
    """Note the way to a service: whoever served, the captain of the team, or the office."""
    team = volunteer.team
    return policies.may_redeem(user, volunteer) or (team is not None and policies.leads(user, team))


def may_propose_dividend(user: User, community_id: int, team: Team | None) -> bool:
    """Propose how a dividend or award is shared, and take that back: the captain for the own team, the office for any."""
    if team is not None and team.community_id != community_id:
        return False
    return policies.may_plan(user, community_id) or (team is not None and policies.leads(user, team))
