"""Write static/vendor/vendor.json: what of other people's work stands in our style sheets, and their hashes.

Run by build.sh; needs only Python's standard library.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"


def main() -> None:
    """Hash the built sheets and write the list."""
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    built = {
        name: hashlib.sha256((STATIC / "carenet" / name).read_bytes()).hexdigest()
        for name in ("carenet.css", "office.css")
    }
    govuk = locked["node_modules/govuk-frontend"]
    entries = [
        {
            "name": "govuk-frontend",
            "version": govuk["version"],
            "source": "npm",
            "integrity": govuk["integrity"],
            "licence": "MIT (its font and crown are not used)",
            "licence_file": f"govuk-frontend-{govuk['version']}/LICENSE.txt",
            "why": "form controls, error summary, buttons and typography with proven accessibility; compiled into carenet.css",
            "built": built,
        }
    ]
    text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    (STATIC / "vendor" / "vendor.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
