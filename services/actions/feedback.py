"""What the elder thought of the service."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from services import policies
from services.actions import trail
from services.models import Feedback
from services.refusals import AlreadyRated, NotDeliveredYet, WordsMissing
from services.states import DELIVERED, RequestVerb

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person

# A rating this low is a complaint: it asks for words and is shown to the director. Source: station rule.
COMPLAINT_STARS = 2


@transaction.atomic
def rate(
    *,
    request_id: int,
    stars: int,
    by: User,
    at: datetime,
    words: str = "",
    on_behalf_of: Person | None = None,
) -> Feedback:
    """One to five stars, once, by the elder, the family or staff for them; never by the helper.

    Raises NotAllowed, NotDeliveredYet, AlreadyRated, WordsMissing (a complaint says what was wrong).
    Source: S0 (closed loop), domain.md §11.1 (satisfaction: top two of five).
    """
    request = trail.locked(request_id)
    require(policies.may_confirm(by, request))
    if request.state not in DELIVERED:
        raise NotDeliveredYet
    if stars <= COMPLAINT_STARS and not words.strip():
        raise WordsMissing(field="words")
    try:
        with transaction.atomic():
            feedback = Feedback.objects.create(
                community_id=request.community_id, request=request, stars=stars, words=words.strip(), by=by,
                on_behalf_of=on_behalf_of, at=at,
            )  # fmt: skip
    except IntegrityError as again:
        if "request_id" not in str(again):
            raise
        raise AlreadyRated from again
    trail.tell(
        request, RequestVerb.RATE, by=by, at=at, words="★" * stars, on_behalf_of=on_behalf_of, key="rate"
    )
    return feedback
