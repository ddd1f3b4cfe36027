"""The wall makers themselves: append-only, step tables, frozen columns, scope."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from carenet.parties import scope, walls
from carenet.parties.models import Person
from tests import make


def _run_as_owner(operations) -> None:
    with connections["owner"].cursor() as cursor:
        for operation in operations:
            for statement in operation.sql:
                cursor.execute(statement)


@pytest.fixture
def toy(station_db):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "create table parties_toy (id bigserial primary key, community_id bigint not null, state text not null, amount int)"
        )
    _run_as_owner(
        [*walls.guard("parties_toy"),
         *walls.steps("parties_toy", "state", {"OPEN": ["DONE"]}, initial=["OPEN"]),
         *walls.frozen("parties_toy", ["amount"])]
    )  # fmt: skip
    return station_db


def _sql(text: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def test_a_step_table_is_kept_by_the_database(toy) -> None:
    with scope.within([toy.pk]):
        _sql("insert into parties_toy (community_id, state, amount) values (%s, 'OPEN', 1)", toy.pk)
        _sql("update parties_toy set state = 'DONE'")
        with pytest.raises(DatabaseError, match="cannot follow"), transaction.atomic():
            _sql("update parties_toy set state = 'OPEN'")
        with pytest.raises(DatabaseError, match="cannot begin"), transaction.atomic():
            _sql("insert into parties_toy (community_id, state, amount) values (%s, 'DONE', 1)", toy.pk)


def test_frozen_columns_never_change(toy) -> None:
    with scope.within([toy.pk]):
        _sql("insert into parties_toy (community_id, state, amount) values (%s, 'OPEN', 1)", toy.pk)
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            _sql("update parties_toy set amount = 2")


def test_an_append_only_table_refuses_even_its_owner(toy) -> None:
    with scope.within([toy.pk]):
        _sql("insert into parties_toy (community_id, state, amount) values (%s, 'OPEN', 1)", toy.pk)
    _run_as_owner(walls.append_only("parties_toy"))

    with (
        scope.within([toy.pk]),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        _sql("delete from parties_toy")
    with pytest.raises(DatabaseError, match="append only"), connections["owner"].cursor() as cursor:
        cursor.execute("delete from parties_toy")
    with pytest.raises(DatabaseError, match="append only"), connections["owner"].cursor() as cursor:
        cursor.execute("truncate parties_toy")


def test_the_session_switch_of_pgtrigger_opens_nothing(toy) -> None:
    with scope.within([toy.pk]):
        _sql("insert into parties_toy (community_id, state, amount) values (%s, 'OPEN', 1)", toy.pk)
        _sql("select set_config('pgtrigger.ignore', 'parties_toy:parties_toy_state_steps', true)")
        _sql("update parties_toy set state = 'DONE'")
        with pytest.raises(DatabaseError, match="cannot follow"), transaction.atomic():
            _sql("update parties_toy set state = 'OPEN'")


def test_a_scope_ends_with_its_transaction_and_never_reaches_the_next_user(station_db) -> None:
    with scope.within([station_db.pk]):
        make.person(station_db)
        assert Person.objects.count() == 1

    assert scope.current() == ()
    assert Person.objects.count() == 0


def test_an_inner_scope_gives_the_outer_one_back_even_after_an_error(station_db) -> None:
    with scope.within([station_db.pk]):
        with pytest.raises(ValueError, match="x"), scope.within([999]):
            raise ValueError("x")
        assert scope.current() == (station_db.pk,)
        with scope.within([999]):
            assert scope.current() == (999,)
        assert scope.current() == (station_db.pk,)


def test_a_scope_outside_a_transaction_is_a_programming_error(station_db) -> None:
    with pytest.raises(scope.NoScope):
        scope.set_for_transaction([station_db.pk])
    with pytest.raises(scope.NoScope):
        scope.require()


def test_each_thread_has_its_own_scope(station_db) -> None:
    seen: list[tuple[int, ...]] = []

    def look() -> None:
        try:
            with transaction.atomic():
                seen.append(scope.current())
        finally:
            connections.close_all()

    with scope.within([station_db.pk]):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [()]


def test_the_city_role_reads_everything_and_writes_nothing(station_db) -> None:
    with scope.within([station_db.pk]):
        person = make.person(station_db)

    with scope.as_city():
        assert Person.objects.filter(pk=person.pk).exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Person.objects.filter(pk=person.pk).update(name="x")
    assert Person.objects.count() == 0
