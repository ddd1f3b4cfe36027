"""Django's PostgreSQL backend, but BEGIN and the settings of a transaction travel with its first statement.

psycopg2 sends BEGIN in a round trip of its own, and the scope (row security) was a second one, before each page and each
service call said anything. Here `atomic` only notes BEGIN, `say_first` notes a setting that ends with its transaction, and the
next statement, whichever it is (a savepoint, a COPY, a named cursor …), goes out behind them in the same message. So what the
server sees is the same, in the same order; a transaction that says nothing costs nothing. psycopg2 itself is left in its
autocommit mode, COMMIT and ROLLBACK are said in words. Source: proof.md §1a; docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2.extensions
from django.db import NotSupportedError
from django.db.backends.base.base import debug_transaction  # type: ignore[attr-defined]
from django.db.backends.postgresql import base, operations
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INERROR

BEGIN = b"BEGIN;"


class Connection(psycopg2.extensions.connection):  # type: ignore[misc]
    """A connection that knows what is to be said before the next statement."""

    ahead: bytes = b""
    each: bytes = b""
    _cursor: psycopg2.extensions.cursor | None = None

    def with_ahead(self, run: Callable[[bytes], Any], statement: bytes) -> Any:
        """Run a statement behind what is to be said first.

        When the server could not even read the message it began no transaction: then all of it is still to be said, so
        that nothing of an atomic block ever runs outside its transaction.
        """
        ahead, self.ahead = self.ahead, b""
        if self.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            return run(statement)  # which must be a rollback: what was to be said first falls with its block
        try:
            return run(ahead + statement)
        except BaseException:
            if self.get_transaction_status() == TRANSACTION_STATUS_IDLE:
                self.ahead = ahead
            raise

    def flush(self) -> None:
        """Say now what is to be said first: before a COPY or a cursor with a name."""
        if self.alone():
            raise NotSupportedError("in a scope of single statements, open a transaction for this")
        if self.ahead:
            self.with_ahead(self._plain().execute, b"")

    def alone(self) -> bool:
        """Whether the next statement is a transaction of its own that carries its settings."""
        return bool(self.each) and not self.ahead and self.get_transaction_status() == TRANSACTION_STATUS_IDLE

    def finish(self, how: bytes) -> None:
        """COMMIT or ROLLBACK the transaction, if the server has one."""
        if self.ahead.startswith(BEGIN) and not self.closed:
            self.ahead = b""
        elif self.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            self.with_ahead(self._plain().execute, how)

    def _plain(self) -> psycopg2.extensions.cursor:
        """The driver's own cursor, made once; for statements without an answer."""
        if self._cursor is None:
            self._cursor = super().cursor(cursor_factory=psycopg2.extensions.cursor)
        return self._cursor


class Cursor(psycopg2.extensions.cursor):  # type: ignore[misc]
    """A cursor that lets go first what its connection has to say first."""

    connection: Connection
    before: int = 0  # bytes of the last message that stood before the statement

    def execute(self, query: Any, vars: Any = None) -> Any:
        connection = self.connection
        if connection.ahead or (connection.each and connection.alone()):
            if self.name is None:
                if not connection.ahead:  # one message is one transaction, and its settings end with it
                    self.before = len(connection.each)
                    return super().execute(connection.each + self.mogrify(query, vars))
                self.before = len(connection.ahead)
                return connection.with_ahead(super().execute, self.mogrify(query, vars))
            connection.flush()
        self.before = 0
        return super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> Any:
        self.connection.flush()
        self.before = 0
        return super().executemany(query, vars_list)

    def callproc(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.flush()
        self.before = 0
        return super().callproc(*args, **kwargs)

    def copy_expert(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.flush()
        return super().copy_expert(*args, **kwargs)

    def copy_from(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.flush()
        return super().copy_from(*args, **kwargs)

    def copy_to(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.flush()
        return super().copy_to(*args, **kwargs)


class DatabaseOperations(operations.DatabaseOperations):
    """The statement as it was given, without what stood before it."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        return (cursor.query or b"")[cursor.before :].decode()


class DatabaseWrapper(base.DatabaseWrapper):
    """ENGINE = "carenet.postgres"."""

    ops_class = DatabaseOperations
    connection: Connection | None

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "connection_factory": Connection, "cursor_factory": Cursor}

    def say_first(self, setting: bytes) -> None:
        """Say this with the next statement of the open transaction. Only for settings that end with it."""
        if self.connection is None or not self.in_atomic_block:
            raise TransactionManagementError("what is said first is said in a transaction")
        self.connection.ahead += setting

    def say_with_each(self, setting: bytes) -> None:
        """Until told otherwise, say this with each statement outside a transaction, and first in each transaction."""
        self.ensure_connection()
        if self.connection is None or self.in_atomic_block:
            raise TransactionManagementError("this is said outside a transaction")
        self.connection.each = setting

    # Django calls this at the outermost `atomic`, instead of switching the driver's autocommit off.
    def _start_transaction_under_autocommit(self) -> None:
        assert self.connection is not None
        self.connection.ahead = BEGIN + self.connection.each

    def _commit(self) -> None:
        if self.connection is not None and self.connection.autocommit:
            self._finish("COMMIT")
        else:  # somebody switched the driver's autocommit off by hand
            super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        if self.connection is not None and self.connection.autocommit:
            self._finish("ROLLBACK")
        else:
            super()._rollback()  # type: ignore[misc]

    def _finish(self, how: str) -> None:
        assert self.connection is not None
        if self.queries_logged:
            with debug_transaction(self, how), self.wrap_database_errors:
                self.connection.finish(how.encode())
        else:
            with self.wrap_database_errors:
                self.connection.finish(how.encode())
