"""Notes and looks: one INSERT each, never an update."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Person

_NOTE = """
INSERT INTO audit_note (community_id, at, by_id, by_name, verb, object_kind, object_id, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_LOOKS = """
INSERT INTO audit_readlog (community_id, at, user_id, viewer_name, person_id, subject_name, fields, purpose, url)
SELECT %s, %s, %s, %s, person_id, subject_name, %s, %s, %s
FROM unnest(%s::bigint[], %s::text[]) AS seen (person_id, subject_name)
"""


class Look(NamedTuple):
    """Whose file was looked at: the person's number and name (copied into the record)."""

    person_id: int
    name: str


def look_of(person: Person | Look) -> Look:
    """The part of a person that is kept in the read log."""
    return person if isinstance(person, Look) else Look(person.pk, person.name)


@transaction.atomic
def note(
    *,
    community: Community | int | None,
    verb: str,
    object_kind: str = "",
    object_id: object = "",
    by: User | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    by_name: str = "",
) -> None:
    """Write down that something was done. `verb` is `<app>.<what>`, e.g. `accounts.signed_in`.

    Without `by` somebody unknown did it (a failed sign-in); without a community it concerns an area, whose
    number stands in `facts["area"]`. The row cannot be read back by its writer without scope, hence no
    RETURNING. Source: GB/T 22239-2019 (who, when, what, result).
    """
    community_id = community if community is None or isinstance(community, int) else community.pk
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            [
                community_id,
                at,
                by.pk if by is not None else None,
                (by_name or (str(by) if by is not None else ""))[:60],
                verb,
                object_kind,
                str(object_id)[:60],
                json.dumps(facts or {}, cls=DjangoJSONEncoder, ensure_ascii=False),
            ],
        )


@transaction.atomic
def looked(
    *,
    community: Community | int,
    people: Iterable[Person | Look],
    fields: Sequence[str],
    by: User,
    at: datetime,
    url: str = "",
    purpose: str = "",
) -> int:
    """Write one row for each person shown on a page, in one INSERT; returns how many.

    Looking at one's own file is nobody's business and is not recorded. Source: law 7; PIPL Art. 44, 51.
    """
    own = by.person_id
    seen = {each.person_id: each.name for each in map(look_of, people) if each.person_id != own}
    if not seen:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOKS,
            [
                community if isinstance(community, int) else community.pk,
                at,
                by.pk,
                str(by)[:60],
                [str(each)[:60] for each in fields],
                purpose[:120],
                url[:300],
                list(seen),
                [name[:60] for name in seen.values()],
            ],
        )
    return len(seen)
