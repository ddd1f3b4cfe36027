"""carenet's own PostgreSQL and Valkey, used when DATABASE_URL and REDIS_URL are not set.

Everything of one station lives in one data folder (`CARENET_DATA`, default `.carenet` beside the code).
`ensure()` starts the servers or joins those that another carenet process on the same folder started; the
last process to leave cleanly stops them, and after a crash the next start adopts what still runs.
Nothing here needs Django. See docs/decisions/embedded-services.md.
"""

from __future__ import annotations

import atexit
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from carenet.embedded import keys, processes, roles
from carenet.embedded.places import Owner, Places
from carenet.embedded.places import data_dir as data_dir
from carenet.embedded.postgres import Postgres
from carenet.embedded.roles import bootstrap as bootstrap
from carenet.embedded.roles import bootstrap_sql as bootstrap_sql
from carenet.embedded.roles import drop_database as drop_database
from carenet.embedded.server import Server
from carenet.embedded.trouble import Trouble as Trouble
from carenet.embedded.valkey import Valkey

DATABASE = "carenet"
# Commands that need no server, or start the servers themselves.
OFFLINE = {
    *("", "help", "version", "--help", "-h", "--version", "check", "collectstatic", "compilemessages"),
    *(
        "diffsettings",
        "makemessages",
        "makemigrations",
        "spectacular",
        "startapp",
        "up",
        "services",
        "bootstrap_roles",
    ),
}


@dataclass(frozen=True)
class Addresses:
    """Where the embedded servers of a data folder answer, once they run."""

    data_dir: Path
    database_url: str
    owner_url: str
    superuser_url: str
    redis_url: str


def secrets(data: Path | None = None) -> dict[str, str]:
    """Return the secrets of the data folder, making them on first use."""
    return keys.read_or_make(Places(data or data_dir()))


def addresses(data: Path | None = None, *, port: int = 0) -> Addresses:
    """Return the addresses without starting anything: they follow from the data folder."""
    places = Places(data or data_dir())
    known = keys.read_or_make(places)

    def database(role: str, password: str, name: str) -> str:
        if port:
            return f"postgres://{role}:{password}@127.0.0.1:{port}/{name}"
        return f"postgres://{role}:{password}@/{name}?host={places.sockets}"

    return Addresses(
        data_dir=places.data,
        database_url=database(roles.APP, known["app_password"], DATABASE),
        owner_url=database(roles.OWNER, known["owner_password"], DATABASE),
        superuser_url=database("postgres", known["superuser_password"], "postgres"),
        redis_url=f"unix://:{known['redis_password']}@{places.sockets / 'valkey.sock'}?db=0",
    )


def broker_url(redis_url: str) -> str:
    """Write a Redis address the way Celery wants it: kombu calls a unix socket `redis+socket://`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("db", "0")
    return f"redis+socket://:{parts.password or ''}@{parts.path}?virtual_host={number}"


@dataclass
class Services:
    """This process's share in the running servers."""

    addresses: Addresses
    servers: list[Server]
    started: list[str]
    _users: int
    _pid: int = field(default_factory=os.getpid)
    _healing: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.addresses.data_dir

    @property
    def database_url(self) -> str:
        return self.addresses.database_url

    @property
    def owner_url(self) -> str:
        return self.addresses.owner_url

    @property
    def superuser_url(self) -> str:
        return self.addresses.superuser_url

    @property
    def redis_url(self) -> str:
        return self.addresses.redis_url

    @property
    def recovered(self) -> bool:
        """True when PostgreSQL had been killed and was started again by this process."""
        return any(isinstance(server, Postgres) and server.recovered for server in self.servers)

    def heal(self) -> list[str]:
        """Start what has died, with growing pauses; returns the names of what was started.

        Meant to be called a few times a second by whoever supervises. Trouble after six vain attempts.
        """
        healed = []
        for server in self.servers:
            if server.alive() and server.pid() and server.socket().exists():
                if self._healing and self._healing.get(server.name, (0, 0.0))[1] < time.monotonic() - 60:
                    self._healing.pop(server.name, None)
                continue
            tries, not_before = self._healing.get(server.name, (0, 0.0))
            if time.monotonic() < not_before:
                continue
            with processes.locked(Places(self.data_dir).start_lock, wait=False) as mine:
                if not mine:
                    continue
                self._healing[server.name] = (tries + 1, time.monotonic() + min(0.5 * 2**tries, 10.0))
                try:
                    server.start()
                except Trouble:
                    if tries >= 5:
                        raise
                    continue
                healed.append(server.name)
        return healed

    def stop(self) -> None:
        """Leave; the last one to leave stops the servers. A second call does nothing."""
        if self._users < 0 or self._pid != os.getpid():
            return
        users, self._users = self._users, -1
        _joined.pop(self.data_dir, None)
        places = Places(self.data_dir)
        try:
            with processes.locked(places.start_lock):
                if processes.take(users):
                    for server in reversed(self.servers):
                        server.stop()
        except FileNotFoundError:
            pass  # the whole data folder has been removed
        finally:
            os.close(users)


