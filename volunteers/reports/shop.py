"""What the points shop shows one volunteer, and what the office should restock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carenet.kernel import months
from volunteers.models import (
    Attendance,
    Policy,
    Redemption,
    Reward,
    RewardService,
    ServiceClaim,
    Volunteer,
)
from volunteers.reports.accounts import balances
from volunteers.states import LimitPeriod, VolunteerState


@dataclass(frozen=True)
class Card:
    """A reward as one volunteer sees it: `why_not` is empty when it can be redeemed now."""

    reward: Reward
    left: int
    missing: int
    why_not: str = ""
    service: RewardService | None = None

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


PLENTY = 10_000


def service_of(reward: Reward) -> RewardService | None:
    """The service that a reward is, when it is one."""
    try:
        return reward.service
    except RewardService.DoesNotExist:
        return None


def fund_pays(reward: Reward) -> int:
    """How many more the fund behind a reward can pay for; plenty when donated goods stand behind it."""
    if reward.fund_id is None or not reward.backing_fen:
        return PLENTY
    balance = getattr(reward, "fund_balance", None)
    if balance is None:
        balance = reward.fund.account.balance if reward.fund and reward.fund.account else 0
    return int(balance // reward.backing_fen)


def pieces_left(reward: Reward) -> int:
    """What can still be given: pieces on the shelf, and no more than the fund can pay for. A service has no pieces."""
    on_shelf = PLENTY if service_of(reward) is not None else reward.stock
    return min(on_shelf, fund_pays(reward))


def with_backing(rewards: QuerySet[Reward]) -> QuerySet[Reward]:
    """Rewards with all that a card needs: fund, service, photo (without the picture itself)."""
    return (
        rewards.annotate(fund_balance=F("fund__account__balance"))
        .select_related("service__kind", "photo", "fund__account")
        .defer("photo__image")
    )


def window(volunteer: Volunteer | None, community_id: int, on: date, *, kind: str = "") -> list[Card]:
    """The shop window: what can be redeemed now first, then what is nearest. Seven queries."""
    rewards = with_backing(Reward.objects.of(community_id).on_offer())
    if kind:
        rewards = rewards.filter(kind=kind)
    have = balances(volunteer).points if volunteer else 0
    taken = _taken(volunteer, on) if volunteer else {}
    each_time = points_a_service(volunteer, on) if volunteer else 0
    values = Policy.objects.values_on(community_id, on)
    cards = [
        card(each, volunteer, have, taken.get(each.pk, {}), on, each_time, closed=closed(each, values))
        for each in rewards
    ]
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


def points_a_service(volunteer: Volunteer, on: date) -> int:
    """What one service usually brings this volunteer: the average of a year, else two hours by today's rule."""
    average = (
        Attendance.objects.credited()
        .filter(volunteer=volunteer, points__gt=0, served_on__gt=on - timedelta(days=365), served_on__lte=on)
        .aggregate(points=Avg("points"))["points"]
    )
    if average:
        return max(round(average), 1)
    rates: dict[str, int] = Policy.objects.values_on(volunteer.community_id, on)
    return max(2 * rates["points_per_hour"], 1)


def _taken(volunteer: Volunteer, on: date) -> dict[int, dict[str, int]]:
    """How many of each reward the volunteer has had in the present month, quarter, year and ever."""
    things = (
        Redemption.objects.counting()
        .filter(volunteer=volunteer, reward__per_person__isnull=False)
        .values_list("reward", "redeemed_on")
        .annotate(count=Count("pk"))
    )
    services = (
        ServiceClaim.objects.counting()
        .filter(volunteer=volunteer, reward__per_person__isnull=False)
        .values_list("reward", "asked_on")
        .annotate(count=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for reward, day, count in [*things, *services]:
        counts = found.setdefault(reward, dict.fromkeys(LimitPeriod.values, 0))
        for period in LimitPeriod.values:
            if first_day(period, on) <= day <= on:
                counts[period] += count
    return found


def card(
    reward: Reward,
    volunteer: Volunteer | None,
    have: int,
    taken: dict[str, int],
    on: date,
    each_time: int = 20,
    closed: str = "",
) -> Card:
    """Why a volunteer cannot have a reward now, in a few words that say what helps."""
    left, missing = pieces_left(reward), max(reward.points - have, 0)
    service = service_of(reward)
    why = ""
    if closed:
        why = closed
    elif service is None and reward.stock < 1:
        why = _("None left just now; choose another one")
    elif left < 1:
        why = _("The fund behind it is used up for now; ask the station when it comes back")
    elif volunteer is None:
        why = ""
    elif volunteer.state == VolunteerState.LEFT:
        why = _("Please ask the station")
    elif reward.min_age and not _old_enough(volunteer, reward.min_age, on):
        why = _("From the age of %(age)d; choose another one") % {"age": reward.min_age}
    elif reward.per_person and taken.get(reward.per_period, 0) >= reward.per_person:
        why = again_from(reward.per_period, on)
    elif missing:
        times = -(-missing // each_time)
        why = ngettext("%(count)d point short", "%(count)d points short", missing) % {"count": missing}
        if times < 100:
            why = ngettext(
                "%(points)s points short, about %(count)d service", "%(points)s points short, about %(count)d services",
                times,
            ) % {"points": f"{missing:,}", "count": times}  # fmt: skip
    return Card(reward, left, missing, why, service)


def closed(reward: Reward, values: Mapping[str, int]) -> str:
    """The sentence of a way that is switched off on the day; empty while it is open. Source: domain.md §4.3 channels."""
    if service_of(reward) is not None:
        return "" if values["channel_services"] else _("Services for points pause; your points stay")
    return (
        "" if values["channel_goods"] else _("The shop is closed; your points stay. Please ask the station")
    )


def again_from(period: str, on: date) -> str:
    """When the limit of a person begins anew, in words."""
    if period == LimitPeriod.EVER:
        return _("You have had your share; choose another one")
    first = first_day(period, on)
    step = {LimitPeriod.MONTH: 1, LimitPeriod.QUARTER: 3, LimitPeriod.YEAR: 12}[LimitPeriod(period)]
    for _month in range(step):
        first = months.next_month(first)
    return _("You have had your share; again from %(month)s/%(day)s") % {
        "month": first.month,
        "day": first.day,
    }


def _old_enough(volunteer: Volunteer, age: int, on: date) -> bool:
    years = volunteer.person.age(on)
    return years is not None and years >= age


def card_for(volunteer: Volunteer, reward: Reward, on: date) -> Card:
    """One reward as the volunteer sees it."""
    have, taken = balances(volunteer).points, _taken(volunteer, on).get(reward.pk, {})
    values = Policy.objects.values_on(volunteer.community_id, on)
    each_time = points_a_service(volunteer, on)
    return card(reward, volunteer, have, taken, on, each_time, closed=closed(reward, values))
