"""Children are kept running, and nothing of them stays behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carenet.embedded import Trouble, places, processes
from carenet.supervisor import MOST_FAILURES, Child, Supervisor

# A child with a child of its own, like a web server with its workers; both write their pids.
FAMILY = """
import os, subprocess, sys, time
open(sys.argv[1] + "/parent", "w").write(str(os.getpid()))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1] + "/child", "w").write(str(child.pid))
time.sleep(600)
"""
SUPERVISE = """
import os, sys, time
from pathlib import Path
from carenet.supervisor import Supervisor
folder = Path(sys.argv[1])
one = Supervisor(folder, os.environ, print)
one.start("family", [sys.executable, "-c", sys.argv[2], str(folder)])
while True:
    one.look()
    time.sleep(0.05)
"""


def pid(folder: Path, name: str, *, not_this: int = 0) -> int:
    def known() -> bool:
        text = (folder / name).read_text() if (folder / name).exists() else ""
        return text.isdigit() and int(text) != not_this

    assert processes.wait_until(known, 10)
    return int((folder / name).read_text())


def test_a_killed_child_is_started_again_and_its_own_children_are_swept(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, os.environ, said.append)
    supervisor.start("family", [sys.executable, "-c", FAMILY, str(tmp_path)])
    parent, child = pid(tmp_path, "parent"), pid(tmp_path, "child")
    os.kill(parent, signal.SIGKILL)
    end = time.monotonic() + 10
    while not said and time.monotonic() < end:
        supervisor.look()
        time.sleep(0.02)
    assert "family ended by signal SIGKILL" in said[0]
    assert processes.wait_until(lambda: not processes.running(child), 5)
    time.sleep(0.6)
    supervisor.look()
    second = pid(tmp_path, "parent", not_this=parent)
    grandchild = pid(tmp_path, "child", not_this=child)
    supervisor.stop()
    assert not processes.running(second)
    assert processes.wait_until(lambda: not processes.running(grandchild), 5)
    assert list((tmp_path / "children").iterdir()) == []


def test_a_child_that_keeps_ending_is_given_up_with_a_sentence(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, os.environ, lambda sentence: None)
    child = supervisor.start("web", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Trouble, match="web ended 6 times in a row"):  # noqa: PT012
        while True:
            child.not_before = 0.0
            supervisor.look()
            time.sleep(0.01)
    supervisor.stop()


def test_a_full_disk_is_named_as_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(places.shutil, "disk_usage", lambda path: usage._replace(free=0))
    supervisor = Supervisor(tmp_path, os.environ, lambda sentence: None)
    supervisor.children.append(Child("beat", [], failures=MOST_FAILURES))
    with pytest.raises(Trouble, match=r"The disk that holds .* is full"):
        supervisor._count(supervisor.children[0], 1)


def test_a_child_that_ignores_sigterm_is_ended_all_the_same(tmp_path: Path) -> None:
    code = "import signal,time\nfor n in (15, 3): signal.signal(n, signal.SIG_IGN)\nprint(1,flush=True)\ntime.sleep(600)"
    supervisor = Supervisor(tmp_path, os.environ, lambda sentence: None)
    child = supervisor.start("deaf", [sys.executable, "-c", code])
    time.sleep(0.5)
    begun = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begun < 9
    assert child.process is not None
    assert not processes.running(child.process.pid)


def test_children_end_when_the_supervisor_is_killed_and_the_next_one_sweeps_the_rest(tmp_path: Path) -> None:
    boss = subprocess.Popen([sys.executable, "-c", SUPERVISE, str(tmp_path), FAMILY])
    parent, child = pid(tmp_path, "parent"), pid(tmp_path, "child")
    boss.kill()
    boss.wait()
    assert processes.wait_until(lambda: not processes.running(parent), 5)
    assert processes.running(child)  # a grandchild that nobody told; the next start sweeps it
    Supervisor(tmp_path, os.environ, lambda sentence: None).sweep()
    assert processes.wait_until(lambda: not processes.running(child), 5)


def test_a_living_supervisor_on_the_same_folder_is_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "children"
    notes.mkdir()
    asleep = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", "manage.py up"], start_new_session=True
    )
    try:
        assert processes.wait_until(lambda: "manage.py" in processes.command(asleep.pid), 5)
        (notes / f"{asleep.pid}.json").write_text(f'{{"groups": [{asleep.pid}]}}')
        Supervisor(tmp_path, os.environ, lambda sentence: None).sweep()
        assert asleep.poll() is None
    finally:
        asleep.kill()
        asleep.wait()
