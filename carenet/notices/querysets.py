"""The words of the outbox: due, undone, failed, for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from carenet.notices.states import Channel, OutboxState
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)


class OutboxQuerySet(ScopedQuerySet[M]):
    """Notices."""

    def due(self, at: datetime) -> Self:
        """Waiting, and its time (or its next try) has come."""
        return self.filter(state=OutboxState.WAITING).filter(
            Q(next_try_at__isnull=True, due_at__lte=at) | Q(next_try_at__lte=at)
        )

    def undone(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(state__in=[OutboxState.WAITING, OutboxState.CLAIMED])

    def failed(self) -> Self:
        """Given up; somebody should pick up the phone."""
        return self.filter(state=OutboxState.FAILED)

    def addressed_to(self, user: User) -> Self:
        """Meant for the user: by account, by person, or by a role held in the notice's community."""
        mine = Q(to_user=user)
        if user.person_id:
            mine |= Q(to_person_id=user.person_id)
        for community_id in user.community_ids:
            roles = user.roles(community_id)
            mine |= Q(community_id=community_id, to_role__in=roles)
        return self.filter(mine).exclude(to_role="", to_user__isnull=True, to_person__isnull=True)

    def bell(self, user: User, *, at: datetime) -> Self:
        """What the user's bell shows: in-app notices whose time has come, whether or not a worker ran since."""
        return (
            self.visible_to(user)
            .addressed_to(user)
            .filter(channel=Channel.INAPP, due_at__lte=at)
            .exclude(state=OutboxState.CANCELLED)
        )

    def with_read(self, user: User) -> Self:
        """Annotate `is_read` for the user."""
        from carenet.notices.models import NoticeRead

        return self.annotate(is_read=Exists(NoticeRead.objects.filter(outbox=OuterRef("pk"), user=user)))

    def unread(self, user: User) -> Self:
        """Not opened by the user yet."""
        return self.with_read(user).filter(is_read=False)

    def unread_by(self, user: User) -> Self:
        """What the bell counts: due by the database's clock, not opened by the user."""
        return (
            self.visible_to(user)
            .addressed_to(user)
            .filter(channel=Channel.INAPP, due_at__lte=Now())
            .exclude(state=OutboxState.CANCELLED)
            .unread(user)
        )

    def next_first(self) -> Self:
        """In the order in which they should go out."""
        return self.order_by(Coalesce("next_try_at", "due_at"), "pk")
