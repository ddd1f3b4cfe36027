"""Settings of the hordak arm: its own database, nothing of carenet."""

import os
from urllib.parse import urlsplit

_parts = urlsplit(os.environ["HORDAK_URL"])
SECRET_KEY = "bench"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": _parts.path.lstrip("/"), "USER": _parts.username,
        "PASSWORD": _parts.password, "HOST": _parts.hostname, "PORT": _parts.port, "CONN_MAX_AGE": None,
    }
}  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CURRENCIES = ["EUR"]
DEFAULT_CURRENCY = "EUR"
HORDAK_CURRENCIES = ["EUR"]
