"""What PostgreSQL and Valkey have in common: one process, one lock, one way to stop.

A server holds an exclusive lock on a file for as long as any of its processes lives, because it inherits the
open file. That is the kernel's own knowledge: unlike a pid file it cannot be stale after `kill -9`, it is
not fooled by a reused pid or by a process that is dead but not reaped, and it works between containers.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from carenet.embedded import processes
from carenet.embedded.places import Owner, Places, explain, no_room
from carenet.embedded.trouble import Trouble

START_SECONDS = 120.0  # replaying the write-ahead log after a crash may take a while


class Server:
    """One embedded server of one data folder."""

    name = ""
    title = ""
    gentle = signal.SIGTERM
    harsh = signal.SIGKILL

    def __init__(self, places: Places, owner: Owner) -> None:
        self.places = places
        self.owner = owner
        self.lock = places.data / f"{self.name}.lock"
        self.child: subprocess.Popen[bytes] | None = None

    # --- told by each server -----------------------------------------------------------------------
    def prepare(self) -> list[str]:
        """Write what the server needs and return its command."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Tell whether it answers."""
        raise NotImplementedError

    def socket(self) -> Path:
        """Name its socket."""
        raise NotImplementedError

    # --- the same for both -------------------------------------------------------------------------
    def alive(self) -> bool:
        """Tell whether any process of this server lives."""
        if self.child is not None and self.child.poll() is None:
            return True
        handle = self._open_lock()
        try:
            return not processes.take(handle)
        finally:
            os.close(handle)

    def pid(self) -> int:
        """Return the pid of the server's first process, or 0 when that one is gone."""
        try:
            number = int(self.lock.read_text() or 0)
        except (OSError, ValueError):
            return 0
        here = processes.running(number) and self.title in processes.command(number)
        return number if here else 0

    def start(self) -> bool:
        """Start the server or adopt the running one; returns True when it had to be started.

        The caller holds the start lock of the data folder.
        """
        if self.alive() and not self._adoptable():
            self.stop()
        if self.alive():
            self._wait_ready()
            return False
        command = self.prepare()
        self._spawn(command)
        self._wait_ready()
        return True

    def stop(self) -> None:
        """Stop the server cleanly, and by force when it does not listen."""
        for number, seconds in ((self.gentle, 8.0), (self.harsh, 3.0), (signal.SIGKILL, 3.0)):
            pid = self.pid()
            if pid:
                processes.send(pid, number)
            elif number is signal.SIGKILL:
                self._kill_orphans()
            if processes.wait_until(lambda: not self.alive(), seconds):
                break
        if self.child is not None:
            self.child.poll()

    def _adoptable(self) -> bool:
        """A server whose first process died, or whose socket was cleaned away, has to be started anew."""
        if self.pid() and self.socket().exists():
            return True
        if self.pid():
            return processes.wait_until(lambda: self.socket().exists() or not self.alive(), 1.0)
        if processes.wait_until(lambda: not self.alive(), 5.0):
            return True
        self._kill_orphans()
        if processes.wait_until(lambda: not self.alive(), 5.0):
            return True
        raise Trouble(
            f"The data folder {self.places.data} is in use by another machine or container: stop carenet "
            "there first, or name another folder with CARENET_DATA."
        )

    def _kill_orphans(self) -> None:
        for pid in processes.titled(self.orphans()):
            processes.send(pid, signal.SIGKILL)

    def orphans(self) -> str:
        """Return words in the command lines of the processes that the first one may leave behind."""
        raise NotImplementedError

    def _spawn(self, command: list[str]) -> None:
        handle = self._open_lock()
        try:
            if not processes.take(handle):
                raise Trouble(f"{self.name} is being started twice at once; try again.")
            with open(self._first_words(), "wb") as log:
                self.child = subprocess.Popen(
                    command,
                    cwd="/",
                    env=ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[handle],
                    start_new_session=True,
                    **self.owner.popen(),  # type: ignore[call-overload]
                )
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(self.child.pid).encode(), 0)
        except PermissionError as error:
            raise Trouble(
                f"{self.name} could not be started as the user {self.owner.name}: {error.strerror} "
                f"({error.filename or 'changing the user is not allowed here'})."
            ) from error
        except OSError as error:
            raise Trouble(explain(error, self.places.data)) from error
        finally:
            os.close(handle)

    def _wait_ready(self) -> None:
        if not processes.wait_until(lambda: self.ready() or not self.alive(), START_SECONDS):
            raise Trouble(
                f"{self.name} did not become ready in {START_SECONDS:.0f} seconds; see {self.places.logs}."
            )
        if not self.ready():
            raise Trouble(self.why())

    def why(self) -> str:
        """Say in a sentence why the server ended."""
        said = self.last_words()
        if "No space left on device" in said:
            return no_room(self.places.data)
        last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
        return f"{self.name} ended while starting: {last} (more in {self.places.logs})."

    def last_words(self) -> str:
        """Return what the server wrote while starting."""
        try:
            return self._first_words().read_text(errors="replace")
        except OSError:
            return ""

    def _first_words(self) -> Path:
        return self.places.logs / f"{self.name}-start.log"

    def _open_lock(self) -> int:
        try:
            return os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Trouble(explain(error, self.places.data)) from error


ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
