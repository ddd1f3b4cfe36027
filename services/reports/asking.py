"""Whom to ask for words one does not read oneself: names for a plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import pgettext

from carenet.accounts.models import RoleGrant
from carenet.accounts.states import Role

if TYPE_CHECKING:
    from carenet.accounts.models import User


def holders(community_id: int, *roles: str) -> list[User]:
    """Who holds one of the roles at this station today, each once, by name. One query."""
    grants = (
        RoleGrant.objects.current()
        .filter(community=community_id, role__in=roles, user__is_active=True)
        .select_related("user__person")
    )
    found = {each.user_id: each.user for each in grants}
    return sorted(found.values(), key=lambda each: (str(each), each.pk))


def supervisors(community_id: int) -> str:
    """The supervisors of the station by name; the words for nobody when the director has appointed none yet."""
    names = [str(each) for each in holders(community_id, Role.SUPERVISOR)]
    return pgettext("names", ", ").join(names) or pgettext(
        "names", "the supervisor whom the director appoints"
    )
