"""Contact with the elder: touches and the contact clock, kin to call, consents, risk events, concerns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months, steps
from carenet.parties import identity
from carenet.parties.models import Community
from elders import policies
from elders.actions import support
from elders.actions.consents import give as give_consent
from elders.actions.consents import withdraw as withdraw_consent
from elders.actions.mandates import end as end_mandate
from elders.actions.mandates import give as give_mandate
from elders.actions.refusals import DateOutOfOrder, EventStays, ReasonMissing
from elders.models import Concern, Contact, Elder, RiskEvent, Touch
from elders.querysets import NOTED_TOUCH
from elders.reports import intervals
from elders.rules import clocks
from elders.states import CONCERN_STEPS, ConcernState, Relation, RiskKind, TouchKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

__all__ = [
    "Touched", "add_contact", "end_contact", "end_mandate", "give_consent", "give_mandate", "handle_concern",
    "note_by_hand", "note_risk", "raise_concern", "raise_silence", "recompute", "silence_allowed", "take_back",
    "take_back_by_hand", "take_back_risk", "take_back_risks", "touch", "touch_many", "withdraw_consent",
]  # fmt: skip

# What staff noted on the elder's file; the keys of other sources begin otherwise.
BY_HAND = "register:"
# The interval of an elder in SQL: the confirmed colour's, or the provisional one's when that is shorter.
INTERVAL = """
least(
  (%(days)s::jsonb ->> ('contact:' || e.colour || case when e.colour = 'YELLOW' then ':' || e.subtier else '' end))::int,
  (%(days)s::jsonb ->> ('contact:' || nullif(e.provisional_colour, '')
     || case when e.provisional_colour = 'YELLOW' then ':' || coalesce(nullif(e.provisional_subtier, ''), 'B') else '' end))::int
) * interval '1 day'
"""
TOUCH = f"""
with new as (
  insert into elders_touch (community_id, elder_id, kind, at, by_id, source_key)
  select %(community)s, t.elder_id, t.kind, t.at, %(by)s, t.source_key
  from unnest(%(elders)s::bigint[], %(kinds)s::text[], %(ats)s::timestamptz[], %(keys)s::text[])
    as t (elder_id, kind, at, source_key)
  on conflict (community_id, source_key) do nothing
  returning elder_id, at
), latest as (
  select elder_id, max(at) as at from new group by elder_id
), moved as (
  update elders_elder e
  set last_contact_at = greatest(e.last_contact_at, l.at),
      contact_due_at = case when e.status in ('ACTIVE', 'PAUSED')
        then greatest(e.contact_due_at, greatest(e.last_contact_at, l.at) + {INTERVAL})
        end
  from latest l where e.id = l.elder_id
    and (e.last_contact_at is null or e.last_contact_at < l.at)
  returning 1
)
select (select count(*) from new), (select count(*) from moved)
"""
RECOMPUTE = f"""
with last as (
  select e.id, (
    select max(t.at) from elders_touch t
    where t.elder_id = e.id and t.reverses_id is null
      and not exists (select 1 from elders_touch r where r.reverses_id = t.id)
  ) as at
  from elders_elder e where e.id = any(%(elders)s)
)
update elders_elder e
set last_contact_at = l.at,
    contact_due_at = case when e.status in ('ACTIVE', 'PAUSED')
      then greatest(l.at, e.created_at, case when e.status_on > e.registered_on then e.status_on::timestamptz end)
        + {INTERVAL} end
