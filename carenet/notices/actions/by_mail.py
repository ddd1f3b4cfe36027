"""Who confirmed an e-mail address gets what is shown in the bell by e-mail as well, also what goes to a role."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from carenet.accounts.models import RoleGrant, User
from carenet.notices.models import Outbox
from carenet.notices.states import Channel


@transaction.atomic
def copy_due(*, at: datetime) -> int:
    """Write the e-mail beside each due notice of the bell that is for one person with a confirmed address.

    Not for those written before the address was confirmed. The key is the notice's own, so a second run, or an
    e-mail that was written on purpose, adds nothing. Gives the number looked at. Source: issue 2 item 6 (channels);
    architecture.md law 5.
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
    return len(found) + _copy_of_roles(at=at)


def _copy_of_roles(*, at: datetime) -> int:
    """What is for everybody with a role goes to each member by the channel they chose, once each.

    A confirmed e-mail address is that choice; whoever has none finds it in the bell. Only who holds the role now,
    and a user whose role ended meanwhile gets nothing. SMS are written by name only: they cost money and wake people,
    so the alarm's own ladder decides whom. Source: station rule, docs/decisions/0013.
    """
    due = Outbox.objects.due(at).filter(channel=Channel.INAPP).exclude(to_role="")
    found = list(due.filter(to_user__isnull=True, to_person__isnull=True).order_by("pk")[:200])
    if not found:
        return 0
    members: dict[tuple[int, str], list[User]] = {}
    grants = (
        RoleGrant.objects.current()
        .filter(
            community__in={each.community_id for each in found},
            role__in={each.to_role for each in found},
            user__is_active=True,
            user__email_verified_at__isnull=False,
        )
        .select_related("user")
        .order_by("user_id")
    )
    for grant in grants:
        members.setdefault((grant.community_id, grant.role), []).append(grant.user)
    letters = [
        Outbox(
            community_id=each.community_id, key=_own_key(each.key, user.pk), template=each.template, channel=Channel.EMAIL,
            to_user_id=user.pk, params=each.params, urgent=each.urgent, due_at=each.due_at, by_id=each.by_id, created_at=at,
        )
        for each in found
        for user in members.get((each.community_id, each.to_role), [])
        if user.email_verified_at <= each.created_at
    ]  # fmt: skip
    Outbox.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


def _own_key(key: str, user_id: int) -> str:
    """The key of one member's copy; a long key keeps its end, where it differs from its neighbours."""
    ending = f":to{user_id}"
    return key[-(120 - len(ending)) :] + ending
