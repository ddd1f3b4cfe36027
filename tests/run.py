"""`make test`: all checks and all tests on a PostgreSQL and a Valkey of their own.

    python -m tests.run                     the checks, then the whole suite (in CI also on PostgreSQL 15)
    python -m tests.run --lint              only the checks
    python -m tests.run --bench             the benchmarks, on a durable cluster
    python -m tests.run tests/ledger -k x   only these tests; everything is handed to pytest

The last line is `N passed, N failed, N skipped in S s`, and what was not run is said loudly.
"""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from carenet import embedded
from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
BYTECODE = ROOT / ".venv" / "bytecode"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
CORES = max(2, min(os.cpu_count() or 2, 8))
# `check --deploy` looks at the production settings, which have no defaults on purpose.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "carenet.settings.production",
    "SECRET_KEY": "only-for-the-deployment-check-" + "k" * 40,
    "CARENET_FIELD_KEYS": "11" * 32,
    "CARENET_INDEX_KEY": "22" * 32,
    "CARENET_HOSTS": "station.example",
    "CARENET_FILES": "/var/lib/carenet/files",
}


@dataclass
class Outcome:
    """What all steps together came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, report: Path, code: int, name: str) -> None:
        """Add up a pytest run; one that ended without its report, or oddly, is a failure."""
        try:
            suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
        except (OSError, ElementTree.ParseError):
            suites = []
        counts = {
            key: sum(int(suite.get(key) or 0) for suite in suites)
            for key in ("tests", "failures", "errors", "skipped")
        }
        bad = counts["failures"] + counts["errors"]
        self.passed += counts["tests"] - bad - counts["skipped"]
        self.failed += bad
        self.skipped += counts["skipped"]
        if code not in (0, 1, 5) or (code == 1 and not bad) or (code == 5 and "browser" not in name):
            self.broken.append(f"{name} (pytest ended with code {code})")


# --- servers ---------------------------------------------------------------------------------------------
@contextmanager
def servers(*, fast: bool = True, programs: str = "") -> Iterator[dict[str, str]]:
    """Start throw-away servers; yields the environment in which the tests find them."""
    folder = Path(tempfile.mkdtemp(prefix="carenet-test-", dir="/tmp"))
    folder.chmod(0o711)
    before = os.environ.get("CARENET_PG_BIN")
    if programs:
        os.environ["CARENET_PG_BIN"] = programs
    try:
        services = embedded.ensure(folder / "data", fast=fast)
    finally:
        os.environ.pop("CARENET_PG_BIN", None)
        if before is not None:
            os.environ["CARENET_PG_BIN"] = before
    try:
        # The passwords that tests/clones.py expects.
        embedded.bootstrap(services.superuser_url, owner_password="owner", app_password="app")
        sockets = services.superuser_url.split("?host=")[1]
        yield {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"},
            "DJANGO_SETTINGS_MODULE": "carenet.settings.test",
            "DATABASE_URL": f"postgres://carenet_app:app@/carenet?host={sockets}",
            "DATABASE_OWNER_URL": f"postgres://carenet_owner:owner@/carenet?host={sockets}",
            "CARENET_TEST_SUPERUSER_URL": services.superuser_url,
            "REDIS_URL": services.redis_url,
            "CARENET_DATA": str(folder / "data"),
            # Processes of the tests (workers, commands, servers) do not compile everything anew, and the tree stays clean.
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "PYTHONDONTWRITEBYTECODE": "",
        }
    finally:
        shutil.rmtree(BYTECODE / "tmp", ignore_errors=True)  # of trees that tests made and removed
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)


def older_postgres() -> str:
    """Find Debian's PostgreSQL 15, the oldest that carenet promises to run on."""
    found = sorted(glob.glob("/usr/lib/postgresql/15/bin"))
    return found[0] if found and (Path(found[0]) / "initdb").exists() else ""


# --- checks ----------------------------------------------------------------------------------------------
def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """List the checks: name, command, additional environment."""
    tool = Path(sys.executable).parent
    manage = [sys.executable, "manage.py"]
    found = [
        ("ruff check", [str(tool / "ruff"), "check", "."], {}),
        ("ruff format", [str(tool / "ruff"), "format", "--check", "."], {}),
        ("import-linter", [str(tool / "lint-imports"), "--no-cache"], {}),
        ("mypy", [str(tool / "mypy")], {}),
        ("makemigrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("check", [*manage, "check", "--fail-level", "WARNING"], {}),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("djlint", [str(tool / "djlint"), "--lint", "--quiet", "templates"], {}),
    ]
    if (ROOT / "tests" / "messages.py").exists():
        found.append(("messages", [sys.executable, "-m", "tests.messages", "check"], {}))
    return found


def lint(env: dict[str, str]) -> list[str]:
    """Run all checks, two at a time; returns the names of those that found something."""

    def one(check: tuple[str, list[str], dict[str, str]]) -> tuple[str, int, str, float]:
        name, command, more = check
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env={**env, **more}, capture_output=True, text=True, check=False
        )
        return name, done.returncode, done.stdout + done.stderr, time.monotonic() - begun

    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, code, said, seconds in pool.map(one, checks()):
            say(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.0f} s)")
            if code != 0:
                failed.append(name)
                print(said[-6000:], flush=True)
    return failed


