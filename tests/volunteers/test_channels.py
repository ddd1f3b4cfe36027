"""What points and hours are good for is switched by dated settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests import make
from tests.volunteers.purse import coins, policy
from tests.volunteers.test_certificates import issued
from tests.volunteers.test_shop_refusals import ask, service
from volunteers.actions import channels


def test_services_for_points_are_refused_while_switched_off_and_nothing_is_taken(
    community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    make.points(volunteer, 100)
    reward = service(volunteer)
    policy(community, director, channel_services=0)
    with pytest.raises(channels.NoServicesForPoints) as refused:
        ask(volunteer, reward=reward)
    assert coins(volunteer, "POINT") == 100
    with translation.override("en"):
        assert "choose a gift" in str(refused.value.message)
    policy(community, director, channel_services=1)
    assert ask(volunteer, reward=reward).state == "HELD"


def test_statements_are_refused_while_switched_off_but_certificates_are_issued(
    community: Any, director: Any
) -> None:
    volunteer = make.volunteer(community)
    make.served(volunteer, minutes=90)
    own = make.volunteer_user(volunteer)
    policy(community, director, channel_statement=0)
    with pytest.raises(channels.NoStatements):
        issued(volunteer, kind="STATEMENT", by=own)
    assert issued(volunteer, by=own).kind == "CERTIFICATE"
