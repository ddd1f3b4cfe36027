"""Users and roles stand outside row security (the scope is computed from them); their histories only grow."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_users")]
    operations = [
        *walls.append_only("accounts_userevent"),
        *walls.append_only("accounts_rolegrantevent"),
        *walls.no_delete("accounts_user"),
        *walls.no_delete("accounts_rolegrant"),
    ]
