"""Row history that also knows the actor when a SQL function did the change, or no request is there.

pghistory puts user and URL in front of each statement except those that begin with SELECT. A function call is
therefore put between brackets, which costs nothing. Packages beside `audit` (ledger, notices …) may not import this
module; they write the same form themselves: `(SELECT * FROM f(%s))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import connection

if TYPE_CHECKING:
    from carenet.accounts.models import User


def call(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run `SELECT … FROM function(…)` so that the rows it changes keep user and URL in their history."""
    with connection.cursor() as cursor:
        cursor.execute(f"({sql})", params)
        return list(cursor.fetchall())


@contextmanager
def acting(user: User, via: str) -> Iterator[None]:
    """For tasks and commands: the row history of the block says who acted (`user`) and from where (`via`)."""
    with pghistory.context(user=user.pk, url=via):
        yield
