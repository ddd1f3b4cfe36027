"""Open notices, and settle by hand the ones that did not arrive."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.models import User
from carenet.kernel import steps
from carenet.kernel.errors import NotAllowed
from carenet.notices import doorbell, policies
from carenet.notices.models import NoticeRead, Outbox
from carenet.notices.states import STEPS


class NotForYou(NotAllowed):
    """The notice is addressed to somebody else."""

    default_message = _("This notice is for somebody else.")


@transaction.atomic
def mark_read(*, notice: Outbox, by: User, at: datetime) -> None:
    """The reader opened the notice; twice is once. Raises NotForYou."""
    if not Outbox.objects.bell(by, at=at).filter(pk=notice.pk).exists():
        raise NotForYou
    NoticeRead.objects.bulk_create(
        [NoticeRead(community_id=notice.community_id, outbox=notice, user=by, at=at)], ignore_conflicts=True
    )


@transaction.atomic
def mark_all_read(*, by: User, at: datetime) -> int:
    """Everything in the reader's bell is read. Gives the number of newly read ones."""
    unread = list(Outbox.objects.bell(by, at=at).unread(by).values_list("pk", "community_id"))
    NoticeRead.objects.bulk_create(
        [NoticeRead(community_id=community, outbox_id=pk, user=by, at=at) for pk, community in unread],
        ignore_conflicts=True,
    )
    return len(unread)


@transaction.atomic
def retry(*, notice: Outbox, by: User, at: datetime) -> Outbox:
    """Send a failed notice once more, from the first try. Raises WrongStep, NotAllowed."""
    found = Outbox.objects.select_for_update().get(pk=notice.pk)
    policies.require_overseer(by, found)
    found.state = steps.take(STEPS, "retry", found.state)
    found.attempts, found.next_try_at, found.failed_at = 0, at, None
    found.save(update_fields=["state", "attempts", "next_try_at", "failed_at"])
    doorbell.ring("notices.sweep")
    return found


@transaction.atomic
def settled_by_hand(*, notice: Outbox, by: User, at: datetime) -> Outbox:
    """Somebody told the person by phone or in person; the failed notice is off the list. Raises WrongStep, NotAllowed."""
    found = Outbox.objects.select_for_update().get(pk=notice.pk)
    policies.require_overseer(by, found)
    found.state = steps.take(STEPS, "settle_by_hand", found.state)
    found.last_error = f"{found.last_error} / {by} {at:%Y-%m-%d}"[:300]
    found.save(update_fields=["state", "last_error"])
    return found
