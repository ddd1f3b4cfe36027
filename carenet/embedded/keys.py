"""The secrets of one data folder, made once."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path

from carenet.embedded.places import Places, explain
from carenet.embedded.trouble import Trouble

NAMES = (
    "superuser_password",
    "owner_password",
    "app_password",
    "redis_password",
    "SECRET_KEY",
    "CARENET_FIELD_KEY",
    "CARENET_INDEX_KEY",
)


def read_or_make(places: Places) -> dict[str, str]:
    """Return the secrets, making them on first use; two first users at once get the same ones."""
    file = places.data / "secrets.json"
    try:
        if not file.exists():
            if places.cluster.exists():
                raise Trouble(
                    f"{file} is missing, but the database beside it was made with it: put it back from your "
                    "backup of the keys. Without it the sealed ID and phone numbers cannot be read."
                )
            places.make_data()
            _make(file)
        return _read(file)
    except OSError as error:
        raise Trouble(explain(error, places.data)) from error


def _make(file: Path) -> None:
    fresh = file.with_name(f"secrets.{os.getpid()}.new")
    text = json.dumps({name: secrets.token_hex(32) for name in NAMES}, indent=1)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)  # unlike a rename, this never replaces the secrets of whoever was quicker
    finally:
        fresh.unlink()


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text())
    except ValueError:
        found = {}
    missing = [name for name in NAMES if not isinstance(found.get(name), str)]
    if missing:
        raise Trouble(
            f"{file} is damaged ({missing[0]} is missing): put it back from your backup of the keys."
        )
    return dict(found)
