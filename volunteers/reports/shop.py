"""What the points shop shows one volunteer, and what the office should restock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carenet.kernel import months
from volunteers.models import Redemption, Reward, Volunteer
from volunteers.reports.accounts import balances
from volunteers.states import LimitPeriod, VolunteerState


@dataclass(frozen=True)
class Card:
    """A reward as one volunteer sees it: `why_not` is empty when it can be redeemed now."""

    reward: Reward
    left: int
    missing: int
    why_not: str = ""

    @property
    def available(self) -> bool:
        return not self.why_not


def first_day(period: str, on: date) -> date:
    """The first day of the limit period that holds `on`."""
    if period == LimitPeriod.EVER:
        return date.min
    if period == LimitPeriod.YEAR:
        return date(on.year, 1, 1)
    if period == LimitPeriod.QUARTER:
        return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return months.first_of_month(on)


def pieces_left(reward: Reward) -> int:
    """What can still be given: pieces on the shelf, and no more than the fund can pay for."""
    if reward.fund_id is None or not reward.backing_fen:
        return reward.stock
    balance = getattr(reward, "fund_balance", None)
    if balance is None:
        balance = reward.fund.account.balance if reward.fund and reward.fund.account else 0
    return min(reward.stock, balance // reward.backing_fen)


def window(volunteer: Volunteer | None, community_id: int, on: date, *, kind: str = "") -> list[Card]:
    """The shop window: what can be redeemed now first, then what is nearest. Three queries."""
    rewards = Reward.objects.of(community_id).on_offer().annotate(fund_balance=F("fund__account__balance"))
    if kind:
        rewards = rewards.filter(kind=kind)
    have = balances(volunteer).points if volunteer else 0
    taken = _taken(volunteer, on) if volunteer else {}
    cards = [card(each, volunteer, have, taken.get(each.pk, {}), on) for each in rewards]
    return sorted(
        cards,
        key=lambda each: (
            not each.available,
            each.missing,
            each.left == 0,
            each.reward.points,
            each.reward.pk,
        ),
    )


def _taken(volunteer: Volunteer, on: date) -> dict[int, dict[str, int]]:
    """How many of each reward the volunteer has had in the present month, quarter, year and ever."""
    rows = (
        Redemption.objects.counting()
        .filter(volunteer=volunteer, reward__per_person__isnull=False)
        .values_list("reward", "redeemed_on")
        .annotate(count=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for reward, day, count in rows:
        counts = found.setdefault(reward, dict.fromkeys(LimitPeriod.values, 0))
        for period in LimitPeriod.values:
            if first_day(period, on) <= day <= on:
                counts[period] += count
    return found


def card(reward: Reward, volunteer: Volunteer | None, have: int, taken: dict[str, int], on: date) -> Card:
    """Why a volunteer cannot have a reward now, in a few words that say what helps."""
    left, missing = pieces_left(reward), max(reward.points - have, 0)
    why = ""
    if left < 1:
        why = _("None left just now")
    elif volunteer is None:
        why = ""
    elif volunteer.state == VolunteerState.LEFT:
        why = _("Please ask the station")
    elif reward.min_age and not _old_enough(volunteer, reward.min_age, on):
        why = _("From the age of %(age)d") % {"age": reward.min_age}
    elif reward.per_person and taken.get(reward.per_period, 0) >= reward.per_person:
        why = _("You have had your share for now")
    elif missing:
        why = ngettext("%(count)d point short", "%(count)d points short", missing) % {"count": missing}
    return Card(reward, left, missing, why)


def _old_enough(volunteer: Volunteer, age: int, on: date) -> bool:
    years = volunteer.person.age(on)
    return years is not None and years >= age


def card_for(volunteer: Volunteer, reward: Reward, on: date) -> Card:
    """One reward as the volunteer sees it."""
    return card(reward, volunteer, balances(volunteer).points, _taken(volunteer, on).get(reward.pk, {}), on)
