"""The production path: its files agree with the code they belong to."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import yaml

from carenet import backups, embedded
from carenet.embedded import roles
from tests.infra.conftest import ROOT

DEPLOY = ROOT / "deploy"


def test_bootstrap_sql_has_the_same_roles_as_the_embedded_server() -> None:
    text = (DEPLOY / "bootstrap.sql").read_text()
    assert roles.ROLES_SQL.strip() in text
    assert roles.SCHEMA_SQL.strip() in text


def test_bootstrap_sql_makes_the_roles_and_a_database_twice_without_complaint(folder: Path) -> None:
    services = embedded.ensure(folder, redis=False, fast=True)
    try:
        words = [
            backups.program("psql", 180000),
            "-X",
            "-q",
            "-v",
            "owner_password=o'1",
            "-v",
            "app_password=a1",
        ]
        words += ["-v", "database=station", "-f", str(DEPLOY / "bootstrap.sql")]
        for _turn in (1, 2):
            done = subprocess.run(
                [*words, services.superuser_url.replace("postgres:", "postgresql:", 1)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        sockets = urlsplit(services.database_url).query.removeprefix("host=")
        app = psycopg2.connect(host=sockets, user="carenet_app", password="a1", dbname="station")
        with app, app.cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'station'"
            )
            assert cursor.fetchone() == ("C.UTF-8", "carenet_owner")
        app.close()
    finally:
        services.stop()


def test_every_variable_that_production_needs_is_in_the_example() -> None:
    """`env("X")` without a default stops the start; nobody should meet that unprepared."""
    needed = set()
    for node in ast.walk(ast.parse((ROOT / "carenet/settings/production.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env":
            has_default = any(word.arg == "default" for word in node.keywords)
            if not has_default and isinstance(node.args[0], ast.Constant):
                needed.add(node.args[0].value)
    example = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "carenet.env.example").read_text(), re.MULTILINE))
    assert needed
    assert needed <= example


def test_the_compose_file_keeps_the_owner_away_from_the_web() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(compose["services"]) >= {
        "postgres",
        "valkey",
        "prepare",
        "web",
        "worker",
        "beat",
        "backup",
        "proxy",
    }
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["environment"]["DATABASE_OWNER_URL"] == ""
        assert "ports" not in compose["services"][name]
    for name in ("postgres", "valkey"):
        assert "ports" not in compose["services"][name]


def test_the_units_run_as_an_ordinary_user_and_keep_the_owner_away() -> None:
    for unit in (DEPLOY / "systemd").glob("*.service"):
        text = unit.read_text()
        assert "User=carenet" in text, unit.name
        assert "NoNewPrivileges=yes" in text, unit.name
        if unit.name in ("carenet-web.service", "carenet-worker.service", "carenet-beat.service"):
            assert "UnsetEnvironment=DATABASE_OWNER_URL" in text, unit.name


def test_the_locked_files_name_no_index_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"^\s*--(extra-)?(index-url|find-links)|https?://", text, re.MULTILINE), name
        pinned = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==\S+.*$", text, re.MULTILINE)
        assert pinned
        assert all(line.endswith("\\") for line in pinned), name


def test_the_makefile_and_ci_run_the_same_thing() -> None:
    assert "exec make test" in (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_migrations_of_each_app_form_one_line() -> None:
    """No two migrations of an app have the same parent: everybody's database is made in the same order."""
    for folder in [*ROOT.glob("*/migrations"), *ROOT.glob("carenet/*/migrations")]:
        app = folder.parent.name
        parents: dict[str, list[str]] = {}
        for file in folder.glob("0*.py"):
            inside = re.findall(rf"\(['\"]{app}['\"], ['\"](\d{{4}}_\w+)['\"]\)", file.read_text())
            parents.setdefault(max(inside, default=""), []).append(file.stem)
        assert all(len(children) == 1 for children in parents.values()), (app, parents)
