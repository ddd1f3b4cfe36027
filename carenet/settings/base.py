"""What is true in every environment. Secrets and addresses come from the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab

from carenet.webkit.unfold import UNFOLD  # noqa: F401  (read by the admin theme)

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "carenet.apps.CarenetConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "carenet.apps.OfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "lucide",
    "csp",
    "pgtrigger",
    "pghistory",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "carenet.parties",
    "carenet.accounts",
    "carenet.ledger",
    "carenet.audit",
    "carenet.notices",
    "carenet.jobs",
    "carenet.documents",
    "carenet.exports",
    "carenet.webkit",
    "elders",
    "charity",
    "volunteers",
    "services",
    "meetings",
    "carenet.portal",
    "carenet.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "carenet.portal.health.PingMiddleware",
    "csp.middleware.CSPMiddleware",
    "carenet.webkit.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "carenet.accounts.middleware.SessionRulesMiddleware",
    "carenet.accounts.middleware.LanguageMiddleware",
    "carenet.parties.middleware.ScopeMiddleware",
    "carenet.accounts.middleware.CommunityMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "carenet.urls"
WSGI_APPLICATION = "carenet.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "carenet.webkit.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "carenet.webkit.templatetags.carenet",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(INSTALLED_APPS.index("carenet.apps.OfficeConfig"), "django.forms")

# --- people and sessions -------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["carenet.accounts.backends.NameOrPhoneBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "carenet.accounts.passwords.ThreeKindsValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "carenet_session"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "carenet_csrf"
CSRF_USE_SESSIONS = False
OTP_TOTP_ISSUER = "carenet"
# Idle limits in seconds, Source: domain.md §9.2 (classified protection, suggested numbers)
IDLE_SECONDS_STAFF = 15 * 60
IDLE_SECONDS_PUBLIC = 30 * 60
ABSOLUTE_SESSION_SECONDS = 12 * 3600
TWO_FACTOR_FOR_STAFF = env.bool("CARENET_TWO_FACTOR", default=True)
# Users of demonstration communities only may sign in without a second factor; the pages say so.
DEMO_WITHOUT_SECOND_FACTOR = env.bool("CARENET_DEMO_WITHOUT_SECOND_FACTOR", default=False)
# How many reverse proxies of ours stand in front (X-Forwarded-For is read from the right).
TRUSTED_PROXIES = env.int("CARENET_TRUSTED_PROXIES", default=0)
SMS_FILE = env("CARENET_SMS_FILE", default="")

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS: list[Path] = [BASE_DIR / "carenet" / "webkit" / "locale"]
FORMAT_MODULE_PATH = "carenet.formats"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- database ------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_ROUTERS = ["carenet.parties.routing.OneSchemaRouter"]
PGHISTORY_APPEND_ONLY = False  # our own walls refuse update and delete (pgtrigger.ignore would not)
PGTRIGGER_INSTALL_ON_MIGRATE = False

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- security ------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "carenet.portal.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- REST ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "carenet.webkit.api_pages.Pages",
    "DEFAULT_SCHEMA_CLASS": "carenet.webkit.api.Schema",
    "EXCEPTION_HANDLER": "carenet.webkit.api.refusal_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "carenet",
    "DESCRIPTION": "REST API of a community elderly-care service station (社区养老服务站).",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "GET_MOCK_REQUEST": "carenet.webkit.api.mock_request",
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used; shared names would change with each app
}

# --- Celery: the doorbell (settings measured in proof.md §3) -------------------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "notices.sweep": {"task": "notices.sweep", "schedule": timedelta(seconds=20), "options": {"expires": 20}},
    "jobs.sweep": {"task": "jobs.sweep", "schedule": timedelta(seconds=20), "options": {"expires": 20}},
    "services.sweep": {
        "task": "services.sweep",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "elders.remind_due": {"task": "elders.remind_due", "schedule": crontab(minute=5)},
    "meetings.prepare_monthly_agendas": {
        "task": "meetings.prepare_monthly_agendas",
        "schedule": crontab(minute=10, hour=2),
    },
    "meetings.remind_decisions": {
        "task": "meetings.remind_decisions",
        "schedule": crontab(minute=20, hour=7),
    },
    "volunteers.shifts": {"task": "volunteers.shifts", "schedule": crontab(minute="*/15")},
    "volunteers.shop": {"task": "volunteers.shop", "schedule": crontab(minute=40)},
    "volunteers.bank": {"task": "volunteers.bank", "schedule": crontab(minute=15, hour=4)},
    "volunteers.training": {"task": "volunteers.training", "schedule": crontab(minute=45, hour=7)},
    "ledger.check_books": {"task": "ledger.check_books", "schedule": crontab(minute=30, hour=3)},
    "exports.tidy": {"task": "exports.tidy", "schedule": crontab(minute=25)},
    "accounts.cleanup": {"task": "accounts.cleanup", "schedule": crontab(minute=50, hour=3)},
    "webkit.purge": {"task": "webkit.purge", "schedule": crontab(minute=55, hour=3)},
}

# --- logs: no personal data ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}},
}

# --- channels ------------------------------------------------------------------------------------
SMS_BACKEND = env("CARENET_SMS_BACKEND", default="carenet.channels.sms.ConsoleSms")
BOT_WEBHOOK_URL = env("CARENET_BOT_URL", default="")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env("CARENET_FROM_EMAIL", default="carenet@localhost")

# The region of synthetic ID numbers used by the demonstration community (no such region exists).
DEMO_ID_REGION = "999999"
