"""Sign in by password or by text-message code, under the limiter. The answer never tells whether a user exists.

These verbs return an `Attempt` and do not raise, because a raised refusal would roll back the count of the try.
They are not atomic of their own: the door's transaction commits count and answer together.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carenet.accounts import limiter, phones
from carenet.accounts.models import SmsCode, User
from carenet.channels import sms
from carenet.kernel.errors import DomainError
from carenet.parties import sealed

# Source: domain.md §9.2 (5 failures → 15 minutes); issue 2 (SMS 1 a minute, 5 an hour, code 5 minutes, 5 tries).
LOCK_SECONDS = 15 * 60
TRIES_PER_NAME_AND_ADDRESS = 5
TRIES_PER_NAME = 50
TRIES_PER_ADDRESS = 100
CODE_MINUTES = 5
CODE_TRIES = 5
CODES_PER_HOUR = 5
CODES_PER_ADDRESS_AND_HOUR = 60
TEMPLATE = "sign-in-code"


class NotSignedIn(DomainError):
    """One sentence for a wrong name, a wrong password, a blocked account and an unknown user."""

    code = "not_signed_in"
    default_message = _("Name or password is not right. Please try again, or sign in with a text message.")


class TooManyTries(DomainError):
    code = "too_many_tries"
    default_message = _("Too many tries. Please wait 15 minutes, or ask the station to help you.")


class WrongCode(DomainError):
    code = "wrong_code"
    default_message = _("This code is not right or no longer valid. Please check it, or ask for a new one.")


class NotAMobile(DomainError):
    code = "not_a_mobile"
    default_message = _("Please write a mobile phone number with 11 digits.")


class WaitForCode(DomainError):
    code = "wait_for_code"
    default_message = _("A code was sent a short time ago. Please wait a minute before you ask again.")


class TooManyCodes(DomainError):
    code = "too_many_codes"
    default_message = _("Too many codes were asked for. Please wait an hour, or sign in with your password.")


@dataclass(frozen=True)
class Attempt:
    """Either the user, or why not."""

    user: User | None = None
    refusal: DomainError | None = None


def by_password(
    *, name: str, password: str, address: str, request: HttpRequest | None, at: datetime
) -> Attempt:
    """Check a user name (or phone) and password.

    Five tries of one name from one address, then 15 minutes of silence; looser limits for the name alone and for
    the address alone. The hash is computed before the counters are locked, so that tries count exactly without
    waiting for each other's hashes. A success forgets the failures. Source: domain.md §9.2; ASVS 6.3.1.
    """
    name = phones.normalised(name) or name.strip()
    keys = (
        (f"sign-in:{name}:{address}", TRIES_PER_NAME_AND_ADDRESS),
        (f"sign-in-name:{name}", TRIES_PER_NAME),
        (f"sign-in-address:{address}", TRIES_PER_ADDRESS),
    )
    if any(limiter.blocked(key, at) for key, _limit in keys):
        return Attempt(refusal=TooManyTries())
    found = authenticate(request, username=name, password=password)
    counted = keys[:2] if isinstance(found, User) else keys  # a success spends no try of a shared address
    taken = [
        limiter.take(key, limit, LOCK_SECONDS, at) for key, limit in counted
    ]  # all count, even after a refusal
    if not all(taken):
        return Attempt(refusal=TooManyTries())
    if not isinstance(found, User):
        return Attempt(refusal=NotSignedIn())
    limiter.forget(keys[0][0])
    limiter.forget(keys[1][0])
    return Attempt(user=found)


def send_code(*, phone: str, address: str, station: str, at: datetime) -> DomainError | None:
    """Send a six-digit code to a mobile phone that somebody signs in with; say the same when nobody does.

    One a minute and five an hour for a phone, sixty an hour for an address; a limiter that fails sends nothing
    (the error goes up). Returns the refusal, or None. Source: issue 2 item 6; ASVS 2.4.1.
    """
    digits = phones.normalised(phone)
    if not phones.is_mobile(digits):
        return NotAMobile(field="phone")
    if not limiter.take(f"sms-minute:{digits}", 1, 60, at):
        return WaitForCode(field="phone")
    if not limiter.take(f"sms-hour:{digits}", CODES_PER_HOUR, 3600, at):
        return TooManyCodes(field="phone")
    if not limiter.take(f"sms-address:{address}", CODES_PER_ADDRESS_AND_HOUR, 3600, at):
        return TooManyCodes(field="phone")
    code = f"{secrets.randbelow(1_000_000):06d}"
    index = phones.index(digits)
    known = User.objects.filter(phone_index=index, is_active=True).exists()
    # The row is written for unknown phones as well: same work, same time, and no code fits it.
    SmsCode.objects.create(
        phone_index=index,
        code_hash=_hashed(digits, code) if known else secrets.token_bytes(32),
        sent_at=at,
        expires_at=at + timedelta(minutes=CODE_MINUTES),
    )
    if known:
        params = {"code": code, "minutes": str(CODE_MINUTES), "station": station}
        transaction.on_commit(lambda: sms.send_aside(digits, TEMPLATE, params), robust=True)
    return None


def by_code(*, phone: str, code: str, address: str, at: datetime) -> Attempt:
    """Check the newest code of a phone: five minutes, five tries, once. Source: issue 2 item 6."""
    digits = phones.normalised(phone)
    typed = "".join(sign for sign in code if not sign.isspace())
    address_key = f"sign-in-address:{address}"
    if limiter.blocked(address_key, at):
        return Attempt(refusal=TooManyTries())
    index = phones.index(digits)
    newest = SmsCode.objects.filter(phone_index=index).order_by("-sent_at", "-pk").values("pk")[:1]
    counted = SmsCode.objects.filter(
        pk__in=newest, expires_at__gt=at, used_at__isnull=True, tries__lt=CODE_TRIES
    ).update(tries=F("tries") + 1)
    sent = SmsCode.objects.filter(pk__in=newest).first() if counted else None
    fits = hmac.compare_digest(bytes(sent.code_hash) if sent else bytes(32), _hashed(digits, typed))
    if sent is None or not fits:
        limiter.take(address_key, TRIES_PER_ADDRESS, LOCK_SECONDS, at)
        return Attempt(refusal=WrongCode(field="code"))
    SmsCode.objects.filter(pk=sent.pk).update(used_at=at)
    user = User.objects.filter(phone_index=index, is_active=True).first()
    return Attempt(user=user) if user is not None else Attempt(refusal=WrongCode(field="code"))


def _hashed(digits: str, code: str) -> bytes:
    return sealed.index(f"{digits}:{code}", "sms-code")
