"""Accounts: who may sign in, with what, and as what.

Verbs: people (open_account, grant, revoke, change_password, reset_password, block), sign_in (by password, by code),
second (authenticator app and recovery codes). Rights are asked in `policies`. Sources: issue 2 item 6; domain.md §9.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

STATION_NAME = "station"


def station(community: Community | int) -> User:
    """The user that tasks act as, narrowed to one community; made when it is first asked for.

    It has no password and cannot sign in. Its community_ids hold this one community, so `visible_to` works.
    """
    from datetime import date

    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

    from carenet.accounts.models import RoleGrant, User
    from carenet.accounts.states import Role

    found = User.objects.filter(username=STATION_NAME).first()
    if found is None:
        User.objects.bulk_create(
            [User(username=STATION_NAME, display_name="站点", password=UNUSABLE_PASSWORD_PREFIX)],
            ignore_conflicts=True,
        )
        found = User.objects.get(username=STATION_NAME)
    if not found.grants.current().filter(role=Role.STATION).exists():
        RoleGrant.objects.bulk_create(
            [RoleGrant(user=found, role=Role.STATION, since=date(2000, 1, 1))], ignore_conflicts=True
        )
    found.community_ids = (getattr(community, "pk", community),)
    return found
