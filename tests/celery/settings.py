"""Settings of the worker and beat processes of this suite: quick sweeps, effects written to a file."""

import os
from datetime import timedelta

from carenet.settings.test import *  # noqa: F403
from carenet.settings.test import CELERY_BEAT_SCHEDULE

NOTICE_ADAPTERS = {
    "CONSOLE": "tests.celery.effects.FileAdapter",
    "SMS": "tests.celery.effects.FileSmsAdapter",
}
NOTICE_CLAIM_SECONDS = 2
EFFECTS_FILE = os.environ.get("EFFECTS_FILE", "")
CELERY_IMPORTS = ("tests.celery.effects",)
CELERY_BEAT_SCHEDULE = {
    name: {**CELERY_BEAT_SCHEDULE[name], "schedule": timedelta(seconds=0.5), "options": {"expires": 5}}
    for name in ("notices.sweep", "jobs.sweep", "meetings.prepare_monthly_agendas", "elders.remind_due")
}
