"""What points and hours are good for: each way can be switched off by a dated setting."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError
from volunteers.models import Policy


class NoServicesForPoints(DomainError):
    """The community does not give services for points."""

    code = "no_services_for_points"
    default_message = _(
        "Points do not pay for services here at present. Please choose a gift, or ask for help with time coins."
    )


class NoGoodsForPoints(DomainError):
    """The community gives no goods for points."""

    code = "no_goods_for_points"
    default_message = _(
        "The points shop is closed at present. Your points stay on your account; please ask the station when it opens again."
    )


class NoHelpForCoins(DomainError):
    """Time coins do not pay for help."""

    code = "no_help_for_coins"
    default_message = _(
        "Time coins do not pay for help at present. They stay on the account; please ask for the help without them."
    )


class NoHonours(DomainError):
    """Nobody is nominated."""

    code = "no_honours"
    default_message = _(
        "Nobody is nominated for honours at present. Please ask the committee when nominations open again."
    )


class NoDividends(DomainError):
    """The community makes no lists for collective dividends and unity awards."""

    code = "no_dividends"
    default_message = _(
        "Lists for collective dividends and unity awards are not made at present. Please ask the committee to decide about it."
    )


class NoStatements(DomainError):
    """The community issues no statements for residency and credit."""

    code = "no_statements"
    default_message = _(
        "The station issues no statements for residency and credit at present. Please ask for the certificate."
    )


REFUSALS: dict[str, type[DomainError]] = {
    "channel_coins": NoHelpForCoins,
    "channel_goods": NoGoodsForPoints,
    "channel_honours": NoHonours,
    "channel_dividend": NoDividends,
    "channel_services": NoServicesForPoints,
    "channel_statement": NoStatements,
}


def require_open(*, community_id: int, channel: str, on: date) -> None:
    """Raises the refusal of a way that is switched off on a day. Source: domain.md §4.3 channels (each a switch)."""
    if not Policy.objects.values_on(community_id, on)[channel]:
        raise REFUSALS[channel]
