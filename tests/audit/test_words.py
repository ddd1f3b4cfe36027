"""What the audit pages show is in words: no deed and no kind of personal data stays a code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.contrib import admin
from django.utils import translation

from carenet.audit import reports, verbs

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("carenet", "elders", "charity", "volunteers", "services", "meetings")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "/migrations/" in str(path):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_deed_that_is_noted_has_words() -> None:
    known = {verb for verb, _label in verbs.known()}
    deeds = [
        (where, word.value.value)
        for where, call in calls("audit.note")
        for word in call.keywords
        if word.arg == "verb" and isinstance(word.value, ast.Constant)
    ]
    assert len(deeds) > 15
    assert not [(where, deed) for where, deed in deeds if deed not in known]


def test_every_kind_of_personal_data_that_is_recorded_has_words() -> None:
    recorded: dict[str, str] = {}
    for where, call in calls("reading.record"):
        for listed in call.args[2:3]:
            for part in ast.walk(listed):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    recorded[part.value] = where
    for model, office in admin.site._registry.items():
        for name in getattr(office, "logs_reads", ()):
            recorded[name] = f"admin of {model._meta.label}"
    assert len(recorded) > 15
    with translation.override("zh-hans"):
        names = sorted(recorded)
        raw = [name for name, word in zip(names, reports.field_words(names), strict=True) if name == word]
    assert not {name: recorded[name] for name in raw}
