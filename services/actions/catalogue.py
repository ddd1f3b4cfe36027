"""Prices: dated rows, changed by a new row."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel.errors import Conflict
from services import policies
from services.models import Offering

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, ServiceKind


class PriceOverlaps(Conflict):
    """A price already holds on one of the days."""

    code = "price_overlaps"
    default_message = _("There is already a price for these days. End the old one first.")


@transaction.atomic
def set_price(
    *,
    community: Community,
    kind: ServiceKind,
    price_fen: int,
    valid_from: date,
    by: User,
    at: datetime,
    minutes: int | None = None,
    organisation: Organisation | None = None,
) -> Offering:
    """A price in fen from a day on; the one before ends with that day. Raises NotAllowed, PriceOverlaps.

    Source: station rule, domain.md §3.3.
    """
    require(policies.may_set_prices(by, community.pk))
    rows = Offering.objects.of(community).filter(kind=kind, organisation=organisation)
    same = rows.filter(valid_from=valid_from).first()
    if same is not None and (same.price_fen, same.minutes) == (price_fen, minutes or kind.minutes):
        return same
    rows.filter(valid_from__lt=valid_from, valid_to__isnull=True).update(valid_to=valid_from)
    try:
        with transaction.atomic():
            return Offering.objects.create(
                community=community, kind=kind, organisation=organisation, price_fen=price_fen,
                minutes=minutes or kind.minutes, valid_from=valid_from,
            )  # fmt: skip
    except IntegrityError as clash:
        raise PriceOverlaps from clash
