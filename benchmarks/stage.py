"""The stage of a benchmark: its arguments, a database of its own, one community, its goals in words."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    print(text, flush=True)


def arguments(about: str | None) -> argparse.ArgumentParser:
    """What every benchmark with a database of its own can be told; each adds its sizes."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    return parser


@contextmanager
def database(name: str, *, keep: bool = False, reuse: bool = False) -> Iterator[None]:
    """A fresh copy of the migrated template that both connections of Django point to; removed afterwards.

    With `reuse` the one a run with `keep` left. After an error it stays, to be looked at.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.test")
    import django

    django.setup()
    from django.db import connections

    from tests import clones

    cluster = clones.superuser()
    if not reuse:
        with cluster.cursor() as cursor:
            cursor.execute(f"drop database if exists {name} with (force)")
            cursor.execute(f"create database {name} template {clones.template()} owner carenet_owner")
    clones.point_to(name)
    yield
    for each in connections.all():
        each.close()
    if not (keep or reuse):
        with cluster.cursor() as cursor:
            cursor.execute(f"drop database if exists {name} with (force)")
    cluster.close()


def community(*, lon: float = 0, lat: float = 0) -> None:
    """Community 1 in area 1, and the station's user 1, written by the owner."""
    from carenet.accounts.models import User
    from carenet.parties.models import Area, Community

    area = Area.objects.using("owner").create(pk=1, kind="PROVINCE", name="bench", path=[1])
    Community.objects.using("owner").create(
        pk=1, area=area, slug="bench", name="bench", phone="1", origin_lon=lon, origin_lat=lat, is_demo=True
    )
    User.objects.using("owner").create(pk=1, username="station")


def all_hold(goals: Iterable[tuple[str, float, bool]], *, called: str = "", width: int = 38) -> bool:
    """Print each goal with its number and whether it holds; whether all do."""
    goals = list(goals)
    say("")
    for words, value, held in goals:
        say(f"{called}{words:<{width}}{value:>10.3f}  {'holds' if held else 'DOES NOT HOLD'}")
    return all(held for _words, _value, held in goals)
