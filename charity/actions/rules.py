"""Dated cost-sharing rules: install the defaults, change one from a day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from charity import policies
from charity.actions.refusals import AlreadyDone, ReasonMissing
from charity.arithmetic import DEFAULTS, Rates
from charity.models import CostShareRule

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

DEFAULT_SOURCE = "站点默认分担办法（政府补一点、社会捐一点、个人掏一点）"


@transaction.atomic
def install_defaults(
    *, community: Community, valid_from: date, by: User, at: datetime
) -> list[CostShareRule]:
    """The three default rules (80/20/0, 50/20/30, 20/0/80 of the price) where the class has none yet.

    Source: domain.md §5.3, station defaults; S1.
    """
    require(policies.may_keep_funds(by, community.pk))
    known = set(
        CostShareRule.objects.of(community).filter(applies_to="").values_list("elder_class", flat=True)
    )
    found = [
        CostShareRule(
            community=community,
            elder_class=elder_class,
            gov_percent=rates.gov_percent,
            fund_percent=rates.fund_percent,
            valid_from=valid_from,
            source=DEFAULT_SOURCE,
        )
        for elder_class, rates in DEFAULTS.items()
        if elder_class not in known
    ]
    for each in found:
        each.save(force_insert=True)
    if found:
        audit.note(
            community=community, verb="charity.rules_installed", object_kind="charity.rule", by=by, at=at
        )
    return found


@transaction.atomic
def change(
    *,
    community: Community,
    elder_class: str,
    rates: Rates,
    valid_from: date,
    source: str,
    by: User,
    at: datetime,
    applies_to: str = "",
) -> CostShareRule:
    """Let other percentages hold from a day on; the rule before ends the day before, splits already made stay.

    Raises ReasonMissing (who decided it?), AlreadyDone (a later rule is already known), NotAllowed.
    """
    require(policies.may_keep_funds(by, community.pk))
    if not source.strip():
        raise ReasonMissing
    same = CostShareRule.objects.of(community).filter(elder_class=elder_class, applies_to=applies_to)
    if same.filter(valid_from__gte=valid_from).exists():
        raise AlreadyDone
    same.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from)).update(valid_to=valid_from)
    rule = CostShareRule(
        community=community,
        elder_class=elder_class,
        applies_to=applies_to,
        gov_percent=rates.gov_percent,
        fund_percent=rates.fund_percent,
        gov_cap_item_fen=rates.gov_cap_item_fen,
        gov_cap_month_fen=rates.gov_cap_month_fen,
        fund_cap_item_fen=rates.fund_cap_item_fen,
        valid_from=valid_from,
        source=source.strip(),
    )
    rule.save(force_insert=True)
    audit.note(
        community=community,
        verb="charity.rule_changed",
        object_kind="charity.rule",
        object_id=rule.pk,
        by=by,
        at=at,
    )
    return rule
