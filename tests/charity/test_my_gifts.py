"""The donor's page: own gifts, where they went, a letter of thanks for each; nobody else's, and no elder's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.parties.models import Community
from charity.actions import grants
from tests import make
from tests.make import NOW


@pytest.fixture
def donor(community: Community) -> User:
    return make.user("DONOR", community, person=make.person(community, name="赵国强"))


def test_a_donor_sees_the_own_gifts_where_they_went_and_a_letter_of_thanks(
    community: Community, staff: User, director: User, worker: User, donor: User, client_for: Any
) -> None:
    client = client_for(donor)
    assert client.get("/").url == reverse("charity:my-gifts")
    assert client.get(reverse("charity:my-gifts")).context["page"].total == 0
    fund, elder = make.fund(community, yuan=0), make.elder(community, name="段玉兰")
    mine = make.donated(fund, yuan=500, donor_person=donor.person, donor_name="赵国强")
    other = make.donated(fund, yuan=900, donor_name="周建国")
    grant = make.asked_grant(fund, elder, yuan=200, by=worker)
    grants.approve(grant=grant, by=director, at=NOW)
    grants.pay(grant=grant, paid_on=NOW.date(), paid_to="轮椅店", voucher_no="P-1", by=staff, at=NOW)
    shown = client.get(reverse("charity:my-gifts"))
    assert (shown.context["given_fen"], shown.context["used_fen"], shown.context["left_fen"]) == (
        50000,
        20000,
        30000,
    )
    text = shown.content.decode()
    assert mine.receipt_no in text and other.receipt_no not in text
    assert "段玉兰" not in text and "周建国" not in text
    letter = client.get(reverse("charity:my-gift", args=[mine.pk])).content.decode()
    assert "500.00" in letter and "段玉兰" not in letter
    assert client.get(reverse("charity:my-gift", args=[other.pk])).status_code == 404
    assert client.get(reverse("charity:donation", args=[mine.pk])).status_code == 404


def test_a_role_without_a_person_or_a_person_without_the_role_finds_no_such_page(
    community: Community, staff: User, client_for: Any
) -> None:
    volunteer = make.user("VOLUNTEER", community, person=make.person(community))
    for user in (volunteer, staff):
        assert client_for(user).get(reverse("charity:my-gifts")).status_code == 404
