"""What the outside would see: one line per message that really went out, written with one system call."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings

from carenet.jobs import actions as jobs
from carenet.jobs import registry
from carenet.jobs.models import Job
from carenet.notices import registry as notices
from carenet.notices.adapters import Message
from carenet.notices.models import Outbox
from carenet.notices.registry import NoticeTemplate

SLOW = 0.05


def note(line: str) -> None:
    """Append a line; a killed process leaves whole lines only."""
    handle = os.open(settings.EFFECTS_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


class FileAdapter:
    """A channel that is repeated when nobody knows whether it went out."""

    disturbs: ClassVar = False
    repeats: ClassVar = True

    def send(self, message: Message) -> str:
        time.sleep(SLOW / 2)
        note(f"{message.channel} {message.key}")
        time.sleep(SLOW / 2)
        return "written"


class FileSmsAdapter(FileAdapter):
    """A channel that is never repeated."""

    repeats: ClassVar = False


notices.register(NoticeTemplate(code="faults.notice", title="notice", sms="faults"))


@registry.job_kind("faults.write", label="write rows slowly")
def write(job: Job, *, at: datetime) -> dict[str, Any]:
    """Forty rows, slowly, in one transaction."""
    note(f"JOB {job.pk} begins")
    total = job.params["rows"]
    for number in range(total):
        Outbox.objects.create(
            community_id=job.community_id,
            key=f"job:{job.pk}:{number}",
            template="faults.notice",
            to_user_id=job.by_id,
        )
        jobs.progress(job=job, done=number + 1, total=total)
        time.sleep(job.params.get("pause", 0.05))
    return {"lines": [f"{total} rows"]}
