"""Who may do what with volunteers, hours and rewards; and which service a volunteer may deliver."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from carenet.accounts.policies import is_station
from carenet.accounts.states import Role
from volunteers.models import Qualification, Volunteer
from volunteers.states import LEVEL_FOR_RISK, QualificationKind, VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person, ServiceKind

# The office: enrols, corrects, offers rewards, hands over.
OFFICE = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})
READERS = OFFICE | {Role.AUDITOR}
KEEPERS = frozenset({Role.COMMITTEE, Role.DIRECTOR})


def may_enrol(user: User, community_id: int) -> bool:
    """Enrol, change, pause and let go volunteers."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_correct(user: User, community_id: int) -> bool:
    """Take back a credit that was wrong."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_set_rules(user: User, community_id: int) -> bool:
    """Change a dated setting of the time bank."""
    return user.has_role(community_id, *KEEPERS) or is_station(user)


def may_keep_shop(user: User, community_id: int) -> bool:
    """Offer, restock and close rewards."""
    return user.has_role(community_id, *KEEPERS) or is_station(user)


def may_hand_over(user: User, community_id: int) -> bool:
    """Give out a reward against its slip."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_redeem(user: User, volunteer: Volunteer) -> bool:
    """A volunteer for themselves; the office at the counter for somebody without a phone."""
    if user.person_id is not None and user.person_id == volunteer.person_id:
        return True
    return user.has_role(volunteer.community_id, *OFFICE) or is_station(user)


def may_take_back(user: User, volunteer: Volunteer) -> bool:
    """Cancel a redemption: whoever may redeem for the volunteer."""
    return may_redeem(user, volunteer)


def may_see_list(user: User, community_id: int) -> bool:
    """The office list of volunteers and the shop's books."""
    return user.has_role(community_id, *READERS)


def may_deliver(who: Volunteer | Person, kind: ServiceKind, *, on: date | None = None) -> bool:
    """Whether a volunteer may deliver a kind of service on a day (today by the database's day when none is given).

    The service must be open to volunteers at all; its risk class needs a training level (A: L1, B: L2, C: L3) or a
    qualification for just this service; class D only by qualification. A pausing volunteer may not.
    Source: domain.md §3.2, §4.5; Volunteer Service Ordinance Art. 15-16.
    """
    volunteer = who if isinstance(who, Volunteer) else _volunteer_of(who)
    if volunteer is None or volunteer.state != VolunteerState.ACTIVE or "VO" not in kind.who:
        return False
    needed = LEVEL_FOR_RISK.get(kind.risk)
    if needed is not None and volunteer.level >= needed:
        return True
    held = Qualification.objects.filter(volunteer=volunteer)
    held = held.on(on) if on is not None else held.now()
    return any(
        each.service_kind_id == kind.pk
        if each.kind == QualificationKind.SKILL
        else needed is not None and (each.level or 0) >= needed
        for each in held
    )


def _volunteer_of(person: Person) -> Volunteer | None:
    return Volunteer.objects.filter(person=person, community_id=person.community_id).first()
