"""Funds, donations, goods and grants for tests; through the real actions."""

from __future__ import annotations

import itertools
from typing import Any

from carenet.accounts.models import User
from carenet.parties.models import Community, ServiceKind
from charity.actions import donations, funds, goods, grants
from charity.models import Donation, Fund, GoodsDonation, Grant
from elders.models import Elder
from tests.make import NOW
from tests.make.parties import registrar

__all__ = ["asked_grant", "donated", "donated_goods", "fund", "kind"]

_numbers = itertools.count(1)


def fund(
    community: Community,
    *,
    name: str = "",
    yuan: int = 0,
    source: str = "DONATION",
    by: User | None = None,
    **fields: Any,
) -> Fund:
    """A fund, filled by one donation when `yuan` are given."""
    name = name or f"测试基金{next(_numbers)}"
    fields.setdefault("purpose", "为老服务")
    found = funds.open(community=community, name=name, source=source, by=by or registrar(), at=NOW, **fields)
    if yuan:
        donated(found, yuan=yuan)
        found.account.refresh_from_db()
    return found


def donated(fund: Fund, *, yuan: int = 100, by: User | None = None, **fields: Any) -> Donation:
    fields.setdefault("donor_name", "周建国")
    fields.setdefault("received_on", NOW.date())
    return donations.record(fund=fund, amount_fen=yuan * 100, by=by or registrar(), at=NOW, **fields)


def donated_goods(
    community: Community, *, quantity: int = 10, by: User | None = None, **fields: Any
) -> GoodsDonation:
    fields.setdefault("kind", "BOOK")
    fields.setdefault("what", "图书")
    fields.setdefault("unit", "册")
    fields.setdefault("key", f"goods:{next(_numbers)}")
    fields.setdefault("received_on", NOW.date())
    return goods.receive(community=community, quantity=quantity, by=by or registrar(), at=NOW, **fields)


def asked_grant(
    fund: Fund, elder: Elder | None = None, *, yuan: int = 2100, by: User | None = None, **fields: Any
) -> Grant:
    fields.setdefault("purpose", "ADAPTATION" if elder else "PROJECT")
    fields.setdefault("words", "装扶手、换防滑地面")
    fields.setdefault("key", f"grant:{next(_numbers)}")
    return grants.ask(fund=fund, elder=elder, amount_fen=yuan * 100, by=by or registrar(), at=NOW, **fields)


def kind(code: str = "BATH-H") -> ServiceKind:
    return ServiceKind.objects.get(code=code)
