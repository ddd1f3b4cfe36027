from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """Registers its background job, notices, verbs, menu door and the card on the desk."""

    name = "carenet.exports"
    label = "exports"
    verbose_name = _("Files with personal data")

    def ready(self) -> None:
        from carenet.exports import words
        from carenet.exports.actions import making  # noqa: F401  (its decorator registers the background job)
        from carenet.exports.web import doors

        words.register()
        doors.register()
