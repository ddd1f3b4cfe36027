"""Enrol volunteers, let them pause and leave, keep teams and qualifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.ledger import accounts
from carenet.ledger.models import Account
from carenet.ledger.states import AccountKind, Unit
from volunteers import policies
from volunteers.actions import leaving, team_gifts
from volunteers.models import Qualification, Team, Volunteer
from volunteers.states import (
    ISSUED,
    REDEEMED,
    VOLUNTEER_STEPS,
    Channel,
    Level,
    Motive,
    QualificationKind,
    Source,
    VolunteerState,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Area, Community, Organisation, Person, ServiceKind

UNITS = (Unit.MINUTE, Unit.COIN, Unit.POINT)


class AlreadyEnrolled(DomainError):
    """The person is a volunteer here already."""

    code = "already_enrolled"
    default_message = _("This person is already a volunteer here. Please open the existing record.")


class TeamExists(DomainError):
    """Two teams may not share a name."""

    code = "team_exists"
    default_message = _("A team of this name already exists.")


class OwnTraining(NotAllowed):
    """Nobody writes their own training down. Source: four eyes, domain.md §4.3; Order 67 Art. 3 (true records)."""

    code = "own_training"
    default_message = _(
        "This is your own record. Please let a colleague write down your training and insurance."
    )


class WrongTeam(DomainError):
    """A captain is one of the team."""

    code = "wrong_team"
    default_message = _("The captain must be a member of the team. Please add them to the team first.")


@transaction.atomic
def enrol(
    *, person: Person, by: User, at: datetime, joined_on: date | None = None, source: str = Source.OTHER,
    channel: str = Channel.PUBLICITY, motive: str = Motive.HABIT, team: Team | None = None, level: int = Level.L1,
    skills: Sequence[str] = (), agreed_on: date | None = None, insured_until: date | None = None,
    building: Area | None = None, door: str = "", number: str = "", is_demo: bool = False,
) -> Volunteer:  # fmt: skip
    """Register a volunteer by real name and open their three accounts: hours, time coins, points.

    Numbers run within a community and year (V2026-0007). Whoever enrols themselves begins at the first level.
    Raises AlreadyEnrolled, OwnTraining, NotAllowed.
    Source: domain.md §4.5; Volunteer Service Ordinance Art. 7 (true information), §4.2 (three ledgers).
    """
    community = person.community
    require(policies.may_enrol(by, community.pk))
    if by.person_id == person.pk and level > Level.L1:
        raise OwnTraining(field="level")
    _queue(community)
    if Volunteer.objects.of(community).filter(person=person).exists():
        raise AlreadyEnrolled
    day = joined_on or months.day_of(at)
    volunteer = Volunteer.objects.create(
        community=community, person=person, number=number or _next_number(community, day), joined_on=day,
        source=source, channel=channel, motive=motive, team=team, level=level,
        skills=[each.strip() for each in skills if each.strip()], agreed_on=agreed_on, insured_until=insured_until,
        building=building, door=door.strip(), is_demo=is_demo,
    )  # fmt: skip
    for unit in UNITS:
        accounts.open_account(
            community=community, unit=unit, code=volunteer.account_code, kind=AccountKind.HOLDER, person=person,
            name=volunteer.number,
        )  # fmt: skip
        accounts.contra(community=community, unit=unit, code=ISSUED)
    accounts.contra(community=community, unit=Unit.POINT, code=REDEEMED)
    return volunteer


def _queue(community: Community) -> None:
    """One at a time within a community, so that numbers have no gaps or twins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7301, %s)", [community.pk])


