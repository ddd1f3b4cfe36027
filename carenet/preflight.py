"""What must be true of the servers before carenet starts on them. Each finding is one sentence."""

from __future__ import annotations

from urllib.parse import urlsplit

LEAST_POSTGRES = 150000
EXTENSIONS = ("btree_gist", "pg_trgm")


def database(url: str) -> list[str]:
    """Look at the database as the role given in the address (a URL or libpq's words)."""
    import psycopg2
    from psycopg2.extensions import parse_dsn

    words = parse_dsn(url)
    place = f"{words.get('user', '')}@{words.get('host', 'localhost')}/{words.get('dbname', '')}"

    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.OperationalError as error:
        return [f"The database does not answer ({place}): {str(error).strip().splitlines()[-1].strip()}"]
    found = []
    with connection, connection.cursor() as cursor:
        version = connection.server_version
        if version < LEAST_POSTGRES:
            found.append(f"PostgreSQL 15 or newer is needed; this one is {version // 10000}.")
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
        )
        encoding, ctype = cursor.fetchone() or ("?", "?")
        if encoding != "UTF8":
            found.append(f"The database's encoding is {encoding}; make it anew with ENCODING 'UTF8'.")
        if ctype in ("C", "POSIX"):
            found.append(
                f"The database's LC_CTYPE is {ctype}, under which Chinese names cannot be searched: make it anew "
                "with LC_CTYPE 'C.UTF-8' (deploy/bootstrap.sql does)."
            )
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)])
        there = {name for (name,) in cursor.fetchall()}
        found += [
            f"The extension {name} is not installed on the database server (package postgresql-contrib)."
            for name in EXTENSIONS
            if name not in there
        ]
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if (cursor.fetchone() or (False,))[0]:
            found.append(
                f"The role in {place} may pass row security: use carenet_app for DATABASE_URL and "
                "carenet_owner for DATABASE_OWNER_URL (deploy/bootstrap.sql makes them)."
            )
    connection.close()
    return found


def driver() -> list[str]:
    """See that Django uses psycopg2; it silently prefers psycopg 3 wherever that can be imported."""
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    if is_psycopg3:
        return ["psycopg 3 is installed and would replace psycopg2: uninstall the package psycopg."]
    return []


def redis(url: str) -> list[str]:
    """Look at the Redis or Valkey server."""
    import redis as client

    try:
        info = client.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5).info()
    except client.RedisError as error:
        return [f"Redis does not answer ({shown(url)}): {error}"]
    found = []
    version = str(info.get("valkey_version") or info.get("redis_version", "0"))
    if int(version.split(".")[0]) < 7:
        found.append(f"Redis 7 or Valkey is needed; this one is {version}.")
    if info.get("maxmemory_policy", "noeviction") != "noeviction":
        found.append(
            f"Redis would throw away queued work (maxmemory-policy {info['maxmemory_policy']}): set noeviction."
        )
    return found


def shown(url: str) -> str:
    """Write a Redis address without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{':' + str(parts.port) if parts.port else ''}{parts.path}"
