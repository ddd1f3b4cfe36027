"""The second wall, tried in SQL: every guarded table, without a line of Python between. ASVS 8.4.1.

Tables are found in the catalogue of the database, so a new one is tried without anybody thinking of it.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from carenet.parties import scope
from tests import make

APP = "carenet_app"


def rows_of(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def names_of(sql: str) -> list[str]:
    return [row[0] for row in rows_of(sql)]


GUARDED = """
select c.relname from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relrowsecurity
order by 1
"""
APPEND_ONLY = """
select distinct c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
where t.tgname = c.relname || '_append_only' order by 1
"""
WITH_COMMUNITY = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and a.attname = 'community_id'
  and not a.attisdropped order by 1
"""
# Outside the wall on purpose: the scope of a request is computed from the grants.
OPEN = {"accounts_rolegrant", "accounts_rolegrantevent"}


@pytest.fixture
def guarded(community) -> list[str]:
    return names_of(GUARDED)


def refused(sql: str, params: list[Any] | None = None) -> bool:
    """Whether the database says no."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except DatabaseError:
        return True
    return False


def touched(sql: str) -> int | None:
    """How many rows a statement touched; None when it was refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.rowcount)
    except DatabaseError:
        return None


def test_every_table_with_a_community_is_guarded_and_forced(community):
    missing = set(names_of(WITH_COMMUNITY)) - set(names_of(GUARDED)) - OPEN
    assert not missing
    unforced = names_of(GUARDED.replace("c.relrowsecurity", "c.relrowsecurity and not c.relforcerowsecurity"))
    assert not unforced
    assert len(names_of(GUARDED)) > 20, "the catalogue was read"


def test_every_guarded_table_has_its_policies(guarded):
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, role, command, condition, check in rows_of(
        "select tablename, roles[1], cmd, qual, with_check from pg_policies where schemaname = 'public'"
    ):
        found.setdefault(table, {})[f"{role} {command}"] = (condition or "", check or "")
    for table in guarded:
        condition, check = found[table][f"{APP} ALL"]
        assert "carenet.communities" in condition, table
        assert "carenet.communities" in check, table
        assert "carenet_owner ALL" in found[table], table
        others = set(found[table]) - {f"{APP} ALL", "carenet_owner ALL", "carenet_city SELECT"}
        assert others <= ({f"{APP} INSERT"} if table == "audit_note" else set()), table


@pytest.fixture
def two_worlds(community, other_community, staff, stranger, now):
    """Rows of both communities in as many guarded tables as the makers reach."""
    from carenet.audit import actions

    for place, user in ((community, staff), (other_community, stranger)):
        with scope.within([place.pk]):
            person = make.person(place, phone="13800138000")
            make.organisation(place)
            actions.looked(community=place, people=[person], fields=["name"], by=user, at=now)
            actions.note(community=place, verb="test.done", by=user, at=now)
            for maker in ("elder", "volunteer", "reward", "fund", "team"):
                try:
                    with transaction.atomic():
                        getattr(make, maker)(place)
                except Exception:
                    continue
    return community, other_community


def test_within_one_community_no_row_of_another_is_seen_changed_or_deleted(two_worlds, guarded):
    here, there = two_worlds
    filled = 0
    for table in guarded:
        with scope.within([there.pk]):
            theirs = rows_of(f"select count(*) from {table}")[0][0]
        filled += bool(theirs)
        with scope.within([here.pk]):
            where = f"where community_id = {there.pk}"
            assert rows_of(f"select count(*) from {table} {where}")[0][0] == 0, table
            assert touched(f"update {table} set community_id = community_id {where}") in (0, None), table
            assert touched(f"delete from {table} {where}") in (0, None), table
        with scope.within([there.pk]):
            assert rows_of(f"select count(*) from {table}")[0][0] == theirs, table
    assert filled >= 8, "too few tables held rows for this test to mean anything"


