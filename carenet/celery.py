"""Celery is a doorbell, never the record: what is due is decided by SQL, what happened is a row."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.dev")

app = Celery("carenet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
