"""Routine services that were given by roster, written down afterwards: one list, many people, one transaction.

Set-based: thousands of lines in a few statements, each with its whole trail, its booking and its contact.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from carenet.accounts.policies import require
from carenet.kernel.months import day_of
from charity.actions import cost_sharing
from elders.actions import contacts
from elders.models import Elder
from services import policies
from services.actions import settlement
from services.models import Feedback, Helper, RosterSheet, ServiceRequest, Settlement
from services.refusals import NotEligible, NothingToRecord, TimesWrong
from services.states import STRAIGHT, STRAIGHT_WAY, Channel
from volunteers.actions import covering, time_bank

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, ServiceKind
    from volunteers.models import Attendance

REQUESTS = """
insert into services_servicerequest
  (id, community_id, elder_id, kind_id, channel, urgency, state, note, minutes, price_fen, requested_at, due_at,
   scheduled_at, answered_at, started_at, done_at, confirmed_at, confirm_way, said_fine_at, end_reason, helper_id,
   handler_id, organisation_id, roster_id, by_id, on_behalf_of_id, key)
select t.id, %(community)s, t.elder, %(kind)s, %(channel)s, 'P4', 'CLOSED', '', t.minutes, t.price, t.started, null,
       t.started, t.started, t.started, t.done, %(at)s, 'ROSTER', null, '', t.helper,
       null, t.organisation, %(sheet)s, %(by)s, null, t.key
from unnest(%(ids)s::bigint[], %(elders)s::bigint[], %(minutes)s::int[], %(prices)s::bigint[],
            %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(helpers)s::bigint[], %(organisations)s::bigint[],
            %(keys)s::text[])
  as t (id, elder, minutes, price, started, done, helper, organisation, key)
"""
TRAIL = """
insert into services_requestevent (community_id, request_id, verb, state, at, by_id, words, facts, key)
select %(community)s, t.id, s.verb, s.state,
       case s.moment when 'start' then t.started when 'end' then t.done else %(at)s end, %(by)s, '', null, ''
