"""Teams choose their captain: open an election, name candidates, one vote a member, count; and the stage of autonomy."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months, steps
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies
from volunteers.actions import registry
from volunteers.actions.fit import ADULT
from volunteers.actions.shift_refusals import BadTimes, NotAMember, NoVote, ReasonMissing, VotedAlready
from volunteers.models import Ballot, Team, TeamCandidate, TeamVote, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_shifts import VOTE_STEPS, VoteState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


def _members(team: Team) -> list[Volunteer]:
    return list(
        Volunteer.objects.filter(team=team, state=VolunteerState.ACTIVE)
        .select_related("person")
        .order_by("pk")
    )


@transaction.atomic
def open_vote(*, team: Team, closes_at: datetime, by: User, at: datetime) -> TeamVote:
    """Start choosing a captain; every member is told. Pressed again the open election is given back.

    The office, or the present captain. Raises BadTimes, NotAMember (a team without members), NotAllowed.
    Source: S2-20, S2-48.
    """
    require(policies.may_plan(by, team.community_id) or policies.leads(by, team))
    if closes_at <= at:
        raise BadTimes(field="closes_on")
    members = _members(team)
    if not members:
        raise NotAMember
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    known = TeamVote.objects.filter(team=team, state=VoteState.OPEN).first()
    if known is not None:
        return known
    vote = TeamVote.objects.create(
        community_id=team.community_id,
        team=team,
        opened_at=at,
        opened_by=by,
        closes_at=closes_at,
        members=len(members),
    )
    _tell(vote, "volunteers.team.vote_opened", members, {"closes_at": closes_at.isoformat()}, by=by, at=at)
    return vote


def _tell(
    vote: TeamVote, template: str, members: list[Volunteer], params: dict[str, str], *, by: User, at: datetime
) -> None:
    notices.write_many(
        community=vote.community, template=template, due_at=at, by=by, at=at,
        letters=[
            Letter(
                key=f"{template}:{vote.pk}:{each.pk}", params={"team": vote.team.name, **params},
                to_person_id=each.person_id,
            )
            for each in members
        ],
    )  # fmt: skip


def _open(vote: TeamVote, at: datetime) -> TeamVote:
    found = (
        TeamVote.objects.select_for_update(of=("self",)).select_related("team", "community").get(pk=vote.pk)
    )
    if found.state != VoteState.OPEN or at >= found.closes_at:
        raise NoVote
    return found


def _require_member(team: Team, volunteer: Volunteer) -> None:
    if volunteer.team_id != team.pk or volunteer.state != VolunteerState.ACTIVE:
        raise NotAMember


@transaction.atomic
def nominate(*, vote: TeamVote, volunteer: Volunteer, by: User, at: datetime) -> TeamCandidate:
    """Name a member of age for captain: any member, or the office. Named twice it is one candidate.

    Raises NoVote, NotAMember, NotAllowed.
    """
    found = _open(vote, at)
    member = Volunteer.objects.of_user(by).filter(team_id=found.team_id, state=VolunteerState.ACTIVE).exists()
    require(member or policies.may_plan(by, found.community_id))
    _require_member(found.team, volunteer)
    age = volunteer.person.age(months.day_of(at))
    if age is not None and age < ADULT:
        raise NotAMember
    candidate, _new = TeamCandidate.objects.get_or_create(
        vote=found, volunteer=volunteer, defaults={"community_id": found.community_id, "at": at, "by": by}
    )
    return candidate


@transaction.atomic
def cast(*, candidate: TeamCandidate, voter: Volunteer, by: User, at: datetime) -> Ballot:
    """One vote a member, for good; the office may put in a paper vote for somebody without a phone (noted, but not for
    whom). Raises NoVote, NotAMember, VotedAlready, NotAllowed.
    """
    require(policies.may_act_for(by, voter))
    vote = _open(candidate.vote, at)
    _require_member(vote.team, voter)
    try:
        with transaction.atomic():
            ballot = Ballot.objects.create(
                community_id=vote.community_id, vote=vote, voter=voter, candidate=candidate, at=at
            )
    except IntegrityError as clash:
        raise VotedAlready from clash
    if by.person_id != voter.person_id:
        audit.note(
            community=vote.community, verb="volunteers.paper_vote", object_kind="volunteers.teamvote", object_id=vote.pk,
            by=by, at=at, facts={"voter": voter.pk},
        )  # fmt: skip
    return ballot


@transaction.atomic
def close(*, vote: TeamVote, by: User, at: datetime) -> TeamVote:
    """Count: who has most votes leads the team from now on; a tie chooses nobody, and nor does a vote for somebody who
    left the team meanwhile. The count stays with the election.

    The office at any time, the station by itself when the time is over. Closed twice it stays as it was.
    Raises NotAllowed.
    """
    require(policies.may_plan(by, vote.community_id))
    found = (
        TeamVote.objects.select_for_update(of=("self",)).select_related("team", "community").get(pk=vote.pk)
    )
    if found.state != VoteState.OPEN:
        return found
    # Everybody's ballot is read here and nowhere else, and only added up.
    votes = Counter(
        Ballot.objects.filter(vote=found).values_list("candidate__volunteer_id", flat=True).order_by()
    )
    ranking = votes.most_common()
    found.cast, found.closed_at = sum(votes.values()), at
    found.result = {str(pk): count for pk, count in ranking}
    members, winner = _members(found.team), None
    if not ranking:
        found.state = steps.take(VOTE_STEPS, "empty", found.state)
    elif len(ranking) > 1 and ranking[0][1] == ranking[1][1]:
        found.state = steps.take(VOTE_STEPS, "tie", found.state)
    elif (winner := next((each for each in members if each.pk == ranking[0][0]), None)) is None:
        found.state = steps.take(VOTE_STEPS, "stop", found.state)
    else:
        found.state, found.chosen = steps.take(VOTE_STEPS, "decide", found.state), winner
    found.save(update_fields=["state", "cast", "closed_at", "result", "chosen"])
    if winner is None:
        _tell(found, "volunteers.team.vote_open_end", members, {}, by=by, at=at)
        return found
    registry.choose_captain(team=found.team, captain=winner, by=by, at=at)
    _tell(found, "volunteers.team.vote_closed", members, {"name": winner.person.name}, by=by, at=at)
    return found


@transaction.atomic
def stop_vote(*, vote: TeamVote, by: User, at: datetime) -> TeamVote:
    """Call an election off without counting. Raises WrongStep, NotAllowed."""
    require(policies.may_plan(by, vote.community_id))
    found = TeamVote.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    found.state, found.closed_at = steps.take(VOTE_STEPS, "stop", found.state), at
    found.save(update_fields=["state", "closed_at"])
    return found


@transaction.atomic
def close_due(*, community: Community, by: User, at: datetime) -> int:
    """Count the elections whose time is over. Run twice it adds nothing."""
    due = list(TeamVote.objects.of(community).filter(state=VoteState.OPEN, closes_at__lte=at).order_by("pk"))
    for each in due:
        close(vote=each, by=by, at=at)
    return len(due)


@transaction.atomic
def set_stage(*, team: Team, stage: str, reason: str, by: User, at: datetime) -> Team:
    """How far the team decides for itself: with it changes who publishes its shifts and approves its late hours.

    Raises ReasonMissing, NotAllowed. Source: S2-48; tension T-5.
    """
    require(policies.may_set_rules(by, team.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    found = Team.objects.select_for_update(of=("self",)).select_related("community").get(pk=team.pk)
    before = found.stage
    found.stage = stage
    found.save(update_fields=["stage"])
    audit.note(
        community=found.community, verb="volunteers.team_stage", object_kind="volunteers.team", object_id=found.pk,
        by=by, at=at, facts={"before": before, "after": stage, "reason": reason.strip()},
    )  # fmt: skip
    return found
