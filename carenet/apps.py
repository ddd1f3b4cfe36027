"""The project itself is an installed app: its commands replace Django's `migrate` and `flush`."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CarenetConfig(AppConfig):
    name = "carenet"
    label = "carenet"
    verbose_name = "carenet"


class OfficeConfig(AdminConfig):
    """django.contrib.admin with the office's own site."""

    default_site = "carenet.webkit.site.OfficeSite"
