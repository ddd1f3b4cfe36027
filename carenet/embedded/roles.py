"""The three database roles. The same statements serve the embedded server and any other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

OWNER, APP, CITY = "carenet_owner", "carenet_app", "carenet_city"

# carenet_owner migrates; carenet_app (web and workers) owns nothing and inherits nothing; carenet_city reads
# across communities and is taken on by SET LOCAL ROLE, each use audited. None is a superuser, none may
# bypass row security.
ROLES_SQL = f"""
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN CREATE ROLE {APP}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{CITY}') THEN CREATE ROLE {CITY}; END IF;
END $$;
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE {APP} LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE {CITY} NOLOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
GRANT {CITY} TO {APP};
ALTER ROLE {APP} SET statement_timeout = '15s';
ALTER ROLE {APP} SET lock_timeout = '5s';
ALTER ROLE {APP} SET idle_in_transaction_session_timeout = '60s';
"""

# Inside the database. Since PostgreSQL 15 only the database's owner may create in the schema public.
SCHEMA_SQL = f"""
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP}, {CITY};
"""


def bootstrap_sql() -> str:
    """Return the statements that make the roles; running them again changes nothing."""
    return ROLES_SQL


def bootstrap(
    superuser_url: str, *, owner_password: str, app_password: str, database: str = "carenet"
) -> None:
    """Make the three roles and the database on a server, or put them right again."""
    import psycopg2
    from psycopg2 import sql

    with _connected(superuser_url) as connection, connection.cursor() as cursor:
        cursor.execute(bootstrap_sql())
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            cursor.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
            )
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                    "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
                ).format(sql.Identifier(database), sql.Identifier(OWNER))
            )
        cursor.execute(
            sql.SQL(
                "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE {0} TO {1}"
            ).format(sql.Identifier(database), sql.Identifier(APP))
        )
        parts = psycopg2.extensions.parse_dsn(superuser_url)
    inside = psycopg2.extensions.make_dsn(**{**parts, "dbname": database})
    with _connected(inside) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA_SQL)


def drop_database(superuser_url: str, database: str = "carenet") -> None:
    """Drop a database, ending its sessions."""
    from psycopg2 import sql

    with _connected(superuser_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


class _connected:
    """A connection in autocommit mode that is closed at the end of the block."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    def __enter__(self) -> Connection:
        import psycopg2

        self.connection = psycopg2.connect(self.dsn, connect_timeout=10)
        self.connection.autocommit = True
        return self.connection

    def __exit__(self, *error: object) -> None:
        self.connection.close()
