"""Who may do what around a meeting; nothing else decides it."""

from __future__ import annotations

from carenet.accounts.models import User
from carenet.accounts.states import Role
from meetings.models import Meeting
from meetings.querysets import READER_ROLES

SECRETARIES = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.STATION})
SEALERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.STATION})


def may_read(user: User, community_id: int) -> bool:
    """Staff, representatives and the auditor read meetings."""
    return user.has_role(community_id, *READER_ROLES) or is_station(user)


def may_prepare(user: User, community_id: int) -> bool:
    """Staff call meetings, keep the agenda, the sign-in desk and the minutes; social workers present (S0-49)."""
    return user.has_role(community_id, *SECRETARIES) or is_station(user)


def may_seal(user: User, community_id: int) -> bool:
    """The committee and the station's director confirm and seal."""
    return user.has_role(community_id, *SEALERS) or is_station(user)


def may_sign_in(user: User, meeting: Meeting, person_id: int) -> bool:
    """The desk signs anybody in; a representative only themselves."""
    return may_prepare(user, meeting.community_id) or (
        user.person_id == person_id and user.has_role(meeting.community_id, Role.REPRESENTATIVE)
    )


def may_answer(user: User, meeting: Meeting, organisation_id: int) -> bool:
    """A representative answers for the organisations they spoke for; the desk enters what was said on paper."""
    if may_prepare(user, meeting.community_id):
        return True
    return (
        user.person_id is not None
        and user.has_role(meeting.community_id, Role.REPRESENTATIVE)
        and (
            meeting.attendances.filter(person_id=user.person_id, organisation_id=organisation_id).exists()
            or meeting.invitations.filter(person_id=user.person_id, organisation_id=organisation_id).exists()
        )
    )


def is_station(user: User) -> bool:
    """Tasks act as the station, everywhere."""
    return Role.STATION in user.all_roles