from last l where e.id = l.id
"""


@dataclass(frozen=True)
class Touched:
    """One contact of a batch."""

    elder_id: int
    kind: str
    at: datetime
    source_key: str


def silence_allowed(elder: Elder, *, on: date) -> timedelta:
    """The longest time nobody need be in touch with this elder. Source: domain.md §1.13 table."""
    days = intervals.days_on(elder.community_id, on)
    return timedelta(
        days=clocks.contact_days(
            days, colour=elder.colour, subtier=elder.subtier, provisional=elder.provisional_colour,
            provisional_subtier=elder.provisional_subtier,
        )
    )  # fmt: skip


@transaction.atomic
def touch(*, elder: Elder, kind: str, at: datetime, by: User, source_key: str) -> bool:
    """Somebody was in touch with the elder at `at`: the contact clock starts again. Twice is once.

    `source_key` names the cause within the community ("visit:12", "request:7:done", "device:3:2026-11-21").
    Returns whether it is new. Raises NotAllowed. Source: architecture.md 4a (contact clock).
    """
    rows = [Touched(elder.pk, kind, at, source_key)]
    return touch_many(community=elder.community, rows=rows, by=by) == 1


@transaction.atomic
def touch_many(*, community: Community, rows: Iterable[Touched], by: User) -> int:
    """Many contacts in one statement; returns how many are new. Elders are locked in key order."""
    accounts.require(policies.may_touch(by, community.pk))
    chosen = list(rows)
    if not chosen:
        return 0
    ids = sorted({each.elder_id for each in chosen})
    on = months.day_of(max(each.at for each in chosen))
    people = Elder.objects.of(community).filter(pk__in=ids).order_by("pk")
    list(
        people.select_for_update(no_key=True).values_list("pk")
    )  # two who wrote of one elder before do not block
    with connection.cursor() as cursor:
        cursor.execute(
            TOUCH,
            {
                "community": community.pk,
                "by": by.pk,
                "days": json.dumps(intervals.days_on(community.pk, on)),
                "elders": [each.elder_id for each in chosen],
                "kinds": [str(TouchKind(each.kind)) for each in chosen],
                "ats": [each.at for each in chosen],
                "keys": [each.source_key for each in chosen],
            },
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def take_back(*, touch_row: Touch, by: User, at: datetime) -> Touch:
    """A contact was recorded by mistake: a reversal row, and the clock is counted again. Twice is once."""
    accounts.require(policies.may_touch(by, touch_row.community_id))
    row, new = Touch.objects.get_or_create(
        community_id=touch_row.community_id,
        source_key=f"reversal:{touch_row.pk}",
        defaults={
            "elder_id": touch_row.elder_id, "kind": TouchKind.REVERSAL, "at": at, "by": by, "reverses": touch_row
        },
    )  # fmt: skip
    if new:
        recompute(elder_ids=[touch_row.elder_id], on=months.day_of(at))
    return row


@transaction.atomic
def note_by_hand(*, elder: Elder, kind: str, on: date, by: User, at: datetime) -> bool:
    """Somebody of the station was in touch, today or on an earlier day (then it counts from that day's noon).

    Returns whether it is new. Raises DateOutOfOrder, NotAllowed. Source: architecture.md 4a; late work keeps its day.
    """
    if not elder.registered_on <= on <= months.day_of(at):
        raise DateOutOfOrder(field="on")
    met = at if on == months.day_of(at) else datetime.combine(on, time(12), months.STATION_ZONE)
    key = f"{NOTED_TOUCH}{elder.pk}:{by.pk}:{at:%Y%m%d%H%M%S}"
    return touch(elder=elder, kind=kind, at=met, by=by, source_key=key)


@transaction.atomic
def take_back_by_hand(*, touch_row: Touch, by: User, at: datetime) -> Touch:
    """A contact noted on the file was none. What a visit or a service told is taken back there. Raises EventStays."""
    if not touch_row.source_key.startswith(NOTED_TOUCH):
        raise EventStays
    return take_back(touch_row=touch_row, by=by, at=at)


def recompute(*, elder_ids: Sequence[int], on: date) -> None:
    """Count the contact clock again from the touches that stand; used when a colour changed or one was withdrawn."""
    if not elder_ids:
        return
    community_id = Elder.objects.filter(pk=elder_ids[0]).values_list("community_id", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(
            RECOMPUTE,
            {"elders": list(elder_ids), "days": json.dumps(intervals.days_on(community_id, on))},
        )


# --- people to call ------------------------------------------------------------------------------------
@transaction.atomic
def add_contact(
    *, elder: Elder, name: str, relation: str, phone: str, is_emergency: bool = False, lives_near: bool = False,
    best_at: str = "", order: int | None = None, by: User, at: datetime,
) -> Contact:  # fmt: skip
    """Somebody to call about the elder; emergency contacts are called in their order. Raises BadPhone, NotAllowed."""
    accounts.require(policies.may_keep_register(by, elder.community_id))
    if order is None:
        order = Contact.objects.filter(elder=elder, ended_on__isnull=True).count() + 1
    row = Contact(
        community_id=elder.community_id, elder=elder, name=name.strip(), relation=Relation(relation),
        is_emergency=is_emergency, lives_near=lives_near, best_at=best_at, order=order,
    )  # fmt: skip
    row.seal_phone(identity.normal_phone(phone) if phone.strip() else "")
    row.save()
    return row


@transaction.atomic
def end_contact(*, contact: Contact, on: date, by: User, at: datetime) -> Contact:
    """This person is not called any more; the row stays. Somebody is told when hardly anybody is left."""
    accounts.require(policies.may_keep_register(by, contact.community_id))
    contact.ended_on = on
    contact.save(update_fields=["ended_on"])
    support.warn_if_thin(elder=contact.elder, at=at)
    return contact


# --- risk events and concerns ----------------------------------------------------------------------------
@transaction.atomic
def note_risk(
    *, elder: Elder, kind: str, on: date, source_key: str, detail: str = "", by: User, at: datetime
) -> RiskEvent:
    """A fall, a discharge, a real alarm … and a new triage suggestion at once. Twice is once.

    Self-harm and suspected abuse raise a crisis concern. Source: domain.md §1.13 (re-run events).
    """
    from elders.actions import triage

    accounts.require(policies.may_touch(by, elder.community_id))
    if on > months.day_of(at):
        raise DateOutOfOrder(field="on")
    event, new = RiskEvent.objects.get_or_create(
        community_id=elder.community_id,
        source_key=source_key,
        defaults={
            "elder": elder,
            "kind": RiskKind(kind),
            "on": on,
            "detail": detail[:200],
            "by": by,
            "at": at,
        },
    )
    if new:
        if kind in (RiskKind.SELF_HARM, RiskKind.ABUSE):
            raise_concern(elder=elder, kind="CRISIS", source_key=f"crisis:{event.pk}", detail="", at=at)
        triage.suggest_after_event(elder=elder, by=by, at=at)
    return event


@transaction.atomic
def take_back_risk(*, event: RiskEvent, reason: str, by: User, at: datetime) -> RiskEvent:
    """An event noted by hand was not so: a row with the reason reverses it, once, and the colour is suggested anew.

    A crisis that it opened stays open until a person has looked. What another part of the station told is taken back
    there. Raises NotAllowed, ReasonMissing, EventStays. Source: domain.md §1.13 (re-run events); station rule.
    """
    from elders.actions import triage

    accounts.require(policies.may_keep_register(by, event.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not event.source_key.startswith(BY_HAND) or event.reverses_id is not None:
        raise EventStays
    try:
        with transaction.atomic():
            back = RiskEvent.objects.create(
                community_id=event.community_id, elder_id=event.elder_id, kind=event.kind, on=event.on, by=by, at=at,
                detail=reason.strip()[:200], reverses=event, source_key=f"{event.source_key}:back"[:80],
            )  # fmt: skip
    except IntegrityError as twice:
        raise EventStays from twice
    triage.suggest_after_event(elder=event.elder, by=by, at=at)
    return back


@transaction.atomic
def take_back_risks(*, community: Community, source: str, by: User, at: datetime) -> int:
    """What these sources told did not happen: each risk event is reversed by a row, once, and the colour suggested anew.

    Returns how many. Raises NotAllowed.
    """
    from elders.actions import triage

    accounts.require(policies.may_touch(by, community.pk))
    rows = RiskEvent.objects.of(community).filter(
        source_key__startswith=source, reverses__isnull=True, reversed_by__isnull=True
    )
    found = list(rows.select_related("elder").order_by("elder_id"))
    for row in found:
        RiskEvent.objects.create(
            community=community, elder=row.elder, kind=row.kind, on=row.on, by=by, at=at, reverses=row,
            source_key=f"{row.source_key}:back",
        )  # fmt: skip
        triage.suggest_after_event(elder=row.elder, by=by, at=at)
    return len(found)


def raise_concern(*, elder: Elder, kind: str, source_key: str, detail: str = "", at: datetime) -> bool:
    """Write a worry down once; services opens the check or the case by its key. Returns whether it is new."""
    before = Concern.objects.filter(community_id=elder.community_id, source_key=source_key).exists()
    Concern.objects.bulk_create(
        [
            Concern(
                community_id=elder.community_id, elder=elder, kind=kind, source_key=source_key, detail=detail[:200],
                raised_at=at,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return not before


SILENT = """
insert into elders_concern (community_id, elder_id, kind, state, source_key, detail, raised_at, outcome)
select e.community_id, e.id, 'SILENCE', 'OPEN',
       'silence:' || e.id || ':' || to_char(coalesce(e.last_contact_at, e.created_at), 'YYYYMMDDHH24MISS'),
       '', %(at)s, ''
from elders_elder e
where e.community_id = %(community)s and e.status = 'ACTIVE' and e.contact_due_at < %(at)s
on conflict (community_id, source_key) do nothing
"""


@transaction.atomic
def raise_silence(*, community: Community, at: datetime) -> int:
    """One concern for every elder nobody heard from in time, once per silence. Returns how many are new.

    A silence is known by the last contact before it: another colour moves its end, and makes no second silence.
    """
    with connection.cursor() as cursor:
        cursor.execute(SILENT, {"community": community.pk, "at": at})
        return int(cursor.rowcount)


@transaction.atomic
def handle_concern(*, concern: Concern, outcome: str, by: User, at: datetime) -> Concern:
    """Somebody looked into it; the outcome is written down. Raises WrongStep when it is handled already."""
    accounts.require(policies.may_keep_register(by, concern.community_id))
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    concern.state = ConcernState(steps.take(CONCERN_STEPS, "handle", concern.state))
    concern.outcome, concern.handled_by, concern.handled_at = outcome[:200], by, at
    concern.save(update_fields=["state", "outcome", "handled_by", "handled_at"])
    return concern


@transaction.atomic
def handle_concerns(
    *, community: Community, source_keys: Sequence[str], outcome: str, by: User, at: datetime
) -> int:
    """Close the open ones of these sources in one statement, because their cause has gone. Raises NotAllowed."""
    accounts.require(policies.may_keep_register(by, community.pk))
    return (
        Concern.objects.of(community)
        .filter(source_key__in=source_keys, state=ConcernState.OPEN)
        .update(state=ConcernState.HANDLED, outcome=outcome[:200], handled_by=by, handled_at=at)
    )
