"""A service day: a list of people in line order, typed in one after the other, each saved by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community, Place
from elders import policies
from elders.actions import measurements
from elders.actions.measurements import Outcome
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_health import NobodyChosen, TooManyInLine
from elders.models import Elder, MeasuringRound, RoundLine
from elders.reports.incoming import Reading
from elders.states_health import MeasureChannel, MeasureKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

MOST = 300


@transaction.atomic
def open_round(
    *, community: Community, on: date, kinds: Sequence[str], elders: Sequence[Elder], place: Place | None = None,
    by: User, at: datetime,
) -> MeasuringRound:  # fmt: skip
    """A list for a day that has come (late entry: the true day). An empty list is filled by search.

    Raises DateOutOfOrder, TooManyInLine, NotAllowed. Source: issue 3 item 3 (in bulk on a service day).
    """
    accounts.require(policies.may_measure(by, community.pk))
    if on > months.day_of(at):
        raise DateOutOfOrder(field="on")
    row = MeasuringRound.objects.create(
        community=community, on=on, place=place, kinds=[str(MeasureKind(each)) for each in kinds], made_by=by, made_at=at
    )  # fmt: skip
    if elders:
        add(round=row, elders=elders, by=by, at=at)
    return row


@transaction.atomic
def add(*, round: MeasuringRound, elders: Sequence[Elder], by: User, at: datetime) -> int:
    """More people at the end of the line; who stands in it already keeps the place. Returns how many are new.

    Raises NobodyChosen, TooManyInLine.
    """
    accounts.require(policies.may_measure(by, round.community_id))
    MeasuringRound.objects.select_for_update(no_key=True).get(pk=round.pk)
    there = {each.elder_id: each for each in RoundLine.objects.filter(round=round)}
    new = [each for each in elders if each.pk not in there and each.community_id == round.community_id]
    back = [there[each.pk] for each in elders if each.pk in there and there[each.pk].removed_at is not None]
    if not elders:
        raise NobodyChosen
    if len(there) + len(new) > MOST:
        raise TooManyInLine(most=MOST)
    last = RoundLine.objects.filter(round=round).aggregate(last=Max("position"))["last"] or 0
    RoundLine.objects.bulk_create(
        RoundLine(community_id=round.community_id, round=round, elder=each, position=last + number)
        for number, each in enumerate(new, start=1)
    )
    for line in back:
        line.removed_at = None
        line.save(update_fields=["removed_at"])
    return len(new) + len(back)


@transaction.atomic
def remove(*, line: RoundLine, by: User, at: datetime) -> RoundLine:
    """Did not come: off the list; adding the person again brings the line back."""
    accounts.require(policies.may_measure(by, line.community_id))
    line.removed_at = at
    line.save(update_fields=["removed_at"])
    return line


@transaction.atomic
def save_line(
    *, line: RoundLine, values: Mapping[str, Sequence[str]], confirmed: bool, by: User, at: datetime
) -> list[Outcome]:
    """Save what was typed for one person; what is faulty stays as a draft with its reason, the rest is saved.

    `values` is {kind: [number] or [systolic, diastolic]}. Saving the same line again repeats nothing.
    """
    accounts.require(policies.may_measure(by, line.community_id))
    line = (
        RoundLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("round", "community")
        .get(pk=line.pk)
    )
    taken_at = line.taken_at(at)
    readings = [
        Reading(
            elder_id=line.elder_id, kind=kind, value=typed[0], second=typed[1] if len(typed) > 1 else None,
            taken_at=taken_at, source_key=f"round:{line.pk}:{kind}", confirmed=confirmed,
        )
        for kind, typed in values.items()
        if kind in line.round.kinds and any(each.strip() for each in typed)
    ]  # fmt: skip
    if not readings:
        line.typed = {}
        line.save(update_fields=["typed"])
        return []
    outcomes = measurements.record_many(
        community=line.community, readings=readings, channel=MeasureChannel.SERVICE_DAY, by=by, at=at
    )
    drafts: dict[str, Any] = {}
    for each in outcomes:
        if each.refusal is not None:
            drafts[each.reading.kind] = {
                "values": list(values[each.reading.kind]), "code": each.refusal.code, "message": each.refusal.message,
            }  # fmt: skip
    line.typed = drafts
    if any(each.refusal is None for each in outcomes):
        line.saved_at = at
    line.save(update_fields=["typed", "saved_at"])
    return outcomes
