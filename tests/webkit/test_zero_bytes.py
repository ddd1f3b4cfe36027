"""A zero byte in what is sent is refused as a page, never a fault of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.parties.models import Community
from carenet.webkit import once


@pytest.mark.parametrize("name", ["admin:elders_elder_changelist", "elders:list"])
def test_a_zero_byte_in_the_address_is_a_bad_request(
    community: Community, staff: User, client_for: Any, name: str
) -> None:
    client = client_for(staff)
    assert client.get(reverse(name), {"kind": "\0", "status": "\0"}).status_code == 400
    assert client.get(reverse(name)).status_code == 200


def test_a_zero_byte_in_a_form_is_a_bad_request_and_nothing_is_kept(
    community: Community, staff: User, client_for: Any
) -> None:
    client = client_for(staff)
    url = reverse("elders:filter-save")
    sent = {"name": "独居\0", "query": "living=ALONE", "idempotency_key": once.new_key()}
    assert client.post(url, sent).status_code == 400
    assert client.post(url, {**sent, "name": "独居"}).status_code == 302
