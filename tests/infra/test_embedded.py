"""The embedded servers: what a station may do to them without losing anything."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from carenet import embedded
from carenet.embedded import Places, keys, places, processes
from tests.infra.conftest import Holder, end_servers, read, server_pids

Hold = Callable[..., Holder]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def write(url: str, words: str) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS said (words text)")
        cursor.execute("INSERT INTO said VALUES (%s)", [words])
    connection.close()


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    finally:
        connection.close()


def test_what_was_written_is_there_after_a_restart(hold: Hold, folder: Path) -> None:
    first = hold()
    assert first.answer["started"] == ["postgres", "valkey"]
    write(first.answer["owner"], "kept")
    redis.from_url(first.answer["redis"]).set("kept", "yes")
    first.leave()
    assert server_pids(folder) == []
    second = hold()
    assert ask(second.answer["owner"], "SELECT words FROM said") == [("kept",)]
    assert redis.from_url(second.answer["redis"]).get("kept") == b"yes"


def test_the_cluster_finds_chinese_names_and_keeps_checksums(hold: Hold) -> None:
    owner = hold().answer["owner"]
    write(owner, "")
    assert ask(
        owner, "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'carenet'"
    ) == [("C.UTF-8", "UTF8")]
    assert ask(owner, "SELECT current_setting('data_checksums')") == [("on",)]
    with psycopg2.connect(owner) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; SELECT show_trgm('张伟')")
        assert len((cursor.fetchone() or [[]])[0]) == 3
    connection.close()


def test_no_role_of_ours_is_mighty_and_the_web_role_inherits_nothing(hold: Hold) -> None:
    answer = hold().answer
    rows = ask(
        answer["url"],
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit, rolcanlogin FROM pg_roles "
        "WHERE rolname LIKE 'carenet%' ORDER BY rolname",
    )
    assert rows == [
        ("carenet_app", False, False, False, False, False, True),
        ("carenet_city", False, False, False, False, False, False),
        ("carenet_owner", False, False, False, True, True, True),
    ]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(answer["url"], "CREATE TABLE mine (id int)")
    assert ask(answer["url"], "SHOW lock_timeout") == [("5s",)]


def test_nobody_gets_in_without_the_password_and_nothing_listens_on_a_port(hold: Hold, folder: Path) -> None:
    answer = hold().answer
    sockets = Places(folder).sockets
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres", password="wrong")
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(sockets / "valkey.sock"))
        wire.sendall(b"PING\r\n")
        assert wire.recv(100).startswith(b"-NOAUTH")
    assert ask(answer["url"], "SHOW listen_addresses") == [("",)]
    assert redis.from_url(answer["redis"]).config_get("port") == {"port": "0"}
    assert sockets.stat().st_mode & 0o077 == 0
    assert (folder / "secrets.json").stat().st_mode & 0o077 == 0


def test_valkey_keeps_what_it_was_given_and_never_evicts(hold: Hold) -> None:
    server = redis.from_url(hold().answer["redis"])
    found = server.config_get("append*", "maxmemory-policy")
    assert found["appendonly"] == "yes"
    assert found["appendfsync"] == "everysec"
    assert found["maxmemory-policy"] == "noeviction"


def test_two_processes_at_once_make_one_cluster_and_the_last_to_leave_stops_it(
    hold: Hold, folder: Path
) -> None:
    racing = [hold(wait=False) for _ in range(3)]  # type: ignore[call-arg]
    holders = [read(process) for process in racing]  # type: ignore[arg-type]
    assert sorted(len(one.answer["started"]) for one in holders) == [0, 0, 2]
    assert len({one.answer["url"] for one in holders}) == 1
    pids = server_pids(folder)
    holders[0].leave()
    holders[1].leave()
    assert server_pids(folder) == pids
    write(holders[2].answer["owner"], "still here")
    holders[2].leave()
    assert server_pids(folder) == []


def test_a_killed_holder_does_not_keep_the_servers_running_for_ever(hold: Hold, folder: Path) -> None:
    hold().kill()
    assert len(server_pids(folder)) == 2
    second = hold()
    assert second.answer["started"] == []
    second.leave()
    assert server_pids(folder) == []


def test_everything_killed_at_once_loses_nothing_committed(hold: Hold, folder: Path) -> None:
    first = hold(DURABLE="yes")
    write(first.answer["owner"], "committed")
    first.kill()
    end_servers(folder)
    assert (folder / "postgres" / "postmaster.pid").exists()
    second = hold(DURABLE="yes")
    assert second.answer["started"] == ["postgres", "valkey"]
    assert ask(second.answer["owner"], "SELECT words FROM said") == [("committed",)]


def test_a_killed_postmaster_nobody_reaped_does_not_count_as_alive(folder: Path) -> None:
    services = embedded.ensure(folder, fast=True)
    try:
        postgres = services.servers[0]
        assert postgres.child is not None
        child, postgres.child = postgres.child, None  # nobody waits for it: it stays as a zombie
        os.kill(child.pid, signal.SIGKILL)
        assert processes.wait_until(lambda: processes.state(child.pid) == "Z", 5)
        assert processes.wait_until(lambda: services.heal() == ["postgres"], 10)
        assert processes.state(child.pid) == "Z"
        assert ask(services.database_url, "SELECT 1") == [(1,)]
        child.wait()
    finally:
        services.stop()


def test_a_pid_file_naming_a_stranger_does_not_stop_the_start(hold: Hold, folder: Path) -> None:
    hold().leave()
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres\n0\n5432\n\n\n\n")
    (Places(folder).sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert hold().answer["started"] == ["postgres", "valkey"]


def test_whoever_supervises_starts_a_killed_server_again(hold: Hold, folder: Path) -> None:
    one = hold(DURABLE="yes")
    write(one.answer["owner"], "before")
    for pid in server_pids(folder):
        os.kill(pid, signal.SIGKILL)
    healed: list[str] = []
    end = time.monotonic() + 15
    while set(healed) != {"postgres", "valkey"} and time.monotonic() < end:
        healed += one.ask("heal")
    assert sorted(healed) == ["postgres", "valkey"]
    assert ask(one.answer["owner"], "SELECT words FROM said") == [("before",)]
    assert one.ask("heal") == []


def test_a_cleaned_away_socket_is_made_again(hold: Hold, folder: Path) -> None:
    first = hold()
    for name in (".s.PGSQL.5432", "valkey.sock"):
        (Places(folder).sockets / name).unlink()
    second = hold()
    assert sorted(second.answer["started"]) == ["postgres", "valkey"]
    assert ask(first.answer["url"], "SELECT 1") == [(1,)]


def test_a_very_long_path_works(hold: Hold, folder: Path) -> None:
    deep = folder.parent.joinpath(*["a-rather-long-name-of-a-folder"] * 5) / "data"
    deep.parent.mkdir(parents=True)
    for path in deep.parents:
        if folder.parent in path.parents:
            path.chmod(0o711)
    try:
        answer = hold(data=deep).answer
        assert str(Places(deep).sockets).startswith("/tmp/carenet-")
        assert ask(answer["url"], "SELECT 1") == [(1,)]
    finally:
        end_servers(deep)
        shutil.rmtree(Places(deep).sockets, ignore_errors=True)


@AS_ROOT
def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    deep = folder.parent.joinpath(*["a-rather-long-name-of-a-folder"] * 5) / "data"
    sockets = Places(deep).sockets
    sockets.mkdir()
    try:
        os.chown(sockets, 12345, 12345)
        with pytest.raises(embedded.Trouble, match=r"belongs to the user 12345"):
            Places(deep).make()
    finally:
        sockets.rmdir()


def test_a_cluster_of_another_version_is_refused_in_one_sentence(hold: Hold, folder: Path) -> None:
    hold().leave()
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        embedded.Trouble, match=r"made by PostgreSQL 17, but this carenet brings PostgreSQL 1\d"
    ):
        embedded.ensure(folder, fast=True)
    assert server_pids(folder) == []


def test_a_half_made_cluster_is_made_anew(hold: Hold, folder: Path) -> None:
    folder.mkdir()
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert ask(hold().answer["url"], "SELECT 1") == [(1,)]
    assert not (folder / "postgres.new").exists()


def test_lost_secrets_are_told_and_never_replaced(hold: Hold, folder: Path) -> None:
    hold().leave()
    (folder / "secrets.json").unlink()
    with pytest.raises(embedded.Trouble, match="put it back from your backup of the keys"):
        embedded.secrets(folder)
    (folder / "secrets.json").write_text('{"app_password": "')
    with pytest.raises(embedded.Trouble, match="damaged"):
        embedded.secrets(folder)


def test_two_first_users_of_a_folder_get_the_same_secrets(folder: Path) -> None:
    code = "from carenet import embedded; print(sorted(embedded.secrets().items()))"
    env = {**os.environ, "CARENET_DATA": str(folder)}
    racing = [
        subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in racing}) == 1
    assert set(embedded.secrets(folder)) == set(keys.NAMES)
    assert len(embedded.secrets(folder)["CARENET_FIELD_KEY"]) == 64


def test_a_damaged_valkey_file_is_set_aside(hold: Hold, folder: Path) -> None:
    first = hold()
    redis.from_url(first.answer["redis"]).set("a", "b")
    first.leave()
    for file in (folder / "valkey" / "appendonlydir").iterdir():
        file.write_bytes(b"this is not an append-only file\n" * 50)
    second = hold()
    assert redis.from_url(second.answer["redis"]).ping()
    assert list((folder / "valkey").glob("damaged-*"))


def test_a_full_disk_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(places.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(embedded.Trouble, match=r"The disk that holds .* is full"):
        embedded.ensure(folder)


@AS_ROOT
@pytest.mark.parametrize("megabytes", [10, 30])
def test_a_disk_that_fills_up_while_starting_is_one_sentence(
    folder: Path, megabytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LEAST_FREE", 0)
    small = folder.parent / "small"
    small.mkdir(mode=0o711)
    options = f"size={megabytes}m,mode=0711"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", small], check=False)
    if mounted.returncode != 0:
        pytest.skip("this container may not mount a small disk")
    try:
        with pytest.raises(embedded.Trouble, match=r"The disk that holds .* is full"):
            embedded.ensure(small / "data", fast=True)
        assert server_pids(small / "data") == []
    finally:
        end_servers(small)
        subprocess.run(["umount", "--lazy", small], check=True)


@AS_ROOT
def test_root_runs_the_servers_as_an_ordinary_user(hold: Hold, folder: Path) -> None:
    hold()
    for pid in server_pids(folder):
        assert os.stat(f"/proc/{pid}").st_uid != 0
    assert (folder / "postgres").stat().st_uid != 0
    assert folder.stat().st_uid == 0


@AS_ROOT
def test_root_is_told_when_an_ordinary_user_cannot_reach_the_folder(folder: Path) -> None:
    folder.parent.chmod(0o700)
    with pytest.raises(embedded.Trouble, match="an ordinary user cannot reach"):
        embedded.ensure(folder)


@AS_ROOT
def test_programs_an_ordinary_user_cannot_read_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_readable", lambda program: False)
    services = embedded.ensure(folder, fast=True)
    try:
        assert str(folder / "server") in processes.command(services.servers[0].pid())
        assert str(folder / "server") in processes.command(services.servers[1].pid())
        assert ask(services.database_url, "SELECT 1") == [(1,)]
    finally:
        services.stop()


@AS_ROOT
def test_an_ordinary_user_can_run_everything(hold: Hold, folder: Path) -> None:
    shutil.copytree(
        places.REPOSITORY / "carenet" / "embedded", folder.parent / "code" / "carenet" / "embedded"
    )
    (folder.parent / "code" / "carenet" / "__init__.py").write_text("")
    user = pwd.getpwnam("daemon")
    for path in [folder.parent, *folder.parent.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid)
    python = shutil.which("python3.11", path="/usr/bin:/usr/local/bin") or ""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    if not python or not places.reachable(Path(site)):
        pytest.skip("no Python on this machine that an ordinary user may start")
    code = "from carenet import embedded as e; s = e.ensure(fast=True); print(s.started, s.data_dir.stat().st_uid); s.stop()"
    said = subprocess.run(
        ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", python, "-c", code],
        env={"PATH": "/usr/bin", "PYTHONPATH": f"{folder.parent}/code:{site}", "CARENET_DATA": str(folder)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.strip() == f"['postgres', 'valkey'] {user.pw_uid}", said.stderr
    with pytest.raises(embedded.Trouble, match="belongs to the user daemon"):
        embedded.ensure(folder)


def test_both_kinds_of_redis_addresses_reach_celery() -> None:
    assert embedded.broker_url("redis://:x@127.0.0.1:6379/0") == "redis://:x@127.0.0.1:6379/0"
    assert embedded.broker_url("unix://:x@/run/v.sock?db=2") == "redis+socket://:x@/run/v.sock?virtual_host=2"


def test_addresses_are_known_before_anything_runs(folder: Path) -> None:
    known = embedded.addresses(folder)
    assert known.database_url.startswith("postgres://carenet_app:")
    assert known.owner_url.startswith("postgres://carenet_owner:")
    with socket.socket(socket.AF_UNIX) as wire, pytest.raises(OSError):
        wire.connect(str(Places(folder).sockets / "valkey.sock"))
    assert not (folder / "postgres").exists()
