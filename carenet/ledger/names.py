"""Account codes in words, for statements: `donors`, `service-income`, `issued` …"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def of_account(code: str) -> str:
    """What a code of the world outside means; names that people gave are kept as they are."""
    known = {
        "donors": _("donation"),
        "government": _("public money"),
        "sales": _("proceeds of a sale"),
        "persons": _("paid by the person"),
        "paid-out": _("paid out"),
        "service-income": _("services for elders"),
        "advance": _("advanced by the station"),
        "issued": pgettext("ledger", "earned"),
        "redeemed": pgettext("ledger", "redeemed"),
        "coin-pool": _("common time pool"),
    }
    return known.get(code, code)
