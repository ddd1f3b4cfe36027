"""Send what is due: claim, talk, settle. Each step is a transaction of its own; none is open while talking.

Killed before the claim: nothing happened. Killed after it: the claim grows stale after two minutes and the
channel's choice decides (see adapters). The delivery of a notice is recorded once in the database, by a unique
constraint. Two sweepers at once skip each other's rows. Source: proof.md §3, A7.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from carenet.accounts.models import User
from carenet.kernel import steps
from carenet.kernel.months import STATION_ZONE
from carenet.notices import adapters, registry
from carenet.notices.adapters import Message, TryLater, Undeliverable
from carenet.notices.models import Attempt, Outbox
from carenet.notices.states import STEPS, Channel, OutboxState

QUIET_FROM, QUIET_TO = time(21, 0), time(8, 0)
"""Nobody is disturbed at night by what is not urgent. Source: station rule (ux.md §8.1, quiet hours)."""
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)
MOST_ATTEMPTS = len(BACK_OFF_MINUTES) + 1
CLAIM_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """What came of talking to the outside."""

    ok: bool
    detail: str = ""
    for_good: bool = False


def claim_seconds() -> int:
    """How long a worker may talk before its claim is taken from it; longer than any channel's time limit."""
    return int(getattr(settings, "NOTICE_CLAIM_SECONDS", CLAIM_SECONDS))


def is_quiet(at: datetime) -> bool:
    """Between 21:00 and 8:00 in the station's zone."""
    clock = at.astimezone(STATION_ZONE).time()
    return clock >= QUIET_FROM or clock < QUIET_TO


def end_of_quiet(at: datetime) -> datetime:
    """The next 8:00."""
    local = at.astimezone(STATION_ZONE)
    morning = datetime.combine(local.date(), QUIET_TO, tzinfo=STATION_ZONE)
    return morning if local < morning else morning + timedelta(days=1)


@transaction.atomic
def show_in_bell(*, at: datetime) -> int:
    """Mark the due notices of the bell as sent: they are shown from their time on in any case. Gives the number."""
    due = Outbox.objects.due(at).filter(channel=Channel.INAPP).select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:5000])
    return Outbox.objects.filter(pk__in=keys).update(state=OutboxState.SENT, sent_at=at, attempts=1)


@transaction.atomic
def wait_for_morning(*, at: datetime) -> int:
    """At night, put what disturbs and is not urgent off to 8:00. Gives the number."""
    if not is_quiet(at):
        return 0
    return (
        Outbox.objects.due(at)
        .filter(channel__in=adapters.disturbing(), urgent=False)
        .update(next_try_at=end_of_quiet(at))
    )


@transaction.atomic
def free_stale(*, at: datetime) -> int:
    """Claims of workers that died while talking: sent again, or given up, as the channel chooses. Gives the number."""
    stale = list(
        Outbox.objects.filter(
            state=OutboxState.CLAIMED, claimed_at__lt=at - timedelta(seconds=claim_seconds())
        ).select_for_update(skip_locked=True)
    )
    for notice in stale:
        if notice.urgent or adapters.adapter_of(notice.channel).repeats:
            _put_back(notice, at, "the worker stopped while sending", at_once=True)
        else:
            _give_up(notice, at, "It is not known whether this message went out. Please phone.")
    return len(stale)


@transaction.atomic
def claim_next(*, at: datetime) -> Outbox | None:
    """Take the next due notice of an outside channel for this worker alone; None when nothing is due."""
    due = Outbox.objects.due(at).exclude(channel=Channel.INAPP)
    if is_quiet(at):
        due = due.exclude(channel__in=adapters.disturbing(), urgent=False)
    notice = due.next_first().select_for_update(skip_locked=True, of=("self",)).first()
    if notice is None:
        return None
    notice.state = steps.take(STEPS, "claim", notice.state)
    notice.claim, notice.claimed_at = uuid.uuid4(), at
    notice.attempts += 1
    notice.save(update_fields=["state", "claim", "claimed_at", "attempts"])
    return notice


