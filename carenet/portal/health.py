"""Is the station alive, ready, healthy? Answered before any other middleware, so that a lost database is seen.

`/ping/` touches nothing; `/ready/` asks the database and its migrations; `/health/` tells the ages of what must
not stand still. Source: architecture.md 4a (addresses); issue 2, item 9.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from carenet.parties import scope

log = logging.getLogger(__name__)
# Heartbeats and the age in seconds at which each is worth a look: three missed turns, or a day and a bit.
BEATS = {
    "notices.sweep": 120,
    "jobs.sweep": 120,
    "services.sweep": 180,
    "beat": 120,
    "ledger.check_books": 26 * 3600,
    "volunteers.shifts": 45 * 60,
    "volunteers.bank": 26 * 3600,
}
OLDEST_OUTBOX_SECONDS = 600


def ready() -> dict[str, Any]:
    """Whether requests can be served: the database answers and no migration is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    loader = MigrationLoader(connection)
    missing = sorted(".".join(key) for key in set(loader.disk_migrations) - set(loader.applied_migrations))
    return {"database": "ok", "role": role, "missing_migrations": missing, "ok": not missing}


def _age(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else max(0, int((now - at).total_seconds()))


def health(now: datetime) -> dict[str, Any]:
    """The ages in seconds; `None` means it never happened. `late` names what stands still, `troubled` what ran and found
    something wrong (the books above all)."""
    ages: dict[str, int | None] = {}
    heartbeat = apps.get_model("notices", "Heartbeat")
    seen = {each.name: each for each in heartbeat.objects.all()}
    for name in sorted({*BEATS, *seen}):
        ages[name] = _age(seen[name].at if name in seen else None, now)
    troubled = sorted(name for name, each in seen.items() if not each.ok)
    communities = list(apps.get_model("parties", "Community").objects.active().values_list("pk", flat=True))
    outbox = apps.get_model("notices", "Outbox")
    with scope.within(communities):
        oldest = (
            outbox.objects.filter(sent_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
    waiting = _age(oldest, now)
    late = [name for name, most in BEATS.items() if (age := ages[name]) is not None and age > most]
    if waiting is not None and waiting > OLDEST_OUTBOX_SECONDS:
        late.append("outbox")
    return {
        "ages": ages,
        "oldest_undone_outbox": waiting,
        "late": sorted(late),
        "troubled": troubled,
        "ok": not late and not troubled,
    }


class PingMiddleware:
    """Answers the three addresses itself; everything else passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/ping/":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/ready/":
            return self._told(ready)
        if request.path == "/health/":
            return self._told(lambda: health(timezone.now()))
        return self.get_response(request)

    def _told(self, ask: Callable[[], dict[str, Any]]) -> JsonResponse:
        """The answer as JSON: 200 when all is well, 503 otherwise, never an exception."""
        try:
            with transaction.atomic():
                facts = ask()
        except Exception as wrong:
            log.warning("health question failed: %s", type(wrong).__name__)
            facts = {"ok": False, "error": type(wrong).__name__}
        response = JsonResponse(facts, status=200 if facts["ok"] else 503)
        response["Cache-Control"] = "no-store"
        return response
