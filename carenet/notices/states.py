"""Channels of a notice and what may become of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step


class Channel(models.TextChoices):
    INAPP = "INAPP", _("bell on the page")
    SMS = "SMS", _("text message")
    EMAIL = "EMAIL", _("e-mail")
    BOT = "BOT", _("group chat bot")
    CONSOLE = "CONSOLE", _("console of the station")


class OutboxState(models.TextChoices):
    """WAITING until due, CLAIMED while a worker talks to the outside, then one of the three ends."""

    WAITING = "WAITING", pgettext_lazy("notice", "waiting")
    CLAIMED = "CLAIMED", pgettext_lazy("notice", "being sent")
    SENT = "SENT", pgettext_lazy("notice", "sent")
    FAILED = "FAILED", pgettext_lazy("notice", "not delivered")
    CANCELLED = "CANCELLED", pgettext_lazy("notice", "no longer needed")


STEPS: dict[str, Step] = {
    "claim": step({OutboxState.WAITING}, OutboxState.CLAIMED),
    "put_back": step({OutboxState.CLAIMED}, OutboxState.WAITING),
    "done": step({OutboxState.CLAIMED, OutboxState.WAITING}, OutboxState.SENT),
    "give_up": step({OutboxState.CLAIMED, OutboxState.WAITING}, OutboxState.FAILED),
    "cancel": step({OutboxState.WAITING}, OutboxState.CANCELLED),
    "retry": step({OutboxState.FAILED}, OutboxState.WAITING),
    "settle_by_hand": step({OutboxState.FAILED}, OutboxState.CANCELLED),
}
INITIAL = (OutboxState.WAITING,)
