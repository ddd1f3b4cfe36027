"""Jobs run here: rung for at once, swept for when the ring was missed or a worker died."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from carenet.channels import heartbeat
from carenet.jobs import actions as jobs
from carenet.parties import scope
from carenet.parties.models import Community

log = logging.getLogger("carenet.jobs")


@shared_task(name="jobs.run")
def run(*, community_id: int, job_id: int, **_added_later: Any) -> None:
    """Do one job; a second worker that comes meanwhile goes away again."""
    with scope.within([community_id]):
        if jobs.fail_dead(job_id=job_id, at=timezone.now()) is None:
            jobs.run(job_id=job_id, at=timezone.now())


@shared_task(name="jobs.sweep")
def sweep(**_added_later: Any) -> int:
    """Find jobs nobody holds and do them. Gives the number of jobs found."""
    found = 0
    for community_id in Community.objects.active().values_list("pk", flat=True):
        with scope.within([community_id]):
            waiting = jobs.waiting(at=timezone.now())
        for job_id in waiting:
            found += 1
            run(community_id=community_id, job_id=job_id)
    heartbeat.beat(name="jobs.sweep", at=timezone.now(), detail=f"{found} found")
    return found
