"""A card of the desk that cannot be made: a quiet sentence in its place, nothing else is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from carenet.kernel.digest import Figure
from carenet.parties.models import Area
from carenet.webkit import dashboard
from tests import make


@pytest.mark.parametrize("how", ["python", "database"])
def test_a_card_that_fails_leaves_the_others_and_the_transaction_whole(
    staff: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    monkeypatch.setattr(dashboard, "_cards", {})

    def broken(request: Any) -> Any:
        if how == "database":
            with connection.cursor() as cursor:
                cursor.execute("select no_such_column from parties_community")
        raise RuntimeError("secret detail")

    def sound(request: Any) -> Any:
        return dashboard.FigureCard("sound", [Figure("a", "所有社区", Area.objects.count())])

    dashboard.register(broken, roles={"COMMITTEE"}, order=1)
    dashboard.register(sound, roles={"COMMITTEE"}, order=2)
    page = make.client_for(staff).get(reverse("portal:desk"))
    assert page.status_code == 200
    shown = page.content.decode()
    assert "这一项暂时算不出来" in shown
    assert "所有社区" in shown
    assert "secret detail" not in shown
    assert "broken" in caplog.text  # the log names the function
    office = make.client_for(staff).get(reverse("admin:index")).content.decode()
    assert "这一项暂时算不出来" in office
    assert "所有社区" in office
