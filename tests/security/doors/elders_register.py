"""Who may come in at the addresses of the register: duplicates, households, consents, mandates, rights, lists."""

from __future__ import annotations

from typing import Any

from elders.actions import merging
from tests import make
from tests.make import NOW
from tests.security.doors import STAFF, Door

_PAIR = lambda w: [w.er_elder.person_id, w.er_other.person_id]  # noqa: E731
_ELDER = lambda w: [w.er_elder.pk]  # noqa: E731


def _merge(w: Any) -> Any:
    kept, gone = make.elder(w.community), make.elder(w.community)
    return merging.merge(kept=kept.person, gone=gone.person, by=w.user("committee"), at=NOW)


THINGS = {
    "er_elder": lambda w: make.elder(w.community),
    "er_other": lambda w: make.elder(w.community),
    "er_merge": _merge,
}
DOORS = [
    Door("elders:duplicates", STAFF),
    Door("elders:duplicate", STAFF, args=_PAIR),
    Door("elders:duplicate", STAFF, args=_PAIR, method="POST", data=lambda w: {"said": "different"}),
    Door("elders:merge-undo", STAFF, args=lambda w: [w.er_merge.pk], method="POST"),
]
