"""One community with its users and, made when first asked for, its objects."""

from __future__ import annotations

from typing import Any

from carenet.accounts.models import User
from carenet.parties import scope
from carenet.parties.models import Community
from tests import make
from tests.security.doors import ROLES, things

PERSONAL = {"ELDER", "FAMILY", "VOLUNTEER", "CARE_WORKER", "DONOR", "REPRESENTATIVE", "DISPATCHER"}


class World:
    """`world.elder`, `world.request` …: objects from THINGS; `world.user("committee")`: a user with one role."""

    def __init__(self, community: Community, tag: str) -> None:
        self.community, self.tag = community, tag
        self._users: dict[str, User] = {}

    def __getattr__(self, name: str) -> Any:
        makers = things()
        if name.startswith("_") or name not in makers:
            raise AttributeError(name)
        with scope.within([self.community.pk]):
            found = makers[name](self)
        setattr(self, name, found)
        return found

    @property
    def person(self) -> Any:
        """Somebody registered here."""
        return self.user("elder").person

    def user(self, role: str) -> User:
        """The one user of this role; public roles have a person."""
        if role not in self._users:
            kind = ROLES[role]
            with scope.within([self.community.pk]):
                person = make.person(self.community, name=f"测{role}{self.tag}") if kind in PERSONAL else None
                area = self.community.area.parent if kind == "STREET_OFFICER" else None
                self._users[role] = make.user(
                    kind,
                    None if area else self.community,
                    area=area,
                    person=person,
                    username=f"{self.tag}-{role}",
                )
        return self._users[role]
