"""One schema, several roles: only the owner's connection migrates."""

from __future__ import annotations

from typing import Any


class OneSchemaRouter:
    """`owner` and `default` are the same database under two roles."""

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
