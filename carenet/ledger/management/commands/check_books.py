"""`manage.py check_books`: prove the books of every community; one sentence a fault, exit code 1 when there are any."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from carenet.ledger import check
from carenet.parties import scope
from carenet.parties.models import Community


class Command(BaseCommand):
    """Re-prove balances, chains, holds, reversals and walls from the postings."""

    help = "Prove the books of every community (or of one: --community slug). Exit code 1 when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--community", help="short name (slug) of one community")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Community.objects.order_by("pk")
        if options["community"]:
            found = found.filter(slug=options["community"])
            if not found:
                raise CommandError(_("There is no community with this short name."))
        wrong = 0
        with translation.override("zh-hans"):
            for community in found:
                with scope.within([community.pk]):
                    faults = check.check_books(community)
                wrong += len(faults)
                for fault in faults:
                    self.stderr.write(f"{community.name}: {fault.sentence}")
                if not faults:
                    self.stdout.write(
                        _("%(community)s: the books are right.") % {"community": community.name}
                    )
        if wrong:
            raise SystemExit(1)
