"""What a form offers: the buildings of a community, and the people who work there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from carenet.accounts.models import RoleGrant, User
from carenet.accounts.states import STAFF_ROLES
from carenet.parties.models import Area, Community


def buildings_of(community: Community) -> Any:
    """The community's buildings in the order of the tree."""
    rows = Area.objects.filter(kind="BUILDING", path__contains=[community.area_id], valid_to__isnull=True)
    return rows.select_related("parent").order_by("path")


def staff_of(community: Community) -> Any:
    """The users who work in a community now: as responsible workers and second assessors."""
    works = RoleGrant.objects.current().filter(user=OuterRef("pk"), community=community, role__in=STAFF_ROLES)
    return User.objects.filter(Exists(works), is_active=True).order_by("display_name", "username")
