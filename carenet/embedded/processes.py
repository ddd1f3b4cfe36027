"""Starting, finding and ending other processes on Linux, without any library."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1


def state(pid: int) -> str:
    """Return the kernel's one letter for a process ("R", "S", "Z" …), or "" when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    return text[text.rindex(")") + 2]


def running(pid: int) -> bool:
    """Tell whether a process lives; a killed one that nobody has reaped yet does not."""
    return pid > 0 and state(pid) not in ("", "Z", "X")


def command(pid: int) -> str:
    """Return a process's command line, or "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def age() -> float:
    """Return for how many seconds this process has lived."""
    text = Path("/proc/self/stat").read_text()
    ticks = int(text[text.rindex(")") + 2 :].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def titled(words: str) -> list[int]:
    """List the living processes whose command line has these words."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if words in command(pid) and running(pid)]


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is already gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Poll until something is true, at most for so many seconds."""
    end = time.monotonic() + seconds
    pause = 0.005
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return True


def gone(pids: list[int], seconds: float) -> bool:
    """Wait until none of these processes lives."""
    return wait_until(lambda: not any(map(running, pids)), seconds)


def dies_with_parent(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Make a `preexec_fn` after which the child gets `number` when its parent dies, however it dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def follow_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Make this process itself get `number` when its parent dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def end_groups(children: list[subprocess.Popen[bytes]], steps: list[tuple[signal.Signals, float]]) -> None:
    """End children and everything in their process groups, all at once: gently first, by SIGKILL at last."""
    for number, seconds in steps:
        for child in children:
            if child.poll() is None:
                send(child.pid, number)
        if wait_until(lambda: all(child.poll() is not None for child in children), seconds):
            break
    for child in children:
        sweep_group(child.pid)
        child.wait()


def sweep_group(group: int) -> None:
    """Kill what is left of a process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold an exclusive lock on a file for the block; yields False when it is taken and `wait` is off."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield take(handle, wait=wait)
    finally:
        os.close(handle)


def take(handle: int, *, shared: bool = False, wait: bool = False) -> bool:
    """Lock an open file; without `wait`, False when somebody else holds it."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
