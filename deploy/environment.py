"""Make `.venv` from the locked requirements, or leave it alone when it is already right.

Called by the Makefile through environment.sh with `run` (requirements.txt) or `dev` (both files). A stamp
written last tells a finished environment from a half-made one; it names the Python, the place and the hash of
each file. A `.venv/made-by-hand` file tells this script to keep its hands off. Standard library only.

The packages are installed by uv, which pip fetches first (its pin and hashes stand in requirements-dev.txt): a fifth
of pip's work. Where uv does not get on, pip does it all. Nobody compiles: most of it is never imported.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "made-from.json"
FILES = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def main(kind: str) -> int:
    if (VENV / "made-by-hand").exists():
        return 0
    with open(ROOT / "requirements.txt") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two makes at once: the second waits and finds all done
        return make(FILES[kind])


def make(files: list[str]) -> int:
    have = read_stamp()
    if have is None:
        if VENV.exists():
            say("The environment in .venv is half-made or belongs to another Python: making it anew.")
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            return fail(
                f"This Python ({sys.executable}) has no venv module: install it (Debian, Ubuntu: apt-get install "
                f"python{sys.version_info[0]}.{sys.version_info[1]}-venv), or name another one with make PYTHON=…"
            )
        if VENV.is_symlink():
            VENV.unlink()
        shutil.rmtree(VENV, ignore_errors=True)
        say(f"Making the environment in .venv with Python {sys.version.split()[0]} (once, a minute or two) …")
        if not run([sys.executable, "-m", "venv", "--without-pip", str(VENV)]):
            return fail("The environment could not be made; the lines above say why.")
        have = {"files": {}, "names": []}
    wanted = {name: mark(name) for name in files}
    if all(have["files"].get(name) == wanted[name] for name in files):
        return 0
    files = sorted({*files, *have["files"]})  # what was installed once is kept up to date
    STAMP.unlink(missing_ok=True)
    say(f"Installing {' and '.join(files)} …")
    names = sorted({found for name in files for found in packages(name)})
    dropped = sorted(set(have["names"]) - set(names))
    if (names or dropped) and not (install_with_uv(files, dropped) or install_with_pip(files, dropped)):
        return fail("The packages could not be installed; pip says why above. Start again to continue.")
    stamp = {**identity(), "files": {name: mark(name) for name in files}, "names": names}
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1))
    fresh.rename(STAMP)
    return 0


def install_with_pip(files: list[str], dropped: list[str]) -> bool:
    """Let the environment's own pip install the files and remove what they no longer name."""
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "--no-input", "--disable-pip-version-check"]
    if not (VENV / "bin" / "pip").exists() and not run([python, "-m", "ensurepip", "--default-pip"]):
        return False
    listed = [part for name in files for part in ("-r", str(ROOT / name))]
    options = ["--quiet", "--no-compile", "--require-hashes", "--no-deps"]
    if not run([*pip, "install", *options, *listed]):
        return False
    return not dropped or run([*pip, "uninstall", "--quiet", "-y", *dropped])


def install_with_uv(files: list[str], dropped: list[str]) -> bool:
    """Let uv do the same, from the places that pip is told to look at; false when anything is in the way."""
    python = str(VENV / "bin" / "python")
    here = VENV / "installer"
    pin = re.search(r"^uv==.*(?:\n .*)*", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    if pin is None:
        return False
    try:
        here.mkdir(exist_ok=True)
        (here / "pin.txt").write_text(pin.group().rstrip("\\ \n") + "\n")
        pip = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"]
        options = ["--quiet", "--no-compile", "--require-hashes", "--no-deps", "--target", str(here)]
        if not run([*pip, "install", *options, "-r", str(here / "pin.txt")], quiet=True):
            return False
        listed = [part for name in files for part in ("-r", str(ROOT / name))]
        uv = [str(here / "bin" / "uv"), "pip"]
        places = places_of(pip)
        common = ["--quiet", "--no-config", "--system-certs", "--python", python]
        options = ["--require-hashes", "--no-deps", "--index-strategy", "unsafe-best-match", *places]
        if not run([*uv, "install", *common, *options, *listed], quiet=True):
            return False
        return not dropped or run([*uv, "uninstall", *common, *dropped], quiet=True)
    finally:
        shutil.rmtree(here, ignore_errors=True)


def places_of(pip: list[str]) -> list[str]:
    """Translate where pip looks for packages (its files and variables) into options of uv."""
    told = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    options: list[str] = []
    for key, text in re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", told, re.MULTILINE):
        values = text.replace("\\n", " ").split()
        if key in ("index-url", "extra-index-url", "find-links"):
            options += [part for value in values for part in (f"--{key}", value)]
        elif key == "trusted-host":
            options += [part for value in values for part in ("--allow-insecure-host", value)]
        elif key == "no-index" and text.lower() in ("1", "true", "yes", "on"):
            options.append("--no-index")
    return options


def read_stamp() -> dict | None:
    """Return the stamp of a finished environment that still works here, else None."""
    try:
        stamp = json.loads(STAMP.read_text())
        works = subprocess.run([str(VENV / "bin" / "python"), "-c", ""], capture_output=True, check=False)
    except (OSError, ValueError):
        return None
    same = all(stamp.get(key) == value for key, value in identity().items())
    return stamp if same and works.returncode == 0 else None


def identity() -> dict:
    """Name the place, and the Python the environment was made with as far as it matters to packages."""
    return {"place": str(VENV), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def mark(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def packages(name: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / name).read_text(), re.MULTILINE)


def run(command: list[str], quiet: bool = False) -> bool:
    said = subprocess.DEVNULL if quiet else None
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
    return done.returncode == 0


def fail(sentence: str) -> int:
    if shutil.disk_usage(ROOT).free < 200 * 1024 * 1024:
        sentence = (
            f"The disk that holds {ROOT} is full: free some space (2 GB is comfortable) and start again."
        )
    sys.stderr.write(f"carenet: {sentence}\n")
    return 1


def say(sentence: str) -> None:
    sys.stdout.write(f"carenet: {sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        sys.exit(fail(f"{error.strerror}: {error.filename}"))
    except KeyboardInterrupt:
        sys.exit(fail("Stopped before the environment was ready; start again to continue."))
