"""Ask for a file with personal data, or withdraw the question."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404
from django.urls import Resolver404

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.exports import gate, policies, replay
from carenet.exports.actions import refusals
from carenet.exports.models import Export
from carenet.exports.states import STEPS, WAITS_DAYS, ExportState
from carenet.kernel import steps
from carenet.notices import actions as notices
from carenet.notices.actions import Letter

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

LONGEST_PATH = 1000


@dataclass(frozen=True)
class Facts:
    """What a file would hold."""

    title: str
    headings: list[dict[str, Any]]
    field_class: int
    rows: int | None


class _Back(Exception):
    """Whatever the view wrote is undone."""


def facts_of(*, path: str, community: Community, by: User, language: str, at: datetime) -> Facts:
    """Open the address as the asker up to the gate: which columns, how many rows. Nothing that it writes stays.

    Raises NothingToApprove when the asker may not open it or the gate lets it through.
    """
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        raise refusals.NothingToApprove
    found: Facts | None = None
    try:
        with transaction.atomic(), gate.counting():
            try:
                replay.get(path, user=by, community=community, language=language)
            except gate.NeedsApproval as turn:
                headings = [asdict(each) | {"field_class": int(each.field_class)} for each in turn.headings]
                found = Facts(turn.title[:160], headings, int(turn.field_class), turn.rows)
            except (Http404, Resolver404):
                pass
            raise _Back
    except _Back:
        pass
    if found is None:
        raise refusals.NothingToApprove
    return found


@transaction.atomic
def ask(*, community: Community, path: str, purpose: str, language: str, by: User, at: datetime) -> Export:
    """Write the question down and tell everybody who may approve. Raises NothingToApprove, NobodyApproves, AskedAlready.

    It waits seven days (station rule). Source: domain.md §9.4.
    """
    facts = facts_of(path=path, community=community, by=by, language=language, at=at)
    chosen = policies.approvers(community_id=community.pk, field_class=facts.field_class, asker=by)
    if not chosen:
        raise refusals.NobodyApproves
    waiting = Export.objects.select_for_update().filter(asked_by=by, path=path, state=ExportState.ASKED)
    for row in waiting:
        if row.is_waiting(at):
            raise refusals.AskedAlready
        end(export=row, step="expire", at=at)
    row = Export.objects.create(
        community=community, path=path, title=facts.title, headings=facts.headings, field_class=facts.field_class,
        rows=facts.rows, purpose=purpose.strip(), language=language, state=ExportState.ASKED, asked_by=by, asked_at=at,
        decide_until=at + timedelta(days=WAITS_DAYS),
    )  # fmt: skip
    notices.write_many(
        community=community, template="exports.asked",
        letters=[
            Letter(key=f"exports.asked:{row.pk}:{each.pk}", params={"export": row.pk, "list": row.title, "who": str(by)}, to_user_id=each.pk)
            for each in chosen
        ],
        due_at=at, by=by, at=at,
    )  # fmt: skip
    audit.note(
        community=community, verb="exports.asked", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title, "purpose": row.purpose, "class": row.field_class, "rows": row.rows},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw(*, export: Export, by: User, at: datetime) -> Export:
    """The asker needs it no longer. Raises WrongStep, NotAllowed."""
    row = Export.objects.select_for_update().get(pk=export.pk)
    accounts.require(row.asked_by_id == by.pk)
    end(export=row, step="withdraw", at=at)
    audit.note(
        community=row.community_id, verb="exports.withdrawn", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title},
    )  # fmt: skip
    return row


def end(*, export: Export, step: str, at: datetime) -> None:
    """The question ends without a file. Raises WrongStep. The caller holds the row."""
    export.state = ExportState(steps.take(STEPS, step, export.state))
    export.ended_at = at
    export.save(update_fields=["state", "ended_at"])
