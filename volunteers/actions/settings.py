"""Change a setting of the time bank from a day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import Policy
from volunteers.states import SETTINGS
from volunteers.states_bank import IN_ORDER

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


class OutOfRange(DomainError):
    """No value at all, or one that would break the bank."""

    code = "out_of_range"
    default_message = _("This value must lie between %(low)s and %(high)s. Please type another one.")


class NotInOrder(DomainError):
    """Two settings that belong together."""

    code = "not_in_order"
    default_message = _(
        "“%(small)s” (%(small_value)s) cannot be more than “%(big)s” (%(big_value)s). Please change the other first."
    )


class AlreadyPlanned(DomainError):
    """Somebody decided about this day before."""

    code = "already_planned"
    default_message = _(
        "The value %(value)s is already planned from that day on. Tick the box if yours should replace it."
    )


class AlreadyBegun(DomainError):
    """What holds cannot be taken back, only followed by another value."""

    code = "already_begun"
    default_message = _("This value already holds. Please set a new one from today on.")


@transaction.atomic
def set_value(
    *, community: Community, key: str, value: int, valid_from: date, source: str, by: User, at: datetime,
    replace: bool = False,
) -> Policy:  # fmt: skip
    """Let a setting have another value from a day on, until the next value that is planned already; that one stays.

    A value of the same day is corrected where it is of today, and replaced where it is planned and `replace` says so;
    the row history keeps what stood there. Raises UnknownSetting, OutOfRange, NotInOrder, AlreadyPlanned, NotInThePast
    (once something was credited under the old value), NotAllowed. Source: domain.md §4.3.
    """
    require(policies.may_set_rules(by, community.pk))
    if key not in SETTINGS:
        raise UnknownSetting
    setting = SETTINGS[key]
    if not setting.low <= value <= setting.high:
        raise OutOfRange(field="value", low=setting.low, high=setting.high)
    _one_by_one(community)
    rows = Policy.objects.of(community).filter(key=key)
    if valid_from < months.day_of(at) and rows.exists():
        raise NotInThePast(field="valid_from")
    _require_order(community, key, value, valid_from)
    same = rows.filter(valid_from=valid_from).first()
    if same is not None:
        if valid_from > months.day_of(at) and not replace:
            raise AlreadyPlanned(field="valid_from", value=setting.words(same.value))
        same.value, same.source = value, source
        same.save(update_fields=["value", "source"])
        return same
    planned = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    rows.on(valid_from).update(valid_to=valid_from)
    return Policy.objects.create(
        community=community, key=key, value=value, valid_from=valid_from, source=source,
        valid_to=planned.valid_from if planned is not None else None,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, policy: Policy, by: User, at: datetime) -> None:
    """Take a planned value back before its day: what holds before goes on. Raises AlreadyBegun, NotAllowed."""
    require(policies.may_set_rules(by, policy.community_id))
    _one_by_one(policy.community)
    found = Policy.objects.select_for_update(of=("self",)).filter(pk=policy.pk).first()
    if found is None:
        return
    if found.valid_from <= months.day_of(at):
        raise AlreadyBegun
    found.delete()
    Policy.objects.of(policy.community_id).filter(key=policy.key, valid_to=policy.valid_from).update(
        valid_to=found.valid_to
    )


def _one_by_one(community: Community) -> None:
    """Two who change settings of one community at once do it one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7303, %s)", [community.pk])


def _require_order(community: Community, key: str, value: int, on: date) -> None:
    values = Policy.objects.values_on(community, on) | {key: value}
    for small, big in IN_ORDER:
        if key in (small, big) and values[small] > values[big]:
            raise NotInOrder(
                field="value", small=SETTINGS[small].label, big=SETTINGS[big].label, small_value=values[small],
                big_value=values[big],
            )  # fmt: skip
