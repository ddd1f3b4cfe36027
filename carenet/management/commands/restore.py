"""`manage.py restore`: bring a backup back, and prove it before it takes the old database's place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from carenet import backups, embedded
from carenet.management.commands.backup import keys
from carenet.management.commands.up import dsn


class Command(BaseCommand):
    help = (
        "Restore a backup into a new database, compare every table with the manifest, prove the books, and only "
        "then put it in place. The database that was there is kept under another name. Stop web and workers first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument(
            "--try", action="store_true", dest="only_try", help="Prove it, then remove it again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        backup = options["backup"].resolve()
        owner = dsn("owner")
        database = str(connections["owner"].settings_dict["NAME"])
        fresh = f"{database}_restoring"
        stamp = f"{timezone.localtime():%Y%m%d%H%M%S}"
        connections.close_all()
        try:
            manifest = backups.look(backup, keys())
            backups.restore(backup, manifest, dsn=owner, database=fresh)
            rows = sum(count for count, _mark in manifest["tables"].values())
            self.stdout.write(f"All {rows} rows in {len(manifest['tables'])} tables are as they were.")
            self._prove_books(owner, fresh)
            if options["only_try"]:
                self._drop(owner, fresh)
                self.stdout.write("The backup is good. Nothing else was changed.")
                return
            kept = backups.put_in_place(dsn=owner, fresh=fresh, database=database, stamp=stamp)
            backups.put_files(backup, Path(settings.MEDIA_ROOT), stamp)
        except embedded.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"Restored. The former database is kept as {kept}; drop it when you are content.")

    def _prove_books(self, owner: str, fresh: str) -> None:
        if "check_books" not in get_commands():
            return
        app = backups.other(dsn("default"), fresh)
        env = {
            **os.environ,
            "DATABASE_URL": as_url(app),
            "DATABASE_OWNER_URL": as_url(backups.other(owner, fresh)),
        }
        env.setdefault("REDIS_URL", settings.REDIS_URL)
        done = subprocess.run(
            [sys.executable, "manage.py", "check_books"], cwd=settings.BASE_DIR, env=env, check=False
        )
        if done.returncode != 0:
            raise CommandError(
                f"The books of the restored database {fresh} are wrong; it was not put in place."
            )
        self.stdout.write("The books of the restored database are right.")

    def _drop(self, owner: str, fresh: str) -> None:
        from psycopg2 import sql

        connection = backups.connect(backups.other(owner, "postgres"))
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(fresh)))
        connection.close()


def as_url(words: str) -> str:
    """Write libpq's words as a URL."""
    from psycopg2.extensions import parse_dsn

    found = parse_dsn(words)
    host = found.get("host", "")
    place = f"{found['user']}:{found.get('password', '')}@"
    if host.startswith("/"):
        return f"postgres://{place}/{found['dbname']}?host={host}"
    port = f":{found['port']}" if found.get("port") else ""
    return urlunsplit(urlsplit(f"postgres://{place}{host}{port}/{found['dbname']}"))
