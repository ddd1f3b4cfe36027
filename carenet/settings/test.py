"""Tests: a real PostgreSQL and a real Valkey, named by tests/run.py or /tmp-style environment variables."""

import os
import tempfile
from pathlib import Path

from carenet import embedded
from carenet.settings.base import *  # noqa: F403
from carenet.settings.base import env
from carenet.settings.connections import databases

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 40
FIELD_KEYS = ["11" * 32]
INDEX_KEY = "22" * 32
ALLOWED_HOSTS = ["*"]
DATABASES = databases(
    app_url=env("DATABASE_URL", default="postgres://carenet_app:app@127.0.0.1:1/none"),
    owner_url=env("DATABASE_OWNER_URL", default="postgres://carenet_owner:owner@127.0.0.1:1/none"),
)
# Each pytest worker rings its own doorbell: a Redis database by worker number.
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:1/0").replace(
    "db=0", f"db={int(env('PYTEST_XDIST_WORKER', default='gw0')[2:]) % 15 + 1}"
)
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
# Each user of the machine has an own folder: two who test must not find the other's files.
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"carenet-test-files-{os.getuid()}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TWO_FACTOR_FOR_STAFF = False  # tests of the second factor switch it on
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_BACKEND = "carenet.channels.sms.MemorySms"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
