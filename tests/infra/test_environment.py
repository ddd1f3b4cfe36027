"""`make` makes its own environment: whole or not at all, and says in one sentence what is in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with nothing to install."""
    (tmp_path / "deploy").mkdir()
    for name in ("environment.sh", "environment.py"):
        shutil.copy(ROOT / "deploy" / name, tmp_path / "deploy" / name)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("# nothing\n")
    return tmp_path


def make(clone: Path, kind: str = "run", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "deploy/environment.sh", kind],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "HOME": str(clone), "PYTHON": sys.executable, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def program(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{words}\n")
    path.chmod(0o755)
    return path


def test_it_is_made_once_and_made_anew_when_half_made_or_moved(clone: Path) -> None:
    assert make(clone).returncode == 0
    stamp = clone / ".venv" / "made-from.json"
    assert stamp.exists()
    assert make(clone).stdout == ""  # nothing to do, nothing to say

    stamp.unlink()
    (clone / ".venv" / "lib" / "leftover").write_text("")
    assert "half-made" in make(clone).stdout
    assert not (clone / ".venv" / "lib" / "leftover").exists()

    moved = clone.rename(clone.with_name("moved"))
    assert "half-made" in make(moved).stdout
    assert make(moved, "dev").returncode == 0
    (moved / "requirements.txt").write_text("# nothing, but newer\n")
    assert "Installing requirements-dev.txt and requirements.txt" in make(moved).stdout
    assert make(moved, "dev").stdout == ""


def test_one_made_by_hand_is_left_alone(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "made-by-hand").touch()
    assert make(clone).returncode == 0
    assert [path.name for path in (clone / ".venv").iterdir()] == ["made-by-hand"]


def test_a_wrong_python_is_one_sentence(clone: Path) -> None:
    wrong = program(clone, "python-of-old", "exit 1")
    done = make(clone, PYTHON=str(wrong))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"carenet: PYTHON={wrong} is not a working Python 3.11, 3.12 or 3.13: name another one."
    ]
    only = clone / "bin"
    only.mkdir()
    for name in ("sh", "dirname"):
        (only / name).symlink_to(shutil.which(name) or "")
    program(only, "python3", 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi')
    done = make(clone, PYTHON="", PATH=str(only))
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed (found: Python 3.9.2)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_python_without_venv_is_one_sentence(clone: Path) -> None:
    code = "import sys; sys.modules['ensurepip'] = None; sys.argv = sys.argv[1:]; import runpy; "
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    bare = program(
        clone, "python-bare", f'if [ "$1" = -c ]; then exec {sys.executable} "$@"; fi\n'
        f'shift\nexec {sys.executable} -c "{code}" "$@"',
    )  # fmt: skip
    done = make(clone, PYTHON=str(bare))
    assert done.returncode == 1
    assert "has no venv module: install it" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (clone / ".venv").exists()
