"""A station or a city on its own servers. A missing secret stops the start: there are no defaults."""

from carenet import embedded
from carenet.settings.base import *  # noqa: F403
from carenet.settings.base import env
from carenet.settings.connections import databases

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
FIELD_KEYS = env.list("CARENET_FIELD_KEYS")  # the first seals, all of them open
INDEX_KEY = env("CARENET_INDEX_KEY")
ALLOWED_HOSTS = env.list("CARENET_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CARENET_ORIGINS", default=[])
DATABASES = databases(
    app_url=env("DATABASE_URL"),
    owner_url=env("DATABASE_OWNER_URL", default=""),
    pooled=env.bool("CARENET_POOLED", default=False),
)
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
MEDIA_ROOT = env.path("CARENET_FILES")
STATIC_ROOT = env("CARENET_STATIC", default=str(STATIC_ROOT))  # noqa: F405

SECURE_SSL_REDIRECT = env.bool("CARENET_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^ping/$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
