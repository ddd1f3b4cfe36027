"""The front doors' app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registers the doors of the core packages, which may not know the menu themselves."""

    name = "carenet.portal"
    label = "portal"
    verbose_name = _("Front doors")

    def ready(self) -> None:
        from carenet.portal import doors

        doors.register()
