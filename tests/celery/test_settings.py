"""The Celery settings measured in proof.md §3."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings

from carenet.celery import app


@pytest.mark.parametrize(
    "name, value",
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("task_ignore_result", True),
        ("timezone", "Asia/Shanghai"),
        ("accept_content", ["json"]),
    ],
)
def test_a_task_is_acknowledged_late_and_given_back_when_its_worker_dies(name, value):
    assert app.conf[name] == value


def test_unacknowledged_tasks_come_back_within_seconds_not_after_an_hour():
    options = app.conf.broker_transport_options

    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 10
    assert options["visibility_timeout"] <= 3600
    assert options["socket_timeout"] is not None
    assert options["socket_connect_timeout"] is not None


def test_every_beat_line_names_a_task_that_exists():
    app.loader.import_default_modules()

    missing = {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks)

    assert missing == set()


def test_quick_sweeps_expire_so_that_they_never_pile_up():
    for name, line in settings.CELERY_BEAT_SCHEDULE.items():
        if isinstance(line["schedule"], timedelta):
            assert line["options"]["expires"] <= line["schedule"].total_seconds() * 2, name


def test_nothing_is_due_only_at_one_moment_of_a_month():
    """A daily bell asks SQL what is due; a monthly one would be missed by a station that was off that night."""
    for name, line in settings.CELERY_BEAT_SCHEDULE.items():
        if isinstance(line["schedule"], crontab):
            assert len(line["schedule"].day_of_month) == 31, name
