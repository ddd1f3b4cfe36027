"""The steps of a job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step


class JobState(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("job", "waiting its turn")
    RUNNING = "RUNNING", pgettext_lazy("job", "running")
    DONE = "DONE", pgettext_lazy("job", "done")
    FAILED = "FAILED", pgettext_lazy("job", "failed")
    UNDONE = "UNDONE", pgettext_lazy("job", "undone")


STEPS: dict[str, Step] = {
    "begin": step({JobState.QUEUED}, JobState.RUNNING),
    "finish": step({JobState.RUNNING, JobState.QUEUED}, JobState.DONE),
    "fail": step({JobState.RUNNING, JobState.QUEUED}, JobState.FAILED),
    "undo": step({JobState.DONE}, JobState.UNDONE),
}
INITIAL = (JobState.QUEUED,)
OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
