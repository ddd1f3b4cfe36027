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


class NoStatements(DomainError):
    """The community issues no statements for residency and credit."""

    code = "no_statements"
    default_message = _(
        "The station issues no statements for residency and credit at present. Please ask for the certificate."
    )


REFUSALS: dict[str, type[DomainError]] = {
    "channel_services": NoServicesForPoints,
    "channel_statement": NoStatements,
}


def require_open(*, community_id: int, channel: str, on: date) -> None:
    """Raises the refusal of a way that is switched off on a day. Source: domain.md §4.3 channels (each a switch)."""
    if not Policy.objects.values_on(community_id, on)[channel]:
        raise REFUSALS[channel]
