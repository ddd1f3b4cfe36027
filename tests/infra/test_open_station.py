"""An empty installation is opened by one command: a community, its parties, and somebody who may sign in."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from carenet.accounts.models import User
from carenet.parties import scope
from carenet.parties.models import Area, Community, Organisation
from charity.models import CostShareRule

pytestmark = pytest.mark.django_db
WORDS = [
    "taoli", "--name", "桃李社区", "--areas", "云南省/怒江州/泸水市/六库街道", "--centre", "98.857,25.853",
    "--phone", "0886-3620001", "--director", "林晓月",
]  # fmt: skip


def run(*words: str) -> str:
    said = StringIO()
    call_command("open_station", *words, stdout=said)
    return said.getvalue()


def test_an_empty_installation_is_opened_and_its_director_signs_in(tmp_path: Path, client: Client) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text(
        "\ufeff网格,楼栋,经度,纬度\n第1网格,1号楼,98.8571,25.8531\n第1网格,2号楼,,\n第2网格,3号楼\n",
        encoding="utf-8",
    )
    said = run(*WORDS, "--homes", str(homes))
    assert "2 grids and 3 buildings" in said
    community = Community.objects.get(slug="taoli")
    kinds = Area.objects.filter(pk__in=community.area.path).values_list("kind", flat=True)
    assert set(kinds) == {"PROVINCE", "PREFECTURE", "COUNTY", "STREET", "COMMUNITY"}
    with scope.within([community.pk]):
        assert Organisation.objects.of(community).count() == 4
        assert CostShareRule.objects.of(community).count() == 3
    password = said.split(" signs in as director with ")[1].split()[0]
    answer = client.post("/sign-in/", {"name": "director", "password": password})
    assert answer.status_code == 302
    director = User.objects.get(username="director")
    assert director.must_change_password
    held = set(director.grants.values_list("role", flat=True))
    assert held == {"DIRECTOR", "SUPERVISOR"}, "somebody reads cases besides their owners"

    homes.write_text("第2网格,3号楼\n第2网格,4号楼,98.858,25.854\n", encoding="utf-8")
    assert "0 grids and 1 buildings" in run("taoli", "--homes", str(homes))
    street = Area.objects.get(kind="STREET", name="六库街道")
    words = ["taoyuan", *WORDS[1:], "--username", "director2"]
    words[2] = "桃园社区"
    run(*words)
    assert Community.objects.get(slug="taoyuan").area.parent == street


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["taoli", "--name", "桃李社区"], "--areas, --centre, --phone, --director"),
        ([*WORDS, "--areas", "云南省/泸水市"], "four names"),
        ([*WORDS, "--centre", "25.853"], "not longitude,latitude"),
        ([*WORDS, "--centre", "298,25"], "not longitude,latitude"),
        ([*WORDS, "--username", "a b"], "用户名"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_left_half_made(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)
    assert not Community.objects.filter(slug="taoli").exists()
    assert not Area.objects.filter(name="六库街道").exists()


def test_an_open_station_is_not_opened_twice_and_a_bad_line_is_named(tmp_path: Path) -> None:
    run(*WORDS)
    with pytest.raises(CommandError, match="open already"):
        run(*WORDS)
    homes = tmp_path / "homes.csv"
    homes.write_text("第1网格,1号楼,98.85,25.85\n第1网格,2号楼,north,25.85\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 2"):
        run("taoli", "--homes", str(homes))
    assert not Area.objects.filter(kind="GRID", name="第1网格", parent__name="桃李社区").exists()
