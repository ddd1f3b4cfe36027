"""The common account of a team: what it holds, each line with the balance after it, and how far a proposal has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from volunteers.models import TeamProposal, TeamVoice, Volunteer
from volunteers.states import TeamStage, VolunteerState

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
    left: int
    station_wanted: bool
    station_said: bool

    @property
    def is_agreed(self) -> bool:
        return self.yes >= self.wanted and (self.station_said or not self.station_wanted)

    @property
    def cannot_be_agreed(self) -> bool:
        """Too many have said no."""
        return self.yes + self.left < self.wanted

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
    here = members(proposal.team)
    voices = dict(TeamVoice.objects.filter(proposal=proposal).values_list("member", "agrees"))
    proposer = proposal.proposed_by.person_id
    others = [each for each in here if each.person_id != proposer]
    number, station = wanted(
        proposal.team.stage, others=len(others), proposer_is_member=len(others) < len(here)
    )
    return Standing(
        wanted=number, yes=sum(voices.values()), no=len(voices) - sum(voices.values()),
        left=sum(each.pk not in voices for each in others), station_wanted=station,
        station_said=proposal.station_by_id is not None,
    )  # fmt: skip


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
