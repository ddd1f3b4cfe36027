"""Every column of every workbook says its class: what §9.4 names as C3 or C4 never stands as an ordinary column."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("elders", "services", "volunteers", "charity", "meetings", "carenet")
# Headings that are personal wherever they stand (domain.md §9.4). "Age" of a group of people is no personal fact.
PERSONAL = {
    "Phone", "Door", "Address", "ID number", "Date of birth", "Born on", "Colour", "Ability level", "Categories",
    "Living with", "Caregiver", "State of mind", "Findings", "To look after", "In their words", "Suggestion",
}  # fmt: skip


def plain_columns() -> list[tuple[str, str]]:
    """(place, heading) of each `excel.Column(_("…"), …)` without a class of its own."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "excel.Column(" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if not (
                    isinstance(node, ast.Call) and ast.unparse(node.func) == "excel.Column" and node.args
                ):
                    continue
                if any(each.arg == "field_class" for each in node.keywords):
                    continue
                words = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
                found.append((f"{path.relative_to(ROOT)}:{node.lineno}", str(words[-1]) if words else ""))
    return found


def test_no_personal_heading_stands_in_an_ordinary_column() -> None:
    found = plain_columns()
    assert len(found) > 100, "the columns are found at all"
    wrong = [f"{where} {title}" for where, title in found if title in PERSONAL]
    assert not wrong, "use excel.personal or excel.sensitive:\n" + "\n".join(wrong)
