"""Makers of test data. A test states only what matters to it; every maker goes through the real actions."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime
from typing import Any

from carenet.kernel.months import STATION_ZONE

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=STATION_ZONE)


def __getattr__(name: str) -> Any:
    """`make.elder(...)` finds `elder` in the maker module that defines it."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if name in getattr(module, "__all__", ()):
            maker = globals()[name] = getattr(module, name)  # the next time it is simply there
            return maker
    raise AttributeError(f"no maker is called {name}")
