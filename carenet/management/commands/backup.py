"""`manage.py backup`: a backup whose books are proved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from carenet import backups, embedded
from carenet.management.commands.up import dsn


class Command(BaseCommand):
    help = "Prove the books, then write database, files and a manifest into a new folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", help="Where backups are kept (default: <data folder>/backups)."
        )
        parser.add_argument(
            "--keep", type=int, default=14, help="How many to keep; 0 keeps all (default 14)."
        )

        parser.add_argument(
            "--prove", action="store_true", help="Restore it into a scratch database and prove it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"] or embedded.data_dir() / "backups").resolve()
        wrong = books_are_wrong()
        try:
            made = backups.make(
                dsn=dsn("owner"),
                files=Path(settings.MEDIA_ROOT),
                folder=folder,
                keys={name: known[0] for name, known in keys().items()},
                at=timezone.localtime(),
            )
        except embedded.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        size = sum(path.stat().st_size for path in made.iterdir()) / 1024 / 1024
        self.stdout.write(f"Backup written: {made} ({size:.1f} MB).")
        for gone in backups.thin_out(folder, options["keep"]):
            self.stdout.write(f"Removed the old backup {gone.name}.")
        secrets = embedded.data_dir() / "secrets.json"
        place = str(secrets) if secrets.exists() else "the environment file"
        self.stdout.write(
            f"The keys are not in it: keep a copy of {place} in another safe place. Without it the ID and phone "
            "numbers in the backup cannot be read."
        )
        if options["prove"]:
            call_command("restore", made, only_try=True, stdout=self.stdout)
        if wrong:
            raise CommandError("The backup is complete, but the books are wrong; see the lines above.")


def keys() -> dict[str, list[str]]:
    """Return the keys that sealed data needs; the first of each is the one in use."""
    return {"CARENET_FIELD_KEY": settings.FIELD_KEYS, "CARENET_INDEX_KEY": [settings.INDEX_KEY]}


def books_are_wrong() -> bool:
    """Run `check_books` where the ledger is installed."""
    if "check_books" not in get_commands():
        return False
    try:
        call_command("check_books")
    except (SystemExit, CommandError):
        return True
    return False
