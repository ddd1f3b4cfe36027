"""Who confirmed an e-mail address gets what is shown in the bell by e-mail as well."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from carenet.accounts.models import User
from carenet.notices.models import Outbox
from carenet.notices.states import Channel


@transaction.atomic
def copy_due(*, at: datetime) -> int:
    """Write the e-mail beside each due notice of the bell that is for one person with a confirmed address.

    Not for notices to everybody with a role, and not for those written before the address was confirmed. The key
    is the notice's own, so a second run, or an e-mail that was written on purpose, adds nothing. Gives the number
    looked at. Source: issue 2 item 6 (channels); architecture.md law 5.
    """
    by_mail = User.objects.filter(email_verified_at__isnull=False, is_active=True)
    if not by_mail.exists():
        return 0
    due = Outbox.objects.due(at).filter(channel=Channel.INAPP)
    found = list(
        due.filter(Q(to_user__in=by_mail) | Q(to_person__user__in=by_mail))
        .filter(
            Q(to_user__email_verified_at__lte=F("created_at"))
            | Q(to_user__isnull=True, to_person__user__email_verified_at__lte=F("created_at"))
        )
        .order_by("pk")[:1000]
    )
    Outbox.objects.bulk_create(
        [
            Outbox(
                community_id=each.community_id,
                key=each.key,
                template=each.template,
                channel=Channel.EMAIL,
                to_user_id=each.to_user_id,
                to_person_id=each.to_person_id,
                params=each.params,
                urgent=each.urgent,
                due_at=each.due_at,
                by_id=each.by_id,
                created_at=at,
            )
            for each in found
        ],
        ignore_conflicts=True,
    )
    return len(found)