from unnest(%(ids)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) as t (id, started, done)
cross join jsonb_to_recordset(%(steps)s::jsonb) as s (number int, verb text, state text, moment text)
order by t.id, s.number
"""


@dataclass(frozen=True)
class Line:
    """One delivered service: for whom, by whom (a helper, or nobody named), when, how long, at what price (fen)."""

    elder_id: int
    started_at: datetime
    minutes: int
    helper_id: int | None = None
    price_fen: int = 0
    stars: int | None = None
    words: str = ""


@transaction.atomic
def record_many(
    *,
    community: Community,
    kind: ServiceKind,
    title: str,
    lines: Sequence[Line],
    key: str,
    by: User,
    at: datetime,
    channel: str = Channel.PAPER,
) -> RosterSheet:
    """Write down delivered routine services: closed requests with their whole trail, hours and costs booked,
    contacts counted; all or nothing, and once per key. The signed list is the elders' confirmation.

    Minutes and fen. Raises NotAllowed, NothingToRecord, TimesWrong, NotEligible (an elder or helper of another
    community, an alarm kind) and what charity and the time bank refuse. Source: law 9 (counter twin); S0-28.
    """
    require(policies.may_keep_roster(by, community.pk))
    sheet = RosterSheet.objects.of(community).filter(key=key).first()
    if sheet is not None:
        return sheet
    if not lines:
        raise NothingToRecord
    if any(each.minutes < 1 or each.started_at + timedelta(minutes=each.minutes) > at for each in lines):
        raise TimesWrong
    elders = Elder.objects.of(community).select_related("person").in_bulk({each.elder_id for each in lines})
    helpers = (
        Helper.objects.of(community)
        .select_related("person", "volunteer", "organisation")
        .in_bulk({each.helper_id for each in lines if each.helper_id is not None})
    )
    if kind.pk == "SOS" or any(each.elder_id not in elders for each in lines):
        raise NotEligible(name=title, why="")
    if any(each.helper_id is not None and each.helper_id not in helpers for each in lines):
        raise NotEligible(name=title, why="")
    sheet = RosterSheet.objects.create(
        community=community, kind=kind, title=title, services=len(lines), by=by, at=at, key=key
    )
    ids = _insert(sheet, lines, helpers, channel=channel, by=by, at=at)
    _rate(sheet, ids, lines, by=by, at=at)
    _book(sheet, ids, lines, elders, helpers, by=by, at=at)
    return sheet


def _insert(
    sheet: RosterSheet,
    lines: Sequence[Line],
    helpers: dict[int, Helper],
    *,
    channel: str,
    by: User,
    at: datetime,
) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('services_servicerequest', 'id')) from generate_series(1, %s)",
            [len(lines)],
        )
        ids = sorted(row[0] for row in cursor.fetchall())
        times: dict[str, Any] = {
            "ids": ids,
            "starts": [each.started_at for each in lines],
            "ends": [each.started_at + timedelta(minutes=each.minutes) for each in lines],
            "community": sheet.community_id,
            "by": by.pk,
            "at": at,
        }
        cursor.execute(
            REQUESTS,
            {
                **times,
                "kind": sheet.kind_id,
                "channel": str(channel),
                "sheet": sheet.pk,
                "elders": [each.elder_id for each in lines],
                "minutes": [each.minutes for each in lines],
                "prices": [each.price_fen for each in lines],
                "helpers": [each.helper_id for each in lines],
                "organisations": [
                    helpers[each.helper_id].organisation_id if each.helper_id is not None else None
                    for each in lines
                ],
                "keys": [f"roster:{sheet.pk}:{number}" for number in range(1, len(lines) + 1)],
            },
        )
        cursor.execute(TRAIL, {**times, "steps": json.dumps(_straight())})
    return ids


def _straight() -> list[dict[str, object]]:
    """The trail of a service on which nothing went wrong: until the start at its start, then its end, then now."""
    found: list[dict[str, object]] = []
    for number, (verb, state) in enumerate(zip(STRAIGHT, STRAIGHT_WAY, strict=True)):
        moment = "now" if state in {"CONFIRMED", "CLOSED"} else "end" if state == "DONE" else "start"
        found.append({"number": number, "verb": verb, "state": state, "moment": moment})
    return found


def _rate(sheet: RosterSheet, ids: list[int], lines: Sequence[Line], *, by: User, at: datetime) -> None:
    Feedback.objects.bulk_create(
        [
            Feedback(
                community_id=sheet.community_id, request_id=pk, stars=line.stars, words=line.words, by=by,
                at=line.started_at + timedelta(minutes=line.minutes),
            )
            for pk, line in zip(ids, lines, strict=True)
            if line.stars is not None
        ],
        batch_size=2000,
    )  # fmt: skip


def _book(
    sheet: RosterSheet,
    ids: list[int],
    lines: Sequence[Line],
    elders: dict[int, Elder],
    helpers: dict[int, Helper],
    *,
    by: User,
    at: datetime,
) -> None:
    """Hours, costs and contacts, each in one batch; one settlement row a service."""
    numbered = list(zip(ids, lines, strict=True))
    # In the order of `settlement.queue`: the promise of the time bank, the elders, the volunteers, the accounts.
    if any(helpers[each.helper_id].volunteer_id for each in lines if each.helper_id is not None):
        covering.may_issue(community=sheet.community_id, on=max(day_of(each.started_at) for each in lines))
    locked = Elder.objects.filter(pk__in=elders).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))
    hours = _earn(sheet, numbered, elders, helpers, by=by, at=at)
    splits = _split(sheet, numbered, elders, helpers, by=by, at=at)
    touch = settlement.touch_kind(ServiceRequest(kind=sheet.kind))
    contacts.touch_many(
        community=sheet.community,
        rows=[
            contacts.Touched(
                line.elder_id,
                touch,
                line.started_at + timedelta(minutes=line.minutes),
                f"{settlement.CAUSE}:{pk}",
            )
            for pk, line in numbered
        ],
        by=by,
    )
    Settlement.objects.bulk_create(
        [
            Settlement(
                community_id=sheet.community_id, request_id=pk, attendance=hours.get(pk), cost_split_id=splits.get(pk),
                minutes=hours[pk].hour_minutes if pk in hours else 0, by=by, at=at,
            )
            for pk, line in numbered
        ],
        batch_size=2000,
    )  # fmt: skip


def _earn(
    sheet: RosterSheet,
    numbered: list[tuple[int, Line]],
    elders: dict[int, Elder],
    helpers: dict[int, Helper],
    *,
    by: User,
    at: datetime,
) -> dict[int, Attendance]:
    """Attendance by request for the lines a volunteer served."""
    wanted: list[int] = []
    services: list[time_bank.Service] = []
    for pk, line in numbered:
        volunteer = helpers[line.helper_id].volunteer if line.helper_id is not None else None
        if volunteer is None:
            continue
        end = line.started_at + timedelta(minutes=line.minutes)
        wanted.append(pk)
        services.append(
            time_bank.Service(
                volunteer=volunteer, minutes=line.minutes, period=(line.started_at, end),
                cause=(settlement.CAUSE, pk), key=f"{settlement.CAUSE}:{pk}", served=elders[line.elder_id].person_id,
                what=sheet.kind.name, on=day_of(line.started_at), at=at,
                risk=sheet.kind.risk,
            )
        )  # fmt: skip
    rows = time_bank.earn_many(community=sheet.community, services=services, at=at, by=by)
    return dict(zip(wanted, rows, strict=True))


def _split(
    sheet: RosterSheet,
    numbered: list[tuple[int, Line]],
    elders: dict[int, Elder],
    helpers: dict[int, Helper],
    *,
    by: User,
    at: datetime,
) -> dict[int, int]:
    """Cost split by request for priced services."""
    if sheet.kind.subsidy not in settlement.PRICED:
        return {}
    priced = [(pk, line) for pk, line in numbered if line.price_fen > 0]
    wanted = [
        cost_sharing.Wanted(
            elder=elders[line.elder_id], kind=sheet.kind, price_fen=line.price_fen, cause=(settlement.CAUSE, pk),
            on=day_of(line.started_at), at=at, key=f"{settlement.CAUSE}:{pk}",
            organisation=helpers[line.helper_id].organisation if line.helper_id is not None else None,
        )
        for pk, line in priced
    ]  # fmt: skip
    rows = cost_sharing.split_many(community=sheet.community, wanted=wanted, by=by)
    return {pk: row.pk for (pk, _line), row in zip(priced, rows, strict=True)}
