"""The common account of a team: what it holds, each line with the balance after it, and how far a proposal has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carenet.ledger.models import Account, Entry
from carenet.ledger.statements import Line
from carenet.ledger.states import EntryKind, Unit
from volunteers.models import TeamGift, TeamProposal, TeamVoice, Volunteer
from volunteers.reports import accounts
from volunteers.reports.accounts import Statement
from volunteers.states import TeamStage, VolunteerState
from volunteers.states_bank import ProposalState

if TYPE_CHECKING:
    from volunteers.models import Team


@dataclass(frozen=True)
class Standing:
    """Who must still agree to a proposal. Source: S2-48 (stages of autonomy); domain.md tension T-5; four eyes.

    Led by the social worker: the station. Led together: one more member and the station. Leads itself: more than half of
    the members, whoever proposed among them, and always somebody else; a team without anybody else asks the station.
    """

    wanted: int
    yes: int
    no: int
    waits: tuple[Volunteer, ...]
    station_wanted: bool
    station_said: bool

    @property
    def is_agreed(self) -> bool:
        return self.yes >= self.wanted and (self.station_said or not self.station_wanted)

    @property
    def cannot_be_agreed(self) -> bool:
        """Too many have said no."""
        return self.yes + len(self.waits) < self.wanted

    @property
    def sentence(self) -> str:
        """What is still missing, in words."""
        missing = self.wanted - self.yes
        parts = []
        if missing > 0:
            parts.append(
                ngettext("%(n)d more member must agree.", "%(n)d more members must agree.", missing)
                % {"n": missing}
            )
        if self.station_wanted and not self.station_said:
            parts.append(_("The station must agree."))
        return " ".join(parts)


def members(team: Team) -> list[Volunteer]:
    """Who may answer: the members who serve now."""
    return list(
        Volunteer.objects.filter(team=team, state=VolunteerState.ACTIVE)
        .select_related("person")
        .order_by("number")
    )


def wanted(stage: str, *, others: int, proposer_is_member: bool) -> tuple[int, bool]:
    """How many members besides the proposer must agree, and whether the station must."""
    if stage == TeamStage.INCUBATION:
        return 0, True
    if stage == TeamStage.TAKEOVER:
        return min(1, others), True
    if not others:
        return 0, True
    whole = others + int(proposer_is_member)
    return max(whole // 2 + 1 - int(proposer_is_member), 1), False


def standing(proposal: TeamProposal) -> Standing:
    """How far a proposal has come, by the stage of the team today; two queries."""
    return standings(proposal.team, [proposal])[proposal.pk]


def standings(team: Team, proposals: list[TeamProposal]) -> dict[int, Standing]:
    """How far each proposal of one team has come; two queries, however many there are."""
    here = members(team)
    voices: dict[int, dict[int, bool]] = {each.pk: {} for each in proposals}
    rows = TeamVoice.objects.filter(proposal__in=voices).values_list("proposal", "member", "agrees")
    for proposal, member, agrees in rows:
        voices[proposal][member] = agrees
    found = {}
    for each in proposals:
        answered = voices[each.pk]
        others = [member for member in here if member.person_id != each.proposed_by.person_id]
        number, station = wanted(team.stage, others=len(others), proposer_is_member=len(others) < len(here))
        found[each.pk] = Standing(
            wanted=number, yes=sum(answered.values()), no=len(answered) - sum(answered.values()),
            waits=tuple(member for member in others if member.pk not in answered), station_wanted=station,
            station_said=each.station_by_id is not None,
        )  # fmt: skip
    return found


def account(team: Team) -> tuple[Account | None, int]:
    """The account of a team and what is set aside from it; an account that was never opened is none. One query."""
    code = team.account_code
    rows = {
        each.code: each
        for each in Account.objects.of(team.community_id).filter(
            unit=Unit.COIN, code__in=[code, f"hold:{code}"]
        )
    }
    aside = rows.get(f"hold:{code}")
    return rows.get(code), aside.balance if aside is not None else 0


def statement(team: Team, *, before: int | None = None, limit: int = 60) -> Statement:
    """The lines of a team's account, newest first, with who gave; reads its own page only, four queries."""
    found, _aside = account(team)
    if found is None:
        return Statement(balance=0)
    return accounts.page_of(found, _words, before=before, limit=limit)


TITLES: dict[str, Callable[[Line], str]] = {
    "volunteers.team_gift": lambda row: _("Given by a member"),
    "volunteers.team_end": lambda row: _("The team ended: given to the common pool"),
}


def _words(rows: list[Line]) -> dict[int, tuple[str, str]]:
    """A gift names its giver, a proposal what it was for."""
    settled = dict(
        Entry.objects.filter(pk__in=[each.entry_id for each in rows], resolves__isnull=False).values_list(
            "pk", "resolves"
        )
    )
    holds = {settled.get(each.entry_id, each.entry_id) for each in rows}
    givers = dict(TeamGift.objects.filter(hold__in=holds).values_list("hold", "giver__person__name"))
    plans = {each.hold_id: each for each in TeamProposal.objects.filter(hold__in=holds)}
    found: dict[int, tuple[str, str]] = {}
    for row in rows:
        hold = settled.get(row.entry_id, row.entry_id)
        plan = plans.get(hold)
        if plan is not None:
            found[row.entry_id] = (_plan_title(row, plan), plan.words)
        else:
            title = TITLES.get(row.cause_kind, lambda line: line.title)(row)
            found[row.entry_id] = (title, givers.get(hold, row.memo))
    return found


def _plan_title(row: Line, plan: TeamProposal) -> str:
    if row.kind == EntryKind.RELEASE:
        return _("Came back: not given on")
    if plan.state == ProposalState.DONE:
        return _("Given to the common pool")
    if plan.state == ProposalState.ASKED:
        return _("Set aside until the others agree")
    return _("Was set aside")
