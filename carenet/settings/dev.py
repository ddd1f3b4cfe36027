"""One station on one PC: embedded PostgreSQL and Valkey unless DATABASE_URL / REDIS_URL say otherwise."""

from carenet import embedded
from carenet.settings.base import *  # noqa: F403
from carenet.settings.base import TRUSTED_PROXIES, env
from carenet.settings.connections import databases

_services = embedded.addresses()
_secrets = embedded.secrets()

# A station on one PC shows its demonstration without an authenticator app; real communities still need one.
DEMO_WITHOUT_SECOND_FACTOR = env.bool("CARENET_DEMO_WITHOUT_SECOND_FACTOR", default=True)
DEBUG = env.bool("CARENET_DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default=_secrets["SECRET_KEY"])
FIELD_KEYS = [env("CARENET_FIELD_KEY", default=_secrets["CARENET_FIELD_KEY"])]
INDEX_KEY = env("CARENET_INDEX_KEY", default=_secrets["CARENET_INDEX_KEY"])
ALLOWED_HOSTS = env.list("CARENET_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CARENET_ORIGINS", default=[])
# The other PCs of the house come by HTTPS through deploy/Caddyfile, which says so in a header.
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
DATABASES = databases(
    app_url=env("DATABASE_URL", default=_services.database_url),
    owner_url=env("DATABASE_OWNER_URL", default=_services.owner_url),
)
REDIS_URL = env("REDIS_URL", default=_services.redis_url)
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
MEDIA_ROOT = embedded.data_dir() / "files"
STATIC_ROOT = embedded.data_dir() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
