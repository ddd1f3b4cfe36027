"""Databases for tests: a template per set of migrations, cloned in a fraction of a second."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

ROOT = Path(__file__).resolve().parents[1]
PASSWORDS = {"carenet_owner": "owner", "carenet_app": "app"}
_numbers = itertools.count(1)

ROLES = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'carenet_owner') then
    create role carenet_owner login password 'owner'; end if;
  if not exists (select from pg_roles where rolname = 'carenet_city') then
    create role carenet_city nologin noinherit; end if;
  if not exists (select from pg_roles where rolname = 'carenet_app') then
    create role carenet_app login password 'app' noinherit; end if;
  grant carenet_city to carenet_app;
end $$
"""


def superuser_url() -> str:
    """Address of the cluster the tests run on, as its superuser (set by tests/run.py)."""
    url = os.environ.get("CARENET_TEST_SUPERUSER_URL", "")
    if not url:
        raise RuntimeError(
            "CARENET_TEST_SUPERUSER_URL is not set: run the tests with `make test`, or "
            "`.venv/bin/python -m tests.run -- tests/elders`, which start a PostgreSQL of their own."
        )
    return url


def superuser() -> Connection:
    """An autocommitting connection as the superuser."""
    connection = psycopg2.connect(superuser_url())
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return connection


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)
    }


def _migrations() -> dict[str, str]:
    """Each migration's path with the digest of its text."""
    return _digests([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("carenet/*/migrations/*.py")])


def _read_by_migrations() -> dict[str, str]:
    """The other files that decide what a migrated database looks like: data packs, wall makers, settings."""
    return _digests(
        [
            *ROOT.glob("elders/instruments/*.json"),
            ROOT / "carenet/parties/walls.py",
            ROOT / "carenet/parties/catalogue_rows.py",
            ROOT / "carenet/settings/base.py",
        ]
    )


def template() -> str:
    """The migrated template database; made once per set of migrations, under a lock across processes.

    A template with the same migrations but the newest ones is carried forward instead of starting from nothing.
    """
    plan = {"migrations": _migrations(), "read": _read_by_migrations()}
    name = f"carenet_tpl_{hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:12]}"
    connection = superuser()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711)")
        try:
            cursor.execute("select 1 from pg_database where datname = %s and datistemplate", [name])
            if cursor.fetchone() is None:
                cursor.execute(ROLES)
                cursor.execute(f"drop database if exists {name} with (force)")
                cursor.execute(
                    f"create database {name} owner carenet_owner template {_nearest(cursor, plan)} "
                    "encoding 'UTF8' locale 'C.UTF-8'"
                )
                _migrate(name)
                cursor.execute(f"comment on database {name} is %s", [json.dumps(plan)])
                cursor.execute(f"alter database {name} is_template true")
        finally:
            cursor.execute("select pg_advisory_unlock(4711)")
    connection.close()
    return name


def _nearest(cursor: Cursor, plan: dict[str, dict[str, str]]) -> str:
    """The template that lacks only the newest migrations of the plan, else PostgreSQL's empty one."""
    cursor.execute(
        "select datname, shobj_description(oid, 'pg_database') from pg_database "
        "where datistemplate and datname like 'carenet_tpl_%%'"
    )
    found, most = "template0", 0
    for name, text in cursor.fetchall():
        made = json.loads(text) if text else {}
        older = made.get("migrations", {})
        if (
            len(older) > most
            and made.get("read") == plan["read"]
            and older.items() <= plan["migrations"].items()
        ):
            found, most = name, len(older)
    return found


def _migrate(name: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "carenet.settings.test",
        "DATABASE_OWNER_URL": url("carenet_owner", name),
        "DATABASE_URL": url("carenet_app", name),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"migrations failed:\n{done.stdout}\n{done.stderr}")


def clone(source: str, *, suffix: str) -> str:
    """Copy the template under a new name, owned by carenet_owner."""
    name = f"carenet_test_{suffix}".lower()
    connection = superuser()
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {name} with (force)")
        # Copying the files costs a seventh of writing them through the log: most of a clone is catalogue.
        cursor.execute(f"create database {name} owner carenet_owner template {source} strategy file_copy")
    connection.close()
    return name


def drop(name: str) -> None:
    """Remove a clone and everybody connected to it."""
    connection = superuser()
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {name} with (force)")
    connection.close()


def url(role: str, name: str) -> str:
    """Address of a database for one role."""
    parts = urlsplit(superuser_url())
    place = f"{parts.hostname or ''}:{parts.port}" if parts.port else (parts.hostname or "")
    query = f"?{parts.query}" if parts.query else ""
    return f"postgres://{role}:{PASSWORDS[role]}@{place}/{name}{query}"


def point_to(name: str) -> None:
    """Make both Django connections (of every thread to come) use the clone."""
    for alias, role in (("default", "carenet_app"), ("owner", "carenet_owner")):
        connections[alias].close()
        parts = urlsplit(url(role, name))
        query = dict(each.split("=", 1) for each in parts.query.split("&") if each)
        for found in (connections[alias].settings_dict, settings.DATABASES[alias]):
            found.update(
                NAME=name, USER=role, PASSWORD=PASSWORDS[role],
                HOST=query.get("host", parts.hostname or ""), PORT=str(query.get("port", parts.port or "")),
            )  # fmt: skip


def environment_for(name: str) -> dict[str, str]:
    """Environment variables for a process (worker, beat, web) that works on the clone."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "carenet.settings.test",
        "DATABASE_URL": url("carenet_app", name),
        "DATABASE_OWNER_URL": url("carenet_owner", name),
    }


def next_number() -> int:
    return next(_numbers)
