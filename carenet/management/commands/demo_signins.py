"""Print the demonstration sign-ins, one for each role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from carenet.accounts.states import Role
from carenet.demo.station import PASSWORD, SIGN_INS
from carenet.parties.models import Community


class Command(BaseCommand):
    help = "Print the demonstration sign-ins per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Community.objects.filter(is_demo=True).exists():
            return
        self.stdout.write(f"演示账号，密码都是 {PASSWORD} (demonstration sign-ins, one password):")
        for each in SIGN_INS:
            self.stdout.write(f"  {each.username:<15} {each.name}  {Role(each.role).label}")
