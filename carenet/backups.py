"""Backups that prove themselves: a dump, the files, and the count and hash of every table.

A backup is a folder with `database.dump`, `files.tar` and `manifest.json`. Counts and hashes are taken in the
snapshot the dump is made from, so a restore can show that every row came back. The keys are not in it: keep
`secrets.json` (or the environment file) elsewhere; the manifest only has fingerprints, to tell a wrong key.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carenet.embedded import Trouble

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

# What a row looks like as text must not depend on who asks.
SAME_WORDS = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET statement_timeout = 0; SET lock_timeout = 0"
)
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
# Lines of a dump's list that turn row security on, or open a door in it.
WALL = re.compile(r"\d+; \d+ \d+ (ROW SECURITY|POLICY|COMMENT \S+ POLICY) ")


def fingerprint(key: str) -> str:
    """Return a mark of a key that says nothing about the key."""
    return hashlib.sha256(b"carenet key fingerprint " + key.encode()).hexdigest()[:16]


def connect(dsn: str) -> Connection:
    """Connect as the owner, the way hashes need it."""
    import psycopg2

    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SAME_WORDS)
    return connection


def contents(connection: Connection) -> dict[str, list[int]]:
    """Count and hash every table: {table: [rows, hash]}; the order of rows does not matter."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), coalesce(bit_xor(hashtextextended(each::text, 0)), 0) FROM {table} each"
            )
            rows, mark = cursor.fetchone() or (0, 0)
            found[table] = [rows, mark]
    return found


def make(*, dsn: str, files: Path, folder: Path, keys: dict[str, str], at: datetime) -> Path:
    """Write a backup into a new folder below `folder` and return it; a half-made one keeps its `.part`."""
    target = folder / f"carenet-{at:%Y%m%d-%H%M%S}"
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        manifest = _dump(dsn, part / "database.dump")
        with tarfile.open(part / "files.tar", "w") as tar:
            if files.exists():
                tar.add(files, arcname="files")
        manifest |= {
            "made_at": at.isoformat(),
            "keys": {name: fingerprint(key) for name, key in keys.items()},
            "sha256": {name: sha256(part / name) for name in ("database.dump", "files.tar")},
        }
        (part / "manifest.json").write_text(json.dumps(manifest, indent=1))
        for path in part.iterdir():
            path.chmod(0o600)
        part.rename(target)
    except OSError as error:
        raise Trouble(f"The backup could not be written to {part}: {error.strerror}.") from error
    return target


def _dump(dsn: str, file: Path) -> dict[str, Any]:
    connection = connect(dsn)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot()")
        snapshot = (cursor.fetchone() or ("",))[0]
    version = connection.server_version
    options = ["--format=custom", "--enable-row-security", "--no-owner", f"--snapshot={snapshot}"]
    run([program("pg_dump", version), *options, f"--file={file}"], dsn)
    found = {"postgres": version, "tables": contents(connection)}
    connection.close()
    return found


