"""Change a setting of the time bank from a day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import Policy
from volunteers.states import SETTINGS

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


class UnknownSetting(DomainError):
    """There is no setting of this name."""

    code = "unknown_setting"
    default_message = _("There is no such setting.")


class NotInThePast(DomainError):
    """What was credited yesterday keeps yesterday's rule."""

    code = "not_in_the_past"
    default_message = _("A setting can change from today on, not for days that are over.")


@transaction.atomic
def set_value(
    *, community: Community, key: str, value: int, valid_from: date, source: str, by: User, at: datetime
) -> Policy:
    """Let a setting have another value from a day on; the present row ends on that day. Raises UnknownSetting,
    NotInThePast (once something was credited under the old value), NotAllowed. Source: domain.md §4.3.
    """
    require(policies.may_set_rules(by, community.pk))
    if key not in SETTINGS:
        raise UnknownSetting
    rows = Policy.objects.of(community).filter(key=key).select_for_update()
    if valid_from < months.day_of(at) and rows.exists():
        raise NotInThePast(field="valid_from")
    for later in rows.filter(valid_from__gte=valid_from):
        later.delete()
    rows.on(valid_from).update(valid_to=valid_from)
    return Policy.objects.create(
        community=community, key=key, value=value, valid_from=valid_from, source=source
    )
