"""Settings of the worker and beat in the loop test: the same schedule, with everything due within seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from carenet.settings.base import CELERY_BEAT_SCHEDULE as REAL
from carenet.settings.test import *  # noqa: F403

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": each["task"], "schedule": timedelta(seconds=3)} for name, each in REAL.items()
}
