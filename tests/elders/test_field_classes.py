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
from carenet.accounts.states import FieldClass
from carenet.audit import classes, reports
from carenet.audit.models import ReadLog
from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, health, registry, rights
from elders.models import Elder
from services.actions import cases, dispatch
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


# Whoever works in the office of the community reads the register and its files up to C4.
OFFICE = ("COMMITTEE", "DIRECTOR", "SOCIAL_WORKER", "SUPERVISOR")
# A volunteer or care worker finds an elder only through a task; everybody else sees their own things or totals.
OTHERS = (
    "visitor", "neighbour", "street_officer", "auditor", "VOLUNTEER", "CARE_WORKER", "DISPATCHER", "FAMILY", "ELDER", "DONOR",
    "REPRESENTATIVE",
)  # fmt: skip


@pytest.mark.parametrize("role", OFFICE)
def test_office_staff_find_exactly_the_classes_of_each_door_and_each_look_is_written_down(
    community: Community, client_for: Any, elder: Elder, role: str, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    user = make.user(role, community, username="looks")
    approver = make.user("DIRECTOR", community, username="approves")
    client = client_for(user)
    found, logged = {}, {}
    for look in LOOKS:
        before = ReadLog.objects.filter(user=user, person_id=elder.person_id).count()
        if look.is_sheet:
            found[look.name] = in_sheet(exported(user, look.url(elder), approver))
        else:
            found[look.name] = visible(client, look, elder)
        logged[look.name] = ReadLog.objects.filter(user=user, person_id=elder.person_id).count() > before
    assert found == {look.name: look.staff for look in LOOKS}
    assert [name for name, seen in logged.items() if not seen] == [], "nobody sees without a trace"


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_anything_of_the_elder(
    community: Community, other_community: Community, street_officer: User, auditor: User, client_for: Any,
    elder: Elder, who: str, client: Any,
) -> None:  # fmt: skip
    users = {
        "neighbour": lambda: make.user("DIRECTOR", other_community, username="next"),
        "street_officer": lambda: street_officer,
        "auditor": lambda: auditor,
    }
    user = None if who == "visitor" else users.get(who, lambda: make.user(who, community, username="other"))()
    door = client if user is None else client_for(user)
    found = {look.name: visible(door, look, elder) for look in LOOKS}
    echoed = {look.name: {"phone"} if "13800138000" in look.url(elder) else set() for look in LOOKS}
    assert [name for name, seen in found.items() if not seen <= echoed[name]] == [], (
        "the address itself may be echoed, no more"
    )
    if user is not None:
        assert not ReadLog.objects.filter(person_id=elder.person_id, user=user).exists()


# --- the history of changes ---------------------------------------------------------------------------------
# What each row tells, by class: C2 internal, C3 personal, C4 sensitive. Sealed values are in no history at all.
TOLD = {
    "parties.person": {"C2": NAME, "C3": "1945"},
    "elders.elder": {"C3": "302室", "C4": "黄"},
    "elders.eldercategory": {"C4": ALLOWANCE},
    "elders.contact": {"C3": "王小红"},
    "elders.condition": {"C4": "痛风多年"},
    "elders.medicine": {"C4": "华法林"},
    "elders.allergy": {"C4": "青霉素"},
    "elders.treatmentplan": {"C4": "每天量两次血压"},
    "services.case": {"C5": "独居体弱"},  # a case's words: its owner and the supervisor only
    "services.careline": {"C4": "周二上门测量"},
    "services.servicerequest": {"C3": "门铃坏了"},
}
SEES = {"director": {"C2", "C3", "C4"}, "auditor": {"C2"}}
CLOSED = (
    "visitor", "neighbour", "neighbours_auditor", "street_officer", "COMMITTEE", "SOCIAL_WORKER", "SUPERVISOR", "VOLUNTEER",
    "CARE_WORKER", "DISPATCHER", "FAMILY", "ELDER", "DONOR", "REPRESENTATIVE",
)  # fmt: skip


@pytest.fixture
def rows(community: Community, elder: Elder, worker: User, now: datetime) -> dict[str, int]:
    """One row of each tracked table that is about the elder."""
    Elder.objects.filter(pk=elder.pk).update(door="302室", colour="YELLOW", subtier="A")
    health.note_condition(elder=elder, code="OTHER", words="痛风多年", by=worker, at=now)
    health.note_medicine(elder=elder, name="华法林", by=worker, at=now)
    health.note_allergy(elder=elder, substance="青霉素", by=worker, at=now)
    case = cases.open_case(elder=elder, worker=worker, reason="独居体弱", key="h", by=worker, at=now)
    line = make.care_line(case, words="周二上门测量", at=now)
    request = make.request(elder, "COMP", note="门铃坏了", at=now)
    dispatch.propose(request_id=request.pk, by=worker, at=now)
    return {
        "parties.person": elder.person_id, "elders.elder": elder.pk, "elders.eldercategory": elder.categories.get().pk,
        "elders.contact": elder.contacts.get().pk, "elders.condition": elder.conditions.get().pk,
        "elders.medicine": elder.medicines.get().pk, "elders.allergy": elder.allergies.get().pk,
        "elders.treatmentplan": line.plan_id, "services.case": case.pk, "services.careline": line.pk,
        "services.servicerequest": request.pk,
    }  # fmt: skip


def told(client: Any, rows: dict[str, int]) -> dict[str, set[str] | int]:
    """Kind → the classes that its history page shows, or the status when it is closed."""
    found: dict[str, set[str] | int] = {}
    for kind, pk in rows.items():
        answer = client.get(reverse("audit:row", args=[kind, pk]))
        text = answer.content.decode()
        sealed = [each for each in (PHONE, NUMBER, ADDRESS, KIN) if each in text]
        assert not sealed, f"{kind} shows {sealed}"
        seen = {level for level, mark in TOLD[kind].items() if mark in text}
        found[kind] = seen if answer.status_code == 200 else answer.status_code
        assert answer.status_code == 200 or not seen
    return found


@pytest.mark.parametrize("who", SEES)
def test_the_history_shows_each_reader_their_classes_and_no_more_and_the_look_is_written_down(
    rows: dict[str, int], elder: Elder, director: User, auditor: User, client_for: Any, who: str
) -> None:
    reader = {"director": director, "auditor": auditor}[who]
    assert told(client_for(reader), rows) == {kind: set(told) & SEES[who] for kind, told in TOLD.items()}
    looks = ReadLog.objects.filter(user=reader, person_id=elder.person_id)
    assert {kind for each in looks for kind in each.fields} >= set(rows), "each row opened is a look"
    shown = {level for each in looks for level in each.fields if level in {"C2", "C3", "C4"}}
    assert shown == SEES[who]


@pytest.mark.parametrize("who", CLOSED)
def test_the_history_is_closed_to_everybody_else(
    rows: dict[str, int], community: Community, other_community: Community, street_officer: User, client_for: Any, client: Any,
    who: str,
) -> None:  # fmt: skip
    users = {
        "neighbour": lambda: make.user("DIRECTOR", other_community, username="next"),
        "neighbours_auditor": lambda: make.user("AUDITOR", other_community, username="next"),
        "street_officer": lambda: street_officer,
    }
    user = None if who == "visitor" else users.get(who, lambda: make.user(who, community, username="other"))()
    found = told(client if user is None else client_for(user), rows)
    assert set(found.values()) <= {302, 403, 404}


def test_every_tracked_table_and_column_is_classified() -> None:
    tracked = reports.event_models()
    assert set(tracked) == classes.known()
    wrong = {
        kind: missing
        for kind, model in tracked.items()
        if (missing := classes.columns_of(kind) - {each.name for each in model._meta.concrete_fields})
    }
    assert not wrong, "a column that does not exist is classified"


def test_what_nobody_classified_counts_as_sensitive() -> None:
    assert classes.of("elders.nothing", "words") == FieldClass.SENSITIVE


def test_the_history_shows_no_sealed_number_to_anybody(
    community: Community, director: User, client_for: Any, elder: Elder
) -> None:
    answer = client_for(director).get(reverse("admin:elders_elder_history", args=[elder.pk]))
    assert answer.status_code < 500
    text = answer.content.decode(errors="ignore")
    assert not {PHONE, NUMBER, ADDRESS, KIN} & {
        each for each in (PHONE, NUMBER, ADDRESS, KIN) if each in text
    }
