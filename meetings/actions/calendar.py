"""Call a meeting, begin it, end it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max

from carenet.accounts.models import User
from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.months import STATION_ZONE, day_of, first_of_month
from carenet.parties.models import Community, Membership, Organisation
from carenet.parties.states import MemberRole
from meetings import policies, rules
from meetings.models import Invitation, Meeting
from meetings.refusals import AlreadyCalled
from meetings.states import MEETING_STEPS, MeetingKind

LOCK_SPACE = 7_307
USUAL_TIME = time(9, 0)
NOBODY: list[int | None] = [None]


@transaction.atomic
def call(
    *,
    community: Community,
    kind: str,
    month: date,
    by: User,
    at: datetime,
    scheduled_at: datetime | None = None,
    place: str = "",
    title: str = "",
    chair: str = "",
    recorder: str = "",
    regular: bool = True,
) -> Meeting:
    """Call a meeting and ask its parties to come. One regular meeting of a kind in a month (matching: a quarter).

    Without a time it is the first Friday of the month at 9:00. Raises AlreadyCalled, NotAllowed.
    Source: S0-47, S4-28, S4-33; the usual day is a station rule.
    """
    require(policies.may_prepare(by, community.pk))
    take_month(community)
    period = rules.period_of(kind, month)
    if regular and Meeting.objects.of(community).filter(kind=kind, month=period, regular=True).exists():
        raise AlreadyCalled
    last = (
        Meeting.objects.of(community)
        .filter(kind=kind, month__year=period.year)
        .aggregate(last=Max("number"))["last"]
    )
    meeting = Meeting.objects.create(
        community=community,
        kind=kind,
        regular=regular,
        month=period,
        number=(last or 0) + 1,
        title=title,
        scheduled_at=scheduled_at or usual_time(first_of_month(month), at),
        place=place or community.address or community.name,
        chair=chair,
        recorder=recorder,
    )
    invite(meeting=meeting, on=day_of(at))
    return meeting


def usual_time(month: date, at: datetime) -> datetime:
    """The first Friday at 9:00; when that is past, a Friday at least three days away. Source: station rule."""
    wanted = datetime.combine(rules.usual_day(month), USUAL_TIME, tzinfo=STATION_ZONE)
    while wanted < at + timedelta(days=3):
        wanted += timedelta(days=7)
    return wanted


def invite(*, meeting: Meeting, on: date) -> int:
    """Ask the organisations of the expected parties, by their representatives where they are known.

    Repeatable: known invitations stay. Gives the number of invitations.
    """
    kinds = rules.expected(meeting.kind)
    if meeting.kind == MeetingKind.MATCHING:
        wanted = Organisation.objects.of(meeting.community_id)
    else:
        wanted = Organisation.objects.of(meeting.community_id).filter(
            party_kind__in=[k for k in kinds if k in rules.FIVE]
        )
        wanted |= Organisation.objects.of(meeting.community_id).filter(
            partner_kind__in=[k for k in kinds if k not in rules.FIVE]
        )
    speakers: dict[int, list[int | None]] = {}
    memberships = (
        Membership.objects.of(meeting.community_id)
        .filter(role__in=[MemberRole.REPRESENTATIVE, MemberRole.LEADER], until__isnull=True, since__lte=on)
        .order_by("pk")
    )
    for each in memberships:
        found = speakers.setdefault(each.organisation_id, [])
        if each.role == MemberRole.REPRESENTATIVE and each.person_id not in found:
            found.append(each.person_id)
    for each in memberships:
        found = speakers[each.organisation_id]
        if not found:
            found.append(each.person_id)
    rows = [
        Invitation(
            community_id=meeting.community_id,
            meeting=meeting,
            organisation=organisation,
            party_kind=organisation.party_kind or organisation.partner_kind,
            person_id=person_id,
        )
        for organisation in wanted.filter(until__isnull=True).order_by("pk")
        for person_id in (speakers.get(organisation.pk) or NOBODY)  # type: ignore[list-item]
    ]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def move(
    *, meeting: Meeting, scheduled_at: datetime, place: str, chair: str, recorder: str, by: User, at: datetime
) -> Meeting:
    """Change when, where, and who chairs and records a planned meeting. Raises NotAllowed, WrongStep."""
    found = _locked(meeting, by)
    steps.take(MEETING_STEPS, "open", found.state)
    found.scheduled_at, found.place, found.chair, found.recorder = scheduled_at, place, chair, recorder
    found.save(update_fields=["scheduled_at", "place", "chair", "recorder"])
    return found


@transaction.atomic
def open_meeting(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Begin: from now on people sign in and decisions can be taken. Raises NotAllowed, WrongStep."""
    found = _locked(meeting, by)
    found.state = steps.take(MEETING_STEPS, "open", found.state)
    found.opened_at = at
    found.save(update_fields=["state", "opened_at"])
    return found


@transaction.atomic
def close(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """End the meeting. Raises NotAllowed, WrongStep."""
    found = _locked(meeting, by)
    found.state = steps.take(MEETING_STEPS, "close", found.state)
    found.closed_at = at
    found.save(update_fields=["state", "closed_at"])
    return found


@transaction.atomic
def call_off(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Call a planned meeting off. Raises NotAllowed, WrongStep."""
    found = _locked(meeting, by)
    found.state = steps.take(MEETING_STEPS, "call_off", found.state)
    found.save(update_fields=["state"])
    return found


def take_month(community: Community) -> None:
    """One at a time calls meetings and prepares agendas of a community, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, community.pk % 2**31])


def _locked(meeting: Meeting, by: User) -> Meeting:
    require(policies.may_prepare(by, meeting.community_id))
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
