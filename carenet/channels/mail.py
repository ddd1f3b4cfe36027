"""Single e-mails outside the outbox: a code somebody is waiting for at this moment."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)
# Backends that cost no network round trip.
INSTANT = ("console", "locmem", "filebased", "dummy")


def send_aside(address: str, subject: str, body: str) -> None:
    """Send without letting the page wait. Errors are logged without the address; the person presses "send again"."""
    message = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})

    def run() -> None:
        try:
            message.send(fail_silently=False)
        except Exception:
            log.exception("an e-mail was not sent")

    if any(f".{each}." in settings.EMAIL_BACKEND for each in INSTANT):
        run()
    else:
        threading.Thread(target=run, name="mail", daemon=True).start()
