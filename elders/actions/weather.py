"""Weather warnings: enter one, call it off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions.refusals import DateOutOfOrder, NothingToUndo
from elders.models import WeatherWarning
from elders.states import WeatherKind, WeatherLevel

if TYPE_CHECKING:
    from carenet.accounts.models import User

# A warning holds for days, not for a season. Station rule.
LONGEST = timedelta(days=14)


@transaction.atomic
def warn(
    *, community: Community, kind: str, level: str, from_on: date, until_on: date, source: str = "", by: User, at: datetime
) -> WeatherWarning:  # fmt: skip
    """A warning of the weather service holds from one day until another, at most two weeks.

    Raises NotAllowed, DateOutOfOrder. Source: domain.md §8.4.
    """
    accounts.require(policies.may_warn(by, community.pk))
    today = months.day_of(at)
    if until_on < max(from_on, today) or until_on - from_on > LONGEST:
        raise DateOutOfOrder(field="until_on")
    return WeatherWarning.objects.create(
        community=community, kind=WeatherKind(kind), level=WeatherLevel(level), from_on=from_on, until_on=until_on,
        source=source.strip(), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def call_off(*, warning: WeatherWarning, by: User, at: datetime) -> WeatherWarning:
    """It no longer holds, or was entered by mistake. Raises NotAllowed, NothingToUndo (called off before)."""
    accounts.require(policies.may_warn(by, warning.community_id))
    row = WeatherWarning.objects.select_for_update(of=("self",)).get(pk=warning.pk)
    if row.called_off_at is not None:
        raise NothingToUndo
    row.called_off_at, row.called_off_by = at, by
    row.save(update_fields=["called_off_at", "called_off_by"])
    return row
