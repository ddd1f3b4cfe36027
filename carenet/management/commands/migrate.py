"""`migrate` runs as the owner of the schema: the web role owns nothing."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate


class Command(DjangoMigrate):
    """Django's migrate, on the `owner` connection unless told otherwise."""

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] in (None, "default"):
            options["database"] = "owner"
        return super().handle(*args, **options)
