"""Two volunteers of one community: Anna holds ten hours, Bert nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests import make
from tests.volunteers.purse import give
from volunteers.models import Volunteer


@pytest.fixture
def anna(community: Any) -> Volunteer:
    volunteer = make.volunteer(community)
    give(volunteer, 600)
    return volunteer


@pytest.fixture
def bert(community: Any) -> Volunteer:
    return make.volunteer(community)
