"""`flush` runs as the owner of the schema: the web role may not truncate."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush


class Command(DjangoFlush):
    """Django's flush, on the `owner` connection unless told otherwise."""

    def handle(self, **options: Any) -> Any:
        if options["database"] in (None, "default"):
            options["database"] = "owner"
        return super().handle(**options)
