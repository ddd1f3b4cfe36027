"""Filters of the office lists that one user keeps under a name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import KeptFilter

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

# What may be kept of each list. Never the search words: they are names and numbers of people.
KEPT: dict[str, tuple[str, ...]] = {
    "list": ("state", "team", "source", "level"),
    "redemptions": ("show",),
    "shop": ("kind",),
}


class FilterNeedsName(DomainError):
    """A kept filter is found by its name."""

    code = "filter_needs_name"
    default_message = _("Please give the filter a name, for example: paused, team two.")


def cleaned(page: str, query: str) -> str:
    """The parts of an address that are a filter of this list."""
    return urlencode([(key, value) for key, value in parse_qsl(query) if key in KEPT[page] and value])[:400]


@transaction.atomic
def keep(*, community: Community, page: str, name: str, query: str, by: User, at: datetime) -> KeptFilter:
    """Keep a filter; the same name again replaces it. Raises FilterNeedsName, NotAllowed."""
    require(policies.may_see_list(by, community.pk))
    if not name.strip():
        raise FilterNeedsName(field="name")
    row, _new = KeptFilter.objects.update_or_create(
        community=community, user=by, page=page, name=name.strip()[:40],
        defaults={"query": cleaned(page, query), "at": at},
    )  # fmt: skip
    return row


@transaction.atomic
def forget(*, kept: KeptFilter, by: User, at: datetime) -> None:
    """Throw an own filter away. Raises NotAllowed."""
    require(kept.user_id == by.pk)
    kept.delete()