def look(backup: Path, keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Read a backup's manifest; Trouble when a file is damaged or was sealed with none of our keys."""
    try:
        manifest: dict[str, Any] = json.loads((backup / "manifest.json").read_text())
        broken = [name for name, mark in manifest["sha256"].items() if sha256(backup / name) != mark]
    except (OSError, ValueError, KeyError) as error:
        raise Trouble(f"{backup} is not a complete carenet backup: {error}") from error
    if broken:
        raise Trouble(f"{backup / broken[0]} is damaged: its SHA-256 is not the one in the manifest.")
    wrong = [
        name for name, known in keys.items() if manifest["keys"].get(name) not in map(fingerprint, known)
    ]
    if wrong:
        raise Trouble(
            f"This backup was sealed with another {wrong[0]}: put the keys of its station in place first, "
            "or the ID and phone numbers in it cannot be read."
        )
    return manifest


def restore(backup: Path, manifest: dict[str, Any], *, dsn: str, database: str) -> None:
    """Make `database` anew from a backup and prove that every row of every table came back."""
    import psycopg2
    from psycopg2 import sql

    from carenet.embedded import roles

    with_other = other(dsn, "postgres")
    connection = connect(with_other)
    try:
        with connection.cursor() as cursor:
            name = sql.Identifier(database)
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            cursor.execute(
                sql.SQL(
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
                ).format(name)
            )
            cursor.execute(
                sql.SQL(
                    "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE {0} TO {1}"
                ).format(name, sql.Identifier(roles.APP))
            )
        version = connection.server_version
    except psycopg2.Error as error:
        raise Trouble(f"The database {database} could not be made: {str(error).strip()}") from error
    finally:
        connection.close()
    inside = other(dsn, database)
    fill(program("pg_restore", version), backup / "database.dump", inside)
    connection = connect(inside)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = contents(connection)
    connection.close()
    wanted = manifest["tables"]
    differing = sorted(table for table in {*wanted, *found} if wanted.get(table) != found.get(table))
    if differing:
        raise Trouble(
            f"The restored database differs from the backup in {len(differing)} tables: {differing[:5]}"
        )


def fill(pg_restore: str, dump: Path, dsn: str) -> None:
    """Put a dump into an empty database: everything else first, row security and its policies last.

    A table whose row security is on and whose policies are still to come shows no row to its forced owner.
    With two jobs a foreign key could be checked in just that moment; PostgreSQL's first check of a foreign
    key reads as the owner and found the referred rows missing, though all were there.
    """
    options = ["--no-owner", "--enable-row-security", "--exit-on-error"]
    listed = subprocess.run([pg_restore, "--list", dump], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        raise Trouble(f"pg_restore cannot read {dump}: {listed.stderr.strip()[:200]}")
    walls: list[str] = []
    rest: list[str] = []
    for line in listed.stdout.splitlines(keepends=True):
        (walls if WALL.match(line) else rest).append(line)
    with tempfile.TemporaryDirectory(prefix="carenet-restore-") as folder:
        for name, lines, jobs in (("rest", rest, 2), ("walls", walls, 1)):
            chosen = Path(folder) / name
            chosen.write_text("".join(lines))
            run([pg_restore, *options, f"--jobs={jobs}", f"--use-list={chosen}", str(dump)], dsn)


def put_in_place(*, dsn: str, fresh: str, database: str, stamp: str) -> str:
    """Give the restored database its name; the one that had it is kept under the name that is returned."""
    from psycopg2 import sql

    kept = f"{database}_before_{stamp}"
    connection = connect(other(dsn, "postgres"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [database],
        )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        cursor.execute(rename.format(sql.Identifier(database), sql.Identifier(kept)))
        cursor.execute(rename.format(sql.Identifier(fresh), sql.Identifier(database)))
    connection.close()
    return kept


def put_files(backup: Path, files: Path, stamp: str) -> None:
    """Unpack the files; a folder that was there is kept beside it."""
    files.parent.mkdir(parents=True, exist_ok=True)
    if files.exists():
        files.rename(files.with_name(f"{files.name}.before-{stamp}"))
    with tarfile.open(backup / "files.tar") as tar:
        if tar.getnames():
            fresh = files.with_name(f"{files.name}.fresh-{stamp}")
            unpack(tar, fresh)
            (fresh / "files").rename(files)
            fresh.rmdir()
        else:
            files.mkdir()


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack plain files and folders below `folder`, nothing else. Trouble when the archive holds something else.

    Python 3.11.4 and newer know this as the filter "data"; Debian 12 has 3.11.2.
    """
    for member in tar.getmembers():
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise Trouble(f"The backup's files hold something that is no plain file: {member.name}")
    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter="data")
    else:
        tar.extractall(folder)  # noqa: S202  (looked through above)


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest finished backups beyond `keep`; returns what was removed."""
    found = sorted(
        path for path in folder.glob("carenet-*") if re.fullmatch(r"carenet-\d{8}-\d{6}", path.name)
    )
    gone = found[:-keep] if keep > 0 else []
    for path in gone:
        shutil.rmtree(path)
    return gone


def program(name: str, server_version: int) -> str:
    """Find pg_dump and its like: of the server's own version if there is one, else a newer one."""
    from carenet.embedded.places import Owner, Places, data_dir, postgres_bin

    folders = [
        os.environ.get("CARENET_PG_BIN", ""),
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin"))),
    ]
    with contextlib.suppress(Trouble):
        folders.append(str(postgres_bin(Places(data_dir()), Owner(None, None, ""))))
    folders.append(str(Path(shutil.which(name) or "/nowhere/x").parent))
    newer = ""
    for folder in folders:
        found = Path(folder) / name
        if not folder or not found.exists():
            continue
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        major = int((re.findall(r"\d+", said) or ["0"])[0])
        if major == server_version // 10000:
            return str(found)
        if major > server_version // 10000:
            newer = str(found)
    if not newer:
        raise Trouble(
            f"There is no {name} for PostgreSQL {server_version // 10000} here: install postgresql-client "
            "of that version, or name its folder with CARENET_PG_BIN."
        )
    return newer


def run(command: Sequence[str], dsn: str) -> None:
    """Run one of PostgreSQL's programs on a database; Trouble with its own words when it fails."""
    from psycopg2.extensions import make_dsn, parse_dsn

    words = parse_dsn(dsn)
    env = {**os.environ, "PGPASSWORD": words.pop("password", "")}  # not for everybody to read in `ps`
    done = subprocess.run(
        [*command, f"--dbname={make_dsn(**words)}"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Trouble(f"{Path(command[0]).name} failed: {lines[0]}")


def other(dsn: str, database: str) -> str:
    """Name another database on the same server with the same role."""
    from psycopg2.extensions import make_dsn, parse_dsn

    return str(make_dsn(**{**parse_dsn(dsn), "dbname": database}))


def sha256(path: Path) -> str:
    """Hash a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
