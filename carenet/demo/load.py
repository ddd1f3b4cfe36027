"""The chapters of the demonstration in order, each in the community's scope; one community is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from carenet import accounts
from carenet.demo import (
    coin_help,
    desks,
    health,
    helpers,
    meetings,
    money,
    profiles,
    register,
    shifts,
    station,
    statistics,
    time_bank,
    training,
    year,
)
from carenet.parties import scope
from carenet.parties.models import Community
from elders.models import Elder

# chapter name, how many steps
Report = Callable[[str, int], None]
SMALL = 60


def sizes(*, small: bool) -> int:
    """How many steps a community takes, for the progress bar."""
    elders = SMALL if small else profiles.ELDERS
    return int(elders * 4 + (40 if small else 186) + sum(year.VOLUME.values()) * (0.05 if small else 1) + 250)


@transaction.atomic
def load(
    *, number: int, small: bool, seed: int, at: datetime, report: Report, with_meetings: bool = True
) -> Community:
    """Make one demonstration community with its year (and, unless told otherwise, its joint meetings).

    The caller looks first whether it is there already.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
    on = at.date()
    community = station.open_station(number=number, on=on)
    with scope.within([community.pk]):
        by = accounts.station(community)
        made = station.staff_station(community=community, number=number, seed=seed + number, by=by, at=at)
        people = list(
            profiles.people(
                seed=seed + number,
                on=on,
                size=SMALL if small else profiles.ELDERS,
                buildings=len(made.buildings),
            )
        )
        tell = lambda words: lambda count: report(words, count)  # noqa: E731
        elders = register.enrol(station=made, profiles=people, seed=seed, at=at, report=tell("登记老人"))
        statistics.refresh()
        register.assess(
            station=made, elders=elders, profiles=people, seed=seed, at=at, report=tell("能力评估")
        )
        register.colour(station=made, elders=elders, at=at, report=tell("分色分级"))
        register.family(station=made, elder=elders[0], number=number, at=at)
        known = Elder.objects.of(community).select_related("person", "community").in_bulk()
        elders = [known[each.pk] for each in elders]
        health.keep(station=made, elders=elders, profiles=people, at=at, seed=seed, report=tell("健康数据"))
        asked = helpers.gather(station=made, small=small, seed=seed, at=at, report=tell("志愿者报名"))
        statistics.refresh()
        opened = money.set_up(station=made, at=at)
        money.income(station=made, opened=opened, on=on, small=small, seed=seed, report=tell("捐赠入账"))
        money.adapt_homes(
            station=made,
            fund=opened["居家适老化改造专项"],
            elders=elders,
            on=on,
            small=small,
            report=tell("适老化改造"),
        )
        time_bank.paper_book(station=made, helpers=asked, elders=elders, at=at, small=small, seed=seed)
        year.services(
            station=made,
            elders=elders,
            helpers=asked,
            on=on,
            small=small,
            seed=seed,
            report=tell("一年的服务"),
        )
        statistics.refresh()
        gifts = year.shop(
            station=made, fund=opened["和煦社区慈善基金"], goods_backing="福彩中心捐赠的雨伞", at=at
        )
        year.redemptions(station=made, helpers=asked, gifts=gifts, on=on, small=small, seed=seed)
        training.teach(station=made, asked=asked, small=small, at=at)
        year.case_visits(station=made, elders=elders, on=on, small=small, seed=seed, report=tell("个案走访"))
        shifts.keep(station=made, helpers=asked, at=at, seed=seed, report=tell("志愿班次"))
        time_bank.keep(
            station=made, helpers=asked, elders=elders, fund=opened["和煦社区慈善基金"], at=at, small=small, seed=seed,
            report=tell("时间银行"),
        )  # fmt: skip
        year.today(station=made, elders=elders, helpers=asked, at=at, seed=seed)
        coin_help.pay(station=made, elders=elders, helpers=asked, at=at)
        desks.keep(station=made, elders=elders, helpers=asked, gifts=gifts, at=at, small=small, seed=seed)
        if with_meetings:
            meetings.hold(station=made, on=on, small=small, seed=seed, report=tell("联席会议"))
    return community
