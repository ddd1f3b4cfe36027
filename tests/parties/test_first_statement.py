"""BEGIN and the scope go out with the first statement, and nothing of a transaction ever runs outside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg2
import pytest
from django.db import (
    DatabaseError,
    Error,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

from carenet.parties import scope


@pytest.fixture
def own(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A connection without the transaction of a test; what it writes is a table of its own that ends with it."""
    before = connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before


@pytest.fixture
def table(own: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table said (word text unique)")


def say(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into said values (%s)", [word])


def said() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select word from said order by word")
        return [row[0] for row in cursor.fetchall()]


def status() -> int:
    return int(connection.connection.get_transaction_status())


def test_a_transaction_begins_on_the_server_with_its_first_statement(table: None) -> None:
    with transaction.atomic():
        assert status() == TRANSACTION_STATUS_IDLE
        say("a")
        assert status() == TRANSACTION_STATUS_INTRANS
    assert status() == TRANSACTION_STATUS_IDLE
    assert said() == ["a"]


def test_a_transaction_that_says_nothing_leaves_nothing_behind(table: None) -> None:
    with transaction.atomic():
        scope.set_for_transaction([1])
    assert connection.connection.ahead == b""
    assert scope.current() == ()
    say("a")  # on its own: committed at once
    assert status() == TRANSACTION_STATUS_IDLE


def test_an_exception_takes_everything_back(table: None) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        say("a")
        say("b")
        raise ZeroDivisionError
    assert said() == []


def test_an_unreadable_first_statement_does_not_let_the_next_one_out_of_the_transaction(table: None) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute("this is not SQL")
        say("a")
        assert status() == TRANSACTION_STATUS_INTRANS
        raise ZeroDivisionError
    assert said() == []


def test_a_refused_first_statement_breaks_the_transaction_as_ever(table: None) -> None:
    say("a")
    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012
        with pytest.raises(IntegrityError):
            say("a")
        say("b")
    assert said() == ["a"]


def test_a_savepoint_takes_back_its_part_and_its_scope(table: None) -> None:
    with transaction.atomic():
        scope.set_for_transaction([1])
        with suppress(ZeroDivisionError), transaction.atomic():
            scope.set_for_transaction([2])
            say("a")
            raise ZeroDivisionError
        assert scope.current() == (1,)
        with suppress(ZeroDivisionError), transaction.atomic():
            scope.set_for_transaction([3])
            raise ZeroDivisionError
        assert scope.current() == (1,)
        say("b")
    assert said() == ["b"]
    assert scope.current() == ()


def test_scopes_within_each_other_end_with_their_blocks(own: None) -> None:
    with scope.within([1, 2]):
        assert scope.current() == (1, 2)
        with scope.within([3]):
            assert scope.current() == (3,)
        assert scope.current() == (1, 2)
    assert scope.current() == ()


def test_copies_many_rows_and_named_cursors_are_inside_the_transaction(table: None) -> None:
    with suppress(ZeroDivisionError), transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert("copy said from stdin", io.StringIO("a\n"))
        assert status() == TRANSACTION_STATUS_INTRANS
        raise ZeroDivisionError
    with suppress(ZeroDivisionError), transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("insert into said values (%s)", [["a"], ["b"]])
        raise ZeroDivisionError
    assert said() == []
    with transaction.atomic():
        scope.set_for_transaction([7])
        with connection.chunked_cursor() as cursor:
            cursor.execute("select current_setting(%s, true) from generate_series(1, 3)", [scope.SETTING])
            assert cursor.fetchall() == [("7",)] * 3
    assert status() == TRANSACTION_STATUS_IDLE


def test_the_log_of_queries_shows_the_statement_as_it_was_given(own: None) -> None:
    connection.force_debug_cursor = True
    try:
        connection.queries_log.clear()
        with transaction.atomic():
            scope.set_for_transaction([1])
            with connection.cursor() as cursor:
                cursor.execute("select %s, '100%%'", ["word"])
                assert cursor.fetchone() == ("word", "100%")
        assert [each["sql"] for each in connection.queries] == ["select 'word', '100%'", "COMMIT"]
        connection.queries_log.clear()
        with scope.within([1]), connection.cursor() as cursor:
            cursor.execute("select 1")
        assert [each["sql"] for each in connection.queries] == ["select 1", "COMMIT"]
    finally:
        connection.force_debug_cursor = False


def test_a_setting_is_said_first_in_a_transaction_only(own: None) -> None:
    with pytest.raises(TransactionManagementError):
        connection.say_first(b"select 1;")


def test_a_lost_connection_is_an_error_and_the_next_one_begins_afresh(own: None) -> None:
    with pytest.raises(Error), transaction.atomic():  # noqa: PT012
        scope.set_for_transaction([1])
        connection.connection.close()
        scope.current()
    connection.close()
    assert scope.current() == ()


def test_the_driver_can_still_be_told_to_begin_by_itself(table: None) -> None:
    transaction.set_autocommit(False)
    try:
        say("a")
        transaction.rollback()
        say("b")
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert said() == ["b"]
    assert isinstance(connection.connection, psycopg2.extensions.connection)


def test_a_scope_asked_for_in_a_broken_block_falls_with_it(table: None) -> None:
    say("a")
    with transaction.atomic():
        with suppress(IntegrityError), transaction.atomic():
            try:
                say("a")
            finally:
                scope.set_for_transaction([2])
        assert scope.current() == ()
        say("b")
    assert said() == ["a", "b"]


def test_each_statement_carries_the_scope_and_is_its_own_transaction(table: None) -> None:
    with scope.of_each_statement([3, 2]):
        assert scope.current() == (2, 3)
        assert status() == TRANSACTION_STATUS_IDLE
        say("a")
        with suppress(ZeroDivisionError), transaction.atomic():
            assert scope.current() == (2, 3)
            say("b")
            raise ZeroDivisionError
        with connection.cursor() as cursor, pytest.raises(NotSupportedError):
            cursor.copy_expert("copy said from stdin", io.StringIO("c\n"))
    assert said() == ["a"]
    assert scope.current() == ()


def test_a_transaction_keeps_its_scope(own: None) -> None:
    with transaction.atomic(), pytest.raises(scope.NoScope), scope.of_each_statement([1]):
        pass
