"""Doors of the portal, sign-in, audit and the REST root."""

from __future__ import annotations

from typing import Any

from tests import make
from tests.security.doors import EVERYBODY, STAFF, Door

AUDIT = frozenset({"auditor", "director"})


def _grant(w: Any) -> list[Any]:
    user = w.user("elder")
    return [user.pk, user.grants.first().pk]


def _role(w: Any) -> dict[str, Any]:
    return {"role": "VOLUNTEER", "community": w.community.pk}


def _block(w: Any) -> dict[str, Any]:
    return {"deed": "block"}


DOORS = [
    Door("portal:home", EVERYBODY, public=True),
    Door("portal:about", EVERYBODY, public=True),
    Door("portal:preferences", EVERYBODY, public=True, method="POST", data=lambda w: {"text_size": "l"}),
    Door("portal:desk", EVERYBODY),
    Door("accounts:sign-in", EVERYBODY, public=True),
    Door("accounts:sign-in-code", EVERYBODY, public=True),
    Door(
        "accounts:second",
        EVERYBODY,
        why="whoever is signed in already is led home; others back to the sign-in page",
    ),
    Door("accounts:second-set-up", EVERYBODY),
    Door("accounts:sign-out", EVERYBODY, public=True, method="POST"),
    Door("accounts:community-switch", EVERYBODY, method="POST", data=lambda w: {"community": w.community.pk}),
    Door("accounts:settings", EVERYBODY),
    Door("accounts:password", EVERYBODY),
    Door("accounts:email", EVERYBODY),
    Door("accounts:sessions-end", EVERYBODY, method="POST"),
    Door("accounts:recovery-codes", EVERYBODY, method="POST"),
    Door("accounts:accounts", STAFF),
    Door("accounts:open", STAFF),
    Door("accounts:open", STAFF, method="POST", data=lambda w: {"username": "new", "role": "ELDER"}),
    Door("accounts:account", STAFF, args=lambda w: [w.user("elder").pk]),
    Door("accounts:account", STAFF, args=lambda w: [w.user("elder").pk], method="POST", data=_role),
    Door("accounts:role-end", STAFF, args=_grant, method="POST"),
    Door("accounts:password-reset", STAFF, args=lambda w: [w.user("elder").pk], method="POST"),
    Door("accounts:change", STAFF, args=lambda w: [w.user("elder").pk], method="POST", data=_block),
    Door("portal:street", {"street"}),
    Door("audit:reads", AUDIT),
    Door("audit:notes", AUDIT),
    Door("audit:rights", AUDIT),
    Door("audit:city", AUDIT),
    Door("audit:rows", AUDIT),
    Door("audit:row", AUDIT, args=lambda w: ["parties.person", w.person.pk]),
    Door("audit:my-looks", EVERYBODY),
    Door("api:root", EVERYBODY, public=True),
    Door("api:areas", EVERYBODY - {"street"}, why="places are no personal data"),
    Door("api:organisations", STAFF | {"representative", "auditor", "provider"}),
    Door("api:members", STAFF, args=lambda w: [make.party(w.community, "CHARITY").pk]),
    Door("api:colleagues", STAFF),
    Door("api-accounts:session", EVERYBODY),
]
