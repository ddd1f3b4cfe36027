"""When an elder moves away, dies or rests, the services ahead are called off; taken back, exactly these are there again.

The trail keeps what each request was before (its line names the fact that caused it), so nothing has to be
guessed. What has begun, an emergency call and accepted work whose time has passed stay: a person writes down how they
ended. Everything is set-based: one elder or a hundred cost the same statements. Source: issue 3 item 1; issue 2 item 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from carenet.kernel import months
from carenet.notices import actions as notices
from carenet.notices.actions.outbox import Letter
from carenet.parties.models import Community
from elders.actions.following import Rest
from elders.models import Elder, LifeEvent
from services.actions import coins
from services.models import Assignment, Candidate, RequestEvent, ServiceRequest
from services.states import (
    AHEAD,
    GONE,
    OPEN_OFFERS,
    STANDING_REASONS,
    CancelReason,
    CandidateState,
    RequestState,
    RequestVerb,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User

R, C = RequestState, CandidateState
# Requests of elders who are gone that one sweep calls off at most; the next one takes the rest.
AT_ONCE = 500
OF_A_REQUEST = ("elder__person", "helper", "community")


@transaction.atomic
def stop(*, elder: Elder, rest: Rest, by: User, at: datetime) -> int:
    """Call off what falls into the rest; helpers and the elder's worker are told. Returns how many requests."""
    rows = ServiceRequest.objects.filter(_inside(rest, at), elder=elder)
    return _call_off(rows, {elder.pk: rest}, by=by, at=at)


@transaction.atomic
def catch_up(*, community: Community, by: User, at: datetime) -> int:
    """Whatever was asked for an elder who is gone and still stands open (two events crossing). Returns how many."""
    waiting = ServiceRequest.objects.of(community).filter(state__in=AHEAD, elder__status__in=GONE)
    gone = list(waiting.exclude(kind="SOS").values_list("elder_id", flat=True).distinct()[:AT_ONCE])
    if not gone:
        return 0
    facts = (
        LifeEvent.objects.filter(elder__in=gone, kind__in=GONE, undone_by__isnull=True)
        .order_by("elder_id", "-pk")
        .distinct("elder_id")
    )
    rests = {each.elder_id: Rest(f"event:{each.pk}", since=each.on, gone=True) for each in facts}
    condition = Q(pk__in=[])
    for elder_id, rest in rests.items():
        condition |= Q(elder_id=elder_id) & _inside(rest, at)
    return _call_off(ServiceRequest.objects.filter(condition), rests, by=by, at=at)


@transaction.atomic
def back(
    *, elder: Elder, cause: str, after: datetime | None = None, untimed: bool = True, by: User, at: datetime
) -> int:
    """What this cause had called off stands again as it was: state, offers, promised time. Returns how many.

    A helper who was promised elsewhere meanwhile does not come back; that request looks for somebody anew.
    """
    rows = ServiceRequest.objects.filter(elder=elder, state=R.CANCELLED, end_reason__in=STANDING_REASONS)
    if after is not None:
        rows = rows.filter(
            Q(scheduled_at__gte=after) | (Q(scheduled_at__isnull=True) if untimed else Q(pk__in=[]))
        )
    found = {each.pk: each for each in _locked(rows)}
    lines = (
        RequestEvent.objects.filter(request__in=list(found), verb=RequestVerb.CANCEL)
        .order_by("request_id", "-pk")
        .distinct("request_id")
    )
    before = {each.request_id: each.facts for each in lines if (each.facts or {}).get("cause") == cause}
    if not before:
        return 0
    work = _Before()
    for pk, facts in before.items():
        work.read(pk, facts or {})
    lost = _promise_again(work.promises)
    _offer_again(work.offers, lost)
    for state, ids in _by_state(work.states, lost).items():
        ServiceRequest.objects.filter(pk__in=ids).update(state=state, end_reason="")
    ServiceRequest.objects.filter(pk__in=lost).update(helper=None, handler=None)
    rows_back = [found[pk] for pk in before]
    paying = coins.among(request_ids=before)
    for pk, state in work.states.items():
        if pk in paying and pk not in lost and state not in (R.REQUESTED, R.TRIAGED):
            coins.hold_or_drop(request=found[pk], by=by, at=at)
    _tell(
        rows_back, RequestVerb.RESTORE, by=by, at=at,
        states={pk: R.TRIAGED.value if pk in lost else state for pk, state in work.states.items()},
        facts={pk: {"cause": cause, "lost": pk in lost} for pk in before},
    )  # fmt: skip
    _to_helpers(
        "services.task.back", [each for each in rows_back if each.pk not in lost], cause, by=by, at=at
    )
    return len(rows_back)


