"""Who may do what with volunteers, hours and rewards; and which service a volunteer may deliver."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from carenet.accounts.policies import is_station, may_read_sensitive
from carenet.accounts.states import Role
from volunteers.models import Course, Qualification, Volunteer
from volunteers.states import LEVEL_FOR_RISK, QualificationKind, VolunteerState
from volunteers.states_shifts import CAPTAIN_ALONE, CAPTAIN_WITH_CHECK, Way

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person, ServiceKind
    from volunteers.models import LateEntry, Promise, Slot, Team

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


def may_close_claim(user: User, community_id: int) -> bool:
    """Settle a service for points: the station when it was done, or the office by hand."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_see_list(user: User, community_id: int) -> bool:
    """The office list of volunteers and the shop's books."""
    return user.has_role(community_id, *READERS)


def may_deliver(who: Volunteer | Person, kind: ServiceKind, *, on: date | None = None) -> bool:
    """Whether a volunteer may deliver a kind of service on a day (today by the database's day when none is given).

    The service must be open to volunteers at all; its risk class needs a training level (A: L1, B: L2, C: L3) or a
    qualification for just this service; class D only by qualification. A level that has run out opens nothing, whatever
    was written down at enrolment. A pausing volunteer may not. Reads qualifications that were fetched ahead.
    Source: domain.md §3.2, §4.5; Volunteer Service Ordinance Art. 15-16.
    """
    volunteer = who if isinstance(who, Volunteer) else _volunteer_of(who)
    if volunteer is None or volunteer.state != VolunteerState.ACTIVE or "VO" not in kind.who:
        return False
    if on is None:
        rows = Qualification.objects.filter(volunteer=volunteer)
        return opens(volunteer, rows.now(), kind, run_out=rows.run_out())
    held, run_out = on_a_day(volunteer.qualifications.all(), on)
    return opens(volunteer, held, kind, run_out=run_out)


def on_a_day(rows: Iterable[Qualification], day: date) -> tuple[list[Qualification], list[Qualification]]:
    """Of one volunteer's qualifications those in force on a day, and those that had run out by then."""
    begun = [each for each in rows if each.revoked_at is None and each.valid_from <= day]
    held = [each for each in begun if each.valid_to is None or each.valid_to > day]
    return held, [each for each in begun if each.valid_to is not None and each.valid_to <= day]


def opens(
    volunteer: Volunteer,
    held: Iterable[Qualification],
    kind: ServiceKind,
    *,
    run_out: Iterable[Qualification],
) -> bool:
    """Whether one of the qualifications in force, or the level on record, opens a kind of service.

    The level on record is what was known at enrolment: it opens nothing at or above a level whose training has run out
    and was not renewed. Source: S2-52 (renewal); issue 4 item 7.
    """
    needed, held = LEVEL_FOR_RISK.get(kind.risk), list(held)
    if any(each.kind == QualificationKind.SKILL and each.service_kind_id == kind.pk for each in held):
        return True
    return needed is not None and level_of(volunteer, held, run_out=run_out) >= needed


def level_of(volunteer: Volunteer, held: Iterable[Qualification], *, run_out: Iterable[Qualification]) -> int:
    """The training level that counts: the best one in force, or the one on record below all that have run out.

    Source: S2-52 (renewal); issue 4 items 7 and 9.
    """
    best = max((each.level or 0 for each in held if each.kind == QualificationKind.LEVEL), default=0)
    lost = [
        each.level or 0
        for each in run_out
        if each.kind == QualificationKind.LEVEL and (each.level or 0) > best
    ]
    return max(best, min([volunteer.level, *(each - 1 for each in lost)]))


def course_among(courses: Iterable[Course], kind: ServiceKind) -> Course | None:
    """The course that opens a kind of service: the one just for it, else the lowest level that is enough."""
    needed = LEVEL_FOR_RISK.get(kind.risk)
    fitting = [
        each
        for each in courses
        if each.service_kind_id == kind.pk or (needed is not None and (each.level or 0) >= needed)
    ]
    return min(
        fitting, key=lambda each: (each.service_kind_id is None, each.level or 0, each.pk), default=None
    )


