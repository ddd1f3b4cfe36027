"""One-time codes by text message, and the authenticator app of staff."""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode, b85decode, b85encode
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from carenet.accounts import emails
from carenet.parties import sealed

SEALED_COLUMN = "otp_totp_totpdevice.key"


class SmsCode(models.Model):
    """A six-digit code sent to a phone: five minutes, five tries, used once.

    Phone and code are kept as keyed hashes only, so the row names nobody. Outside row security: whoever signs in
    has no community yet. Source: issue 2 item 6; domain.md §9.2.
    """

    phone_index = models.BinaryField(max_length=32)
    code_hash = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("valid until"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")
        indexes: ClassVar = [models.Index(fields=["phone_index", "-sent_at"], name="accounts_smscode_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_smscode_five_tries", condition=models.Q(tries__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"


class EmailCode(models.Model):
    """A six-digit code sent to an address that a user wants to be written to: fifteen minutes, five tries, once.

    The address waits here, sealed, until its owner has typed the code. Outside row security like the user.
    Source: station rule; domain.md §9.1 (nothing is sent to an address nobody confirmed).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="email_codes"
    )
    address_sealed = models.BinaryField()
    code_hash = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("valid until"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail code")
        verbose_name_plural = _("e-mail codes")
        indexes: ClassVar = [models.Index(fields=["user", "-sent_at"], name="accounts_emailcode_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_emailcode_five_tries", condition=models.Q(tries__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def address(self) -> str:
        """The address that waits for its code."""
        return emails.unsealed(bytes(self.address_sealed), self.user_id)


class PastPassword(models.Model):
    """The hash of a password a user had before; the newest of them may not be chosen again.

    Source: domain.md §9.2 (the last five are not used again).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="past_passwords",
    )
    password_hash = models.CharField(max_length=256, editable=False)
    replaced_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")
        indexes: ClassVar = [
            models.Index(fields=["user", "-replaced_at"], name="accounts_pastpassword_newest")
        ]

    def __str__(self) -> str:
        return f"{self.replaced_at:%Y-%m-%d}"


class Authenticator(TOTPDevice):
    """The authenticator app of one user (TOTP, RFC 6238); its secret is sealed at rest."""

    class Meta:
        proxy = True
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def _row(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"accounts.user:{self.user_id}")

    def seal_secret(self, secret: bytes) -> None:
        """Set the secret (20 random bytes)."""
        plain = b85encode(secret).decode()  # short enough for django-otp's 80 characters
        self.key = b64encode(sealed.seal(plain, column=SEALED_COLUMN, row=self._row())).decode()

    @property
    def bin_key(self) -> bytes:
        """The secret, opened; what django-otp computes with."""
        return b85decode(sealed.unseal(b64decode(self.key), column=SEALED_COLUMN, row=self._row()))
