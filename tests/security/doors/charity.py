"""Who may come in at the money's addresses. Rights: charity.policies (four eyes for grants)."""

from __future__ import annotations

from typing import Any

from tests import make
from tests.security.doors import EVERYBODY, STAFF, Door

NAMED = STAFF | {"auditor"}
FUNDS = NAMED | {"representative"}
RECORDS = frozenset({"committee", "director"})
ASKS = RECORDS | {"worker"}
APPROVES = frozenset({"director", "supervisor"})
REASON = {"reason": "录错了"}


def _split(w: Any) -> dict[str, Any]:
    return {"elder": w.ch_elder.pk, "kind": "BATH-H", "price_fen": 5000, "on": "2026-11-21"}


def _fund(w: Any) -> dict[str, Any]:
    return {"name": "助餐专项", "source": "DONATION", "purpose": "老年助餐"}


THINGS = {
    "ch_elder": lambda w: make.elder(w.community),
    "ch_fund": lambda w: make.fund(w.community, yuan=5000),
    "ch_donation": lambda w: make.donated(w.ch_fund, yuan=80),
    "ch_my_gift": lambda w: make.donated(w.ch_fund, yuan=20, donor_person=w.user("donor").person),
    "ch_goods": lambda w: make.donated_goods(w.community),
    "ch_grant": lambda w: make.asked_grant(w.ch_fund, w.ch_elder, yuan=100),
}

DOORS = [
    Door("charity:fund-list", FUNDS),
    Door("charity:fund-open", frozenset({"director"})),
    Door("charity:fund-open", frozenset({"director"}), method="POST"),
    Door("charity:fund", FUNDS, args=lambda w: [w.ch_fund.pk]),
    Door("charity:fund-xlsx", FUNDS, args=lambda w: [w.ch_fund.pk]),
    Door("charity:fund-close", frozenset({"director"}), args=lambda w: [w.ch_fund.pk], method="POST"),
    Door("charity:donation-list", NAMED),
    Door("charity:donation-record", RECORDS),
    Door("charity:donation-book", RECORDS, method="POST"),
    Door("charity:my-gifts", {"donor"}),
    Door("charity:my-gift", args=lambda w: [w.ch_donation.pk], own={"donor": lambda w: [w.ch_my_gift.pk]}, opens={"donor"}),
    Door("charity:donation", NAMED, args=lambda w: [w.ch_donation.pk]),
    Door("charity:donation-reverse", RECORDS, args=lambda w: [w.ch_donation.pk]),
    Door(
        "charity:donation-reverse", RECORDS, args=lambda w: [w.ch_donation.pk], method="POST", data=lambda w: REASON
    ),
    Door("charity:grant-list", NAMED),
    Door("charity:grant-ask", ASKS),
    Door("charity:grant-ask", ASKS, method="POST"),
    Door("charity:grant", NAMED, args=lambda w: [w.ch_grant.pk]),
    Door("charity:grant-approve", APPROVES, args=lambda w: [w.ch_grant.pk], method="POST"),
    Door("charity:grant-refuse", APPROVES, args=lambda w: [w.ch_grant.pk], method="POST", data=lambda w: REASON),
    Door("charity:grant-withdraw", ASKS, args=lambda w: [w.ch_grant.pk], method="POST", data=lambda w: REASON),
    Door("charity:grant-pay", RECORDS, args=lambda w: [w.ch_grant.pk], method="POST"),
    Door("charity:goods-list", NAMED),
    Door("charity:goods-receive", RECORDS),
    Door("charity:goods-receive", RECORDS, method="POST"),
    Door("charity:goods", NAMED, args=lambda w: [w.ch_goods.pk]),
    Door(
        "charity:goods", ASKS, args=lambda w: [w.ch_goods.pk], method="POST",
        data=lambda w: {"quantity": 1, "purpose": "阅览室"}, closed=(403, 404, 422),
    ),
    Door("charity:open", EVERYBODY, public=True),
    Door("charity:open-community", EVERYBODY, args=lambda w: [w.community.slug], public=True),
    Door("api-charity:funds", EVERYBODY, why="each sees what visible_to shows"),
    Door("api-charity:funds", frozenset({"director"}), method="POST", data=_fund),
    Door("api-charity:fund", FUNDS, args=lambda w: [w.ch_fund.pk]),
    Door("api-charity:fund-statement", FUNDS, args=lambda w: [w.ch_fund.pk]),
    Door("api-charity:donations", EVERYBODY, why="each sees what visible_to shows"),
    Door(
        "api-charity:donations", RECORDS, method="POST", closed=(400, 403, 404),
        data=lambda w: {"fund": w.ch_fund.pk, "amount_fen": 100, "received_on": "2026-11-20"},
        why="a fund that is not visible is no valid choice: 400",
    ),
    Door("api-charity:donation", NAMED, args=lambda w: [w.ch_donation.pk]),
    Door(
        "api-charity:donation-reverse", RECORDS, args=lambda w: [w.ch_donation.pk], method="POST",
        data=lambda w: REASON,
    ),
    Door("api-charity:cost-splits", EVERYBODY, why="each sees what visible_to shows"),
    Door(
        "api-charity:cost-split-preview", STAFF, data=_split, closed=(400, 403, 404),
        why="an elder who is not visible is no valid choice: 400",
    ),
    Door("api-charity:grants", EVERYBODY, why="each sees what visible_to shows"),
]  # fmt: skip
