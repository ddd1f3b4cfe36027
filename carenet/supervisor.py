"""Keeps web, worker and beat running: starts them, restarts them with growing pauses, ends them cleanly.

Each child leads its own session, so that Ctrl-C reaches only the supervisor and whatever a killed child left
behind can be swept away. The kernel sends a child SIGTERM when the supervisor dies, however it dies; what
survives even that is swept by the next start (`children.json` in the data folder).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carenet.embedded import Trouble, places, processes

MOST_FAILURES = 5
LONG_LIFE = 60.0
ENDING = [(signal.SIGTERM, 5.0), (signal.SIGQUIT, 1.5)]


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """The children of one `manage.py up`."""

    data: Path
    env: Mapping[str, str]
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)

    @property
    def notes(self) -> Path:
        return self.data / "children" / f"{os.getpid()}.json"

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a child and keep it running from now on."""
        child = Child(name, command)
        self.children.append(child)
        self._spawn(child)
        return child

    def look(self) -> None:
        """Start again what has ended; Trouble when one keeps ending."""
        now = time.monotonic()
        for child in self.children:
            if child.alive():
                if child.failures and now - child.started_at > LONG_LIFE:
                    child.failures = 0
                continue
            if child.process is not None:
                processes.sweep_group(child.process.pid)
                self._count(child, child.process.returncode)
                child.process = None
            if now >= child.not_before:
                self._spawn(child)

    def stop(self) -> None:
        """End all children and their children."""
        processes.end_groups([child.process for child in self.children if child.process is not None], ENDING)
        self.notes.unlink(missing_ok=True)

    def _count(self, child: Child, code: int) -> None:
        child.failures += 1
        if child.failures > MOST_FAILURES:
            if places.full(self.data):
                raise Trouble(places.no_room(self.data))
            raise Trouble(f"{child.name} ended {child.failures} times in a row; its own words above say why.")
        pause = min(0.5 * 2 ** (child.failures - 1), 10.0)
        child.not_before = time.monotonic() + pause
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
        self.say(f"{child.name} ended {how}; starting it again in {pause:.1f} s.")

    def _spawn(self, child: Child) -> None:
        child.process = subprocess.Popen(
            list(child.command),
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )
        child.started_at = time.monotonic()
        self.notes.parent.mkdir(exist_ok=True)
        groups = [one.process.pid for one in self.children if one.process is not None]
        self.notes.write_text(json.dumps({"groups": groups}))

    def sweep(self) -> None:
        """End what a supervisor that was killed left behind, if any of it still runs."""
        for note in (self.data / "children").glob("*.json"):
            former = int(note.stem) if note.stem.isdigit() else 0
            if (
                former != os.getpid()
                and "manage.py" in processes.command(former)
                and processes.running(former)
            ):
                continue
            try:
                groups = json.loads(note.read_text())["groups"]
            except (OSError, ValueError, KeyError):
                groups = []
            left = [pid for group in groups for pid in members(group)]
            for number in (signal.SIGTERM, signal.SIGKILL):
                for pid in left:
                    processes.send(pid, number)
                if processes.gone(left, 3.0):
                    break
            note.unlink(missing_ok=True)


def members(group: int) -> list[int]:
    """List the living processes of a group that were started with our own Python."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        pid = int(name)
        try:
            same = os.getpgid(pid) == group
        except ProcessLookupError:
            continue
        if same and processes.running(pid) and sys.executable in processes.command(pid):
            found.append(pid)
    return found
