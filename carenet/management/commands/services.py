"""`manage.py services`: what the embedded servers are doing, and how to reach them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from carenet import embedded


class Command(BaseCommand):
    help = (
        "Show the data folder and whether its servers run; --urls also shows their addresses with passwords."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--urls", action="store_true", help="Print the addresses as shell exports.")

    def handle(self, *args: Any, **options: Any) -> None:
        known = embedded.addresses()
        if options["urls"]:
            self.stdout.write(f"export DATABASE_URL='{known.database_url}'")
            self.stdout.write(f"export DATABASE_OWNER_URL='{known.owner_url}'")
            self.stdout.write(f"export REDIS_URL='{known.redis_url}'")
            return
        self.stdout.write(f"Data folder  {known.data_dir}")
        for name, pid in embedded.running(known.data_dir).items():
            self.stdout.write(f"{name:<12} {f'running (process {pid})' if pid else 'not running'}")
