"""A column of PostgreSQL's built-in type `point`: metres east and north of the community's origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Base = models.Field[Any, Any]
else:
    Base = models.Field


class PointField(Base):
    """(x, y) as a tuple of floats; nearest-neighbour search by GiST and `<->`. Source: proof.md §1b."""

    description = "point in metres"

    def db_type(self, connection: Any) -> str:
        return "point"

    def from_db_value(
        self, value: str | None, expression: Any, connection: Any
    ) -> tuple[float, float] | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[float, float] | None:
        if value is None or isinstance(value, tuple):
            return value
        x, y = str(value).strip("()").split(",")
        return float(x), float(y)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        x, y = self.to_python(value) or (0.0, 0.0)
        return f"({x!r},{y!r})"
