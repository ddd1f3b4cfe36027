"""The database connections: web and workers as `carenet_app`, migrations as `carenet_owner`."""

from __future__ import annotations

from typing import Any

import environ

# Source: proof.md §3 "Design that follows", 6. In milliseconds.
APP_OPTIONS = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"


def databases(*, app_url: str, owner_url: str, pooled: bool = False) -> dict[str, dict[str, Any]]:
    """Build DATABASES from one address per role.

    `default` is the role that owns nothing and cannot pass row security. `owner` migrates; it is left out
    where no owner address is given, so that a web machine need not know it. `pooled`: the application's address is
    a pooler that lends a connection for one transaction (PgBouncer), so nothing may be left behind on it; the
    timeouts stand on the role, too (`deploy/bootstrap.sql`).
    """
    app = _one(app_url)
    if pooled:
        app["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        app["OPTIONS"] = {**app.get("OPTIONS", {}), "options": APP_OPTIONS}
        app["CONN_MAX_AGE"] = 600
        app["CONN_HEALTH_CHECKS"] = True
    found = {"default": app}
    if owner_url:
        found["owner"] = _one(owner_url)
    return found


def _one(url: str) -> dict[str, Any]:
    return {**environ.Env.db_url_config(url), "ENGINE": "carenet.postgres"}
