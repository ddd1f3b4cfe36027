"""Every register can say whose rows a person sees."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet

from tests import make


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["DIRECTOR", "VOLUNTEER"])
def test_every_table_can_be_asked_for_the_rows_of_a_person(role: str, community: Any) -> None:
    user = make.user(role, community, person=make.person(community))
    asked = 0
    for model in apps.get_models():
        manager = getattr(model, "objects", None)
        if hasattr(manager, "visible_to"):
            with contextlib.suppress(EmptyResultSet):  # nothing at all, known without asking
                str(manager.visible_to(user).query)
            asked += 1
    assert asked > 50
