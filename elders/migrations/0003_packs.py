"""Load the first instrument (GB/T 42195-2022) and the first rule set (GARS-carenet v1)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import migrations

PACK = Path(__file__).resolve().parents[1] / "instruments" / "gbt42195_2022.json"
# A literal copy: an old migration never changes its meaning when elders.rules.gars moves on.
GARS_V1 = {
    "red_level": 2, "core_loss_red": 8, "core_loss_yellow": 3, "fall_red": 8, "fall_yellow": 4, "gds5": 2,
    "gds15": 5, "phq2": 3, "phq9": 10, "ucla3": 6, "lsns6_below": 12, "age": 80, "chronic": 3, "medicines": 5,
    "zbi4": 8, "secondary_for_yellow": 2, "hits_for_a": 3, "vital_age_below": 70, "vital_iadl": 8,
    "stale_input_days": 180, "stale_level_days": 365,
}  # fmt: skip


def load(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    raw = PACK.read_bytes()
    pack = json.loads(raw)
    apps.get_model("elders", "Instrument").objects.using(alias).create(
        code=pack["code"], version=pack["version"], name=pack["name"], name_en=pack["name_en"],
        definition=pack, sha256=hashlib.sha256(raw).hexdigest(), valid_from=pack["valid_from"],
    )  # fmt: skip
    apps.get_model("elders", "RuleSet").objects.using(alias).create(
        code="GARS-carenet", version=1, state="ADOPTED", definition=GARS_V1
    )


class Migration(migrations.Migration):
    dependencies = [("elders", "0002_walls")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