def _next_number(community: Community, day: date) -> str:
    prefix = f"V{day.year}-"
    last = (
        Volunteer.objects.of(community)
        .filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    tail = (last or "").removeprefix(prefix)
    return f"{prefix}{int(tail) + 1 if tail.isdigit() else 1:04d}"


def _locked(volunteer: Volunteer) -> Volunteer:
    return Volunteer.objects.select_for_update(of=("self",)).select_related("person").get(pk=volunteer.pk)


@transaction.atomic
def change(
    *, volunteer: Volunteer, by: User, at: datetime, source: str, channel: str, motive: str, team: Team | None,
    level: int, skills: Sequence[str], agreed_on: date | None, insured_until: date | None, building: Area | None,
    door: str,
) -> Volunteer:  # fmt: skip
    """Correct or complete the record; the row history keeps what stood there. Who goes to another team leads the old
    one no more. Level and insurance of one's own record are written by a colleague. Raises OwnTraining, NotAllowed.
    """
    require(policies.may_enrol(by, volunteer.community_id))
    found = _locked(volunteer)
    if policies.is_own_record(by, found):
        if level > found.level:
            raise OwnTraining(field="level")
        if insured_until is not None and (found.insured_until is None or insured_until > found.insured_until):
            raise OwnTraining(field="insured_until")
    if found.team_id is not None and (team is None or team.pk != found.team_id):
        _lead_no_more(found)
        team_gifts.end_offers(giver=found, on=months.day_of(at), at=at, by=by)
    found.source, found.channel, found.motive = source, channel, motive
    found.team, found.level = team, level
    found.skills = [each.strip() for each in skills if each.strip()]
    found.agreed_on, found.insured_until = agreed_on, insured_until
    found.building, found.door = building, door.strip()
    found.save()
    return found


@transaction.atomic
def pause(*, volunteer: Volunteer, until: date | None, by: User, at: datetime) -> Volunteer:
    """Nothing is offered until the volunteer resumes; accounts stay usable. Raises WrongStep, NotAllowed."""
    require(policies.may_enrol(by, volunteer.community_id) or by.person_id == volunteer.person_id)
    found = _locked(volunteer)
    found.state = steps.take(VOLUNTEER_STEPS, "pause", found.state)
    found.paused_until = until
    found.save(update_fields=["state", "paused_until"])
    return found


@transaction.atomic
def resume(*, volunteer: Volunteer, by: User, at: datetime) -> Volunteer:
    """Serve again after a pause. Raises WrongStep, NotAllowed."""
    require(policies.may_enrol(by, volunteer.community_id) or by.person_id == volunteer.person_id)
    found = _locked(volunteer)
    found.state = steps.take(VOLUNTEER_STEPS, "resume", found.state)
    found.paused_until = None
    found.save(update_fields=["state", "paused_until"])
    return found


@transaction.atomic
def leave(*, volunteer: Volunteer, on: date, reason: str, by: User, at: datetime) -> Volunteer:
    """End the service. Hours stay on record; coins and points are frozen until the volunteer comes back.

    Slips that are already redeemed can still be collected; shifts ahead go to the waiting list. Raises WrongStep, NotAllowed.
    Source: domain.md §4.3 "move out / exit": freeze, certificate, transfer.
    """
    require(policies.may_enrol(by, volunteer.community_id))
    found = _locked(volunteer)
    found.state = steps.take(VOLUNTEER_STEPS, "leave", found.state)
    found.left_on, found.paused_until = on, None
    found.save(update_fields=["state", "left_on", "paused_until"])
    _lead_no_more(found)
    team_gifts.end_offers(giver=found, on=months.day_of(at), at=at, by=by)
    for account in _accounts(found):
        accounts.freeze(account=account, reason=reason or "left", by=by, at=at)
    leaving.give_up_shifts(volunteer=found, reason=reason, by=by, at=at)
    return found


@transaction.atomic
def come_back(*, volunteer: Volunteer, by: User, at: datetime) -> Volunteer:
    """A volunteer who left serves again on the old record and accounts. Raises WrongStep, NotAllowed."""
    require(policies.may_enrol(by, volunteer.community_id))
    found = _locked(volunteer)
    found.state = steps.take(VOLUNTEER_STEPS, "return", found.state)
    found.left_on = None
    found.save(update_fields=["state", "left_on"])
    for account in _accounts(found):
        accounts.thaw(account=account, reason="came back", by=by, at=at)
    return found


def _lead_no_more(volunteer: Volunteer) -> None:
    """The team has no captain until it chooses one; the office's desk says so."""
    for team in (
        Team.objects.select_for_update(of=("self",), no_key=True).filter(captain=volunteer).order_by("pk")
    ):
        team.captain = None
        team.save(update_fields=["captain"])


def _accounts(volunteer: Volunteer) -> list[Account]:
    return list(Account.objects.of(volunteer.community_id).filter(code=volunteer.account_code).order_by("pk"))


@transaction.atomic
def found_team(
    *, community: Community, name: str, by: User, at: datetime, organisation: Organisation | None = None,
    captain: Volunteer | None = None, stage: str = "INCUBATION", since: date | None = None,
) -> Team:  # fmt: skip
    """Start a team; its captain, when named, becomes one of it. Raises TeamExists, NotAllowed.

    Source: S2-20, S2-48 (stages of autonomy).
    """
    require(policies.may_enrol(by, community.pk))
    if Team.objects.of(community).filter(name=name).exists():
        raise TeamExists
    team = Team.objects.create(
        community=community,
        name=name,
        organisation=organisation,
        stage=stage,
        since=since or months.day_of(at),
    )
    if captain is not None:
        member = _locked(captain)
        _lead_no_more(member)
        team_gifts.end_offers(giver=member, on=months.day_of(at), at=at, by=by)
        member.team = team
        member.save(update_fields=["team"])
        team.captain = member
        team.save(update_fields=["captain"])
    return team


@transaction.atomic
def choose_captain(*, team: Team, captain: Volunteer | None, by: User, at: datetime) -> Team:
    """Name the captain, who must be a member. Raises NotAllowed, WrongTeam."""
    require(policies.may_enrol(by, team.community_id))
    if captain is not None:
        captain = _locked(captain)
        if captain.team_id != team.pk or captain.state == VolunteerState.LEFT:
            raise WrongTeam(field="captain")
    team.captain = captain
    team.save(update_fields=["captain"])
    return team


@transaction.atomic
def qualify(
    *, volunteer: Volunteer, valid_from: date, by: User, at: datetime, level: int | None = None,
    service_kind: ServiceKind | None = None, valid_to: date | None = None, issuer: str = "", number: str = "",
) -> Qualification:  # fmt: skip
    """Record a training level or a certificate for one kind of service, with its days; never one's own.

    Raises OwnTraining, NotAllowed. Source: S2-52; domain.md §3.2 (class C needs a certified person).
    """
    require(policies.may_enrol(by, volunteer.community_id))
    if policies.is_own_record(by, volunteer):
        raise OwnTraining
    return Qualification.objects.create(
        community_id=volunteer.community_id, volunteer=volunteer,
        kind=QualificationKind.LEVEL if level is not None else QualificationKind.SKILL, level=level,
        service_kind=service_kind, valid_from=valid_from, valid_to=valid_to, issuer=issuer, number=number,
    )  # fmt: skip
