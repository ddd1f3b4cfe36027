"""What stands behind the points issued from a day on: a fund or named donated goods."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import PointBacking

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from charity.models import Fund


class BackingInThePast(DomainError):
    """What was issued yesterday keeps what stood behind it yesterday."""

    code = "backing_in_the_past"
    default_message = _(
        "Days on which something already stood behind the points keep it. Please choose today or a later day."
    )


class BackingMissing(DomainError):
    """Points are promises; something pays for them."""

    code = "backing_missing"
    default_message = _("Please name the fund, or the donated goods and how many points they are worth.")


@transaction.atomic
def set_backing(
    *, community: Community, valid_from: date, source: str, by: User, at: datetime, fund: Fund | None = None,
    goods: str = "", goods_points: int = 0,
) -> PointBacking:  # fmt: skip
    """From this day on, points are backed by a fund or by donated goods; what stood before ends on that day.

    Days before today may be named only while nothing stood on them. Raises BackingInThePast, BackingMissing,
    NotAllowed. Source: product.md idea 10; domain.md §4.2.
    """
    require(policies.may_keep_shop(by, community.pk))
    if (fund is None) == (not goods.strip()) or (fund is None and goods_points < 1) or not source.strip():
        raise BackingMissing(field="fund")
    rows = PointBacking.objects.of(community).select_for_update()
    known = rows.filter(valid_from__lte=months.day_of(at)).exists()
    if valid_from < months.day_of(at) and known and not _is_free(community, valid_from):
        raise BackingInThePast(field="valid_from")
    following = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    for same_day in rows.filter(valid_from=valid_from):
        # Decided again on the same day before anything else: the row says what holds.
        same_day.fund, same_day.goods = fund, "" if fund else goods.strip()
        same_day.goods_points, same_day.source = 0 if fund else goods_points, source.strip()
        same_day.at, same_day.by = at, by
        same_day.save()
        return same_day
    rows.on(valid_from).update(valid_to=valid_from)
    made = PointBacking(
        community=community, fund=fund, goods="" if fund else goods.strip(), goods_points=0 if fund else goods_points,
        valid_from=valid_from, valid_to=following.valid_from if following else None, source=source.strip(), at=at, by=by,
    )  # fmt: skip
    try:
        made.full_clean()
    except ValidationError as refused:
        raise BackingMissing(" ".join(refused.messages), field="fund") from refused
    made.save()
    return made


def _is_free(community: Community, day: date) -> bool:
    return not PointBacking.objects.of(community).on(day).exists()
