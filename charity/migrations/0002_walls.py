"""The walls around money and goods: row security, frozen facts, steps of a grant, histories that only grow."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

TRACKED = ("charity_fund", "charity_donation", "charity_goodsdonation", "charity_grant", "charity_costsharerule")
APPENDED = ("charity_goodsissue", "charity_costsplit")

GRANT_EDGES = {"APPROVED": ["PAID", "WITHDRAWN"], "ASKED": ["APPROVED", "REFUSED", "WITHDRAWN"]}


class Migration(migrations.Migration):
    dependencies = [("charity", "0001_charity")]
    operations = [
        *[step for table in TRACKED for step in walls.guard(table)],
        *[step for table in TRACKED for step in walls.no_delete(table)],
        *[step for table in TRACKED for step in walls.guard(f"{table}event")],
        *[step for table in TRACKED for step in walls.append_only(f"{table}event")],
        *[step for table in APPENDED for step in walls.guard(table)],
        *[step for table in APPENDED for step in walls.append_only(table)],
        *walls.steps("charity_grant", "state", GRANT_EDGES, initial=["ASKED"]),
        *walls.frozen(
            "charity_fund", ["community_id", "source", "purpose", "restricted_kinds", "account_id", "opened_on"]
        ),
        *walls.frozen(
            "charity_donation",
            ["community_id", "fund_id", "amount_fen", "received_on", "receipt_no", "entry_id", "donor_name", "key"],
        ),
        *walls.frozen(
            "charity_goodsdonation",
            ["community_id", "kind", "what", "quantity", "unit", "value_fen", "received_on", "receipt_no", "key"],
        ),
        *walls.frozen(
            "charity_grant",
            ["community_id", "fund_id", "elder_id", "purpose", "amount_fen", "asked_by_id", "asked_at", "key"],
        ),
        *walls.frozen(
            "charity_costsharerule",
            [
                "community_id",
                "elder_class",
                "applies_to",
                "gov_percent",
                "gov_cap_item_fen",
                "gov_cap_month_fen",
                "fund_percent",
                "fund_cap_item_fen",
                "valid_from",
            ],
        ),
    ]
