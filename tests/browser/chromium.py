"""Which browser the tests use: Chromium without a window where it is installed, for it works half as much as a whole one."""

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
WINDOWLESS = "chromium-headless-shell"
NAMES = (WINDOWLESS, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def path() -> str | None:
    """The Chromium of this machine, or the one `CARENET_CHROMIUM` names; None when there is none."""
    named = os.environ.get("CARENET_CHROMIUM")
    if named:
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)
