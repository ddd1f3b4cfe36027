"""`manage.py up` as a station lives it: started, hurt, stopped, started again on its old data."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carenet import backups, embedded
from carenet.embedded import processes
from tests import clones
from tests.infra.conftest import ROOT, server_pids

pytestmark = [pytest.mark.faults, pytest.mark.slow]
PATIENCE = 180.0  # a busy machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(port: int, path: str) -> int:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        wire.request("GET", path, headers={"Host": "localhost"})
        return wire.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        wire.close()


class Station:
    """One `manage.py up` on a data folder."""

    def __init__(self, data: Path, port: int) -> None:
        self.port = port
        self.log = data.parent / f"up-{port}-{time.monotonic_ns()}.log"
        env = {
            name: value for name, value in os.environ.items() if not name.startswith(("CARENET", "DATABASE"))
        }
        env |= {"CARENET_DATA": str(data), "DJANGO_SETTINGS_MODULE": "carenet.settings.dev"}
        env.pop("REDIS_URL", None)
        self.begun = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
                cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait(self) -> None:
        running = processes.wait_until(
            lambda: "carenet is running" in self.said() or self.process.poll() is not None, PATIENCE
        )
        assert running, self.said()
        assert self.process.poll() is None, self.said()

    def child(self, words: str) -> list[int]:
        return [pid for pid in processes.titled(words) if pid != self.process.pid]

    def answers(self, path: str, seconds: float = 30.0) -> bool:
        return processes.wait_until(lambda: status(self.port, path) == 200, seconds)


@pytest.fixture(scope="module")
def migrated(old_folder: Path) -> Path:
    """A data folder whose database is a copy of the suite's template: migrating it here would take half a minute."""
    name = clones.clone(clones.template(), suffix=f"up_{os.getpid()}")
    services = embedded.ensure(old_folder, redis=False)
    try:
        copy = backups.make(
            dsn=clones.url("carenet_owner", name),
            files=old_folder / "none",
            folder=old_folder / "backups",
            keys={},
            at=datetime.now(tz=UTC),
        )
        backups.restore(copy, backups.look(copy, {}), dsn=services.owner_url, database="fresh")
        backups.put_in_place(dsn=services.owner_url, fresh="fresh", database="carenet", stamp="0")
    finally:
        services.stop()
        clones.drop(name)
    return old_folder


@pytest.fixture
def up(migrated: Path) -> Callable[..., Station]:
    made: list[Station] = []

    def start(port: int) -> Station:
        made.append(Station(migrated, port))
        return made[-1]

    yield start  # type: ignore[misc]
    for station in made:
        for pid in processes.titled(f"--port {station.port} "):
            processes.send(pid, signal.SIGKILL)
        station.process.kill()
        station.process.wait()


def test_a_station_survives_what_kills_its_parts_and_stops_cleanly(
    up: Callable[[int], Station], old_folder: Path
) -> None:
    port = free_port()
    station = up(port)
    station.wait()
    assert status(port, "/ping/") == 200
    assert station.answers("/ready/")

    # Whoever started it, nothing of it is root's: pages, worker, beat, the supervisor, the folder.
    pids = [station.process.pid, *server_pids(old_folder), *station.child(f"--port {port} ")]
    pids += station.child(f"{old_folder}/beat-schedule")
    assert len(pids) >= 5
    assert {os.stat(f"/proc/{pid}").st_uid for pid in pids} == {old_folder.stat().st_uid}
    assert old_folder.stat().st_uid != 0
    assert {path.lstat().st_uid for path in old_folder.iterdir()} == {old_folder.stat().st_uid}

    # Another one on the same folder, whatever its port: one sentence, and this one goes on.
    second = up(free_port())
    assert second.process.wait(PATIENCE) != 0
    assert re.search(rf"runs already with the data folder .* open http://localhost:{port}/", second.said())
    assert "Traceback" not in second.said()

    # The database is killed: it comes back, and the pages with it.
    os.kill(int((old_folder / "postgres.lock").read_text()), signal.SIGKILL)
    assert processes.wait_until(lambda: "postgres had ended; it runs again" in station.said(), 30)
    assert station.answers("/ready/")

    # The web server's first process is killed: its orphans are swept and it is started again.
    first = station.child(f"--port {port} ")
    os.kill(min(first), signal.SIGKILL)
    assert processes.wait_until(lambda: "web ended by signal SIGKILL" in station.said(), 10)
    assert processes.wait_until(lambda: not any(map(processes.running, first)), 10)
    assert station.answers("/ready/", 60)

    # SIGTERM: everything ends, quickly and without a trace.
    begun = time.monotonic()
    station.process.send_signal(signal.SIGTERM)
    assert station.process.wait(20) == 0
    assert time.monotonic() - begun < 12
    assert "Stopped; the data is kept." in station.said()
    assert server_pids(old_folder) == []
    assert not station.child(f"--port {port} ")
    assert not station.child(str(old_folder))

    # Something else has the port: one sentence, and no server was started for nothing.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        late = up(port)
        assert late.process.wait(PATIENCE) != 0
    assert re.search(rf"Port {port} .* make run PORT={port + 1}", late.said())
    assert "Traceback" not in late.said()
    assert server_pids(old_folder) == []


def test_after_everything_was_killed_the_next_start_finds_its_data(
    up: Callable[[int], Station], old_folder: Path
) -> None:
    port = free_port()
    station = up(port)
    station.wait()
    os.kill(station.process.pid, signal.SIGKILL)
    station.process.wait()
    again = up(port)
    again.wait()
    assert again.answers("/ready/")
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(20) == 0
    assert server_pids(old_folder) == []
