"""Units, kinds of accounts and kinds of entries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    """What is counted. All are whole numbers; units never mix (a composite foreign key keeps them apart)."""

    MINUTE = "MINUTE", _("minutes of service")
    COIN = "COIN", _("time coins (in coin-minutes, 60 to a coin)")
    POINT = "POINT", pgettext_lazy("ledger unit", "points")
    FEN = "FEN", _("money (fen)")
    VOUCHER_FEN = "VOUCHER_FEN", _("care vouchers (fen)")


class AccountKind(models.TextChoices):
    """What an account stands for. CONTRA is the world outside: it keeps no balance, so that nobody queues for it."""

    HOLDER = "HOLDER", _("holder")
    CONTRA = "CONTRA", _("the world outside")
    POOL = "POOL", _("common pool")
    HOLD = "HOLD", _("set aside")


class EntryKind(models.TextChoices):
    """Why an entry was written."""

    POST = "POST", pgettext_lazy("ledger entry", "booked")
    HOLD = "HOLD", pgettext_lazy("ledger entry", "set aside")
    SETTLE = "SETTLE", pgettext_lazy("ledger entry", "settled")
    RELEASE = "RELEASE", pgettext_lazy("ledger entry", "given back")
    REVERSE = "REVERSE", pgettext_lazy("ledger entry", "reversed")
