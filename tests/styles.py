"""`make css`: build the style sheets (needs Node and npm; the output is committed, so nothing else does)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "carenet" / "webkit" / "sass" / "build.sh"


def main() -> int:
    """Run the build; say plainly what is missing."""
    if shutil.which("npm") is None:
        print("make css needs Node.js with npm; the built style sheets are in the repository.")
        return 1
    return subprocess.call(["sh", str(BUILD)])


if __name__ == "__main__":
    sys.exit(main())
