"""Account codes in words, for statements: `donors`, `service-income`, `issued` …"""

from __future__ import annotations

from django.apps import apps
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
        "moved-out": _("moved to another community"),
        "moved-in": _("came from another community"),
        "redeemed-goods": _("gifts redeemed"),
        "paid-services": _("services paid for"),
    }
    if code in known:
        return known[code]
    kind, _colon, rest = code.partition(":")
    numbered = {
        "grant": _("coins lent to file no. %(number)s"),
        "overflow": _("beyond the limit: %(number)s"),
        "volunteer": _("volunteer no. %(number)s"),
        "fund": _("fund no. %(number)s"),
    }
    if rest and kind in numbered:
        return numbered[kind] % {"number": of_account(rest) if ":" in rest else rest}
    return code


def of_cause(kind: str) -> str:
    """What an entry was booked for: the kind of row in words."""
    words = {
        "services.request": pgettext("cause", "service"),
        "services.coins": pgettext("cause", "service paid with time coins"),
        "volunteers.late": pgettext("cause", "late hours"),
        "volunteers.grant": pgettext("cause", "time coins for a key elder"),
        "volunteers.donation": pgettext("cause", "given to the common pool"),
        "volunteers.pool": pgettext("cause", "filling of the common pool"),
        "volunteers.overflow": pgettext("cause", "coins beyond the limit"),
        "volunteers.service_reward": pgettext("cause", "service taken for points"),
        "volunteers.team_gift": pgettext("cause", "gift to a team"),
        "volunteers.team_plan": pgettext("cause", "plan of a team"),
        "volunteers.team_end": pgettext("cause", "end of a team"),
    }
    if kind in words:
        return words[kind]
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
