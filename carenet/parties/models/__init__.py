"""Areas and communities, places and rooms, organisations, persons, memberships, service kinds."""

from carenet.parties.models.areas import Area, Community, Place, Room
from carenet.parties.models.catalogue import ServiceKind
from carenet.parties.models.organisations import Membership, Organisation
from carenet.parties.models.persons import Person

__all__ = ["Area", "Community", "Membership", "Organisation", "Person", "Place", "Room", "ServiceKind"]
