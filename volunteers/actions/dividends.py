"""Share a collective's dividend or a unity award by a year's points: proposed by the captain or the station, shown to the
members, open to objections, booked in one entry by a second person, taken back by reversal.

Points come from the programme, money from the collective that pays it out; nobody pays who was helped.
Source: S2-50; domain.md §4.2 (Ordinance Art. 21), §4.3 channels; tension T-3.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months, steps
from carenet.kernel.errors import WrongStep
from carenet.ledger import accounts, posting
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies, policies_bank
from volunteers.actions import channels, pool
from volunteers.actions.dividend_refusals import (
    AnotherMustDecide,
    ListExists,
    ListIsClosed,
    NothingToShare,
    NotOnTheList,
    ObjectionsOpen,
    SaysWhatAndWho,
    SomebodyLeft,
    SpentMeanwhile,
    StillOnShow,
    WordsNeeded,
    YearNotOver,
)
from volunteers.models import DividendList, DividendObjection, DividendShare, Policy, Team, Volunteer
from volunteers.reports import dividends as reports
from volunteers.states import ISSUED, VolunteerState
from volunteers.states_bank import DIVIDEND_STEPS, DividendState, DividendWay

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

CAUSE = "volunteers.dividend"
MOST = 10_000_000


def parts(total: int, weights: Sequence[int]) -> list[int]:
    """A whole number shared by weights without a rest: whole parts first, what is left by the largest remainders, the
    first of equals first. Source: largest remainder (Hare quota).
    """
    whole = sum(weights)
    if not whole:
        return [0 for _each in weights]
    found = [total * each // whole for each in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in order[: total - sum(found)]:
        found[place] += 1
    return found


@transaction.atomic
def propose(
    *, community: Community, team: Team | None, kind: str, year: int, words: str, source: str, way: str, points: int, fen: int,
    on: date, at: datetime, by: User,
) -> DividendList:  # fmt: skip
    """Propose how a year's dividend or award is shared: among the members of a team who served in the year, or, without
    a team, among all volunteers who did. Shares are fixed now; each who has one reads about it and may object for
    `dispute_days`. The captain for the own team, the office for any.

    Raises NoDividends, YearNotOver, SaysWhatAndWho, NothingToShare, ListExists, NotAllowed.
    """
    require(policies_bank.may_propose_dividend(by, community.pk, team))
    channels.require_open(community_id=community.pk, channel="channel_dividend", on=on)
    if not 2000 <= year <= on.year:
        raise YearNotOver(field="year", year=on.year)
    if not words.strip() or not source.strip():
        raise SaysWhatAndWho(field="words" if not words.strip() else "source")
    if not (0 <= points <= MOST and fen >= 0 and points + fen):
        raise NothingToShare(field="points")
    rows = reports.year_of(community, team, year)
    weights = [
        {DividendWay.POINTS: each.points, DividendWay.HOURS: each.minutes}.get(DividendWay(way), 1)
        for each in rows
    ]
    if not sum(weights):
        raise NothingToShare(field="year")
    days = Policy.objects.values_on(community, on)["dispute_days"]
    try:
        with transaction.atomic():
            found = DividendList.objects.create(
                community=community, team=team, kind=kind, year=year, words=words.strip(), source=source.strip(), way=way,
                points=points, fen=fen, proposed_at=at, proposed_by=by, objections_until=on + timedelta(days=days),
            )  # fmt: skip
    except IntegrityError as twin:
        raise ListExists(field="year") from twin
    shares = zip(rows, parts(points, weights), parts(fen, weights), weights, strict=True)
    DividendShare.objects.bulk_create(
        [
            DividendShare(
                community=community, dividend=found, volunteer_id=row.volunteer, earned=row.points, minutes=row.minutes,
                points=some_points, fen=some_fen,
            )
            for row, some_points, some_fen, weight in shares if weight
        ],
        batch_size=2000,
    )  # fmt: skip
    _tell_all(found, "volunteers.dividend_proposed", by=by, at=at)
    return found


def _locked(dividend: DividendList) -> DividendList:
    return (
        DividendList.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "team__captain", "entry")
        .get(pk=dividend.pk)
    )


def _take(found: DividendList, step: str) -> None:
    try:
        found.state = steps.take(DIVIDEND_STEPS, step, found.state)
    except WrongStep as late:
        raise ListIsClosed from late


@transaction.atomic
def object_to(
    *, dividend: DividendList, volunteer: Volunteer, words: str, on: date, at: datetime, by: User
) -> DividendObjection:
    """Object to a list before its last day is over: whoever has a share, or is of its team; the office on their word.
    Raises ListIsClosed, NotOnTheList, WordsNeeded, NotAllowed.
    """
    found = _locked(dividend)
    require(policies.may_redeem(by, volunteer))
    if found.state != DividendState.PROPOSED or on > found.objections_until:
        raise ListIsClosed
    has_share = DividendShare.objects.filter(dividend=found, volunteer=volunteer).exists()
    if not has_share and (found.team_id is None or volunteer.team_id != found.team_id):
        raise NotOnTheList
    if not words.strip():
        raise WordsNeeded(field="words")
    row = DividendObjection.objects.create(
        community_id=found.community_id,
        dividend=found,
        volunteer=volunteer,
        words=words.strip()[:300],
        at=at,
        by=by,
    )
    notices.write(
        community=found.community, template="volunteers.dividend_objection", key=f"dividend-objection:{row.pk}",
        to_role=str(Role.COMMITTEE), due_at=at, by=by, at=at, params={"dividend": found.pk, "year": found.year},
    )  # fmt: skip
    return row


@transaction.atomic
def answer(*, objection: DividendObjection, words: str, at: datetime, by: User) -> DividendObjection:
    """Answer an objection; the member reads it. If it is right, the list is refused and proposed anew.
    Raises ListIsClosed (answered before), WordsNeeded, NotAllowed.
    """
    _locked(objection.dividend)
    row = (
        DividendObjection.objects.select_for_update(of=("self",))
        .select_related("volunteer__person", "community", "dividend")
        .get(pk=objection.pk)
    )
    require(policies.may_set_rules(by, row.community_id))
    if row.answered_at is not None:
        raise ListIsClosed
    if not words.strip():
        raise WordsNeeded(field="words")
    row.answer, row.answered_at, row.answered_by = words.strip()[:300], at, by
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    notices.write(
        community=row.community, template="volunteers.dividend_answered", key=f"dividend-answer:{row.pk}",
        to_person=row.volunteer.person, due_at=at, by=by, at=at,
        params={"dividend": row.dividend_id, "year": row.dividend.year, "reason": row.answer},
    )  # fmt: skip
    return row


@transaction.atomic
def post(*, dividend: DividendList, on: date, at: datetime, by: User) -> DividendList:
    """Book the points of all shares in one entry, all or none, once the last day for objections is over and each was
    answered. Money is paid out by whoever gives it. Neither whoever proposed it nor whoever has a share decides.

    Again it changes nothing. Raises StillOnShow, ObjectionsOpen, AnotherMustDecide, SomebodyLeft, ListIsClosed,
    AccountFrozen, NoDividends, NotAllowed.
    """
    found = _locked(dividend)
    require(policies.may_set_rules(by, found.community_id))
    if found.state == DividendState.POSTED:
        return found
    shares = list(
        DividendShare.objects.filter(dividend=found)
        .select_related("volunteer__person")
        .order_by("volunteer_id")
    )
    _take(found, "post")
    if found.proposed_by_id == by.pk or (
        by.person_id is not None and any(each.volunteer.person_id == by.person_id for each in shares)
    ):
        raise AnotherMustDecide
    channels.require_open(community_id=found.community_id, channel="channel_dividend", on=on)
    if on <= found.objections_until:
        raise StillOnShow(day=found.objections_until.isoformat())
    if DividendObjection.objects.filter(dividend=found, answered_at__isnull=True).exists():
        raise ObjectionsOpen
    left = [each.volunteer.person.name for each in shares if each.volunteer.state == VolunteerState.LEFT]
    if left:
        raise SomebodyLeft(names="、".join(left[:5]))
    if found.points:
        issued = accounts.contra(community=found.community, unit=Unit.POINT, code=ISSUED)
        own = reports.point_accounts(found.community_id, [each.volunteer for each in shares])
        found.entry = pool.book(
            community=found.community, key=f"dividend:{found.pk}", on=on, at=at, by=by, cause=(CAUSE, found.pk),
            memo=found.words[:200],
            moves=[
                posting.Move(issued, own[each.volunteer_id], each.points) for each in shares if each.points
            ],
        )  # fmt: skip
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["state", "closed_at", "closed_by", "entry"])
    _tell_all(found, "volunteers.dividend_posted", by=by, at=at)
    return found


@transaction.atomic
def refuse(*, dividend: DividendList, reason: str, at: datetime, by: User) -> DividendList:
    """Not booked, with a reason the members read: an objection was right. Raises ListIsClosed, WordsNeeded, NotAllowed."""
    found = _locked(dividend)
    require(policies.may_set_rules(by, found.community_id))
    return _end(found, "refuse", reason, by, at)


@transaction.atomic
def withdraw(*, dividend: DividendList, reason: str, at: datetime, by: User) -> DividendList:
    """Take a proposal back before it is booked: whoever may propose it. Raises ListIsClosed, WordsNeeded, NotAllowed."""
    found = _locked(dividend)
    require(policies_bank.may_propose_dividend(by, found.community_id, found.team))
    return _end(found, "withdraw", reason, by, at)


def _end(found: DividendList, step: str, reason: str, by: User, at: datetime) -> DividendList:
    _take(found, step)
    if len(reason.strip()) < 2:
        raise WordsNeeded(field="words")
    found.closed_at, found.closed_by, found.answer = at, by, reason.strip()[:200]
    found.save(update_fields=["state", "closed_at", "closed_by", "answer"])
    _tell_all(found, "volunteers.dividend_ended", by=by, at=at)
    return found


@transaction.atomic
def reverse(*, dividend: DividendList, reason: str, at: datetime, by: User) -> DividendList:
    """Take a booked list back by a reversal, all or none, with a reason the members read; a right one can be proposed
    then. Raises SpentMeanwhile, ListIsClosed, WordsNeeded, NotAllowed. Source: domain.md §4.3 (edits only by reversal).
    """
    found = _locked(dividend)
    require(policies.may_set_rules(by, found.community_id))
    _take(found, "reverse")
    if len(reason.strip()) < 2:
        raise WordsNeeded(field="words")
    if found.entry is not None:
        try:
            found.reversal = posting.reverse(
                entry=found.entry, reason=reason.strip()[:200], key=f"dividend-back:{found.pk}", on=months.day_of(at), at=at,
                by=by,
            )  # fmt: skip
        except posting.Overdrawn as spent:
            raise SpentMeanwhile from spent
        except posting.Frozen as frozen:
            raise pool.AccountFrozen from frozen
    found.reversed_at, found.reversed_by, found.answer = at, by, reason.strip()[:200]
    found.save(update_fields=["state", "reversed_at", "reversed_by", "reversal", "answer"])
    _tell_all(found, "volunteers.dividend_ended", by=by, at=at)
    return found


def _tell_all(found: DividendList, template: str, *, by: User, at: datetime) -> None:
    """Each who has a share reads what becomes of it, once per step."""
    shares = DividendShare.objects.filter(dividend=found).select_related("volunteer").order_by("volunteer_id")
    notices.write_many(
        community=found.community, template=template, due_at=at, by=by, at=at,
        letters=[
            Letter(
                key=f"{template}:{found.state}:{found.pk}:{each.volunteer_id}", to_person_id=each.volunteer.person_id,
                params={
                    "dividend": found.pk, "year": found.year, "points": each.points, "reason": found.answer,
                    "until_on": found.objections_until.isoformat(),
                },
            )
            for each in shares
        ],
    )  # fmt: skip
