"""Who sees what of an elder, door by door: the whole table of domain.md §9.4, and that each look is written down.

Marks are texts that betray a class: C2 the name; C3 phone and address in full; C4 the ID number, the allowance, the
health. A role's row names the marks it must find; everything else must be absent.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, registry, rights
from elders.models import Elder
from tests import make
from tests.make.exports import exported

NAME, PHONE, ADDRESS, KIN = "王桂珍", "13800138000", "泸水路旧址五号", "13900000001"
NUMBER = identity.demo_id_number(born_on=date(1945, 6, 7), sex=2, sequence=2)
ALLOWANCE = "低保证第77号"
MARKS = {"name": NAME, "phone": PHONE, "address": ADDRESS, "kin": KIN, "id": NUMBER, "allowance": ALLOWANCE}


@dataclass(frozen=True)
class Look:
    """One door: how it is opened, and the marks that register staff find behind it."""

    name: str
    url: Callable[[Elder], str]
    staff: frozenset[str]
    post: tuple[tuple[str, str], ...] = ()
    is_sheet: bool = False


def page(name: str, *, own: bool = True, query: str = "") -> Callable[[Elder], str]:
    return lambda elder: reverse(name, args=[elder.pk] if own else []) + query


ALL = frozenset(MARKS)
LOOKS = [
    Look("list", page("elders:list", own=False), frozenset({"name"})),
    Look("search by phone", page("elders:list", own=False, query="?q=13800138000&status=PRESENT&order=number"), frozenset({"name", "phone"})),
    Look("sheet", page("elders:list", own=False, query="?format=xlsx"), frozenset({"name"}), is_sheet=True),
    Look("file", page("elders:file"), frozenset({"name", "allowance"})),
    Look("reveal", page("elders:reveal"), ALL, post=(("purpose", "call"),)),
    Look("copy", page("elders:copy"), ALL),
    Look("consents", page("elders:consents"), frozenset({"name"})),
    Look("mandates", page("elders:mandates"), frozenset({"name"})),
    Look("assess", page("elders:assess"), frozenset({"name"})),
    Look("help card", page("elders:help-card"), frozenset({"name"})),
    Look("due", page("elders:due", own=False, query="?tab=decide"), frozenset({"name"})),
    Look("api list", page("api-elders:elder-list", own=False), frozenset({"name"})),
    Look("api detail", page("api-elders:elder-detail"), frozenset({"name"})),
    Look("admin list", page("admin:elders_elder_changelist", own=False), frozenset({"name"})),
    Look("admin page", page("admin:elders_elder_change"), frozenset({"name", "allowance"})),
]  # fmt: skip
# A volunteer finds an elder only through a task; neighbours, visitors and the street office see totals only.
OTHERS = ("volunteer", "neighbour", "visitor", "street_officer", "family", "auditor")


@pytest.fixture
def elder(community: Community, staff: User, now: datetime) -> Elder:
    found = make.elder(
        community,
        name=NAME,
        id_number=NUMBER,
        born_on=None,
        phone=PHONE,
        address=ADDRESS,
        living="ALONE",
        by=staff,
    )
    contacts.add_contact(elder=found, name="王小红", relation="DAUGHTER", phone=KIN, by=staff, at=now)
    registry.add_category(
        elder=found,
        category=registry.CategoryFacts("DIBAO", evidence=ALLOWANCE),
        on=now.date(),
        by=staff,
        at=now,
    )
    rights.ask(elder=found, kind="COPY", words="要一份", by=staff, at=now)
    return found


def visible(client: Any, look: Look, elder: Elder) -> set[str]:
    """The marks in what the door answers."""
    url = look.url(elder)
    if look.post:
        answer = client.post(url, {**dict(look.post), "idempotency_key": once.new_key()})
    else:
        answer = client.get(url)
    assert answer.status_code < 500
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert not (look.is_sheet and answer.status_code == 200), "no sheet of personal data without an approval"
    return marks(
        content.decode(errors="ignore").replace("138 0013 8000", PHONE).replace("139 0000 0001", KIN)
    )


def marks(text: str) -> set[str]:
    return {name for name, mark in MARKS.items() if mark in text}


def in_sheet(content: bytes) -> set[str]:
    book = load_workbook(io.BytesIO(content))
    return marks("\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_staff_find_exactly_the_classes_of_the_door_and_the_look_is_written_down(
    community: Community,
    director: User,
    staff: User,
    client_for: Any,
    elder: Elder,
    look: Look,
    tmp_path: Any,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    if look.is_sheet:
        assert in_sheet(exported(director, look.url(elder), staff)) == look.staff
    else:
        assert visible(client_for(director), look, elder) == look.staff
    assert ReadLog.objects.filter(user=director, person_id=elder.person_id).exists(), (
        "nobody sees without a trace"
    )


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_anything_of_the_elder(
    community: Community, other_community: Community, street_officer: User, auditor: User, client_for: Any,
    elder: Elder, look: Look, who: str, client: Any,
) -> None:  # fmt: skip
    users = {
        "volunteer": lambda: make.user("VOLUNTEER", community, username="vol"),
        "neighbour": lambda: make.user("DIRECTOR", other_community, username="next"),
        "family": lambda: make.user("FAMILY", community, username="fam"),
        "street_officer": lambda: street_officer,
        "auditor": lambda: auditor,
    }
    door = client if who == "visitor" else client_for(users[who]())
    found = visible(door, look, elder)
    assert found <= ({"phone"} if "13800138000" in look.url(elder) else set()), (
        "the address itself may be echoed, no more"
    )
    assert (
        not ReadLog.objects.filter(person_id=elder.person_id)
        .exclude(user__isnull=True)
        .filter(user__username__in=["vol", "next", "fam"])
        .exists()
    )


def test_the_history_shows_no_sealed_number_to_anybody(
    community: Community, director: User, client_for: Any, elder: Elder
) -> None:
    answer = client_for(director).get(reverse("admin:elders_elder_history", args=[elder.pk]))
    assert answer.status_code < 500
    text = answer.content.decode(errors="ignore")
    assert not {PHONE, NUMBER, ADDRESS, KIN} & {
        each for each in (PHONE, NUMBER, ADDRESS, KIN) if each in text
    }
