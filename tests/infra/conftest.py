"""Folders and helper processes for the tests of the embedded servers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from carenet.embedded import Places, processes

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import json, os, sys, types
sys.modules["carenet"] = types.ModuleType("carenet")  # without carenet/__init__, which imports Celery
sys.modules["carenet"].__path__ = ["carenet"]
from carenet import embedded
services = embedded.ensure(fast=not os.environ.get("DURABLE"))
print(json.dumps({"started": services.started, "url": services.database_url, "owner": services.owner_url,
                  "redis": services.redis_url}), flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "heal":
        print(json.dumps(services.heal()), flush=True)
    elif word == "leave":
        break
"""


@pytest.fixture(autouse=True)
def _no_outside_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CARENET_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder's path in a place an ordinary user can reach; everything in it is ended afterwards."""
    yield from make_folder()


@pytest.fixture(scope="module")
def old_folder() -> Iterator[Path]:
    """The same, shared by the tests of a module: the later ones start on old data."""
    yield from make_folder()


def make_folder() -> Iterator[Path]:
    """Make a data folder's path, and clear everything away afterwards."""
    above = Path(tempfile.mkdtemp(prefix="cn-", dir="/tmp"))
    above.chmod(0o711)
    data = above / "data"
    yield data
    end_servers(data)
    shutil.rmtree(Places(data).sockets, ignore_errors=True)
    shutil.rmtree(above, ignore_errors=True)


def end_servers(data: Path) -> None:
    """Kill whatever still runs below a data folder."""
    for words in (f"{data}/", f"postgres: {Places(data).cluster_name}:"):
        for pid in processes.titled(words):
            if pid != os.getpid():
                processes.send(pid, signal.SIGKILL)


def server_pids(data: Path) -> list[int]:
    """List the first processes of both servers."""
    names = [data / "postgres.lock", data / "valkey.lock"]
    pids = [int(name.read_text() or 0) for name in names if name.exists()]
    return [pid for pid in pids if processes.running(pid)]


@dataclass
class Holder:
    """Another carenet process that holds its share of the servers."""

    process: subprocess.Popen[str]
    answer: dict[str, Any]

    def ask(self, word: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def leave(self) -> None:
        self.process.communicate("leave\n", timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def hold(folder: Path) -> Iterator[Callable[..., Holder]]:
    """Start another process that calls `ensure()` on the folder."""
    made: list[subprocess.Popen[str]] = []

    def start(
        *, wait: bool = True, data: Path | None = None, before: list[str] | None = None, **env: str
    ) -> Any:
        process = subprocess.Popen(
            [*(before or []), sys.executable, "-c", HOLDER],
            cwd=ROOT,
            env={**os.environ, "CARENET_DATA": str(data or folder), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        made.append(process)
        return read(process) if wait else process

    yield start
    for process in made:
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def read(process: subprocess.Popen[str]) -> Holder:
    """Wait until a holder has its servers."""
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.stderr.read())
    return Holder(process, json.loads(line))
