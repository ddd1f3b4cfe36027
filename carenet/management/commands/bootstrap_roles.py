"""`manage.py bootstrap_roles`: make the three roles and the database on a PostgreSQL of your own."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management.base import BaseCommand, CommandError

from carenet import embedded


class Command(BaseCommand):
    help = (
        "Make the roles and the database named by DATABASE_URL and DATABASE_OWNER_URL, as the superuser named by "
        "DATABASE_SUPERUSER_URL. Running it again changes nothing but the passwords."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("DATABASE_SUPERUSER_URL", "DATABASE_OWNER_URL", "DATABASE_URL")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise CommandError(f"{missing[0]} is not set.")
        superuser, owner, app = (os.environ[name] for name in names)
        for url, role in ((owner, "carenet_owner"), (app, "carenet_app")):
            if urlsplit(url).username != role:
                raise CommandError(
                    f"The role in {'DATABASE_OWNER_URL' if url == owner else 'DATABASE_URL'} must be {role}."
                )
        database = urlsplit(app).path.strip("/")
        embedded.bootstrap(
            superuser,
            owner_password=unquote(urlsplit(owner).password or ""),
            app_password=unquote(urlsplit(app).password or ""),
            database=database,
        )
        self.stdout.write(f"The roles and the database {database} are in place; next: manage.py migrate")
