"""Grow the area tree and open communities."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError
from carenet.parties.models import Area, Community
from carenet.parties.states import AreaKind

ORDER = [each.value for each in AreaKind]


class MisplacedArea(DomainError):
    """A node may only hang below a larger kind of area."""

    code = "misplaced_area"
    default_message = _("This kind of area cannot lie inside the chosen one. Please choose a larger area.")


@transaction.atomic
def add(
    *, kind: str, name: str, parent: Area | None, code: str = "", name_en: str = "",
    lon: float | None = None, lat: float | None = None,
) -> Area:  # fmt: skip
    """Add a node below its parent and cache its path of ids from the root. Raises MisplacedArea.

    Source: domain.md §2.4; kinds only nest downwards (province … building).
    """
    if parent is not None and ORDER.index(kind) <= ORDER.index(parent.kind):
        raise MisplacedArea
    area = Area.objects.create(
        kind=kind, name=name, name_en=name_en, code=code, parent=parent, lon=lon, lat=lat
    )
    area.path = [*(parent.path if parent else []), area.pk]
    area.save(update_fields=["path"])
    return area


@transaction.atomic
def open_community(
    *, area: Area, slug: str, name: str, phone: str, origin_lon: float, origin_lat: float, name_en: str = "",
    hours: str = "8:30–17:30", address: str = "", residents: int = 0, is_demo: bool = False,
    opened_on: date | None = None,
) -> Community:  # fmt: skip
    """Open a station for a community. The caller is the installation itself (command or technical administrator)."""
    return Community.objects.create(
        area=area, slug=slug, name=name, name_en=name_en, phone=phone, hours=hours, address=address,
        origin_lon=origin_lon, origin_lat=origin_lat, residents=residents, is_demo=is_demo, opened_on=opened_on,
    )  # fmt: skip