@dataclass
class _Before:
    """What the trail kept of the requests."""

    states: dict[int, str] = field(default_factory=dict)
    offers: dict[int, str] = field(default_factory=dict)
    promises: dict[int, int] = field(default_factory=dict)

    def read(self, pk: int, facts: Mapping[str, Any]) -> None:
        self.states[pk] = facts["before"]
        self.offers |= {int(each): state for each, state in facts["offers"].items()}
        if facts["promise"]:
            self.promises[facts["promise"]] = pk


def _inside(rest: Rest, at: datetime) -> Q:
    """The requests that cannot be: ahead, no alarm, in the time of the rest. Accepted work whose time has come
    before may have been done: it waits for the helper's word."""
    ahead = Q(state__in=AHEAD) & ~Q(kind="SOS")
    if rest.gone:
        edge = min(at, months.start_of(rest.since + timedelta(days=1)))
        return ahead & ~Q(state__in=[R.ACCEPTED, R.SCHEDULED], scheduled_at__lt=edge)
    timed = Q(scheduled_at__gte=months.start_of(rest.since))
    if rest.until is None:
        return ahead & (timed | Q(scheduled_at__isnull=True))
    timed &= Q(scheduled_at__lt=months.start_of(rest.until))
    is_over = rest.until <= months.day_of(at)
    return ahead & (timed if is_over else timed | Q(scheduled_at__isnull=True))


def _locked(rows: QuerySet[ServiceRequest]) -> list[ServiceRequest]:
    """Locked in the order of their keys, then read anew (see trail.locked)."""
    keys = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    return list(rows.filter(pk__in=keys).select_related(*OF_A_REQUEST).order_by("pk"))


def _call_off(rows: QuerySet[ServiceRequest], rests: Mapping[int, Rest], *, by: User, at: datetime) -> int:
    found = _locked(rows)
    if not found:
        return 0
    ids = [each.pk for each in found]
    offers = Candidate.objects.filter(request__in=ids, state__in=[C.PROPOSED, *OPEN_OFFERS, C.ACCEPTED])
    promises = Assignment.objects.filter(request__in=ids, released_at__isnull=True)
    facts: dict[int, dict[str, Any]] = {
        each.pk: {
            "cause": rests[each.elder_id].cause, "reason": _reason(rests[each.elder_id]).value, "before": each.state,
            "offers": {}, "promise": None,
        }
        for each in found
    }  # fmt: skip
    for pk, request_id, state in offers.values_list("pk", "request_id", "state"):
        facts[request_id]["offers"][str(pk)] = state
    for pk, request_id in promises.values_list("pk", "request_id"):
        facts[request_id]["promise"] = pk
    offers.exclude(state=C.ACCEPTED).update(state=C.WITHDRAWN)
    promises.update(released_at=at)
    paying = coins.among(request_ids=ids)
    for each in found:
        if each.pk in paying:
            coins.let_go(request=each, by=by, at=at)
    for reason in STANDING_REASONS:
        mine = [each.pk for each in found if _reason(rests[each.elder_id]) == reason]
        if mine:
            ServiceRequest.objects.filter(pk__in=mine).update(state=R.CANCELLED, end_reason=reason)
    _tell(
        found, RequestVerb.CANCEL, by=by, at=at, facts=facts,
        states=dict.fromkeys(ids, R.CANCELLED.value),
        words={each.pk: str(_reason(rests[each.elder_id]).label) for each in found},
    )  # fmt: skip
    for cause in {each.cause for each in rests.values()}:
        _to_helpers(
            "services.task.gone",
            [each for each in found if rests[each.elder_id].cause == cause],
            cause,
            by=by,
            at=at,
        )
    _to_workers(found, rests, by=by, at=at)
    return len(found)


