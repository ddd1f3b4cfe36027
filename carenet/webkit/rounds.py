"""A doorbell's round through the communities: each verb by itself, so that one that fails never stops the others.

The ladder of an alarm must climb although a booking of the points shop cannot be made. A verb that fails is rolled back
alone and logged; the heartbeat says so, and the health page with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from carenet import accounts
from carenet.accounts.models import User
from carenet.audit import history
from carenet.channels import heartbeat
from carenet.parties import scope
from carenet.parties.models import Community

log = logging.getLogger(__name__)
Verb = Callable[[Community, User, datetime], object]


def walk(name: str, *verbs: Verb) -> None:
    """Call each verb with (community, station user, time) for each active community, in a transaction of its own."""
    failed: list[str] = []
    for community in Community.objects.active().order_by("pk"):
        for verb in verbs:
            try:
                with scope.within([community.pk]), history.acting(accounts.station(community), name):
                    verb(community, accounts.station(community), timezone.now())
            except Exception as fault:
                log.exception("%s: %s failed in %s", name, verb.__name__, community.slug)
                failed.append(f"{verb.__name__} in {community.slug}: {type(fault).__name__}")
    heartbeat.beat(name=name, at=timezone.now(), ok=not failed, detail="; ".join(failed))
