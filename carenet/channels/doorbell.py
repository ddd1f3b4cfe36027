"""The doorbell: tell the workers that something waits. Losing a ring loses nothing, a sweeper looks anyway.

Not Celery's `delay_on_commit`: with a dead broker that is an error page after the commit, with a frozen one a
request that hangs. We ring after the commit, once per task and arguments, on a connection with one-second
timeouts, never retry, swallow and log every error, and stay silent for a while after one. Source: proof.md §3
(publish while Redis is frozen: blocked over 100 s with defaults, 1.0 s so); architecture.md 4a.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import get_connection
from kombu import Connection
from kombu.pools import producers

log = logging.getLogger("carenet.doorbell")
SECONDS = 1
SILENCE_SECONDS = 5
_broken = {"until": 0.0}


def ring(task_name: str, **kwargs: Any) -> None:
    """Ring for a task after the commit of the present transaction (at once outside one); never fails."""
    bell = _Bell(task_name, tuple(sorted(kwargs.items())))
    connection = get_connection()
    if not _already_waiting(connection, bell):
        transaction.on_commit(bell, robust=True)


def _already_waiting(connection: BaseDatabaseWrapper, bell: _Bell) -> bool:
    return any(each[1] == bell for each in connection.run_on_commit)


@dataclass(frozen=True)
class _Bell:
    """One ring; equal to another of the same task and arguments, so a bulk action rings once."""

    task_name: str
    arguments: tuple[tuple[str, Any], ...] = field(default=())

    def __call__(self) -> None:
        if time.monotonic() < _broken["until"]:
            return
        try:
            _send(self.task_name, dict(self.arguments))
        except Exception as trouble:  # whatever the broker does, the page has been served
            _broken["until"] = time.monotonic() + SILENCE_SECONDS
            log.warning("doorbell for %s did not ring: %s", self.task_name, type(trouble).__name__)


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    connection = _connection()
    with producers[connection].acquire(block=True, timeout=SECONDS) as producer:
        current_app.send_task(task_name, kwargs=kwargs, producer=producer, retry=False, ignore_result=True)


def _connection() -> Connection:
    """The ringers' own broker address: short timeouts, unlike the workers' blocking reads."""
    return Connection(
        settings.CELERY_BROKER_URL,
        transport_options={
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "socket_timeout": SECONDS,
            "socket_connect_timeout": SECONDS,
            "socket_keepalive": True,
            "max_retries": 0,
        },
    )


def forget_trouble() -> None:
    """Ring again at once (tests, and workers after a reconnect)."""
    _broken["until"] = 0.0