_joined: dict[Path, Services] = {}


def ensure(
    data: Path | None = None,
    *,
    postgres: bool = True,
    redis: bool = True,
    fast: bool = False,
    port: int = 0,
) -> Services:
    """Start the servers of the data folder, or join the running ones.

    `fast` gives up durability and `port` listens on 127.0.0.1 too: both for the tests' throw-away clusters.
    Raises Trouble with one clear sentence.
    """
    places = Places(data or data_dir())
    if places.data in _joined:
        return _joined[places.data]
    owner = places.make()
    known = addresses(places.data, port=port)
    passwords = keys.read_or_make(places)
    servers: list[Server] = []
    if postgres:
        servers.append(
            Postgres(places, owner, password=passwords["superuser_password"], fast=fast, port=port)
        )
    if redis:
        servers.append(Valkey(places, owner, password=passwords["redis_password"]))
    with processes.locked(places.start_lock):
        users = os.open(places.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            processes.take(users, shared=True, wait=True)
            started = [server.name for server in servers if server.start()]
            if postgres:
                _bootstrap_once(places, known, passwords)
        except BaseException:
            if processes.take(users):
                for server in reversed(servers):
                    server.stop()
            os.close(users)
            raise
    services = Services(known, servers, started, users)
    _joined[places.data] = services
    atexit.register(services.stop)
    return services


def ensure_for(arguments: list[str]) -> Services | None:
    """Start what a `manage.py` command needs on a station's PC; nothing where the environment names servers."""
    outside = [bool(os.environ.get(name)) for name in ("DATABASE_URL", "REDIS_URL")]
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    command = arguments[0] if arguments else ""
    if settings != "carenet.settings.dev" or all(outside) or command in OFFLINE:
        return None
    return ensure(postgres=not outside[0], redis=not outside[1])


def running(data: Path | None = None) -> dict[str, int]:
    """Return the process of each server of the data folder, 0 for one that is not running."""
    places = Places(data or data_dir())
    nobody = Owner(None, None, "")
    servers: list[Server] = [Postgres(places, nobody, password=""), Valkey(places, nobody, password="")]
    return {server.name: server.pid() if server.lock.exists() and server.alive() else 0 for server in servers}


def bootstrap_data(data: Path | None = None) -> None:
    """Make the roles and the database of the data folder, whatever was there before."""
    places = Places(data or data_dir())
    (places.data / "bootstrapped").unlink(missing_ok=True)
    _bootstrap_once(places, addresses(places.data), keys.read_or_make(places))


def _bootstrap_once(places: Places, known: Addresses, passwords: dict[str, str]) -> None:
    """Make the roles and the database when this version of carenet has not done so in this folder."""
    mark = places.data / "bootstrapped"
    wanted = str(hash_of(roles.ROLES_SQL + roles.SCHEMA_SQL))
    if mark.exists() and mark.read_text() == wanted:
        return
    bootstrap(
        known.superuser_url,
        owner_password=passwords["owner_password"],
        app_password=passwords["app_password"],
        database=DATABASE,
    )
    mark.write_text(wanted)


def hash_of(text: str) -> str:
    """Return a short mark that changes with the text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]
