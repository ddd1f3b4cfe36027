"""The circle of support shrank: somebody is told when one person or nobody is left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.kernel import months
from elders.models import Concern
from elders.reports import circle
from elders.states import ConcernKind, ConcernState, ElderStatus

if TYPE_CHECKING:
    from elders.models import Elder


@transaction.atomic
def warn_if_thin(*, elder: Elder, at: datetime) -> bool:
    """After somebody left an elder's life: at most one human being left raises a worry, one at a time.

    Returns whether it is new. Source: issue 3 item 7 (warning when it shrinks to one).
    """
    from elders.actions import contacts

    if elder.status not in (ElderStatus.ACTIVE, ElderStatus.PAUSED) or not circle.of(elder, at=at).is_thin:
        return False
    if Concern.objects.filter(elder=elder, kind=ConcernKind.CIRCLE, state=ConcernState.OPEN).exists():
        return False
    key = f"circle:{elder.pk}:{months.day_of(at):%Y%m%d}"
    return contacts.raise_concern(elder=elder, kind=ConcernKind.CIRCLE, source_key=key, at=at)
