"""What taking an import back has in common: nobody's later work is overwritten."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from elders.actions.refusals import RowsInUse

MOST_NAMES = 5


def require_untouched(names: Iterable[str]) -> None:
    """Raises RowsInUse with the names of those whose rows were changed since the import."""
    found = list(dict.fromkeys(names))
    if not found:
        return
    more = ""
    if len(found) > MOST_NAMES:
        more = gettext(" and %(count)s more") % {"count": len(found) - MOST_NAMES}
    raise RowsInUse(names="、".join(found[:MOST_NAMES]) + more)