def _reason(rest: Rest) -> CancelReason:
    return CancelReason.DEPARTED if rest.gone else CancelReason.PAUSED


def _promise_again(promises: Mapping[int, int]) -> set[int]:
    """Keep the helpers' times free again; returns the requests whose helper is promised elsewhere meanwhile."""
    try:
        with transaction.atomic():
            Assignment.objects.filter(pk__in=promises).update(released_at=None)
            return set()
    except IntegrityError:
        pass
    lost = set()
    for pk, request_id in sorted(promises.items()):
        try:
            with transaction.atomic():
                Assignment.objects.filter(pk=pk).update(released_at=None)
        except IntegrityError:
            lost.add(request_id)
    return lost


def _offer_again(offers: Mapping[int, str], lost: set[int]) -> None:
    """Withdrawn offers are open again; of a request that lost its helper, all stay closed."""
    for state, ids in _by_state(offers, ()).items():
        if state != C.ACCEPTED:
            rows = Candidate.objects.filter(pk__in=ids, state=C.WITHDRAWN)
            rows.exclude(request__in=lost).update(state=state)
    Candidate.objects.filter(request__in=lost, state=C.ACCEPTED).update(state=C.WITHDRAWN)


def _by_state(states: Mapping[int, str], lost: Iterable[int]) -> dict[str, list[int]]:
    """State -> keys; whoever lost the helper begins again where helpers are looked for."""
    found: dict[str, list[int]] = {}
    for pk, state in states.items():
        found.setdefault(R.TRIAGED.value if pk in lost else state, []).append(pk)
    return found


def _tell(
    rows: Sequence[ServiceRequest], verb: RequestVerb, *, states: Mapping[int, str], facts: Mapping[int, dict[str, Any]],
    words: Mapping[int, str] | None = None, by: User, at: datetime,
) -> None:  # fmt: skip
    RequestEvent.objects.bulk_create(
        RequestEvent(
            community_id=each.community_id, request=each, verb=verb, state=states[each.pk], at=at, by=by,
            words=(words or {}).get(each.pk, ""), facts=facts[each.pk],
        )
        for each in rows
    )  # fmt: skip


def _to_helpers(template: str, rows: Sequence[ServiceRequest], cause: str, *, by: User, at: datetime) -> None:
    letters = []
    for each in rows:
        if each.helper is None:
            continue
        key = f"{template}:{each.pk}:{each.helper_id}:{cause}:{at:%Y%m%d%H%M%S}"
        params = {"request": each.pk, "kind": each.kind_id}
        user_id = each.helper.user_id
        letters.append(
            Letter(
                key=key, params=params, to_user_id=user_id,
                to_person_id=None if user_id else each.helper.person_id,
            )
        )  # fmt: skip
    if letters:
        notices.write_many(
            community=rows[0].community, template=template, letters=letters, due_at=at, by=by, at=at
        )


def _to_workers(rows: Sequence[ServiceRequest], rests: Mapping[int, Rest], *, by: User, at: datetime) -> None:
    """To whoever is responsible for the elder, one line each; not to the one who wrote the departure down."""
    counts: dict[int, int] = {}
    elders = {each.elder_id: each.elder for each in rows}
    for each in rows:
        counts[each.elder_id] = counts.get(each.elder_id, 0) + 1
    letters = [
        Letter(
            key=f"services.work.ended:{pk}:{rests[pk].cause}:{at:%Y%m%d%H%M%S}", to_user_id=elder.owner_id,
            params={"elder": pk, "name": elder.person.name, "count": counts[pk]},
        )
        for pk, elder in elders.items() if elder.owner_id and elder.owner_id != by.pk
    ]  # fmt: skip
    if letters:
        notices.write_many(
            community=rows[0].community,
            template="services.work.ended",
            letters=letters,
            due_at=at,
            by=by,
            at=at,
        )
