"""Hours of a team's common account go on: the captain proposes, the others agree, and what happens when a team ends.

Time of a team is only given on to the common pool, which serves those who need it most; it never pays for a member's
help. Who must agree follows the team's stage of autonomy (`reports.team_accounts.Standing`).
Source: Nanjing 2019 (group time only donated); domain.md §4.3 group_account; S2-48, tension T-5.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.audit.actions import records as audit
from carenet.kernel import steps
from carenet.kernel.errors import WrongStep
from carenet.ledger import accounts, posting
from volunteers import policies, policies_bank
from volunteers.actions import pool, team_gifts
from volunteers.actions.team_refusals import (
    AnotherMustAgree,
    NoLongerOpen,
    NotOfTheTeam,
    SaysWhatFor,
    TeamHasEnded,
    TeamHasLess,
)
from volunteers.models import Team, TeamGift, TeamProposal, TeamVoice, Volunteer
from volunteers.reports import team_accounts
from volunteers.states import VolunteerState
from volunteers.states_bank import PROPOSAL_STEPS, GiftState, ProposalState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


@transaction.atomic
def propose(
    *, team: Team, coins: int, words: str, key: str, on: date, at: datetime, by: User
) -> TeamProposal:
    """Propose to give hours of the team on to the common pool; they are set aside meanwhile.

    The captain, or the office for a team without a phone. The same key finds the first. Raises NoTeamAccount,
    SaysWhatFor, TeamHasLess, NotAllowed. Source: S2-48; domain.md §4.3 group_account (donate only).
    """
    found = team_gifts.locked(team.pk)
    require(policies_bank.may_take_for_team(by, found))
    values = team_gifts.values_on(found, on)
    if len(words.strip()) < 2:
        raise SaysWhatFor(field="words")
    if coins <= 0:
        raise TeamHasLess(field="coins")
    try:
        held = posting.hold(
            community=found.community_id, key=f"team-plan:{found.pk}:{key}", source=team_gifts.account_of(team=found), amount=coins,
            on=on, at=at, by=by, cause=("volunteers.team_plan", found.pk), memo=words.strip()[:160],
        )  # fmt: skip
    except posting.Overdrawn as short:
        raise TeamHasLess(field="coins") from short
    known = TeamProposal.objects.filter(hold_id=held.pk).first()
    if known is not None:
        return known
    proposal = TeamProposal.objects.create(
        community_id=found.community_id, team=found, coins=coins, words=words.strip(), hold_id=held.pk, proposed_at=at,
        proposed_by=by, expires_on=on + timedelta(days=values["gift_days"]),
    )  # fmt: skip
    _tell_all(proposal, "volunteers.team_plan_asked", by, at)
    return proposal


def _proposal(proposal: TeamProposal) -> TeamProposal:
    """The proposal with its team, both locked, the team first: two answers at once see each other."""
    team_gifts.locked(proposal.team_id)
    return (
        TeamProposal.objects.select_for_update(of=("self",))
        .select_related("team__community", "community", "proposed_by")
        .get(pk=proposal.pk)
    )


def _open(proposal: TeamProposal, on: date) -> TeamProposal:
    found = _proposal(proposal)
    if found.state != ProposalState.ASKED or found.expires_on < on:
        raise NoLongerOpen
    return found


@transaction.atomic
def answer(
    *, proposal: TeamProposal, member: Volunteer, agrees: bool, on: date, at: datetime, by: User
) -> TeamProposal:
    """A member's yes or no, once; the office may write down what a member without a phone said. When everybody who must
    has agreed the hours go on; when too many said no they stay.

    Raises NoLongerOpen, NotOfTheTeam, AnotherMustAgree, NotAllowed.
    """
    require(policies.may_act_for(by, member))
    member = team_gifts.locked_member(member)
    if TeamVoice.objects.filter(proposal_id=proposal.pk, member=member).exists():
        return _proposal(proposal)
    found = _open(proposal, on)
    if member.team_id != found.team_id or member.state != VolunteerState.ACTIVE:
        raise NotOfTheTeam
    if found.proposed_by_id == by.pk or found.proposed_by.person_id == member.person_id:
        raise AnotherMustAgree
    TeamVoice.objects.create(
        community_id=found.community_id, proposal=found, member=member, agrees=agrees, at=at, by=by
    )
    if policies_bank.acts_for_another(by, member):
        audit.note(
            community=found.community, verb="volunteers.team_answer_written_down", object_kind="volunteers.teamproposal",
            object_id=found.pk, by=by, at=at, facts={"member": member.pk, "agrees": agrees},
        )  # fmt: skip
    return _decide(found, on=on, at=at, by=by)


@transaction.atomic
def station_agrees(*, proposal: TeamProposal, on: date, at: datetime, by: User) -> TeamProposal:
    """The station's yes, where the stage of the team asks for it; never by whoever proposed.

    Raises NoLongerOpen, AnotherMustAgree, NotAllowed.
    """
    require(policies.may_set_rules(by, proposal.community_id))
    found = _proposal(proposal)
    if found.station_by_id is not None:
        return found
    found = _open(found, on)
    if found.proposed_by_id == by.pk:
        raise AnotherMustAgree
    found.station_at, found.station_by = at, by
    found.save(update_fields=["station_at", "station_by"])
    return _decide(found, on=on, at=at, by=by)


def _decide(found: TeamProposal, *, on: date, at: datetime, by: User) -> TeamProposal:
    standing = team_accounts.standing(found)
    if standing.is_agreed:
        return _give_on(found, on=on, at=at, by=by)
    if standing.cannot_be_agreed:
        return _end(found, "refuse", on=on, at=at, by=by)
    return found


def _give_on(found: TeamProposal, *, on: date, at: datetime, by: User) -> TeamProposal:
    entry = posting.settle(
        hold=found.hold_id, target=pool.common(community=found.community), key=f"team-plan-yes:{found.pk}", on=on, at=at,
        by=by, memo=found.words[:160],
    )  # fmt: skip
    found.state = steps.take(PROPOSAL_STEPS, "give_on", found.state)
    found.entry, found.closed_at, found.closed_by = entry, at, by
    found.save(update_fields=["state", "entry", "closed_at", "closed_by"])
    audit.note(
        community=found.community, verb="volunteers.team_gave_on", object_kind="volunteers.teamproposal", object_id=found.pk,
        by=by, at=at, facts={"team": found.team_id, "coins": found.coins, "stage": found.team.stage},
    )  # fmt: skip
    _tell_all(found, "volunteers.team_plan_done", by, at)
    return found


@transaction.atomic
def refuse(*, proposal: TeamProposal, reason: str, on: date, at: datetime, by: User) -> TeamProposal:
    """The station says no with a reason, where its yes is asked for; a team that leads itself decides alone.

    Raises ReasonMissing, NoLongerOpen, NotAllowed.
    """
    found = _proposal(proposal)
    require(team_accounts.standing(found).station_wanted and policies.may_set_rules(by, found.community_id))
    if len(reason.strip()) < 2:
        raise pool.ReasonMissing(field="reason")
    found.answer = reason.strip()[:160]
    return _end(found, "refuse", on=on, at=at, by=by)


@transaction.atomic
def take_back(*, proposal: TeamProposal, on: date, at: datetime, by: User) -> TeamProposal:
    """Take a proposal back before it is decided: the captain, or the office. Raises NoLongerOpen, NotAllowed."""
    found = _proposal(proposal)
    require(policies_bank.may_take_for_team(by, found.team))
    return _end(found, "withdraw", on=on, at=at, by=by)


def _end(found: TeamProposal, step: str, *, on: date, at: datetime, by: User) -> TeamProposal:
    if found.state == PROPOSAL_STEPS[step].target:
        return found
    try:
        found.state = steps.take(PROPOSAL_STEPS, step, found.state)
    except WrongStep as late:
        raise NoLongerOpen from late
    posting.release(hold=found.hold, key=f"team-plan-back:{found.pk}", on=on, at=at, by=by)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["state", "closed_at", "closed_by", "answer"])
    _tell_all(found, "volunteers.team_plan_not", by, at)
    return found


def _tell_all(proposal: TeamProposal, template: str, by: User, at: datetime) -> None:
    team_gifts.tell_each(
        team=proposal.team, to=team_accounts.members(proposal.team), template=template, key=str(proposal.pk), by=by, at=at,
        params={"coin_minutes": proposal.coins, "words": proposal.words, "last_on": proposal.expires_on.isoformat()},
    )  # fmt: skip


@transaction.atomic
def expire_due(*, community: Community, on: date, at: datetime, by: User) -> int:
    """What nobody answered in time goes back: gifts to their givers, proposals to the team. Each once."""
    gifts = list(TeamGift.objects.of(community).overdue(on).order_by("team_id", "pk"))
    plans = list(TeamProposal.objects.of(community).overdue(on).order_by("team_id", "pk"))
    for gift in gifts:
        found = team_gifts.locked_gift(gift)
        if found.state == GiftState.OFFERED:
            team_gifts.give_back(gift=found, step="expire", on=on, at=at, by=by, tell=True)
    for plan in plans:
        waits = _proposal(plan)
        if waits.state == ProposalState.ASKED:
            _end(waits, "expire", on=on, at=at, by=by)
    return len(gifts) + len(plans)


@transaction.atomic
def dissolve(*, team: Team, reason: str, on: date, at: datetime, by: User) -> Team:
    """End a team: what waits goes back, what it holds goes to the common pool, its members are free for other teams.

    Its shifts stay and are the station's. Raises TeamHasEnded, ReasonMissing, NotAllowed.
    Source: Nanjing 2019 (group time only donated); station rule (a reason, kept in the audit).
    """
    require(policies.may_set_rules(by, team.community_id))
    if len(reason.strip()) < 2:
        raise pool.ReasonMissing(field="reason")
    list(Volunteer.objects.select_for_update(of=("self",), no_key=True).filter(team=team).order_by("pk"))
    found = team_gifts.locked(team.pk)
    if found.until is not None:
        raise TeamHasEnded
    for gift in TeamGift.objects.open().filter(team=found).order_by("pk"):
        team_gifts.give_back(gift=team_gifts.locked_gift(gift), step="expire", on=on, at=at, by=by, tell=True)
    for plan in TeamProposal.objects.open().filter(team=found).order_by("pk"):
        _end(_proposal(plan), "expire", on=on, at=at, by=by)
    account = team_gifts.account_of(team=found)
    held = account.balance
    if held:
        pool.book(
            community=found.community, key=f"team-end:{found.pk}", on=on, at=at, by=by, cause=("volunteers.team_end", found.pk),
            moves=[posting.Move(account, pool.common(community=found.community), held)],
            memo=reason.strip()[:160],
        )  # fmt: skip
    accounts.freeze(account=account, reason="team ended", by=by, at=at)
    left = Volunteer.objects.filter(team=found).select_related("person").order_by("pk")
    team_gifts.tell_each(
        team=found,
        to=[each for each in left if each.state != VolunteerState.LEFT],
        template="volunteers.team_ended",
        key="end",
        by=by,
        at=at,
        params={},
    )
    left.update(team=None)
    found.until, found.captain = max(on, found.since or on), None
    found.save(update_fields=["until", "captain"])
    audit.note(
        community=found.community, verb="volunteers.team_ended", object_kind="volunteers.team", object_id=found.pk, by=by,
        at=at, facts={"reason": reason.strip()[:160], "coins": held},
    )  # fmt: skip
    return found
