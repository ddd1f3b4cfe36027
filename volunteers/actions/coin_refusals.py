"""Why time coins cannot pay for a help: one plain sentence each, with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError


class CoinsShort(DomainError):
    """Less on the account than the help needs."""

    code = "coins_short"
    default_message = _(
        "There are %(have)s on the account, this help needs about %(need)s. "
        "Ask for a shorter help, or ask the station how else it can be paid."
    )


class CoinsRest(DomainError):
    """The account is frozen."""

    code = "coins_rest"
    default_message = _("This time coin account is resting. Please ask the station to open it again.")


class CoinsTooYoung(DomainError):
    """Coins serve old age."""

    code = "coins_too_young"
    default_message = _(
        "Time coins pay for help from the age of %(age)s. Until then you can save them or give them to the common pool."
    )


class CoinsAgeUnknown(DomainError):
    """Without a date of birth nobody knows whether the age is reached."""

    code = "coins_age_unknown"
    default_message = _("The date of birth is not on record. Please tell it to the station first.")


class CoinsNotForRelatives(DomainError):
    """The community does not let coins serve relatives."""

    code = "coins_not_for_relatives"
    default_message = _(
        "Here time coins pay only for help to oneself. You can give coins to the relative's own account instead."
    )


class CoinsNotForThis(DomainError):
    """A service that volunteers do not give."""

    code = "coins_not_for_this"
    default_message = _(
        "“%(kind)s” is not given by volunteers, so time coins cannot pay for it. Please ask the station what it costs."
    )


class CoinsTooLittle(DomainError):
    """Below the smallest step nothing is counted."""

    code = "coins_too_little"
    default_message = _("So short a help needs no time coins. Please ask for it without them.")


class NoSuchPurse(DomainError):
    """The account named is not one that may pay here."""

    code = "no_such_purse"
    default_message = _("These time coins cannot pay for this elder. Please choose again.")


class CoinsReturned(DomainError):
    """Settled coins go back once."""

    code = "coins_returned"
    default_message = _("These time coins were already given back. Please look at the request again.")
