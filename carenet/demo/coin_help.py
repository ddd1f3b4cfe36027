"""Help paid with time coins: paid, given back, set aside for tomorrow, chosen and waiting, called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from carenet.accounts.models import User
from carenet.demo.helpers import Helpers
from carenet.demo.station import Station
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from elders.actions import triage
from elders.models import Elder
from services.actions import coins, dispatch, feedback, intake
from services.models import Helper, ServiceRequest
from volunteers.actions import pool
from volunteers.models import CoinGrant

HOURS = 10  # of the common pool in a month
# days from today, what became of it
STORIES = (
    (1, "HELD"), (-6, "PAID"), (-4, "PAID"), (2, "CHOSEN"), (-5, "PAID"), (-3, "RETURNED"), (-2, "PAID"), (3, "DROPPED"),
)  # fmt: skip


def pay(*, station: Station, elders: Sequence[Elder], helpers: Helpers, at: datetime) -> int:
    """Company and errands that pool hours of key elders pay for, the first of them for 段玉兰; gives how many."""
    first = _needs_more(station, elders[0], at)
    pool.grant(
        elder=first, coins=HOURS * 60, reason="居民议事会商定，身边暂时没人的老人每月十小时（演示）", on=at.date(), at=at,
        by=station.users["director"],
    )  # fmt: skip
    known = {each.pk: each for each in elders}
    granted = CoinGrant.objects.of(station.community).order_by("elder_id").values_list("elder_id", flat=True)
    purses = [first, *(known[each] for each in dict.fromkeys(granted) if each != first.pk)]
    able = [each for each in helpers.able("COMP") if each.volunteer_id not in helpers.leaving][1:]
    kind = ServiceKind.objects.get(code="COMP")
    for number, (days, end) in enumerate(STORIES):
        elder = purses[number % len(purses)]
        start = datetime.combine(
            at.date() + timedelta(days=days), time(9 + (number * 2) % 7, 30), STATION_ZONE
        )
        asked = min(start - timedelta(days=1), at - timedelta(hours=5))
        request = intake.take(
            elder=elder, kind=kind, channel="COUNTER", note="请人陪着说说话，用时间币付", scheduled_at=start, minutes=60,
            key=f"demo:coins:{number}", by=station.users["committee"], at=asked,
        )  # fmt: skip
        coins.choose(request_id=request.pk, code="GRANT", by=station.users["committee"], at=asked)
        if end != "CHOSEN":
            _go_on(station, request, able[number:], start=start, end=end, asked=asked)
    return len(STORIES)


def _needs_more(station: Station, elder: Elder, at: datetime) -> Elder:
    """The pool serves red and yellow A; the social worker knows what the figures do not say about 段玉兰."""
    worker, moment = station.users["worker"], at - timedelta(hours=6)
    triage.confirm(
        result=triage.suggest(elder=elder, by=worker, at=moment), colour="YELLOW", subtier="A", override="NEED_HIGHER",
        reason="女儿外出务工半年，近来一个人在家，夜里睡不好（演示）", by=worker, at=moment,
    )  # fmt: skip
    elder.refresh_from_db(fields=["colour", "subtier"])
    return elder


def _go_on(
    station: Station, request: ServiceRequest, able: Sequence[Helper], *, start: datetime, end: str, asked: datetime
) -> None:  # fmt: skip
    """A volunteer is found, and it goes as the story says."""
    by, elder = station.users["committee"], request.elder
    dispatch.triage(request_id=request.pk, by=by, at=asked + timedelta(minutes=20))
    if not _found(request, able, by=by, at=asked + timedelta(minutes=40)):
        return
    if end == "DROPPED":
        dispatch.cancel(
            request_id=request.pk,
            reason="ELDER_AWAY",
            words="女儿接去过周末",
            by=by,
            at=asked + timedelta(hours=3),
        )
    if end not in ("PAID", "RETURNED"):
        return
    done = start + timedelta(minutes=60)
    dispatch.start(request_id=request.pk, by=by, at=start, started_at=start)
    dispatch.finish(request_id=request.pk, by=by, at=done, minutes=60 if end == "PAID" else 30)
    dispatch.confirm(
        request_id=request.pk, way="PHONE", by=by, at=done + timedelta(hours=2), on_behalf_of=elder.person
    )
    if end == "PAID":
        feedback.rate(
            request_id=request.pk, stars=5, words="聊得很开心", by=by, at=done + timedelta(hours=2), on_behalf_of=elder.person
        )  # fmt: skip
    else:
        coins.give_back(
            request_id=request.pk, words="志愿者记错了日子，说好的没有做完，退回（演示）", by=station.users["director"],
            at=done + timedelta(hours=20),
        )  # fmt: skip


def _found(request: ServiceRequest, able: Sequence[Helper], *, by: User, at: datetime) -> bool:
    """Ask one after another who is not the elder's own and not promised elsewhere at that hour."""
    for helper in able[:12]:
        if helper.person_id == request.elder.person_id:
            continue
        try:
            dispatch.assign(request_id=request.pk, helper_id=helper.pk, by=by, at=at)
        except DomainError:
            continue
        return True
    return False
