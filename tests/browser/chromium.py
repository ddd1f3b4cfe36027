"""Which browser the tests use."""

from __future__ import annotations

import os
import shutil

# A sandbox needs an ordinary user; nothing may be fetched in the background.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def path() -> str | None:
    """The Chromium of this machine, or the one `CARENET_CHROMIUM` names; None when there is none."""
    named = os.environ.get("CARENET_CHROMIUM")
    if named:
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)
