"""Load the forms of domain.md §1.2–§1.13, and the ability assessment with the station's own question about abuse."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import migrations

FOLDER = Path(__file__).resolve().parents[1] / "instruments"
PACKS = (
    "gbt42195_2022_2", "barthel_1", "lawton_1", "gds15_1", "gds5_1", "ucla3_1", "djg6_1", "lsns6_1",
    "stay_independent_1", "phq2_1", "phq9_1", "lp_1", "sv_1", "mnasf_1", "minicog_1", "ad8_1", "zbi12_1", "zbi4_1",
    "frat_1",
)  # fmt: skip


def load(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("elders", "Instrument").objects.using(schema_editor.connection.alias)
    for name in PACKS:
        raw = (FOLDER / f"{name}.json").read_bytes()
        pack = json.loads(raw)
        rows.create(
            code=pack["code"], version=pack["version"], name=pack["name"], name_en=pack["name_en"],
            definition=pack, sha256=hashlib.sha256(raw).hexdigest(), valid_from=pack["valid_from"],
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("elders", "0010_health_home")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
