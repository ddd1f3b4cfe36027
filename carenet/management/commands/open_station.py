"""`manage.py open_station`: the first community of an empty installation, and the first person who may sign in.

Everything after that (more people, rooms, prices, funds) is done on the pages by the director. Grids and buildings
come from a .csv file, now or later: running the command again adds what is missing and changes nothing else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from carenet import accounts
from carenet.accounts.actions import people as people_with_accounts
from carenet.accounts.models import User
from carenet.accounts.passwords import one_time_password
from carenet.kernel.errors import DomainError
from carenet.parties import scope
from carenet.parties.actions import areas, organisations, people
from carenet.parties.models import Area, Community, Place
from charity.actions import rules

ABOVE = ("PROVINCE", "PREFECTURE", "COUNTY", "STREET")
# The other four of the five parties; social organisations are registered one by one on the pages.
PARTIES = (
    ("COMMUNITY", "居民委员会"),
    ("SOCIAL_WORKER", "社会工作站"),
    ("VOLUNTEER", "志愿服务队"),
    ("CHARITY", "慈善基金"),
)
Row = tuple[str, str, float | None, float | None]


class Command(BaseCommand):
    help = (
        "Open a station: the areas above it, the community, its parties and the first director, who gets a one-time "
        "password. Run again with --homes to add grids and buildings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name in addresses and commands, such as hexu")
        parser.add_argument("--name", help="the community's name, such as 和煦社区")
        parser.add_argument("--name-en", default="", help="its English name")
        parser.add_argument(
            "--areas", help="province, prefecture, county and street: 云南省/某某州/某某市/某某街道"
        )
        parser.add_argument(
            "--centre", help="longitude,latitude of its middle (WGS-84), such as 98.857,25.853"
        )
        parser.add_argument("--phone", help="the help line that stands on every page")
        parser.add_argument("--address", default="", help="where the station is")
        parser.add_argument("--director", help="the director's name, such as 张敏")
        parser.add_argument(
            "--username", default="director", help="what the director signs in with (default: director)"
        )
        parser.add_argument(
            "--homes", type=Path, help="a .csv file (UTF-8): grid,building,longitude,latitude; the last two may be empty"
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        homes = list(read_homes(options["homes"])) if options["homes"] else []
        at = timezone.localtime()
        try:
            with transaction.atomic():
                self._open(options, homes, at)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused

    def _open(self, options: dict[str, Any], homes: list[Row], at: datetime) -> None:
        community = Community.objects.filter(slug=options["slug"]).select_related("area").first()
        password = ""
        if community is None:
            community, password = self._begin(options, at)
        elif not homes:
            raise CommandError(
                f"{community.name} ({community.slug}) is open already. Add grids and buildings with --homes, "
                "people on the pages."
            )
        added = add_homes(community, homes)
        self.stdout.write(
            f"{community.name}: {added[0]} grids and {added[1]} buildings added." if homes
            else "No grids and buildings yet: run this again with --homes, or nobody's home has a place on the map."
        )  # fmt: skip
        if password:
            self.stdout.write(
                f"{community.name} is open. The director signs in as {options['username']} with {password} "
                "(shown only now; it must be changed at once, and a second factor set up)."
            )

    def _begin(self, options: dict[str, Any], at: datetime) -> tuple[Community, str]:
        needed = ("name", "areas", "centre", "phone", "director")
        missing = [f"--{each}" for each in needed if not options[each]]
        if missing:
            raise CommandError(f"To open a new station, these are needed, too: {', '.join(missing)}.")
        name = options["name"]
        names = [each.strip() for each in options["areas"].split("/")]
        if len(names) != len(ABOVE) or not all(names):
            raise CommandError(
                "--areas has four names with a slash between them: province/prefecture/county/street."
            )
        lon, lat = point(options["centre"])
        parent: Area | None = None
        for kind, each in zip(ABOVE, names, strict=True):
            found = Area.objects.filter(kind=kind, name=each, parent=parent).first()
            parent = found or areas.add(kind=kind, name=each, parent=parent)
        node = areas.add(
            kind="COMMUNITY", name=name, name_en=options["name_en"], parent=parent, lon=lon, lat=lat
        )
        community = areas.open_community(
            area=node, slug=options["slug"], name=name, name_en=options["name_en"], phone=options["phone"],
            origin_lon=lon, origin_lat=lat, address=options["address"], opened_on=at.date(),
        )  # fmt: skip
        with scope.within([community.pk]):
            by = accounts.station(community)
            for kind, ending in PARTIES:
                organisations.register(
                    community=community, name=name + ending, party_kind=kind, since=at.date(), by=by, at=at
                )
            Place.objects.create(
                community=community, name=f"{name}养老服务站", kind="STATION", area=node, hours=community.hours,
                lon=lon, lat=lat,
            )  # fmt: skip
            rules.install_defaults(community=community, valid_from=at.date(), by=by, at=at)
            password = self._director(options, community, by, at)
        return community, password

    def _director(self, options: dict[str, Any], community: Community, by: User, at: datetime) -> str:
        person = people.register(
            community=community, name=options["director"], no_id_reason="工作人员", by=by, at=at
        )
        password = one_time_password()
        user = people_with_accounts.open_account(
            username=options["username"], password=password, person=person, must_change_password=True, by=by,
            at=at,
        )  # fmt: skip
        # The words of a case are read by its owner and the supervisor: a station with one person has somebody.
        for role in ("DIRECTOR", "SUPERVISOR"):
            people_with_accounts.grant(user=user, role=role, community=community, by=by, at=at)
        return password


def add_homes(community: Community, homes: list[Row]) -> tuple[int, int]:
    """Add the grids and buildings that are not there yet; returns how many of each."""
    node, grids, buildings = community.area, 0, 0
    for grid, building, lon, lat in homes:
        parent = Area.objects.filter(kind="GRID", name=grid, parent=node).first()
        if parent is None:
            parent = areas.add(kind="GRID", name=grid, parent=node)
            grids += 1
        if building and not Area.objects.filter(kind="BUILDING", name=building, parent=parent).exists():
            areas.add(kind="BUILDING", name=building, parent=parent, lon=lon, lat=lat)
            buildings += 1
    return grids, buildings


def read_homes(file: Path) -> Iterator[Row]:
    """Read grid, building, longitude and latitude; CommandError names the line that cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read as UTF-8 text: {error}") from error
    for number, cells in enumerate(csv.reader(lines), start=1):
        row = [each.strip() for each in (*cells, "", "", "", "")][:4]
        if not any(row) or (number == 1 and row[0].lower() in {"grid", "网格"}):
            continue
        if not row[0]:
            raise CommandError(f"{file}, line {number}: the grid is missing.")
        if not (row[2] or row[3]):
            yield row[0], row[1], None, None
            continue
        try:
            yield row[0], row[1], *point(f"{row[2]},{row[3]}")
        except CommandError as refused:
            raise CommandError(f"{file}, line {number}: {refused}") from refused


def point(text: str) -> tuple[float, float]:
    """Read `longitude,latitude`; CommandError when it is no place on Earth."""
    try:
        lon, lat = (float(each) for each in text.split(","))
    except ValueError as error:
        raise CommandError(f"“{text}” is not longitude,latitude, such as 98.857,25.853.") from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise CommandError(f"“{text}” is not longitude,latitude, such as 98.857,25.853.")
    return lon, lat
