"""The elder's letter: facts of one month only, one page each, frozen, and cheap for a whole community."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.documents import actions as documents
from carenet.documents import policies as document_policies
from carenet.jobs import actions as jobs
from carenet.kernel.errors import NotAllowed
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, health, letters, measurements
from elders.actions.letters import MonthNotOver
from elders.actions.measurements import Reading
from elders.models import Elder, Letter
from elders.reports import letters as reports
from services.actions import roster
from tests import make

OCTOBER = date(2026, 10, 1)
THEN = datetime(2026, 10, 15, 10, 0, tzinfo=STATION_ZONE)


def words(elder: Elder, at: datetime = make.NOW) -> dict[str, list[str]]:
    """The letter of October by section title."""
    chosen = letters.readers(elder.community).filter(pk=elder.pk)
    found = list(reports.build(list(chosen), community=elder.community, of_month=OCTOBER, at=at))
    return {each["title"]: each["lines"] for each in found[0][1]["sections"]}


def served(
    community: Community, elder: Elder, staff: User, *, day: date, name: str = "杨护理", price_fen: int = 4000
) -> None:
    worker = make.care_worker(community, "BATH-H", name=name)
    start = datetime.combine(day, datetime.min.time(), STATION_ZONE) + timedelta(hours=9)
    roster.record_many(
        community=community, kind=make.kind("BATH-H"), title="助浴", key=f"t:{day}:{name}", by=staff, at=make.NOW, channel="PAPER",
        lines=[roster.Line(elder_id=elder.pk, started_at=start, minutes=60, helper_id=worker.pk, price_fen=price_fen)],
    )  # fmt: skip


def test_the_letter_tells_who_came_what_was_done_and_what_was_measured_in_its_month_only(
    community: Community, staff: User, worker: User
) -> None:
    elder = make.elder(community, at=datetime(2026, 9, 1, 10, 0, tzinfo=STATION_ZONE))
    for number in range(2):
        make.visit(elder, by=worker, at=THEN + timedelta(days=number))
    make.visit(elder, by=worker, at=make.NOW)
    served(community, elder, staff, day=THEN.date())
    served(community, elder, staff, day=date(2026, 9, 30), name="九月来的人")
    contacts.touch(elder=elder, kind="CALL", at=THEN, by=staff, source_key="contact:1")
    for value in (128, 132):
        measurements.record(
            elder=elder, channel="HAND", by=staff, at=make.NOW,
            reading=Reading(elder.pk, "BP", value, THEN + timedelta(minutes=value), f"b{value}", second=80),
        )  # fmt: skip
    found = " ".join(line for lines in words(elder).values() for line in lines)
    assert str(worker) in found and "2" in found
    assert "杨护理" in found and "132/80 mmHg" in found
    assert "九月来的人" not in found and "128/80" not in found


def test_a_missed_visit_and_another_elders_services_are_not_told(
    community: Community, staff: User, worker: User
) -> None:
    elder, other = make.elder(community), make.elder(community)
    make.visit(elder, by=worker, at=THEN, seen="NOT_SEEN", why_not_seen="NO_ANSWER")
    served(community, other, staff, day=THEN.date())
    first = next(iter(words(elder).values()))
    assert len(first) == 1 and str(worker) not in first[0] and "杨护理" not in first[0]


def test_who_paid_adds_up_to_the_price(community: Community, staff: User) -> None:
    elder = make.elder(community)
    served(community, elder, staff, day=THEN.date(), price_fen=4000)
    paid = list(words(elder).values())
    line = next(each for lines in paid for each in lines if "40.00" in each)
    amounts = [round(float(each) * 100) for each in re.findall(r"\d+\.\d\d", line)]
    assert amounts[0] == sum(amounts[1:]) == 4000


def test_what_comes_next_stands_in_order_of_time(community: Community, staff: User) -> None:
    elder = make.elder(community)
    make.request(elder, "COMP", scheduled_at=make.NOW + timedelta(days=9))
    make.request(elder, "SHOP", scheduled_at=make.NOW + timedelta(days=2))
    health.note_plan(
        elder=elder, words="复查肾功能", since=make.NOW.date(), review_on=make.NOW.date() + timedelta(days=5), by=staff, at=make.NOW
    )  # fmt: skip
    found = [line for lines in words(elder).values() for line in lines]
    places = [
        next(index for index, line in enumerate(found) if text in line)
        for text in (make.kind("SHOP").title, "复查肾功能", make.kind("COMP").title)
    ]
    assert places == sorted(places)


def test_who_looked_at_the_file_is_named_with_how_often(
    community: Community, staff: User, client_for: Any
) -> None:
    elder = make.elder(community)
    for _ in range(3):
        client_for(staff).get(reverse("elders:health-file", args=[elder.pk]))
    today = timezone.localdate()
    chosen = [letters.readers(community).get(pk=elder.pk)]
    first = date(today.year, today.month, 1)
    ((_elder, found),) = reports.build(chosen, community=community, of_month=first, at=timezone.now())
    text = str(found["sections"])
    assert str(staff) in text and "3" in text
    assert "13800138000" not in text


def test_no_phone_number_of_kin_stands_on_the_sheet(community: Community, staff: User) -> None:
    elder = make.elder(community)
    contacts.add_contact(
        elder=elder,
        name="段小梅",
        relation="DAUGHTER",
        phone="13800138000",
        is_emergency=True,
        by=staff,
        at=make.NOW,
    )
    text = str(words(elder))
    assert "段小梅" in text and "13800138000" not in text


def test_the_paper_is_frozen_with_its_words_and_the_use_of_the_file_is_logged(
    community: Community, staff: User, worker: User, auditor: User, stranger: User
) -> None:
    elder = make.elder(community)
    written = letters.write(elder=elder, of_month=OCTOBER, by=staff, at=make.NOW)
    content = documents.read(written.document)
    assert content.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert written.words["name"] == elder.person.name
    assert ReadLog.objects.filter(user=staff, person_id=elder.person_id).exists()
    assert document_policies.may_read(worker, written.document)
    assert not document_policies.may_read(auditor, written.document)
    with pytest.raises(Exception, match="permission denied|append"), transaction.atomic():
        connection.cursor().execute("update elders_letter set page = 9")
    with pytest.raises(NotAllowed):
        letters.write(elder=elder, of_month=OCTOBER, by=stranger, at=make.NOW)
    with pytest.raises(MonthNotOver):
        letters.write(elder=elder, of_month=date(2026, 12, 1), by=staff, at=make.NOW)


def test_a_crowded_month_still_fits_on_one_page(community: Community, staff: User, worker: User) -> None:
    elder = make.elder(community)
    for number in range(12):
        served(community, elder, staff, day=THEN.date() + timedelta(days=number), name=f"欧阳护理员{number}")
        make.visit(elder, by=worker, at=THEN + timedelta(days=number))
        make.request(elder, "COMP", scheduled_at=make.NOW + timedelta(days=number + 1))
    for kind, value, second in (
        ("BP", 186, 112),
        ("HEART_RATE", 70, None),
        ("WEIGHT", "62.0", None),
        ("OXYGEN", 97, None),
    ):
        measurements.record(
            elder=elder, channel="HAND", by=staff, at=make.NOW,
            reading=Reading(elder.pk, kind, value, THEN, kind, second=second, confirmed=True),
        )  # fmt: skip
    written = letters.write(elder=elder, of_month=OCTOBER, by=staff, at=make.NOW)
    assert len(re.findall(rb"/Type\s*/Page\b", documents.read(written.document))) == 1


def test_everybody_in_care_gets_one_page_in_one_paper(community: Community, staff: User) -> None:
    people = [make.elder(community) for _ in range(5)]
    job = letters.write_all(community=community, of_month=OCTOBER, by=staff, at=make.NOW)
    done = jobs.run(job_id=job.pk, at=make.NOW)
    assert done is not None and done.state == "DONE", done and done.error
    assert (done.result["count"], done.done, done.total) == (5, 5, 5)
    rows = Letter.objects.order_by("page")
    assert [each.page for each in rows] == [1, 2, 3, 4, 5]
    assert {each.elder_id for each in rows} == {each.pk for each in people}
    (paper,) = {each.document for each in rows}
    assert len(re.findall(rb"/Type\s*/Page\b", documents.read(paper))) == 5
    assert letters.paper_url(done) == paper.get_absolute_url()


def test_the_letters_cost_the_same_queries_for_any_number_up_to_a_hundred(
    community: Community, staff: User, worker: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 10):
        for _ in range(count):
            make.visit(make.elder(community), by=worker, at=THEN)
        people = list(letters.readers(community))
        with django_assert_max_num_queries(22):
            assert len(
                list(reports.build(people, community=community, of_month=OCTOBER, at=make.NOW))
            ) == len(people)


def test_the_pages_show_write_and_keep(community: Community, staff: User, client_for: Any) -> None:
    elder, client = make.elder(community), client_for(staff)
    page = client.get(reverse("elders:letter", args=[elder.pk]))
    assert page.status_code == 200 and elder.person.name in page.content.decode()
    kept = client.post(reverse("elders:letter", args=[elder.pk]), {"idempotency_key": once.new_key()})
    assert kept.url == Letter.objects.get().document.get_absolute_url()
    started = client.post(reverse("elders:letters"), {"month": "2026-10", "idempotency_key": once.new_key()})
    assert "/jobs/" in started.url
    far = client.post(reverse("elders:letters"), {"month": "2999-10", "idempotency_key": once.new_key()})
    assert far.status_code == 422


def test_a_long_line_is_cut_by_its_width_and_never_in_the_middle_of_a_short_english_one() -> None:
    english = "By Mon 7 Dec we should look together how you are getting on (assessment of abilities)."
    assert reports.cut([english, "好" * 70, "好" * 71], "next") == [english, "好" * 70, "好" * 69 + "…"]
    assert reports.cut(["1" * 200], "paid") == ["1" * 200], "a sum of money has to add up"