def compose(notice: Outbox, *, at: datetime) -> Message:
    """The words and the recipient of now. Raises Undeliverable."""
    person, user = notice.to_person, notice.to_user
    if user is None and person is not None:
        user = User.objects.filter(person=person).first()
    if person is None and user is not None:
        person = user.person
    template = registry.find(notice.template)
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        return Message(
            key=notice.key,
            channel=notice.channel,
            template=notice.template,
            title=template.render_title(notice.params),
            body=template.render_body(notice.params),
            url=_absolute(template.url_for(notice.params)),
            urgent=notice.urgent,
            community=notice.community.slug,
            phone=person.phone() if person is not None and notice.channel == Channel.SMS else "",
            email=str(getattr(user, "email", "") or "") if user is not None else "",
            sms=template.sms,
            sms_params=template.sms_words(notice.params),
            at=at,
        )


def talk(message: Message) -> Outcome:
    """Hand the message to its channel. Never raises; no transaction is open."""
    try:
        return Outcome(ok=True, detail=adapters.adapter_of(message.channel).send(message))
    except Undeliverable as never:
        return Outcome(ok=False, detail=str(never), for_good=True)
    except TryLater as trouble:
        return Outcome(ok=False, detail=str(trouble))
    except Exception as surprise:
        return Outcome(ok=False, detail=f"unexpected: {type(surprise).__name__}")


@transaction.atomic
def settle(*, notice: Outbox, outcome: Outcome, at: datetime) -> Outbox | None:
    """Write down what came of it; None when the claim was lost to another worker meanwhile."""
    found = (
        Outbox.objects.select_for_update(of=("self",))
        .filter(pk=notice.pk, state=OutboxState.CLAIMED, claim=notice.claim)
        .first()
    )
    if found is None:
        return None
    Attempt.objects.create(
        community_id=found.community_id, outbox=found, number=found.attempts, at=at, ok=outcome.ok,
        detail=outcome.detail[:300],
    )  # fmt: skip
    if outcome.ok:
        _change(found, "done", sent_at=at, claim=None, claimed_at=None, next_try_at=None)
    elif outcome.for_good or found.attempts >= MOST_ATTEMPTS:
        _give_up(found, at, outcome.detail)
    else:
        _put_back(found, at, outcome.detail)
    return found


def communities_with_work(*, at: datetime) -> list[int]:
    """Communities with a due or claimed notice; a narrow function of the database looks across the walls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_id FROM notices_communities_with_work(%s)", [at])
        return [row[0] for row in cursor.fetchall()]


def oldest_due(*, at: datetime) -> datetime | None:
    """When the oldest notice that should be gone by now was due; the health page shows its age."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_oldest_due(%s)", [at])
        found: datetime | None = cursor.fetchone()[0]
    return found


def _absolute(path: str) -> str:
    root = str(getattr(settings, "PUBLIC_URL", "") or "")
    return f"{root.rstrip('/')}{path}" if root and path else ""


def _change(notice: Outbox, step: str, **fields: Any) -> None:
    notice.state = steps.take(STEPS, step, notice.state)
    for name, value in fields.items():
        setattr(notice, name, value)
    notice.save(update_fields=["state", *fields])


def _put_back(notice: Outbox, at: datetime, why: str, *, at_once: bool = False) -> None:
    wait = 0 if at_once else BACK_OFF_MINUTES[min(notice.attempts, len(BACK_OFF_MINUTES)) - 1]
    if notice.attempts >= MOST_ATTEMPTS:
        _give_up(notice, at, why)
        return
    next_try = at + timedelta(minutes=wait)
    _change(notice, "put_back", claim=None, claimed_at=None, next_try_at=next_try, last_error=why[:300])


def _give_up(notice: Outbox, at: datetime, why: str) -> None:
    _change(notice, "give_up", claim=None, claimed_at=None, failed_at=at, last_error=(why or "?")[:300])
