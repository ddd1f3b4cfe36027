"""The table of doors: for each address, who may come in. One module for each app; see /docs/decisions and DOORS below.

A module holds `DOORS = [Door(...), …]` and, when its addresses need objects, `THINGS = {"elder": lambda world: …}`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Who knocks. Each is one user with exactly this role; `stranger` is committee staff of the neighbour community.
ROLES: dict[str, str] = {
    "elder": "ELDER",
    "family": "FAMILY",
    "volunteer": "VOLUNTEER",
    "provider": "DISPATCHER",
    "care_worker": "CARE_WORKER",
    "donor": "DONOR",
    "representative": "REPRESENTATIVE",
    "committee": "COMMITTEE",
    "director": "DIRECTOR",
    "worker": "SOCIAL_WORKER",
    "supervisor": "SUPERVISOR",
    "auditor": "AUDITOR",
    "street": "STREET_OFFICER",
}
EVERYBODY = frozenset(ROLES)
STAFF = frozenset({"committee", "director", "worker", "supervisor"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """One address (by URL name) and one method.

    `opens`: the roles of the own community that come in (EVERYBODY: whoever is signed in); `public`: visitors too.
    `args` makes the address from a World (an object of one community): `lambda w: [w.elder.pk]`; with it, the same
    address with the neighbour's object is tried for every role and must be closed for all of them, except for the
    roles of `opens_other`. `data` makes the POST body. `own` names roles for which the object belongs to
    the user (`{"elder": lambda w: [w.elder_of_user.pk]}`): they use these args instead.
    `closed` are the answers that count as closed (besides the way to the sign-in page).
    """

    name: str
    opens: Iterable[str] = NOBODY
    args: Callable[[Any], list[Any]] | None = None
    kwargs: Callable[[Any], dict[str, Any]] | None = None
    method: str = "GET"
    data: Callable[[Any], dict[str, Any]] | None = None
    public: bool = False
    opens_other: Iterable[str] = NOBODY
    own: Mapping[str, Callable[[Any], list[Any]]] = field(default_factory=dict)
    closed: tuple[int, ...] = (403, 404)
    why: str = ""

    @property
    def is_api(self) -> bool:
        """REST: JSON bodies, and 401/403 in place of the way to the sign-in page."""
        return self.name.startswith("api")

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def modules() -> list[Any]:
    """The tables of all apps."""
    return [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]


def doors() -> list[Door]:
    """All rows."""
    return [door for module in modules() for door in module.DOORS]


def things() -> dict[str, Callable[[Any], Any]]:
    """All makers of objects."""
    return {name: maker for module in modules() for name, maker in getattr(module, "THINGS", {}).items()}