def course_that_opens(community_id: int, kind: ServiceKind) -> Course | None:
    """The course a volunteer has to pass for a kind of service, when one is offered here."""
    return course_among(Course.objects.of(community_id).offered(), kind)


def may_keep_courses(user: User, community_id: int) -> bool:
    """Offer courses, hold them, take the roll, examine."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_learn(user: User, volunteer: Volunteer) -> bool:
    """Enrol in a course and withdraw: oneself, or the office for somebody without a phone."""
    return may_redeem(user, volunteer)


def may_nominate(user: User, community_id: int) -> bool:
    """Name somebody for an honour, endorse, answer objections."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_decide_honour(user: User, community_id: int) -> bool:
    """Decide on a nomination, set criteria, revoke: the committee and the director."""
    return user.has_role(community_id, *KEEPERS) or is_station(user)


def is_own_record(user: User, volunteer: Volunteer) -> bool:
    """Whether the records are the user's own."""
    return user.person_id is not None and user.person_id == volunteer.person_id


def may_issue_on_paper(user: User, community_id: int) -> bool:
    """Print a certificate for somebody who asked on paper; revoke one."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def may_export_records(user: User, community_id: int) -> bool:
    """The ministry's table holds ID numbers: only who may read sensitive fields. Source: PIPL Art. 28."""
    return user.has_role(community_id, *KEEPERS) and may_read_sensitive(user, community_id)


def _volunteer_of(person: Person) -> Volunteer | None:
    return Volunteer.objects.filter(person=person, community_id=person.community_id).first()


# --- shifts and teams ------------------------------------------------------------------------------
def may_plan(user: User, community_id: int) -> bool:
    """Make, publish, cancel shifts and put people down; approve late hours; open elections."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def leads(user: User, team: Team | None) -> bool:
    """Whether the user is the captain of a team and one of it; who left, or went to another team, leads nobody."""
    captain = team.captain if team is not None else None
    return (
        team is not None
        and captain is not None
        and captain.team_id == team.pk
        and captain.state != VolunteerState.LEFT
        and user.person_id is not None
        and captain.person_id == user.person_id
    )


def may_roster(user: User, slot: Slot) -> bool:
    """Tick who came: the office, and the captain at every stage of the team."""
    return may_plan(user, slot.community_id) or leads(user, slot.team)


def publishes_alone(user: User, community_id: int, team: Team | None) -> bool:
    """Publish without anybody's check: the office, or the captain of a team that leads itself. Source: S2-48."""
    return may_plan(user, community_id) or (
        team is not None and leads(user, team) and team.stage in CAPTAIN_ALONE
    )


def may_propose(user: User, community_id: int, team: Team | None) -> bool:
    """Make shifts of a team: alone, or for the committee's check while it is led together."""
    return publishes_alone(user, community_id, team) or (
        team is not None and leads(user, team) and team.stage in CAPTAIN_WITH_CHECK
    )


def may_book(user: User, slot: Slot) -> bool:
    """Book the hours of a whole roster: the office, or the captain from the second stage on."""
    return may_propose(user, slot.community_id, slot.team)


def may_credit(user: User, slot: Slot, line: Promise) -> bool:
    """Book one line of a roster: never one's own hours; while a team is led together somebody besides its captain must
    have seen them. Source: four eyes, domain.md §4.3; stages of autonomy, S2-48."""
    if is_own_record(user, line.volunteer):
        return False
    alone = Way.CAPTAIN in (line.in_way, line.out_way)
    return not alone or publishes_alone(user, slot.community_id, slot.team)


def may_act_for(user: User, volunteer: Volunteer) -> bool:
    """Promise and step back: the volunteer, or the office on the phone and at the counter."""
    return may_redeem(user, volunteer)


def may_second_late(user: User, entry: LateEntry) -> bool:
    """Say yes or no to late hours, never to one's own and never to what one asked for."""
    if user.pk == entry.asked_by_id or (user.person_id and user.person_id == entry.volunteer.person_id):
        return False
    return may_propose(user, entry.community_id, entry.team)


def may_decide_late(user: User, entry: LateEntry) -> bool:
    """The last word on late hours: the office, or the captain of a team that leads itself."""
    return may_second_late(user, entry) and publishes_alone(user, entry.community_id, entry.team)