def test_a_row_cannot_be_written_into_or_moved_to_another_community(two_worlds, guarded):
    here, there = two_worlds
    codes: dict[str, str] = {}
    for table in guarded:
        columns = names_of(
            "select quote_ident(attname) from pg_attribute where attrelid = '"
            + table
            + "'::regclass and attnum > 0 "
            "and not attisdropped and attgenerated = '' and attidentity = '' order by attnum"
        )
        with scope.within([here.pk]):
            if not rows_of(f"select count(*) from {table}")[0][0]:
                continue
            chosen = [f"{there.pk}" if each == "community_id" else each for each in columns]
            with pytest.raises(DatabaseError) as no, transaction.atomic():
                rows_of(
                    f"insert into {table} ({', '.join(columns)}) select {', '.join(chosen)} from {table} limit 1"
                )
            codes[table] = no.value.__cause__.pgcode
            assert touched(f"update {table} set community_id = {there.pk}") is None, table
    # 42501: row security or a missing privilege; a few tables have a trigger that says no even earlier.
    assert set(codes.values()) <= {"42501", "P0001", "23514"}, codes
    by_wall = [table for table, code in codes.items() if code == "42501"]
    assert len(by_wall) >= 0.8 * len(codes), codes
    assert len(codes) >= 8


@pytest.mark.parametrize("setting", [None, "", "0"])
def test_without_a_scope_there_are_no_rows(two_worlds, guarded, setting):
    with connection.cursor() as cursor:
        if setting is None:
            cursor.execute("select set_config('carenet.communities', null, true)")
        else:
            cursor.execute("select set_config('carenet.communities', %s, true)", [setting])
    for table in guarded:
        assert rows_of(f"select count(*) from {table}")[0][0] == 0, table


def test_a_scope_that_is_no_number_is_an_error_and_not_a_door(two_worlds):
    assert refused(
        "select set_config('carenet.communities', '1) or (true', true); select count(*) from parties_person"
    )


def test_two_communities_are_seen_when_both_are_in_scope(two_worlds):
    here, there = two_worlds
    with scope.within([here.pk, there.pk]):
        assert {row[0] for row in rows_of("select distinct community_id from parties_person")} == {
            here.pk,
            there.pk,
        }


@pytest.mark.slow
def test_after_an_exception_and_on_a_reused_connection_nothing_is_seen(station_db):
    with scope.within([station_db.pk]):
        make.person(station_db)
    seen = "select count(*) from parties_person"
    backend = "select pg_backend_pid()"
    first = rows_of(backend)
    with scope.within([station_db.pk]):
        assert rows_of(seen) == [(1,)]
    with pytest.raises(ZeroDivisionError), scope.within([station_db.pk]):
        rows_of(seen)[0][0] / 0
    assert rows_of(seen) == [(0,)], "after an exception"
    with pytest.raises(DatabaseError), scope.within([station_db.pk]):
        rows_of("select 1/0")
    assert rows_of(seen) == [(0,)], "after a database error"
    with scope.within([station_db.pk]):
        pass
    assert rows_of(seen) == [(0,)], "after a commit"
    assert rows_of(backend) == first, "all of it on one reused connection"


@pytest.mark.slow
def test_another_thread_has_no_scope_of_ours(station_db):
    with scope.within([station_db.pk]):
        make.person(station_db)
        found: list[int] = []

        def look() -> None:
            found.append(rows_of("select count(*) from parties_person")[0][0])
            connections.close_all()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [0]


