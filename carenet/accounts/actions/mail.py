"""The e-mail address of an account: entered, confirmed by a code, changed, taken out.

Nothing is ever sent to an address whose owner has not typed the code. A wrong code is an answer, not an exception,
so that its count is kept (as in sign_in).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts import emails, limiter, policies
from carenet.accounts.models import EmailCode, User
from carenet.channels import mail
from carenet.kernel.errors import DomainError
from carenet.parties import sealed

# Source: the same rules as for codes by text message (issue 2 item 6); a mail is read more slowly.
CODE_MINUTES = 15
CODE_TRIES = 5
CODES_PER_HOUR = 5


class NotAnAddress(DomainError):
    code = "not_an_address"
    default_message = _("Please write an e-mail address such as name@example.com.")


class SameAddress(DomainError):
    code = "same_address"
    default_message = _("This address is already confirmed.")


class WaitForMail(DomainError):
    code = "wait_for_mail"
    default_message = _("A code was sent a short time ago. Please wait a minute before you ask again.")


class TooManyMails(DomainError):
    code = "too_many_mails"
    default_message = _("Too many codes were asked for. Please wait an hour and try again.")


class WrongMailCode(DomainError):
    code = "wrong_mail_code"
    default_message = _("This code is not right or no longer valid. Please check it, or ask for a new one.")


def waiting(*, user: User, at: datetime) -> EmailCode | None:
    """The newest code that can still be typed."""
    newest = EmailCode.objects.filter(user=user).order_by("-sent_at", "-pk").first()
    usable = (
        newest is not None and newest.used_at is None and newest.expires_at > at and newest.tries < CODE_TRIES
    )
    return newest if usable else None


def send_code(*, user: User, address: str, station: str, by: User, at: datetime) -> DomainError | None:
    """Send a six-digit code to the address; returns the refusal, or None.

    One a minute and five an hour for a user, five an hour for an address, so that nobody's mailbox is filled from
    here. The address is kept sealed until the code is typed. Raises NotAllowed. Source: station rule; domain.md §9.1.
    """
    policies.require(by.pk == user.pk)
    wanted = emails.normalised(address)
    if not wanted:
        return NotAnAddress(field="address")
    if wanted == user.email:
        return SameAddress(field="address")
    if not limiter.take(f"mail-minute:{user.pk}", 1, 60, at):
        return WaitForMail(field="address")
    place = sealed.index(wanted, "mail").hex()[:24]
    taken = [
        limiter.take(f"mail-hour:{user.pk}", CODES_PER_HOUR, 3600, at),
        limiter.take(f"mail-to:{place}", CODES_PER_HOUR, 3600, at),
    ]
    if not all(taken):
        return TooManyMails(field="address")
    code = f"{secrets.randbelow(1_000_000):06d}"
    EmailCode.objects.create(
        user=user,
        address_sealed=emails.sealed_for(wanted, user.pk),
        code_hash=_hashed(user, wanted, code),
        sent_at=at,
        expires_at=at + timedelta(minutes=CODE_MINUTES),
    )
    subject = gettext("%(station)s: your code is %(code)s") % {"station": station, "code": code}
    body = gettext(
        "Your code is %(code)s. It is valid for %(minutes)s minutes. If you did not ask for it, please ignore this "
        "message: nothing is sent to you without it."
    ) % {"code": code, "minutes": CODE_MINUTES}
    transaction.on_commit(lambda: mail.send_aside(wanted, subject, body), robust=True)
    return None


def confirm(*, user: User, code: str, by: User, at: datetime) -> DomainError | None:
    """Check the newest code: fifteen minutes, five tries, once; then the address is the user's. Raises NotAllowed.

    Returns the refusal, or None. Source: station rule.
    """
    policies.require(by.pk == user.pk)
    typed = "".join(sign for sign in code if not sign.isspace())
    newest = EmailCode.objects.filter(user=user).order_by("-sent_at", "-pk").values("pk")[:1]
    counted = EmailCode.objects.filter(
        pk__in=newest, expires_at__gt=at, used_at__isnull=True, tries__lt=CODE_TRIES
    ).update(tries=F("tries") + 1)
    sent = EmailCode.objects.filter(pk__in=newest).first() if counted else None
    if sent is None or not hmac.compare_digest(bytes(sent.code_hash), _hashed(user, sent.address, typed)):
        return WrongMailCode(field="code")
    EmailCode.objects.filter(pk=sent.pk).update(used_at=at)
    user.email_sealed, user.email_verified_at = bytes(sent.address_sealed), at
    user.save(update_fields=["email_sealed", "email_verified_at"])
    return None


@transaction.atomic
def remove(*, user: User, by: User, at: datetime) -> User:
    """Take the address out, and codes that wait; nothing more is sent there. Twice is once.

    By the user, or by staff who may reset the account (somebody reports that the letters reach a stranger). Raises
    NotAllowed. Source: PIPL Art. 15 (consent can be withdrawn).
    """
    policies.require(by.pk == user.pk or policies.may_reset(by, user))
    EmailCode.objects.filter(user=user).delete()
    user.email_sealed, user.email_verified_at = b"", None
    user.save(update_fields=["email_sealed", "email_verified_at"])
    return user


def _hashed(user: User, address: str, code: str) -> bytes:
    return sealed.index(f"{user.pk}:{address}:{code}", "mail-code")
