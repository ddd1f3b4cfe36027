"""The production path: its files agree with the code they belong to."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
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


def named_in(file: Path) -> set[str]:
    """The variables that a settings file asks the environment for."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env":
            assert isinstance(node.args[0], ast.Constant)
            found.add(node.args[0].value)
    return found


def example() -> str:
    return (DEPLOY / "carenet.env.example").read_text()


def in_the_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", example(), re.MULTILINE))


# Asked for, and rightly not in a production's file: demonstrations, tests, a machine without HTTPS.
NOT_FOR_PRODUCTION = {
    "CARENET_DEMO_WITHOUT_SECOND_FACTOR",
    "CARENET_SMS_FILE",
    "CARENET_SSL_REDIRECT",
    "CARENET_TWO_FACTOR",
}


def test_every_variable_that_production_reads_is_in_the_example() -> None:
    asked = named_in(ROOT / "carenet/settings/production.py") | named_in(ROOT / "carenet/settings/base.py")
    assert asked > NOT_FOR_PRODUCTION
    assert asked - NOT_FOR_PRODUCTION <= in_the_example()


def test_every_variable_of_compose_and_proxy_is_in_the_example_or_in_compose() -> None:
    compose = (DEPLOY / "compose.yaml").read_text()
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", compose))
    assert {"OWNER_PASSWORD", "CARENET_SITE"} <= asked <= in_the_example()
    proxy = set(re.findall(r"\{\$([A-Z_]+)", (DEPLOY / "Caddyfile").read_text()))
    assert proxy
    assert proxy <= set(yaml.safe_load(compose)["services"]["proxy"]["environment"])


def test_the_example_filled_in_passes_djangos_deployment_check() -> None:
    """With the proxy counted: else the whole station would share one address before the sign-in limiter."""
    lines = [line for line in example().splitlines() if line and not line.startswith("#")]
    env = {
        name: value or "0123456789abcdef" * 4 for name, _, value in (line.partition("=") for line in lines)
    }
    assert env["CARENET_TRUSTED_PROXIES"] == "1"
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        words, cwd=ROOT, env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_one_pc_behind_the_proxy_knows_that_its_visitors_come_by_https(tmp_path: Path) -> None:
    """Otherwise a browser's Origin (https) differs from what Django saw (http), and every form is refused."""
    words = "from carenet.settings import dev; print(dev.SECURE_PROXY_SSL_HEADER[1], dev.CSRF_COOKIE_SECURE)"
    env = {**os.environ, "CARENET_TRUSTED_PROXIES": "1", "CARENET_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["https", "True"], done.stderr


def test_the_proxys_file_speaks_to_debians_caddy() -> None:
    """Debian 12 has 2.6, which knows no status codes behind `handle_errors` (2.8 does)."""
    assert re.search(r"handle_errors \{", (DEPLOY / "Caddyfile").read_text())
    caddy = shutil.which("caddy")
    if caddy:  # not a machine's duty; where there is one, the file is read in earnest
        words = [caddy, "adapt", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
        assert subprocess.run(words, capture_output=True, check=False).returncode == 0


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
