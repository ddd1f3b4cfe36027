"""One-tap help cards: issue, revoke. The page behind them is the services app's."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.parties import sealed
from elders import policies
from elders.actions.refusals import NotInCare, TokenRevoked
from elders.models import Elder, HelpToken

if TYPE_CHECKING:
    from carenet.accounts.models import User


def hash_of(token: str) -> bytes:
    """The stored form of a token."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def issue(*, elder: Elder, by: User, at: datetime) -> HelpToken:
    """The elder's help card; an open one is returned, so that printing twice does not make the first card useless.

    128 random bits; stored as sha256 and sealed for reprinting. Raises NotInCare, NotAllowed. Source: ux.md §6.4.
    """
    accounts.require(policies.may_issue_help_card(by, elder.community_id))
    elder = Elder.objects.select_for_update(of=("self",)).get(pk=elder.pk)
    if elder.status not in ("ACTIVE", "PAUSED"):
        raise NotInCare
    found = HelpToken.objects.filter(elder=elder, revoked_at__isnull=True).first()
    if found is not None:
        return found
    token, uid = secrets.token_urlsafe(16), uuid.uuid4()
    return HelpToken.objects.create(
        uid=uid, community_id=elder.community_id, elder=elder, token_hash=hash_of(token),
        token_sealed=sealed.seal(token, column="elders_helptoken.token", row=uid), issued_at=at, issued_by=by,
    )  # fmt: skip


@transaction.atomic
def revoke(*, token: HelpToken, by: User, at: datetime) -> HelpToken:
    """The card was lost or misused: its page stops working at once. Raises TokenRevoked, NotAllowed."""
    accounts.require(policies.may_issue_help_card(by, token.community_id))
    token = HelpToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is not None:
        raise TokenRevoked
    token.revoked_at, token.revoked_by = at, by
    token.save(update_fields=["revoked_at", "revoked_by"])
    return token
