"""`manage.py preflight`: may carenet start on these servers?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carenet import preflight
from carenet.management.commands.up import dsn


class Command(BaseCommand):
    help = "Look at the database, the driver and Redis; one sentence for each thing that is wrong."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = preflight.driver()
        for alias in settings.DATABASES:
            found += preflight.database(dsn(alias))
        found += preflight.redis(settings.REDIS_URL)
        if found:
            raise CommandError("\n".join(dict.fromkeys(found)))
        self.stdout.write("Driver, databases and Redis are as carenet needs them.")