# --- tests -----------------------------------------------------------------------------------------------
def pytest(env: dict[str, str], outcome: Outcome, name: str, arguments: Sequence[str]) -> None:
    """Run pytest once and add its counts."""
    say(f"pytest: {name}")
    handle, report = tempfile.mkstemp(suffix=".xml")
    os.close(handle)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    outcome.add(Path(report), code, name)
    Path(report).unlink(missing_ok=True)


def browser(outcome: Outcome) -> str:
    """Find a Chromium, or wait for Debian's when we may install it (`windowless_meanwhile` has begun)."""
    found = chromium.path() or ""
    if not found:
        outcome.left_out.append(
            "BROWSER TESTS NOT RUN: there is no Chromium on the path, and it could not be installed "
            "(Debian: apt-get install chromium-headless-shell fonts-noto-cjk)"
        )
    return found


@contextmanager
def windowless_meanwhile() -> Iterator[None]:
    """Install Debian's Chromium without a window while other things run; the tests take a whole one when that fails."""
    done = threading.Thread(target=_install_windowless, daemon=True)
    done.start()
    yield
    done.join(timeout=600)


def _install_windowless() -> None:
    named = os.environ.get("CARENET_CHROMIUM") or shutil.which(chromium.WINDOWLESS)
    if named or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"Installing Debian's {chromium.WINDOWLESS} for the browser tests, while others run …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["nice", "apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=60"]
    wanted = ([chromium.WINDOWLESS, "fonts-noto-cjk"], ["chromium", "fonts-noto-cjk"])
    with suppress(subprocess.TimeoutExpired, OSError):
        _silently([*apt, "update"], quiet)
        for names in wanted[: 1 if chromium.path() else 2]:  # a whole one only where there is none at all
            if _silently([*apt, "install", "-y", "--no-install-recommends", *names], quiet) == 0:
                return


def _silently(command: list[str], env: dict[str, str]) -> int:
    return subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=240,
        check=False,
    ).returncode


@contextmanager
def template_meanwhile(env: dict[str, str]) -> Iterator[None]:
    """Migrate the database that all tests copy while something else runs; the tests say what went wrong with it."""
    code = "import django; django.setup(); from tests import clones; clones.template()"
    made = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        made.wait()


def everything() -> Outcome:
    """Checks, tests, browser tests, and in CI the tests on PostgreSQL 15."""
    outcome = Outcome()
    older = older_postgres() if IN_CI else ""
    if IN_CI and not older:
        outcome.left_out.append("NOT RUN ON POSTGRESQL 15: /usr/lib/postgresql/15/bin is not there")
    with servers() as env:
        with windowless_meanwhile():
            with template_meanwhile(env):
                outcome.broken += lint(env)
            many = ["-n", str(CORES), "--dist", "worksteal"]  # the slowest tests stand anywhere
            pytest(env, outcome, "PostgreSQL 18", [*many, "--ignore=tests/browser", "--durations=12"])
        if found := browser(outcome):
            env = {**env, "CARENET_CHROMIUM": found}
            pytest(
                env,
                outcome,
                "PostgreSQL 18, browser",
                ["-n", "2", "--dist", "worksteal", "tests/browser", "--durations=6"],
            )
    if older:
        with servers(programs=older) as env:
            some = ["-m", "not faults"]
            some += [f"--ignore=tests/{folder}" for folder in ("browser", "infra", "architecture")]
            pytest(env, outcome, "PostgreSQL 15", [*many, *some])
    return outcome


def some_tests(arguments: Sequence[str]) -> Outcome:
    """Only the tests somebody asked for."""
    outcome = Outcome()
    with servers() as env:
        env = {**env, "CARENET_CHROMIUM": chromium.path() or ""}
        pytest(env, outcome, " ".join(arguments), arguments)
    return outcome


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks, on a cluster that commits durably."""
    with servers(fast=False) as env:
        return subprocess.run(
            [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, env=env, check=False
        ).returncode


def main(arguments: list[str]) -> int:
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if arguments[:1] == ["--bench"]:
        return bench(arguments[1:])
    if arguments == ["--lint"]:
        outcome = Outcome()
        with servers() as env:
            outcome.broken = lint(env)
    else:
        outcome = some_tests(arguments) if arguments else everything()
    for sentence in outcome.left_out:
        print(f"\n{'!' * 100}\n!! {sentence}\n{'!' * 100}", flush=True)
    bad = bool(outcome.failed or outcome.broken or (IN_CI and outcome.left_out))
    broken = f"; broken: {', '.join(outcome.broken)}" if outcome.broken else ""
    if arguments != ["--lint"]:
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        print(f"{counts} in {time.monotonic() - begun:.0f} s{broken}", flush=True)
    return int(bad)


def say(sentence: str) -> None:
    print(f"--- {sentence}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except embedded.Trouble as trouble:
        sys.exit(f"carenet: {trouble}")
