"""What the time bank says no to when a service is credited or taken back, each with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError


class KeyReused(Conflict):
    """The same key was used for another service."""

    code = "key_reused"
    default_message = _("This service was already recorded with other content. Please open the page again.")


class BadPeriod(DomainError):
    """A service ends after it begins, and lasts at least a minute."""

    code = "bad_period"
    default_message = _("The service must end after it begins. Please check the times.")


class AlreadyReversed(DomainError):
    """A credit is taken back once."""

    code = "already_reversed"
    default_message = _("This credit was already taken back.")


class ReasonMissing(DomainError):
    """The volunteer reads why."""

    code = "reason_missing"
    default_message = _("Please write the reason: the volunteer will read it.")


class AlreadySpent(DomainError):
    """The points or coins of the credit were spent meanwhile."""

    code = "already_spent"
    default_message = _(
        "What this service earned was already used. Take back an open redemption or gift first, then try again."
    )
