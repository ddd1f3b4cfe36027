"""Migrations that touch rows, run on rows as a station may have them."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

from django.db import connections, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

from tests.volunteers.purse import TODAY
from volunteers.models import Policy

SETTINGS_HAVE_LIMITS = importlib.import_module("volunteers.migrations.0010_settings_have_limits")
# A value before the migration, and after it.
TYPED = {
    "gift_allowed": (7, 1), "rounding_minutes": (0, 1), "cap_day_minutes": (99_999, 1440), "heavy_shift_age": (3, 18),
    "balance_cap_minutes": (5, 60), "solvency_limit": (100_000, 1000), "travel_speed": (200, 200), "answer_days": (1, 1),
    "points_per_hour": (12, 12), "a_key_of_later": (777_777, 777_777),
}  # fmt: skip


def test_settings_outside_their_limits_become_the_nearest_limit_before_the_constraint_stands(
    station_db: Any,
) -> None:
    owner = connections["owner"]
    (constraint,) = [
        each for each in Policy._meta.constraints if each.name == "volunteers_policy_within_limits"
    ]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("alter table volunteers_policy drop constraint volunteers_policy_within_limits")
        cursor.executemany(
            "insert into volunteers_policy (community_id, key, value, valid_from, source) values (%s, %s, %s, %s, '旧表')",
            [[station_db.pk, key, before, TODAY] for key, (before, _after) in TYPED.items()],
        )
        for _twice in range(2):  # a migration that was interrupted comes again
            SETTINGS_HAVE_LIMITS.clamp(None, SimpleNamespace(connection=owner))
        with DatabaseSchemaEditor(owner) as editor:
            editor.add_constraint(Policy, constraint)
        cursor.execute("select key, value from volunteers_policy")
        assert dict(cursor.fetchall()) == {key: after for key, (_before, after) in TYPED.items()}
        cursor.execute("select pgh_label, count(*) from volunteers_policyevent group by 1 order by 1")
        changed = sum(before != after for before, after in TYPED.values())
        assert cursor.fetchall() == [("insert", len(TYPED)), ("update", changed)], "history tells who moved"


def test_the_limits_of_that_migration_name_each_setting_once() -> None:
    keys = [key for _low, _high, names in SETTINGS_HAVE_LIMITS.LIMITS for key in names]
    assert len(keys) == len(set(keys)) and set(TYPED) - {"a_key_of_later"} <= set(keys)
