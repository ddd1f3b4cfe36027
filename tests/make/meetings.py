"""Meetings with their parties at the table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from carenet.accounts.models import User
from carenet.parties.actions import organisations
from carenet.parties.models import Community, Organisation
from meetings.actions import agenda, attendance, calendar
from meetings.models import Agenda, Attendance, Meeting
from tests import make
from tests.make import NOW

__all__ = ["meeting", "open_meeting", "party", "prepared_agenda", "present"]

NAMES = {
    "COMMUNITY": ("测试社区居民委员会", "李秀英"),
    "SOCIAL_ORGANISATION": ("夕阳红服务社", "赵国强"),
    "SOCIAL_WORKER": ("测试社区社工站", "陈静"),
    "VOLUNTEER": ("红细胞志愿服务队", "王建军"),
    "CHARITY": ("测试社区慈善基金", "孙玉兰"),
    "PROPERTY": ("安居物业公司", "周明"),
    "OWNERS_COMMITTEE": ("业主委员会", "吴芳"),
    "HOSPITAL": ("测试医院", "郑医生"),
    "BAKERY": ("麦香面包房", "冯师傅"),
}


def party(community: Community, kind: str) -> Organisation:
    """The organisation of a party (or partner kind) with one representative; made once."""
    name, person_name = NAMES[kind]
    found = Organisation.objects.filter(community=community, name=name).first()
    if found is None:
        from carenet.parties.states import PartyKind

        field = "party_kind" if kind in PartyKind.values else "partner_kind"
        found = make.organisation(community, name=name, **{field: kind})
        speaker = make.person(community, name=person_name)
        organisations.join(
            person=speaker, organisation=found, role="REPRESENTATIVE", by=make.registrar(), at=NOW
        )
    return found


def meeting(
    community: Community, by: User, *, kind: str = "JOINT", month: date = date(2026, 12, 1), **fields: Any
) -> Meeting:
    """A called meeting."""
    return calendar.call(community=community, kind=kind, month=month, by=by, at=NOW, **fields)


def open_meeting(community: Community, by: User, *parties: str, at: datetime = NOW, **fields: Any) -> Meeting:
    """A meeting that goes on, with these parties in the room."""
    for each in parties:
        party(community, each)
    found = calendar.open_meeting(meeting=meeting(community, by, **fields), by=by, at=at)
    for each in parties:
        present(found, each, by=by, at=at)
    return found


def present(meeting: Meeting, kind: str, *, by: User, at: datetime = NOW) -> Attendance:
    """The party's representative signs in."""
    organisation = party(meeting.community, kind)
    return attendance.sign_in(
        meeting=meeting, person=organisation.memberships.get().person, organisation=organisation, by=by, at=at
    )


def prepared_agenda(
    community: Community, by: User, *, month: date = date(2026, 12, 1), at: datetime = NOW
) -> Agenda:
    """The agenda the station draws."""
    return agenda.prepare(community=community, month=month, by=by, at=at)
