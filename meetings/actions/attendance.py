"""Sign in, leave, send regrets. The quorum follows by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from carenet.accounts.models import User
from carenet.accounts.policies import require
from carenet.parties.models import Organisation, Person
from meetings import policies
from meetings.models import Attendance, Invitation, Meeting
from meetings.refusals import MinutesClosed, NotAParty, NotGoingOn, OnePartyOnly
from meetings.states import MeetingState, MinutesState


@transaction.atomic
def sign_in(
    *,
    meeting: Meeting,
    person: Person,
    organisation: Organisation,
    by: User,
    at: datetime,
    online: bool = False,
) -> Attendance:
    """Note that a person is in the room (or online, confirmed by the desk) for an organisation's party.

    Already in the room for that party: nothing new. Raises NotGoingOn, OnePartyOnly, NotAParty, MinutesClosed,
    NotAllowed. Source: domain.md §7.1 (parties, not heads; one party a person).
    """
    require(
        policies.may_sign_in(by, meeting, person.pk)
        and not (online and not policies.may_prepare(by, meeting.community_id))
    )
    found = _going_on(meeting)
    party = organisation.party_kind or organisation.partner_kind
    if not party or {organisation.community_id, person.community_id} != {found.community_id}:
        raise NotAParty
    spells = list(Attendance.objects.filter(meeting=found, person=person))
    for spell in spells:
        if spell.party_kind != party:
            raise OnePartyOnly(name=person.name, party=spell.get_party_kind_display())
        if spell.left_at is None:
            return spell
    return Attendance.objects.create(
        community_id=found.community_id,
        meeting=found,
        person=person,
        organisation=organisation,
        party_kind=party,
        online=online,
        signed_in_at=max([at, *[each.left_at for each in spells if each.left_at]]),
        by=by,
    )


@transaction.atomic
def leave(*, attendance: Attendance, by: User, at: datetime) -> Attendance:
    """Note that a person left the room: the party counts no longer unless somebody else speaks for it.

    Who leaves while a decision is being written down still was there for it. Twice is once. Raises NotGoingOn,
    MinutesClosed, NotAllowed.
    """
    require(policies.may_sign_in(by, attendance.meeting, attendance.person_id))
    meeting = _going_on(attendance.meeting)
    found = Attendance.objects.select_for_update(of=("self",)).get(pk=attendance.pk)
    if found.left_at is not None:
        return found
    last = meeting.decisions.filter(decided_at__gte=found.signed_in_at).aggregate(last=Max("decided_at"))[
        "last"
    ]
    found.left_at = max(at, found.signed_in_at, *([last + timedelta(microseconds=1)] if last else []))
    found.save(update_fields=["left_at"])
    return found


@transaction.atomic
def excuse(*, invitation: Invitation, reason: str, by: User, at: datetime) -> Invitation:
    """Note the regrets of a representative. Raises NotAllowed."""
    require(
        policies.may_prepare(by, invitation.community_id)
        or (invitation.person_id is not None and by.person_id == invitation.person_id)
    )
    found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    found.excused_at, found.excuse = at, reason[:120]
    found.save(update_fields=["excused_at", "excuse"])
    return found


def _going_on(meeting: Meeting) -> Meeting:
    """The meeting under its lock: sign-in, leaving and deciding happen one after the other."""
    found = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if found.state != MeetingState.OPEN:
        raise NotGoingOn
    minutes = getattr(found, "minutes", None)
    if minutes is not None and minutes.state in {MinutesState.CONFIRMED, MinutesState.SEALED}:
        raise MinutesClosed
    return found
