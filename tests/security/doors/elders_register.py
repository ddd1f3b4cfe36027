"""Who may come in at the addresses of the register: duplicates, households, consents, mandates, rights, lists."""

from __future__ import annotations

from typing import Any

from elders.actions import consents, copying, lists, mandates, merging, retention, rights, sealed_papers
from elders.models import HouseholdRole
from tests import make
from tests.make import NOW
from tests.security.doors import STAFF, Door

_PAIR = lambda w: [w.er_elder.person_id, w.er_other.person_id]  # noqa: E731
_ELDER = lambda w: [w.er_elder.pk]  # noqa: E731
_REQUEST = lambda w: [w.er_request.pk]  # noqa: E731
_GRANTED = lambda w: {"granted": True, "words": "好"}  # noqa: E731
_HOME = lambda w: [w.er_home.pk]  # noqa: E731
_HOME_ROLE = lambda w: [w.er_home.pk, w.er_role.pk]  # noqa: E731


def _merge(w: Any) -> Any:
    kept, gone = make.elder(w.community), make.elder(w.community)
    return merging.merge(kept=kept.person, gone=gone.person, by=w.user("committee"), at=NOW)


def _paper(w: Any) -> Any:
    document = sealed_papers.keep(
        community=w.community, title="x", content=b"%PDF-1.7 x", cause=("elders.elder", w.er_elder.pk),
        by=w.user("committee"), at=NOW,
    )  # fmt: skip
    return consents.give(
        elder=w.er_elder,
        purpose="HEALTH",
        version="1",
        way="PAPER",
        paper=document,
        by=w.user("committee"),
        at=NOW,
    )


