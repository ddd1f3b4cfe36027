"""Everything has its place, and the places are on the map."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("elders", "charity", "volunteers", "services", "meetings")
DOORS = ("web", "api", "admin", "tasks", "management", "filters")
WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "delete",
    "bulk_update",
    "save",
}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The dotted name and the tree of each module, without migrations."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                yield name, ast.parse(file.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_walks_in_through_another_rooms_doors(room: str) -> None:
    """Source: architecture.md §1: another app uses actions, reports, models, states, policies; only the plug board opens doors."""
    door = re.compile(rf"{room}\.({'|'.join(DOORS)})(\.|$|_)")
    walked = [
        f"{name} imports {what}"
        for name, tree in modules("carenet", *ROOMS)
        if name.split(".")[0] != room and name != "carenet.urls"
        for what in imported(tree)
        if door.match(what)
    ]
    assert walked == []


def test_only_the_ledger_writes_its_tables() -> None:
    """Nobody else says `Posting.objects.create(…)` or the like. Source: architecture.md §6."""
    names = {
        node.name
        for file in (ROOT / "carenet/ledger/models").glob("*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    assert {"Entry", "Posting", "Account"} <= names
    written = []
    for name, tree in modules("carenet", *ROOMS):
        if name.startswith("carenet.ledger"):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
            ):
                begins = ast.unparse(node.func).split(".")
                if begins[0] in names and "objects" in begins:
                    written.append(f"{name}:{node.lineno}")
    assert written == []


def test_the_map_shows_every_package_of_the_house() -> None:
    """A newcomer finds each name of `carenet/` and of the repository's root in the README or in docs/architecture.md."""
    words = set(
        re.findall(r"[a-z_]+", (ROOT / "README.md").read_text() + (ROOT / "docs/architecture.md").read_text())
    )
    here = [each for each in (ROOT / "carenet").iterdir() if not each.name.startswith(("_", "."))]
    here += [each for each in ROOT.iterdir() if each.is_dir() and (each / "__init__.py").exists()]
    assert len(here) > 25
    assert sorted(each.stem for each in here if each.stem not in words) == []


def test_the_index_of_the_documents_names_every_document_and_nothing_that_is_not_there() -> None:
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([^)#]+)\)", (docs / "README.md").read_text()))
    assert {each for each in linked if not (docs / each).exists()} == set()
    written = {str(each.relative_to(docs)) for each in docs.rglob("*.md")} - {"README.md"}
    assert written - linked == set()
