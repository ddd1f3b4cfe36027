"""Communities with their areas, persons, organisations, users and their clients."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from carenet.accounts.models import RoleGrant, User
from carenet.parties import scope
from carenet.parties.actions import organisations, people
from carenet.parties.models import Area, Community, Organisation, Person
from tests.make import NOW

__all__ = ["api_for", "area", "buildings", "client_for", "community", "organisation", "person", "user"]

_numbers = itertools.count(1)
SINCE = date(2024, 1, 1)


def area(kind: str, name: str, parent: Area | None, **fields: Any) -> Area:
    from carenet.parties.actions import areas

    return areas.add(kind=kind, name=name, parent=parent, **fields)


def community(
    *, slug: str = "test", name: str = "测试社区", in_scope: bool = False, is_demo: bool = False
) -> Community:
    """A community with the tree province … street > community > 2 grids > 4 buildings."""
    from carenet.parties.actions import areas

    street = Area.objects.filter(kind="STREET", name="测试街道").first()
    if street is None:
        province = area("PROVINCE", "测试省", None)
        city = area("PREFECTURE", "测试市", province)
        county = area("COUNTY", "测试区", city)
        street = area("STREET", "测试街道", county)
    node = area("COMMUNITY", name, street, lon=98.857, lat=25.853)
    found = areas.open_community(
        area=node, slug=slug, name=name, phone="0886-3620000", origin_lon=98.857, origin_lat=25.853,
        is_demo=is_demo, residents=3000, opened_on=SINCE,
    )  # fmt: skip
    for grid in (1, 2):
        grid_node = area("GRID", f"第{grid}网格", node)
        for building in (1, 2):
            number = (grid - 1) * 2 + building
            area(
                "BUILDING",
                f"{number}号楼",
                grid_node,
                lon=98.857 + number * 0.001,
                lat=25.853 + number * 0.0005,
            )
    if in_scope:
        scope.set_for_transaction([found.pk])
    return found


def buildings(of: Community) -> list[Area]:
    """The four buildings of a community."""
    return list(Area.objects.filter(kind="BUILDING", path__contains=[of.area_id]).order_by("name"))


def user(
    role: str, community: Community | None = None, *, area: Area | None = None, username: str = "",
    display_name: str = "", person: Person | None = None, organisation: Organisation | None = None, **fields: Any,
) -> User:  # fmt: skip
    """A user with one role. Password: `carenet-Test-1`."""
    username = username or f"{role.lower()}{next(_numbers)}"
    found = User.objects.create_user(
        username,
        "carenet-Test-1",
        display_name=display_name or username,
        person=person,
        is_staff=role in {"COMMITTEE", "DIRECTOR", "SOCIAL_WORKER", "SUPERVISOR", "AUDITOR"},
        **fields,
    )
    RoleGrant.objects.create(
        user=found, role=role, community=community, area=area, organisation=organisation, since=SINCE
    )
    return found


def person(community: Community, *, name: str = "王桂珍", by: User | None = None, **fields: Any) -> Person:
    """A person registered through the action."""
    fields.setdefault("sex", 2)
    fields.setdefault("born_on", date(1946, 3, 5))
    fields.setdefault("no_id_reason", "test")
    by = by or registrar()
    return people.register(community=community, name=name, by=by, at=NOW, **fields)


def organisation(
    community: Community, *, name: str = "", by: User | None = None, **fields: Any
) -> Organisation:
    if not fields.get("partner_kind"):
        fields.setdefault("party_kind", "SOCIAL_ORGANISATION")
    by = by or registrar()
    name = name or f"测试组织{next(_numbers)}"
    return organisations.register(community=community, name=name, by=by, at=NOW, **fields)


def registrar() -> User:
    """The station's own user, who may register everywhere."""
    found = User.objects.filter(username="station").first()
    if found is None:
        found = User.objects.create_user("station", None, display_name="站点")
    if not found.grants.filter(role="STATION").exists():
        RoleGrant.objects.create(user=found, role="STATION", since=SINCE)
        found.forget_roles()
    return found


def client_for(user: User) -> Client:
    """A test client signed in as the user, second factor passed."""
    client = Client()
    client.force_login(user)
    return client


def api_for(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client
