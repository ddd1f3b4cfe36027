"""Forget what is over: codes, counters, sessions, apps never confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from carenet.accounts import limiter
from carenet.accounts.models import Authenticator, EmailCode, SmsCode

KEEP_CODES = timedelta(days=1)
KEEP_UNCONFIRMED = timedelta(days=1)


@dataclass(frozen=True)
class Swept:
    """How much was forgotten."""

    codes: int
    counters: int
    sessions: int
    apps: int


@transaction.atomic
def sweep(*, at: datetime) -> Swept:
    """Delete expired codes (a day after), counters, sessions and unconfirmed authenticator apps.

    Running it twice changes nothing. Source: domain.md §9.1 (shortest retention, PIPL Art. 19).
    """
    codes, _of = SmsCode.objects.filter(expires_at__lt=at - KEEP_CODES).delete()
    mails, _of = EmailCode.objects.filter(expires_at__lt=at - KEEP_CODES).delete()
    sessions, _of = Session.objects.filter(expire_date__lt=at).delete()
    apps, _of = Authenticator.objects.filter(confirmed=False, created_at__lt=at - KEEP_UNCONFIRMED).delete()
    return Swept(codes=codes + mails, counters=limiter.sweep(at), sessions=sessions, apps=apps)
