"""The sweeper: whatever the doorbell missed is found here within twenty seconds."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from carenet.notices.actions import by_mail, heartbeats, relay
from carenet.notices.adapters import Undeliverable
from carenet.parties import scope

log = logging.getLogger("carenet.notices")
MOST_MESSAGES = 200
MOST_SECONDS = 60


@shared_task(name="notices.sweep", bind=True)
def sweep(self: Task, **_added_later: Any) -> int:
    """Send what is due in every community. Gives the number of notices that went out.

    Only beat sends this task with an expiry, so an expiry means that beat is alive.
    """
    started = timezone.now()
    if self.request.expires:
        heartbeats.beat(name="beat", at=started)
    sent, troubled = 0, 0
    for community_id in relay.communities_with_work(at=started):
        try:
            sent += sweep_community(community_id)
        except Exception:  # one community's trouble must not silence the others
            troubled += 1
            log.exception("notices of community %s", community_id)
    heartbeats.beat(name="notices.sweep", at=timezone.now(), ok=not troubled, detail=f"{sent} sent")
    return sent


def sweep_community(community_id: int) -> int:
    """One community's turn; the outside is talked to while no transaction is open."""
    with scope.within([community_id]):
        relay.free_stale(at=timezone.now())
        relay.wait_for_morning(at=timezone.now())
        by_mail.copy_due(at=timezone.now())
        sent = relay.show_in_bell(at=timezone.now())
    give_way = timezone.now() + timedelta(seconds=MOST_SECONDS)
    for _turn in range(MOST_MESSAGES):
        if timezone.now() > give_way:
            break
        with scope.within([community_id]):
            notice = relay.claim_next(at=timezone.now())
        if notice is None:
            break
        sent += _send(community_id, notice)
    return sent


def _send(community_id: int, notice: Any) -> int:
    try:
        with scope.within([community_id]):
            message = relay.compose(notice, at=timezone.now())
        outcome = relay.talk(message)
    except Undeliverable as never:
        outcome = relay.Outcome(ok=False, detail=str(never), for_good=True)
    with scope.within([community_id]):
        relay.settle(notice=notice, outcome=outcome, at=timezone.now())
    return int(outcome.ok)
