from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Shows the office the way to its accounts."""

    name = "carenet.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from carenet.accounts.states import STAFF_ROLES
        from carenet.webkit import menu

        menu.register(
            menu.MenuItem(
                label=_("Accounts and roles"),
                url_name="accounts:accounts",
                roles=STAFF_ROLES,
                icon="id-card",
                admin_icon="badge",
                order=850,
                hint=_("Open an account, print a password, give a role"),
                place="both",
                section=_("Accounts"),
                section_order=890,
            )
        )
