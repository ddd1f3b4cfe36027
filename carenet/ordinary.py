"""Started by root, the station goes on as an ordinary user: nothing in it needs root's rights.

`manage.py up`, and the commands that write into the data folder, become another user before anything else: the
one the data folder belongs to, and where that is root the system user `carenet`, who is given the folder. Not
for root are then the servers, the pages, the background work, the secrets and the uploaded files.

The code has to be readable for that user. Where the repository or the Python lies in a closed folder (below
`/root`, or in one made by `mktemp -d`), a way is opened in a mount namespace of our own, which nobody else on
the machine sees; where the machine does not allow that either, one sentence says that root goes on.
"""

from __future__ import annotations

import compileall
import ctypes
import os
import stat
import sys
from pathlib import Path

from carenet import embedded
from carenet.embedded.places import REPOSITORY, Owner, Places, user_name
from carenet.supervisor import Supervisor

# Commands that write into the data folder; a backup goes where only root may write, code is whose it is.
COMMANDS = {"up", "migrate", "flush", "loaddemo"}
TRIAL = """
import django
for name in ("manage.py", "carenet/settings/dev.py", "templates/base.html"):
    open(name).close()
"""
CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def go_on(arguments: list[str]) -> None:
    """Start this command anew as an ordinary user when root has started it; else return at once."""
    command = arguments[0] if arguments else ""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if os.geteuid() != 0 or settings != "carenet.settings.dev" or command not in COMMANDS:
        return
    if command != "up" and os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    places = Places(embedded.data_dir())
    owner = user_of(places)
    plain = _tried(owner)
    if not plain and not _tried(owner, way=True):
        sys.stderr.write(
            f"carenet: The user {owner.name} may not read {REPOSITORY} (or its Python, {sys.base_prefix}), so the "
            "web server and the background work stay with root; the database does not. To end that, move the "
            "repository to a folder everybody may pass through, such as /srv, or start as an ordinary user.\n"
        )
        return
    if command == "up":
        Supervisor(places.data, os.environ, print).sweep()  # what root's own `up` left only root may end
    _compile()
    hand_over(places.data, owner)
    os.environ.update(
        CARENET_DATA=str(places.data), HOME=str(places.data), USER=owner.name, LOGNAME=owner.name
    )
    if not plain:
        _open_way()
    become(owner)
    os.chdir(REPOSITORY)
    os.execv(sys.executable, [sys.executable, str(REPOSITORY / "manage.py"), *arguments])  # noqa: S606


def user_of(places: Places) -> Owner:
    """Find the ordinary user of a data folder; Trouble where no ordinary user can come to it."""
    if places.data.exists() and places.data.stat().st_uid != 0:
        found = places.data.stat()
        return Owner(found.st_uid, found.st_gid, user_name(found.st_uid))
    places.make_data()
    return places.owner()


def hand_over(data: Path, owner: Owner) -> None:
    """Give everything in the data folder to its user, whoever made it; links are not followed."""
    assert owner.uid is not None
    assert owner.gid is not None
    for _folder, folders, files, here in os.fwalk(data, follow_symlinks=False):
        for name in [".", *folders, *files]:
            try:
                if os.stat(name, dir_fd=here, follow_symlinks=False).st_uid != owner.uid:
                    os.chown(name, owner.uid, owner.gid, dir_fd=here, follow_symlinks=False)
            except FileNotFoundError:
                continue  # a running server works in there


def become(owner: Owner) -> None:
    """Leave root's rights behind for good."""
    assert owner.uid is not None
    assert owner.gid is not None
    os.setgroups([])
    os.setresgid(owner.gid, owner.gid, owner.gid)
    os.setresuid(owner.uid, owner.uid, owner.uid)


def _tried(owner: Owner, *, way: bool = False) -> bool:
    """Try in a child whether this user can run our Python and read our code."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        if way:
            _open_way()
        become(owner)
        os.chdir(REPOSITORY)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        os.execv(sys.executable, [sys.executable, "-c", TRIAL])  # noqa: S606
    finally:
        os._exit(1)


def _compile() -> None:
    """Compile what changed while we may: the ordinary user cannot keep it, and each process would do it again."""
    for package in REPOSITORY.glob("*/__init__.py"):
        if package.parent.name != "tests":
            compileall.compile_dir(package.parent, quiet=2)


def _open_way() -> None:
    """Show the repository and the Python to everybody, in a mount namespace that only this process is in.

    Over the topmost closed folder comes an empty one that may be passed through, and in it, at their own
    paths, stand the folders we need and nothing else. OSError where the machine forbids it.
    """
    needed = {
        REPOSITORY,
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(os.path.realpath(sys.executable)).parent,
    }
    closed = {path: top for path in needed if (top := _topmost_closed(path))}
    inside = [
        part
        for path in closed
        if not any(other in path.parents for other in closed)
        for part in ([path] if _passable(path) else path.iterdir())
    ]
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(source: str, target: Path | str, kind: str | None, flags: int, words: str | None) -> None:
        values = [None if value is None else os.fsencode(value) for value in (source, target, kind)]
        data = None if words is None else words.encode()
        if libc.mount(*values, ctypes.c_ulong(flags), data) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(target))

    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    mount("none", "/", None, MS_REC | MS_PRIVATE, None)
    handles = {part: os.open(part, os.O_PATH | os.O_NOFOLLOW) for part in inside if not part.is_symlink()}
    before = os.umask(0o022)
    for top in set(closed.values()):
        mount("none", top, "tmpfs", 0, "mode=0755,size=1m")
    for part, handle in handles.items():
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            part.mkdir(parents=True, exist_ok=True)
        else:
            part.parent.mkdir(parents=True, exist_ok=True)
            part.touch()
        mount(f"/proc/self/fd/{handle}", part, None, MS_BIND | MS_REC, None)
        os.close(handle)
    os.umask(before)


def _topmost_closed(path: Path) -> Path | None:
    return next((one for one in [*reversed(path.parents), path] if not _passable(one)), None)


def _passable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)
