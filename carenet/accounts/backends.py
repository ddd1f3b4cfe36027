"""Sign-in by user name or phone, with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from carenet.accounts import phones
from carenet.accounts.models import User


def find(name: str) -> User | None:
    """The user of this user name or phone number; one query whether there is one or not."""
    wanted = name.strip()
    digits = phones.normalised(wanted)
    if digits:
        found = User.objects.filter(phone_index=phones.index(digits)) | User.objects.filter(username=wanted)
    else:
        found = User.objects.filter(username=wanted)
    # A user name made of digits must not capture somebody else's phone: the name wins for its owner only.
    users = sorted(found[:2], key=lambda each: each.username != wanted)
    return users[0] if users else None


class NameOrPhoneBackend(ModelBackend):
    """Django's own backend, except for how the user is found; unknown users cost the same time."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, or None; who is unknown, blocked or without a password takes one hash as well."""
        if not username or password is None:
            return None
        user = find(username)
        if user is None or not user.has_usable_password():
            make_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
