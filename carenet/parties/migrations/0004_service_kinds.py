"""The service catalogue's codes as reference data."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from carenet.parties.catalogue_rows import ROWS


def load(apps: Any, schema_editor: Any) -> None:
    kind = apps.get_model("parties", "ServiceKind")
    kind.objects.using(schema_editor.connection.alias).bulk_create(
        [
            kind(
                number=number, code=code, name=name, name_en=name_en, family=family, unit=unit, unit_en=unit_en,
                minutes=minutes, who=who.split(), risk=risk, subsidy=subsidy, is_development=development,
            )
            for number, code, name, name_en, family, unit, unit_en, minutes, who, risk, subsidy, development in ROWS
        ]
    )  # fmt: skip


def unload(apps: Any, schema_editor: Any) -> None:
    apps.get_model("parties", "ServiceKind").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_walls")]
    operations = [migrations.RunPython(load, unload)]
