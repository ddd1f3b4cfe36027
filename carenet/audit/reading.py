"""For doors: write down whose personal data a page, an API answer or an admin list showed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from carenet.audit import actions

if TYPE_CHECKING:
    from django.http import HttpRequest

    from carenet.parties.models import Person


def record(request: HttpRequest, people: Iterable[Person], fields: Sequence[str], purpose: str = "") -> int:
    """One row a person for what this request shows (`fields` in plain words or field names); returns how many.

    One INSERT for each community on the page, whatever its length. Call it with the rows of the page, not with
    a whole queryset.
    """
    by_community: dict[int, list[Person]] = defaultdict(list)
    for person in people:
        by_community[person.community_id].append(person)
    user, at = request.user, timezone.now()
    # An approved export opens the page again and brings the purpose that was approved.
    purpose = getattr(request, "read_purpose", "") or purpose
    return sum(
        actions.looked(
            community=community,
            people=shown,
            fields=fields,
            by=user,  # type: ignore[arg-type]
            at=at,
            url=request.path,
            purpose=purpose,
        )
        for community, shown in by_community.items()
    )
