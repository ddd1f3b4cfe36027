"""The embedded PostgreSQL: its cluster, its settings, its health."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from carenet.embedded import places as where
from carenet.embedded.places import Owner, Places, explain, no_room
from carenet.embedded.server import ENVIRONMENT, Server
from carenet.embedded.trouble import Trouble

SETTINGS = """\
# Written by carenet at each start. Put your own settings into carenet.local.conf in this folder: they win.
listen_addresses = '{listen}'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
cluster_name = '{name}'
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = {shared}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
dynamic_shared_memory_type = {dynamic}
wal_compression = on
max_wal_size = 2GB
min_wal_size = 128MB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
logging_collector = on
log_directory = '{logs}'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %u@%d '
log_min_duration_statement = 2s
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_autovacuum_min_duration = -1
log_checkpoints = off
{durable}
include_if_exists = 'carenet.local.conf'
"""
SHARED_MEMORY = "/dev/shm"  # noqa: S108  (small in many containers: parallel queries would fail)
# Throw-away clusters of the tests only.
FAST = """\
max_connections = 500
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
wal_compression = off
checkpoint_timeout = 1h
autovacuum = off
"""
DOORS = """\
# Written by carenet. A password for everybody, and nobody from another machine.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class Postgres(Server):
    """PostgreSQL in `<data>/postgres`, on a unix socket."""

    name = "postgres"
    gentle = signal.SIGINT  # "fast": ends sessions, then a clean checkpoint
    harsh = signal.SIGQUIT

    def __init__(
        self, places: Places, owner: Owner, *, password: str, fast: bool = False, port: int = 0
    ) -> None:
        super().__init__(places, owner)
        self.title = str(places.cluster)
        self.password = password
        self.fast = fast
        self.port = port
        self.recovered = False

    def socket(self) -> Path:
        return self.places.sockets / f".s.PGSQL.{self.port or 5432}"

    def orphans(self) -> str:
        return f"postgres: {self.places.cluster_name}:"

    def ready(self) -> bool:
        return bool(self.pid()) and self._pid_file()[7:8] == ["ready"] and self.socket().exists()

    def prepare(self) -> list[str]:
        programs = where.postgres_bin(self.places, self.owner)
        cluster = self.places.cluster
        if not cluster.exists():
            self._make_cluster(programs)
        self._check_version(programs)
        self._clear_leftovers()
        try:
            self._write(cluster / "postgresql.conf", self._settings())
            self._write(cluster / "pg_hba.conf", DOORS)
        except OSError as error:
            raise Trouble(explain(error, self.places.data)) from error
        return [str(programs / "postgres"), "-D", str(cluster)]

    def last_words(self) -> str:
        said = super().last_words()
        logs = sorted(self.places.logs.glob("postgresql-*.log"), key=lambda path: path.stat().st_mtime)
        if "redirecting log output" in said and logs:
            return logs[-1].read_bytes()[-4000:].decode(errors="replace")
        return said

    def _make_cluster(self, programs: Path) -> None:
        """Make the cluster beside its place and move it in: a half-made one is never used."""
        fresh = self.places.data / "postgres.new"
        secret = self.places.data / "postgres.password"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(mode=0o700)
            self.owner.give(fresh, 0o700)
            handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as stream:
                stream.write(self.password)
            self.owner.give(secret, 0o600)
            done = subprocess.run(
                [
                    str(programs / "initdb"),
                    *(
                        "-D",
                        str(fresh),
                        "-U",
                        "postgres",
                        "-E",
                        "UTF8",
                        "--locale=C.UTF-8",
                        "--data-checksums",
                    ),
                    *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", f"--pwfile={secret}"),
                    *(["--no-sync"] if self.fast else []),
                ],
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                **self.owner.popen(),  # type: ignore[call-overload]
            )
            if done.returncode != 0:
                raise Trouble(self._why_not_made(done.stdout))
            fresh.rename(self.places.cluster)
        except OSError as error:
            raise Trouble(explain(error, self.places.data)) from error
        finally:
            secret.unlink(missing_ok=True)

    def _why_not_made(self, said: str) -> str:
        if "No space left on device" in said:
            return no_room(self.places.data)
        if "locale" in said:
            return (
                "This machine lacks the locale C.UTF-8, which the search for Chinese names needs: install it "
                "(Debian: libc-bin; Red Hat: glibc-common), or set DATABASE_URL to a server of your own."
            )
        errors = [
            line for line in said.splitlines() if "error" in line or "FATAL" in line
        ] or said.splitlines()
        return f"The database could not be made in {self.places.data}: {errors[0] if errors else 'no reason given'}"

    def _check_version(self, programs: Path) -> None:
        made_by = (self.places.cluster / "PG_VERSION").read_text().strip()
        said = subprocess.run(
            [str(programs / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            env=ENVIRONMENT,
        ).stdout
        found = re.search(r"(\d+)[.\w]*", said)
        ours = found.group(1) if found else "?"
        if made_by != ours:
            raise Trouble(
                f"The data folder {self.places.data} was made by PostgreSQL {made_by}, but this carenet brings "
                f"PostgreSQL {ours}: start the carenet that made it, take a backup there (manage.py backup), "
                "and restore it into a new folder (docs/runbook.md, “A new major version of PostgreSQL”)."
            )

    def _clear_leftovers(self) -> None:
        """Remove what a killed postmaster left. Nobody holds its lock, so no process of ours lives."""
        pid_file = self.places.cluster / "postmaster.pid"
        self.recovered = pid_file.exists()
        number = int((self._pid_file() or ["0"])[0] or 0)
        if number and self._foreign(number):
            raise Trouble(
                f"The database in {self.places.cluster} is already running outside carenet (process {number}): "
                "stop it first."
            )
        pid_file.unlink(missing_ok=True)
        self.socket().unlink(missing_ok=True)
        self.socket().with_name(self.socket().name + ".lock").unlink(missing_ok=True)

    def _foreign(self, number: int) -> bool:
        from carenet.embedded import processes

        return processes.running(number) and self.title in processes.command(number)

    def _pid_file(self) -> list[str]:
        try:
            text = (self.places.cluster / "postmaster.pid").read_text()
        except OSError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _settings(self) -> str:
        memory = machine_memory() // (1024 * 1024)
        return SETTINGS.format(
            listen="127.0.0.1" if self.port else "",
            port=self.port or 5432,
            sockets=quoted(self.places.sockets),
            name=self.places.cluster_name,
            shared=max(64, min(memory // 8, 1024)),
            cache=max(256, memory // 2),
            dynamic="posix" if room(SHARED_MEMORY) > 256 * 1024 * 1024 else "sysv",
            logs=quoted(self.places.logs),
            durable=FAST if self.fast else "",
        )

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(".fresh")
        fresh.write_text(text)
        self.owner.give(fresh, 0o600)
        fresh.rename(path)


def quoted(path: Path) -> str:
    """Write a path for a PostgreSQL setting in single quotes."""
    return str(path).replace("'", "''")


def room(folder: str) -> int:
    """Return the size of a file system in bytes, 0 when there is none."""
    try:
        return shutil.disk_usage(folder).total
    except OSError:
        return 0


def machine_memory() -> int:
    """Return how much memory this machine, or this container, has in bytes."""
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            found = min(found, int(Path(name).read_text()))
        except (OSError, ValueError):
            continue
    return found
