from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Listens to sign-ins, and shows the auditor the way."""

    name = "carenet.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from carenet.accounts.states import Role
        from carenet.audit import classes, linked, signals  # noqa: F401  (connects the receivers)
        from carenet.webkit import menu

        classes.register_core()
        linked.register_core()
        menu.register(
            menu.MenuItem(
                label=_("Who did and saw what"),
                url_name="audit:reads",
                roles={Role.AUDITOR, Role.DIRECTOR},
                icon="eye",
                admin_icon="visibility",
                order=800,
                hint=_("Looks at personal data, sign-ins, exports, roles"),
                place="both",
                section=_("Audit"),
                section_order=900,
            )
        )
