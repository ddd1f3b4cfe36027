"""Who approves a file with personal data.

A director or a committee member other than the asker, who may read the class of data in it. Where the station has
nobody else of them, a supervisor stands in, so that a station with one director can work. Source: domain.md §9.4;
station rule (docs/decisions/0014-exports.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carenet.accounts import policies as accounts
from carenet.accounts.models import RoleGrant
from carenet.accounts.states import FieldClass, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carenet.accounts.models import User
    from carenet.exports.models import Export

APPROVE = frozenset({Role.DIRECTOR, Role.COMMITTEE})
STAND_IN = frozenset({Role.SUPERVISOR})


def _holders(community_id: int, field_class: int, asker: User, roles: Iterable[str]) -> list[User]:
    wanted = set(roles) & accounts.MAY_READ[FieldClass(field_class)]
    grants = (
        RoleGrant.objects.current()
        .filter(community=community_id, role__in=wanted, user__is_active=True)
        .exclude(user=asker)
        .select_related("user")
        .order_by("user_id")
    )
    return list({each.user_id: each.user for each in grants}.values())


def approvers(*, community_id: int, field_class: int, asker: User) -> list[User]:
    """Everybody who may decide about a file of this asker; empty when the station has nobody."""
    return _holders(community_id, field_class, asker, APPROVE) or _holders(
        community_id, field_class, asker, STAND_IN
    )


def may_decide(user: User, export: Export) -> bool:
    """Whether the user is one of them; never the asker."""
    readers = accounts.MAY_READ[FieldClass(export.field_class)]
    if user.pk == export.asked_by_id:
        return False
    if user.has_role(export.community_id, *(APPROVE & readers)):
        return True
    if not user.has_role(export.community_id, *(STAND_IN & readers)):
        return False
    found = approvers(community_id=export.community_id, field_class=export.field_class, asker=export.asked_by)
    return any(each.pk == user.pk for each in found)
