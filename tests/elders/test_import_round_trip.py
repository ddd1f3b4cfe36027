"""What is exported and not changed imports as no change; many rows cost no more queries; who may bring what."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import Note, ReadLog
from carenet.exports.gate import Stamp
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.kernel.errors import NotAllowed
from carenet.parties.actions import people
from carenet.parties.models import Community
from carenet.webkit import excel, once
from elders.actions import categories, households, importing, measurements, sheets
from elders.actions.import_kinds import KINDS
from elders.models import Elder, Household
from elders.reports.incoming import Reading
from tests import make
from tests.elders.test_import import files, xlsx  # noqa: F401  (the fixture keeps uploads in a temporary folder)
from tests.elders.test_import_kinds import HEADS, TODAY, checked, counts, entered, faults
from tests.make import NOW, parties
from tests.make.exports import exported

STAMP = Stamp(number=1, who="李主任", at=NOW, purpose="核对", approved_by="张站长")


def _a_community_with_everything(community: Community, staff: User) -> None:
    building = parties.buildings(community)[1]
    elder = make.elder(community, building=building, door="3-301")
    make.elder(community, building=building, door="3-301")
    home = Household.objects.get(door="3-301")
    kin = people.register(
        community=community, name="女儿", phone="13900139000", no_id_reason="亲属", by=staff, at=NOW
    )
    households.give_role(
        household=home, person=elder.person, kind="HEAD", relation="SELF", since=TODAY, by=staff, at=NOW
    )
    households.give_role(
        household=home, person=kin, kind="KIN", relation="DAUGHTER", since=TODAY, by=staff, at=NOW
    )
    facts = categories.CategoryFacts("DISABLED", "残疾人证 42", 4, 2, date(2024, 3, 1))
    categories.add_category(elder=elder, category=facts, on=TODAY, by=staff, at=NOW)
    ended = categories.add_category(
        elder=elder,
        category=categories.CategoryFacts("DIBAO", valid_from=date(2023, 1, 1)),
        on=TODAY,
        by=staff,
        at=NOW,
    )
    categories.end_category(category=ended, on=date(2025, 1, 1), by=staff, at=NOW)
    for number, (kind, value, second) in enumerate(
        [("BP", 128, 76), ("BP", 128, 76), ("WEIGHT", "60.5", None), ("GLUCOSE_FASTING", "30.1", None)]
    ):
        reading = Reading(
            elder.pk, kind, value, NOW - timedelta(seconds=90), f"x{number}", second=second, confirmed=True
        )
        measurements.record(elder=elder, reading=reading, channel="HAND", by=staff, at=NOW)


@pytest.mark.parametrize("kind", ["households", "categories", "readings"])
def test_an_export_that_nobody_changed_imports_as_no_change(
    community: Community, staff: User, kind: str
) -> None:
    _a_community_with_everything(community, staff)
    rows, shown = importing.export(
        kind=kind, community=community, purpose="核对", since=TODAY - timedelta(days=30), until=TODAY, by=staff, at=NOW,
        url="/x/",
    )  # fmt: skip
    content = sheets.filled(community, KINDS[kind], rows, STAMP)
    job = importing.upload(community=community, content=content, name="x.xlsx", kind=kind, by=staff, at=NOW)
    done = jobs.run(job_id=job.pk, at=NOW)
    assert done is not None
    assert done.state == "DONE", done.error
    assert faults(done) == {}
    assert counts(done) == (0, 0, len(rows), 0, 0)
    assert len(rows) == {"households": 4, "categories": 2, "readings": 4}[kind] + (
        Elder.objects.count() - 2 if kind == "households" else 0
    )
    assert ReadLog.objects.filter(purpose="核对").count() == len(shown)
    assert Note.objects.filter(verb=f"elders.{kind}_exported", facts__purpose="核对").exists()


@pytest.mark.parametrize("kind", ["households", "categories", "readings"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    community: Community, staff: User, django_assert_max_num_queries: Any, kind: str
) -> None:
    building = parties.buildings(community)[0]
    for _each in range(24):
        make.elder(community, door="")
    elders = list(Elder.objects.select_related("person").order_by("pk"))
    facts = {
        "households": {"楼栋": building.name, "户内角色": "户主"}, "categories": {"人员类别": "低保", "有效期自": "2024-01-01"},
        "readings": {"测量项目": "血压", "数值": "186/112", "测量时间": f"{NOW - timedelta(hours=1):%Y-%m-%d %H:%M}"},
    }[kind]  # fmt: skip

    def bring(part: Sequence[Elder]) -> Job:
        rows = [
            {"档案号": each.number_text, "姓名": each.person.name, "门牌": f"1-{each.number}"} | facts
            for each in part
        ]
        done = entered(checked(kind, community, rows, staff), staff)
        assert done.result["new"] == len(part)
        return done

    with CaptureQueriesContext(connection) as few:
        small = bring(elders[:3])
        jobs.undo(job_id=small.pk, by=staff, at=NOW)
    with django_assert_max_num_queries(len(few)):
        large = bring(elders[3:])
        jobs.undo(job_id=large.pk, by=staff, at=NOW)


def test_social_workers_bring_readings_but_no_categories(
    community: Community, worker: User, client_for: Any
) -> None:
    with pytest.raises(NotAllowed):
        importing.upload(community=community, content=b"x", name="x", kind="categories", by=worker, at=NOW)
    client = client_for(worker)
    assert client.get(reverse("elders:import-of", args=["readings"])).status_code == 200
    assert client.get(reverse("elders:import-of", args=["categories"])).status_code == 404
    assert client.get(reverse("elders:import-of", args=["nonsense"])).status_code == 404


def test_the_wizard_from_the_export_to_the_list_of_past_imports(
    community: Community, staff: User, director: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    elder = make.elder(community, at=timezone.now())
    client = client_for(staff)
    out = reverse("elders:import-export", args=["readings"])
    empty = client.get(out, {"purpose": "核对"})
    assert empty.status_code == 422
    assert client.get(out).status_code == 422, "no export without a purpose"
    when = f"{timezone.localtime() - timedelta(days=2):%Y-%m-%d %H:%M}"
    row = {
        "档案号": elder.number_text,
        "姓名": elder.person.name,
        "测量时间": when,
        "测量项目": "心率",
        "数值": "180",
    }
    upload = io.BytesIO(xlsx([row], HEADS["readings"]))
    upload.name = "读数.xlsx"
    started = client.post(
        reverse("elders:import-of", args=["readings"]), {"file": upload, "idempotency_key": once.new_key()}
    )
    check_job = Job.objects.get()
    assert started.url == reverse("elders:import-result", args=[check_job.pk])
    jobs.run(job_id=check_job.pk, at=timezone.now())
    page = client.get(started.url).content.decode()
    assert "180" in page
    assert "looked_at" in page
    enter = reverse("elders:import-enter", args=[check_job.pk])
    assert client.post(enter, {"idempotency_key": once.new_key()}).url == started.url, "the tick is missing"
    going = client.post(enter, {"idempotency_key": once.new_key(), "looked_at": "on"})
    jobs.run(job_id=Job.objects.latest("pk").pk, at=timezone.now())
    assert client.get(going.url).status_code == 200
    found = exported(staff, f"{out}?purpose=核对", director, purpose="年度核对")
    assert [each["数值"] for each in excel.read_table(io.BytesIO(found))] == ["180"], (
        "it can be imported again"
    )
    notes = load_workbook(io.BytesIO(found)).worksheets[1]
    assert "批准人：张站长" in str([row[0].value for row in notes])
    assert ReadLog.objects.filter(purpose="年度核对").count() == 1
    for _round in range(2):
        with django_assert_max_num_queries(30):
            past = client.get(reverse("elders:import-past"))
        assert "读数.xlsx" in past.content.decode()
    assert client.get(reverse("elders:import-past"), {"format": "xlsx"}).content[:2] == b"PK"
