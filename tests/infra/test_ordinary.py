"""Started by root, a station's commands go on as an ordinary user, and its data folder is that user's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from carenet import embedded, ordinary
from carenet.embedded import Places
from carenet.embedded.places import Owner

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
ROOT = Path(__file__).resolve().parents[2]
# Instead of Django's part of the command: what it has become, and what it may do in the data folder.
SAYS = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from carenet import embedded
data = embedded.data_dir()
embedded.secrets(data)
Path(data, "beat-schedule").write_text("")
Path(data, "files", "new").write_text("")
print(os.geteuid(), os.getgroups(), os.environ["HOME"], *sys.argv[1:])
"""


def go_on(code: Path, data: Path, command: str = "up") -> subprocess.CompletedProcess[str]:
    """Let a copy of manage.py whose commands only say who they are be started by us."""
    env = {"PATH": os.environ["PATH"], "HOME": "/root", "CARENET_DATA": str(data), "PYTHONPATH": str(code)}
    program = (
        f"import sys; sys.argv = ['manage.py', '{command}', '--port', '1']; exec(open('manage.py').read())"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=code, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def code(folder: Path) -> Path:
    """The repository's core in a folder of its own, with a manage.py that says who it is."""
    code = folder.parent / "code"
    ignored = shutil.ignore_patterns("__pycache__", "static", "locale", "migrations")
    shutil.copytree(ROOT / "carenet", code / "carenet", ignore=ignored)
    (code / "templates").mkdir()
    (code / "templates" / "base.html").write_text("")
    (code / "manage.py").write_text(
        "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'carenet.settings.dev'\n"
        "from carenet import ordinary\nordinary.go_on(sys.argv[1:])\n" + SAYS
    )
    return code


@pytest.fixture
def data(folder: Path) -> Path:
    """A data folder that was made by a start in which everything was root's."""
    embedded.secrets(folder)
    for name in ("beat-schedule", "files/letters/one.pdf", "children/1.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
        (folder / name).chmod(0o600)
    (folder / "link").symlink_to("/etc/hostname")
    return folder


@AS_ROOT
def test_root_becomes_the_user_of_the_data_folder_and_what_root_made_is_handed_over(
    code: Path, data: Path
) -> None:
    for _start in (1, 2):
        done = go_on(code, data)
        assert done.returncode == 0, done.stderr
        user = data.stat().st_uid
        assert user != 0
        assert done.stdout == f"{user} [] {data} up --port 1\n"
        assert done.stderr == ""
        for path in data.rglob("*"):
            assert path.lstat().st_uid == user, path
    assert stat.S_IMODE((data / "secrets.json").stat().st_mode) == 0o600
    assert Path("/etc/hostname").stat().st_uid == 0
    # Root itself may still use the folder, as backup does.
    assert embedded.secrets(data)
    Places(data).make_data()


@AS_ROOT
def test_a_data_folder_of_somebody_is_used_as_that_user(code: Path, data: Path) -> None:
    ordinary.hand_over(data, Owner(12345, 12345, "somebody"))
    assert go_on(code, data, "loaddemo").stdout.startswith("12345 [] ")
    with pytest.raises(embedded.Trouble, match="belongs to the user 12345"):
        Places(data).make_data()


@AS_ROOT
@pytest.mark.parametrize("closed", ["above", "itself"])
def test_a_way_is_opened_to_code_in_a_closed_folder_and_only_for_us(
    code: Path, data: Path, closed: str
) -> None:
    inner = code.parent / "closed" / "code"
    inner.parent.mkdir()
    code.rename(inner)
    (inner.parent if closed == "above" else inner).chmod(0o700)
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        done = go_on(inner, data)
        assert done.stdout.startswith("0 ")
        assert "move the repository to a folder everybody may pass through" in done.stderr
        return
    done = go_on(inner, data)
    assert (done.stderr, done.stdout) == ("", f"{data.stat().st_uid} [] {data} up --port 1\n")
    assert data.stat().st_uid != 0
    assert (inner / "carenet" / "urls.py").stat().st_uid == 0
    assert str(inner) not in Path("/proc/self/mountinfo").read_text()


@AS_ROOT
def test_where_no_way_can_be_opened_root_goes_on_and_says_so(code: Path, data: Path) -> None:
    for path in code.rglob("*.py"):
        path.chmod(0o600)  # cloned under umask 077
    done = go_on(code, data)
    assert done.stdout.startswith("0 ")
    assert done.stderr.count("\n") == 1
    assert f"may not read {code}" in done.stderr
    assert data.stat().st_uid == 0


@AS_ROOT
def test_commands_about_code_and_backups_stay_with_root(code: Path, data: Path) -> None:
    for command in ("makemigrations", "backup", "shell"):
        assert go_on(code, data, command).stdout.startswith("0 ")


def test_an_ordinary_user_goes_on_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "carenet.settings.dev")
    monkeypatch.setenv("CARENET_DATA", str(folder))
    ordinary.go_on(["up"])
    assert not folder.exists()
