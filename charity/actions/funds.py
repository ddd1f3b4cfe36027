"""Opening and closing funds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months
from carenet.kernel.money import yuan
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, Hold
from carenet.ledger.posting import Move
from carenet.ledger.states import AccountKind, Unit
from charity import policies
from charity.actions.refusals import FundClosed, FundNotEmpty, InTheFuture, ReasonMissing, WrongPurpose
from charity.models import Fund
from charity.states import PUBLIC_MONEY, DonationWay

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation

# The world outside in fen: contra accounts that keep no balance.
DONORS, GOVERNMENT, SALES = "donors", "government", "sales"
PERSONS, PAID_OUT, SERVICE_INCOME = "persons", "paid-out", "service-income"
ADVANCE = "advance"


def outside(community: Community | int, code: str) -> Account:
    """The contra account of this name in fen."""
    return accounts.contra(community=community, unit=Unit.FEN, code=code)


def advance_account(community: Community | int) -> Account:
    """What the station advanced when no fund could pay its part; below zero until the funds pay it back."""
    return accounts.open_account(
        community=community, unit=Unit.FEN, code=ADVANCE, kind=AccountKind.POOL, may_go_negative=True
    )


def income_account(community: Community | int, fund: Fund, way: str) -> Account:
    """Where income of a fund comes from: public money, a charity sale, or donors."""
    if fund.source in PUBLIC_MONEY or way == DonationWay.ALLOCATION:
        return outside(community, GOVERNMENT)
    return outside(community, SALES if way == DonationWay.SALE else DONORS)


@transaction.atomic
def open(
    *,
    community: Community,
    name: str,
    source: str,
    purpose: str,
    by: User,
    at: datetime,
    name_en: str = "",
    purpose_en: str = "",
    restricted_kinds: Sequence[str] = (),
    pays_services: bool = False,
    target_fen: int | None = None,
    host: Organisation | None = None,
    opened_on: date | None = None,
    is_demo: bool = False,
) -> Fund:
    """Open a fund with its purpose, which never changes afterwards. Raises NotAllowed.

    Source: Charity Law Art. 53, 58; Hunan guideline (the money lies with a host charity), domain.md §5.2.
    """
    require(policies.may_keep_funds(by, community.pk))
    fund = Fund(
        community=community,
        name=name.strip(),
        name_en=name_en.strip(),
        source=source,
        purpose=purpose.strip(),
        purpose_en=purpose_en.strip(),
        restricted_kinds=sorted(restricted_kinds),
        pays_services=pays_services,
        target_fen=target_fen,
        host=host,
        opened_on=opened_on or months.day_of(at),
        is_demo=is_demo or community.is_demo,
    )
    fund.pk = _next_id()
    fund.account = accounts.open_account(
        community=community, unit=Unit.FEN, code=f"fund:{fund.pk}", kind=AccountKind.POOL, name=fund.name
    )
    fund.save(force_insert=True)
    audit.note(
        community=community,
        verb="charity.fund_opened",
        object_kind="charity.fund",
        object_id=fund.pk,
        by=by,
        at=at,
    )
    return fund


def _next_id() -> int:
    """The fund's number is part of its account's code, so it is drawn before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('charity_fund', 'id'))")
        return int(cursor.fetchone()[0])


@transaction.atomic
def close(
    *, fund: Fund, reason: str, by: User, at: datetime, rest_to: Fund | None = None, on: date | None = None
) -> Fund:
    """Close a fund; what is left goes to a fund for the same or a similar purpose, named here.

    Raises FundNotEmpty, WrongPurpose (the taker is closed, the same, or of another community), ReasonMissing.
    Source: Charity Law Art. 58 (surplus to the same or a similar purpose, disclosed).
    """
    require(policies.may_keep_funds(by, fund.community_id))
    if not reason.strip():
        raise ReasonMissing
    day = on or months.day_of(at)
    found = lock([fund] if rest_to is None else [fund, rest_to])
    fund = found[fund.pk]
    if fund.closed_on is not None:
        raise FundClosed
    if day > months.day_of(at):
        raise InTheFuture
    set_aside = sum(Hold.objects.open().filter(source=fund.account).values_list("amount", flat=True))
    rest = fund.account.balance
    if set_aside or (rest and rest_to is None):
        raise FundNotEmpty(amount=yuan(rest + set_aside))
    if rest and rest_to is not None:
        taker = found[rest_to.pk]
        if taker.pk == fund.pk or taker.closed_on is not None or taker.community_id != fund.community_id:
            raise WrongPurpose
        posting.post(
            community=fund.community_id,
            key=f"fund:{fund.pk}:close",
            moves=[Move(fund.account, taker.account, rest)],
            on=day,
            at=at,
            by=by,
            cause=("charity.fund", fund.pk),
            memo=reason.strip()[:200],
        )
    fund.closed_on = day
    fund.close_reason = reason.strip()
    fund.save(update_fields=["closed_on", "close_reason"])
    audit.note(
        community=fund.community_id,
        verb="charity.fund_closed",
        object_kind="charity.fund",
        object_id=fund.pk,
        by=by,
        at=at,
        facts={"rest_fen": rest, "rest_to": rest_to.pk if rest_to else None},
    )
    return fund


def lock(funds: Sequence[Fund]) -> dict[int, Fund]:
    """Lock funds in key order with their accounts as they are now; whoever spends from a fund does this first."""
    ids = sorted({each.pk for each in funds})
    locked = list(Fund.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    balances = {each.pk: each for each in Account.objects.filter(pk__in=[each.account_id for each in locked])}
    for each in locked:
        each.account = balances[each.account_id]
    return {each.pk: each for each in locked}
