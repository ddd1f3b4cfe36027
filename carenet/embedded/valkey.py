"""The embedded Valkey (a Redis-compatible server): the doorbell's broker and the cache, never the record."""

from __future__ import annotations

import signal
import socket
from datetime import UTC, datetime
from pathlib import Path

from carenet.embedded import places as where
from carenet.embedded.places import Owner, Places, explain
from carenet.embedded.server import Server
from carenet.embedded.trouble import Trouble

SETTINGS = """\
# Written by carenet at each start.
port 0
unixsocket "{socket}"
unixsocketperm 700
requirepass {password}
protected-mode yes
daemonize no
set-proc-title no
supervised no
dir "{folder}"
logfile "{log}"
loglevel notice
save ""
appendonly yes
appendfsync everysec
maxmemory 256mb
maxmemory-policy noeviction
databases 16
"""
LARGEST_LOG = 5 * 1024 * 1024


class Valkey(Server):
    """Valkey in `<data>/valkey`, on a unix socket with a password."""

    name = "valkey"
    gentle = signal.SIGTERM  # writes its append-only file out, then ends

    def __init__(self, places: Places, owner: Owner, *, password: str) -> None:
        super().__init__(places, owner)
        self.title = str(places.valkey / "valkey.conf")
        self.password = password

    def socket(self) -> Path:
        return self.places.sockets / "valkey.sock"

    def orphans(self) -> str:
        return self.title

    def start(self) -> bool:
        """Start it; when its file is too damaged to load, set that aside: nothing in it is the record."""
        try:
            return super().start()
        except Trouble:
            folder = self.places.valkey / "appendonlydir"
            if self.alive() or not folder.exists() or "No space left" in self.last_words():
                raise
            stamp = datetime.now(tz=UTC).strftime("%Y%m%d%H%M%S")
            folder.rename(self.places.valkey / f"damaged-{stamp}")
            return super().start()

    def ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as wire:
                wire.settimeout(2)
                wire.connect(str(self.socket()))
                wire.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    piece = wire.recv(4096)
                    if not piece:
                        return False
                    answer += piece
        except OSError:
            return False
        if answer.startswith(b"-WRONGPASS"):
            raise Trouble(
                f"The running Valkey of {self.places.data} has another password than {self.places.data}/secrets.json "
                f"says: end its process ({self.pid()}) and start again."
            )
        return b"+PONG" in answer

    def prepare(self) -> list[str]:
        program = where.valkey_program(self.places, self.owner)
        log = self.places.logs / "valkey.log"
        settings = self.places.valkey / "valkey.conf"
        try:
            if log.exists() and log.stat().st_size > LARGEST_LOG:
                log.rename(log.with_suffix(".old"))
            self.socket().unlink(missing_ok=True)
            settings.write_text(
                SETTINGS.format(
                    socket=self.socket(), password=self.password, folder=self.places.valkey, log=log
                )
            )
            self.owner.give(settings, 0o600)
        except OSError as error:
            raise Trouble(explain(error, self.places.data)) from error
        return [str(program), str(settings)]

    def last_words(self) -> str:
        log = self.places.logs / "valkey.log"
        said = log.read_bytes()[-2000:].decode(errors="replace") if log.exists() else ""
        return said + super().last_words()
