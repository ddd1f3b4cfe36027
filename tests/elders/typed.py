"""What people type into the register's pages, and how it is sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from tests import make


def sent(client: Any, page: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"elders:{page}", args=args), {**data, "idempotency_key": once.new_key()})


def text_of(response: Any) -> str:
    return response.content.decode()


def entry(community: Community, **changed: Any) -> dict[str, Any]:
    return {
        "name": "王桂珍", "id_number": identity.demo_id_number(born_on=date(1945, 6, 7), sex=2, sequence=1),
        "building": make.buildings(community)[0].pk, "door": "2-501", "living": "ALONE", "caregiver": "NO",
        "categories": ["DIBAO", "DISABLED"], "disability_kind": "4", "disability_grade": "2",
        "contact_name": "王小红", "contact_relation": "DAUGHTER", "contact_phone": "13900001111", "consent": "on",
        **changed,
    }  # fmt: skip
