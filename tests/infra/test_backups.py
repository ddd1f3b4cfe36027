"""Backups prove themselves: what comes back is what was there, or nothing is put in place."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from carenet import backups, embedded

AT = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
KEYS = {"CARENET_FIELD_KEY": "11" * 32, "CARENET_INDEX_KEY": "22" * 32}
# After a change of keys: the new one first, the old one still known.
KNOWN = {"CARENET_FIELD_KEY": ["99" * 32, "11" * 32], "CARENET_INDEX_KEY": ["22" * 32]}
# A small carenet: row security forced on the owner too, an append-only trigger, a foreign key, bytes and text.
SCHEMA = """
CREATE TABLE person (id int PRIMARY KEY, community_id int NOT NULL, name text, sealed bytea);
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE POLICY o ON person TO carenet_owner USING (true) WITH CHECK (true);
CREATE POLICY a ON person TO carenet_app USING (community_id = nullif(current_setting('app.c', true), '')::int);
GRANT SELECT ON person TO carenet_app;
CREATE TABLE posting (id int PRIMARY KEY, person_id int REFERENCES person, amount bigint CHECK (amount > 0));
ALTER TABLE posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting FORCE ROW LEVEL SECURITY;
CREATE POLICY o ON posting TO carenet_owner USING (true) WITH CHECK (true);
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''append only''; END';
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION no();
INSERT INTO person SELECT i, i % 3, '张伟' || i, decode(md5(i::text), 'hex') FROM generate_series(1, 500) i;
INSERT INTO posting SELECT i, i, i * 100 FROM generate_series(1, 500) i;
"""


@pytest.fixture
def station(folder: Path) -> Iterator[embedded.Services]:
    services = embedded.ensure(folder, redis=False, fast=True)
    execute(services.owner_url, SCHEMA)
    (folder / "files").mkdir()
    (folder / "files" / "第一份.pdf").write_bytes(b"%PDF")
    yield services
    services.stop()


def execute(dsn: str, statements: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statements)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def make(station: embedded.Services) -> Path:
    return backups.make(
        dsn=station.owner_url,
        files=station.data_dir / "files",
        folder=station.data_dir / "backups",
        keys=KEYS,
        at=AT,
    )


def test_a_restored_backup_has_every_row_file_policy_and_trigger(station: embedded.Services) -> None:
    backup = make(station)
    assert backup.name == "carenet-20261122-031000"
    execute(station.owner_url, "INSERT INTO person VALUES (501, 1, 'later', '')")
    manifest = backups.look(backup, KNOWN)
    assert manifest["tables"]["public.person"][0] == 500
    backups.restore(backup, manifest, dsn=station.owner_url, database="fresh")
    kept = backups.put_in_place(dsn=station.owner_url, fresh="fresh", database="carenet", stamp="1")
    backups.put_files(backup, station.data_dir / "files", "1")

    assert execute(station.owner_url, "SELECT count(*), max(id) FROM person") == [(500, 500)]
    assert execute(backups.other(station.owner_url, kept), "SELECT count(*) FROM person") == [(501,)]
    assert execute(station.database_url, "SELECT count(*) FROM person") == [(0,)]
    assert execute(station.database_url, "SET app.c = '1'; SELECT count(*) FROM person") == [(167,)]
    with pytest.raises(psycopg2.errors.RaiseException, match="append only"):
        execute(station.owner_url, "DELETE FROM posting")
    assert (station.data_dir / "files" / "第一份.pdf").read_bytes() == b"%PDF"
    assert (station.data_dir / "files.before-1").is_dir()


def test_no_foreign_key_is_checked_behind_a_wall_that_has_no_door_yet(station: embedded.Services) -> None:
    """Forty chances for the race that once failed a restore: one job builds walls, the other checks keys."""
    statements = []
    for number in range(40):
        statements.append(f"""
            CREATE TABLE visit_{number} (id int PRIMARY KEY, person_id int REFERENCES person);
            CREATE POLICY o ON visit_{number} TO carenet_owner USING (true) WITH CHECK (true);
            INSERT INTO visit_{number} SELECT i, i FROM generate_series(1, 500) i;
        """)
    execute(station.owner_url, "".join(statements))
    backup = make(station)
    backups.restore(backup, backups.look(backup, KNOWN), dsn=station.owner_url, database="fresh")
    inside = backups.other(station.owner_url, "fresh")
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
    walls = "SELECT count(*) FROM pg_policies WHERE policyname IN ('o', 'a')"
    assert execute(inside, f"SELECT ({keys}), ({walls})") == [(41, 43)]


def test_one_changed_value_is_noticed(station: embedded.Services) -> None:
    backup = make(station)
    manifest = backups.look(backup, KNOWN)
    manifest["tables"]["public.posting"][1] ^= 1
    with pytest.raises(embedded.Trouble, match=r"differs from the backup in 1 tables: \['public.posting'\]"):
        backups.restore(backup, manifest, dsn=station.owner_url, database="fresh")
    assert execute(station.owner_url, "SELECT count(*) FROM person") == [(500,)]


def test_a_damaged_or_foreign_backup_is_refused(station: embedded.Services) -> None:
    backup = make(station)
    with pytest.raises(embedded.Trouble, match="sealed with another CARENET_INDEX_KEY"):
        backups.look(backup, {**KNOWN, "CARENET_INDEX_KEY": ["33" * 32]})
    whole = (backup / "database.dump").read_bytes()
    (backup / "database.dump").write_bytes(whole[:-1] + b"?")
    with pytest.raises(embedded.Trouble, match="is damaged"):
        backups.look(backup, KNOWN)
    (backup / "manifest.json").unlink()
    with pytest.raises(embedded.Trouble, match="not a complete carenet backup"):
        backups.look(backup, KNOWN)


def test_no_key_is_in_a_backup_and_nobody_else_may_read_it(station: embedded.Services) -> None:
    backup = make(station)
    text = (backup / "manifest.json").read_text()
    assert not any(key in text for key in KEYS.values())
    assert json.loads(text)["keys"]["CARENET_FIELD_KEY"] == backups.fingerprint("11" * 32)
    assert backup.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in backup.iterdir())


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "files/../../outside"])
@pytest.mark.parametrize("knows", [True, False])
def test_an_archive_never_writes_beside_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, knows: bool
) -> None:
    """With the filter of newer Pythons and without it, as on Debian 12."""
    if not knows:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    with tarfile.open(tmp_path / "files.tar") as tar, pytest.raises(embedded.Trouble, match="no plain file"):
        backups.unpack(tar, tmp_path / "fresh")


def test_files_come_back_on_an_older_python_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    (tmp_path / "files" / "2026").mkdir(parents=True)
    (tmp_path / "files" / "2026" / "第一份.pdf").write_bytes(b"%PDF")
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        tar.add(tmp_path / "files", "files")
    with tarfile.open(tmp_path / "files.tar") as tar:
        backups.unpack(tar, tmp_path / "fresh")
    assert (tmp_path / "fresh" / "files" / "2026" / "第一份.pdf").read_bytes() == b"%PDF"


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    for day in range(10, 20):
        (tmp_path / f"carenet-202611{day}-031000").mkdir()
    (tmp_path / "carenet-notes").mkdir()
    gone = backups.thin_out(tmp_path, 3)
    assert len(gone) == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "carenet-20261117-031000",
        "carenet-20261118-031000",
        "carenet-20261119-031000",
        "carenet-notes",
    ]
    assert backups.thin_out(tmp_path, 0) == []