THINGS = {
    "er_elder": lambda w: make.elder(w.community),
    "er_other": lambda w: make.elder(w.community),
    "er_merge": _merge,
    "er_filter": lambda w: lists.save(
        community=w.community, name="红色", query="colour=RED", by=w.user("committee"), at=NOW
    ),
    "er_home": lambda w: HouseholdRole.objects.get(person=w.er_elder.person, kind="RESIDENT").household,
    "er_role": lambda w: HouseholdRole.objects.get(person=w.er_elder.person, kind="RESIDENT"),
    "er_request": lambda w: rights.ask(
        elder=w.er_elder, kind="COPY", words="要一份", by=w.user("committee"), at=NOW
    ),
    "er_consent": lambda w: consents.give(
        elder=w.er_elder, purpose="PHOTO", version="1", by=w.user("committee"), at=NOW
    ),
    "er_mandate": lambda w: mandates.give(
        elder=w.er_elder,
        relation="SON",
        user=make.user("FAMILY", w.community, username=f"er-son-{w.community.pk}"),
        since=NOW.date(),
        by=w.user("committee"),
        at=NOW,
    ),
    "er_paper": _paper,
    "er_copy": lambda w: copying.start(elder=w.er_request.elder, by=w.user("committee"), at=NOW),
    "er_run": lambda w: retention.plan(community=w.community, on=NOW.date(), by=w.user("committee"), at=NOW),
    "er_mine": lambda w: make.elder(w.community, person=w.user("elder").person),
}
DOORS = [
    Door("elders:duplicates", STAFF),
    Door("elders:duplicate", STAFF, args=_PAIR),
    Door("elders:duplicate", STAFF, args=_PAIR, method="POST", data=lambda w: {"said": "different"}),
    Door("elders:merge-undo", STAFF, args=lambda w: [w.er_merge.pk], method="POST"),
    Door("elders:home-of", STAFF, args=_ELDER),
    Door("elders:household", STAFF, args=lambda w: [w.er_home.pk]),
    Door(
        "elders:household",
        STAFF,
        args=lambda w: [w.er_home.pk],
        method="POST",
        data=lambda w: {"do": "place"},
    ),
    Door(
        "elders:household-role",
        STAFF,
        args=lambda w: [w.er_home.pk, w.er_role.pk],
        method="POST",
        data=lambda w: {"do": "end"},
    ),
    Door("elders:overview", STAFF),
    Door("elders:filter-save", STAFF, method="POST", data=lambda w: {"name": "x", "query": "colour=RED"}),
    Door(
        "elders:filter-rename",
        {"committee"},
        args=lambda w: [w.er_filter.pk],
        method="POST",
        why="only one's own",
    ),
    Door(
        "elders:filter-forget",
        {"committee"},
        args=lambda w: [w.er_filter.pk],
        method="POST",
        why="only one's own",
    ),
    Door("elders:requests", STAFF),
    Door("elders:request", STAFF, args=lambda w: [w.er_request.pk]),
    Door(
        "elders:request",
        STAFF,
        args=lambda w: [w.er_request.pk],
        method="POST",
        data=lambda w: {"granted": "yes", "words": "好"},
    ),
    Door("elders:consent-texts", STAFF),
    Door("elders:consent-texts", {"director"}, method="POST"),
    Door("elders:retention", STAFF),
    Door("elders:retention", STAFF, method="POST"),
    Door("elders:retention-run", STAFF, args=lambda w: [w.er_run.pk]),
    Door(
        "elders:retention-run",
        {"director"},
        args=lambda w: [w.er_run.pk],
        method="POST",
        data=lambda w: {"do": "drop"},
    ),
    Door("elders:consents", STAFF, args=_ELDER),
    Door("elders:consent-withdraw", STAFF, args=lambda w: [w.er_elder.pk, w.er_consent.pk], method="POST"),
    Door("elders:paper", STAFF, args=lambda w: [w.er_elder.pk, w.er_paper.paper_id]),
    Door("elders:mandates", STAFF, args=_ELDER),
    Door("elders:mandates", STAFF, args=_ELDER, method="POST", data=lambda w: {"holder": "x"}),
    Door("elders:mandate-end", STAFF, args=lambda w: [w.er_elder.pk, w.er_mandate.pk], method="POST"),
    Door("elders:copy", STAFF, args=_ELDER),
    Door("elders:copy-out", STAFF, args=_ELDER, why="leads to the question for an approval"),
    Door("elders:copy", STAFF, args=_ELDER, method="POST"),
    Door("elders:copy", STAFF, args=lambda w: [w.er_elder.pk, w.er_copy.pk]),
    Door(
        "elders:copy-download",
        frozenset(),
        args=lambda w: [w.er_elder.pk, w.er_copy.pk, "pdf"],
        why="404 until the copy is made",
    ),
    Door(
        "elders:mine",
        {"elder"},
        data=lambda w: {"x": w.er_mine.pk},
        why="404 for whoever has neither a file nor a mandate",
    ),
    Door(
        "elders:my-letters",
        {"elder"},
        data=lambda w: {"x": w.er_mine.pk},
        why="404 without a file or a mandate",
    ),
    Door("elders:my-letter", {"elder"}, args=_ELDER, own={"elder": lambda w: [w.er_mine.pk]}),
    Door("elders:my-letter-paper", {"elder"}, args=_ELDER, own={"elder": lambda w: [w.er_mine.pk]}),
    Door(
        "elders:my-consent",
        {"elder"},
        args=_ELDER,
        method="POST",
        data=lambda w: {"purpose": "PHOTO", "do": "give"},
        own={"elder": lambda w: [w.er_mine.pk]},
    ),
    Door("elders:my-request", {"elder"}, args=_ELDER, own={"elder": lambda w: [w.er_mine.pk]}),
    Door("api-elders:mandates", STAFF, args=_ELDER),
    Door("api-elders:mandates", STAFF, args=_ELDER, method="POST", data=lambda w: {}),
    Door(
        "api-elders:mandate-end",
        STAFF,
        args=lambda w: [w.er_elder.pk, w.er_mandate.pk],
        method="POST",
        data=lambda w: {},
    ),
    Door("api-elders:data-request-list", STAFF),
    Door(
        "api-elders:data-request-list",
        STAFF,
        method="POST",
        data=lambda w: {"elder": w.er_elder.pk, "kind": "COPY", "words": "要一份"},
    ),
    Door("api-elders:data-request-detail", STAFF, args=_REQUEST),
    Door("api-elders:data-request-answer", STAFF, args=_REQUEST, method="POST", data=_GRANTED),
    Door("api-elders:data-request-reopen", STAFF, args=_REQUEST, method="POST", data=lambda w: {}),
    Door("api-elders:household-list", STAFF),
    Door("api-elders:household-detail", STAFF, args=_HOME),
    Door("api-elders:household-roles", STAFF, args=_HOME, method="POST", data=lambda w: {}),
    Door("api-elders:household-end-role", STAFF, args=_HOME_ROLE, method="POST", data=lambda w: {}),
    Door("api-elders:household-reopen-role", STAFF, args=_HOME_ROLE, method="POST", data=lambda w: {}),
]