# --- what the web role is ------------------------------------------------------------------------
def test_the_web_role_owns_nothing_and_cannot_pass_the_wall(community):
    ((name, is_super, bypasses, creates, inherits),) = rows_of(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolinherit from pg_roles where rolname = current_user"
    )
    assert (name, is_super, bypasses, creates, inherits) == (APP, False, False, False, False)
    assert rows_of(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = current_user"
    ) == [(0,)]
    assert rows_of(
        "select count(*) from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname = current_user"
    ) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "alter table parties_person disable trigger all",
        "alter table parties_person disable row level security",
        "alter table parties_person no force row level security",
        "alter table parties_person add column x int",
        "drop policy parties_person_app on parties_person",
        "create policy x on parties_person to carenet_app using (true)",
        "drop trigger audit_note_append_only on audit_note",
        "create table x (a int)",
        "set role carenet_owner",
        "set session authorization carenet_owner",
        "set session_replication_role = replica",
        "set row_security = off; select count(*) from parties_person",
        "alter role carenet_app bypassrls",
        "grant carenet_owner to carenet_app",
        "create or replace function parties_append_only() returns trigger language plpgsql as 'begin return old; end'",
        "alter function parties_append_only() rename to x",
        "truncate parties_person",
        "copy (select 1) to program 'true'",
        "select pg_read_file('/etc/passwd')",
    ],
)
def test_the_web_role_cannot_take_the_wall_down(community, statement):
    assert refused(statement)


def test_append_only_tables_refuse_every_change(two_worlds):
    tables = names_of(APPEND_ONLY)
    assert {"audit_note", "audit_readlog", "parties_personevent", "accounts_userevent"} <= set(tables)
    for table in tables:
        column = names_of(
            f"select attname from pg_attribute where attrelid = '{table}'::regclass and attnum = 1"
        )[0]
        for statement in (
            f"update {table} set {column} = {column}", f"delete from {table}", f"truncate {table}",
            f"truncate {table} cascade",
        ):  # fmt: skip
            assert refused(statement), statement


def test_every_event_table_is_append_only(community):
    events = set(
        names_of(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
            "where c.relkind = 'r' and a.attname = 'pgh_obj_id' order by 1"
        )
    )
    assert len(events) > 10
    assert not events - set(names_of(APPEND_ONLY))


def test_the_session_switch_of_pgtrigger_opens_nothing(two_worlds):
    """`pgtrigger.ignore` sets a variable that anybody may set; our triggers do not read it."""
    import pgtrigger

    from carenet.audit.models import Note

    with pytest.raises(DatabaseError), transaction.atomic(), pgtrigger.ignore():
        Note.objects.filter(community=two_worlds[0]).update(verb="x")
    bodies = rows_of(
        "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid "
        "where (t.tgname like '%append_only' or t.tgname like '%_steps' or t.tgname like '%_frozen' "
        "or t.tgname like '%no_truncate') and p.prosrc ilike '%pgtrigger%'"
    )
    assert bodies == []


def test_the_owner_is_stopped_by_the_append_only_triggers_as_well(community):
    """Not only by grants: a mistake in a migration is refused, too."""
    triggers = set(
        names_of(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
            "where t.tgname = c.relname || '_append_only' and t.tgenabled <> 'D'"
        )
    )
    assert triggers == set(names_of(APPEND_ONLY))


# --- the city role -------------------------------------------------------------------------------
def test_the_city_role_only_reads(two_worlds, guarded):
    privileges = rows_of(
        "select c.relname, p.kind from pg_class c, (values ('insert'), ('update'), ('delete'), ('truncate')) p (kind) "
        "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace "
        "and has_table_privilege('carenet_city', c.oid, p.kind)"
    )
    assert privileges == []
    with scope.as_city():
        assert rows_of("select count(distinct community_id) from parties_person") == [(2,)]
        assert refused("update parties_person set name = name")
        assert refused("insert into parties_person (name) values ('x')")
        assert refused("select count(*) from audit_readlog"), "the audit is not for the city"
        assert refused("select count(*) from accounts_user")
    assert rows_of("select current_user") == [(APP,)]


def test_the_web_role_has_nothing_of_the_city_by_itself(two_worlds):
    assert rows_of("select count(distinct community_id) from parties_person") == [(1,)]


def test_functions_that_run_as_the_owner_pin_their_path_and_are_not_for_everybody(community):
    loose = rows_of(
        "select p.proname from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace "
        "and (p.proconfig is null or not exists (select from unnest(p.proconfig) c where c like 'search_path=%') "
        "or (p.prorettype <> 'trigger'::regtype and has_function_privilege('carenet_city', p.oid, 'execute')))"
    )
    assert loose == []
