"""Certificates: own records only, numbered without gaps, frozen, checked by anybody, revoked at once."""

from __future__ import annotations

import threading
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from carenet.audit.models import Note
from carenet.documents import actions as documents
from carenet.parties import scope
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make import training as making
from tests.make.exports import exported
from tests.make.parties import registrar
from volunteers import papers, seal
from volunteers.actions import certificates, time_bank
from volunteers.models import Certificate

SINCE, TODAY = date(2026, 1, 1), NOW.date()


def issued(volunteer: Any, **fields: Any) -> Certificate:
    fields.setdefault("period_from", SINCE)
    fields.setdefault("period_to", TODAY)
    fields.setdefault("by", volunteer.user or make.volunteer_user(volunteer))
    return certificates.issue(volunteer=volunteer, at=NOW, **fields)


@pytest.fixture
def volunteer(community: Any) -> Any:
    found = make.volunteer(community, name="王桂珍")
    make.served(found, minutes=90, what="助餐送餐")
    make.served(found, minutes=60, what="陪伴聊天")
    return found


def test_the_four_blocks_are_frozen_as_they_stood(community: Any, volunteer: Any, worker: Any) -> None:
    making.passed(making.course_run(making.course(community, name="急救培训")), volunteer)
    found = issued(volunteer)
    facts = found.facts
    assert facts["person"]["name"] == "王桂珍"
    assert (facts["service"]["minutes"], facts["service"]["times"]) == (150, 2)
    assert [each["what"] for each in facts["service"]["kinds"]] == ["助餐送餐", "陪伴聊天"]
    assert [(each["name"], each["passed"]) for each in facts["training"]] == [("急救培训", True)]
    assert facts["evaluation"]["stars"] == 0 and facts["awards"] == []
    assert found.number == "测试社区志愿证〔2026〕1号" and found.is_untouched
    paper = documents.read(found.document)
    assert paper.startswith(b"%PDF") and documents.verify(found.document)
    make.served(volunteer, minutes=600, what="助餐送餐")
    found.refresh_from_db()
    assert found.facts["service"]["minutes"] == 150


def test_a_reversed_service_does_not_count(volunteer: Any) -> None:
    wrong = make.served(volunteer, minutes=240)
    time_bank.reverse(attendance=wrong, reason="记错了", by=registrar(), at=NOW)
    assert issued(volunteer).minutes == 150


def test_the_statement_holds_no_more_than_person_period_hours_and_kinds(volunteer: Any) -> None:
    found = issued(volunteer, kind="STATEMENT")
    assert found.facts["service"]["lines"] == []
    assert not {"training", "awards", "evaluation"} & set(found.facts)


def test_own_records_only_and_the_office_needs_a_paper_request(
    community: Any, volunteer: Any, staff: Any
) -> None:
    other = make.volunteer_user(make.volunteer(community))
    with pytest.raises(certificates.NotYourRecords):
        issued(volunteer, by=other)
    with pytest.raises(certificates.PaperReasonMissing):
        issued(volunteer, by=staff)
    found = issued(volunteer, by=staff, paper_reason="本人11月20日到站书面申请，落户用")
    note = Note.objects.get(verb="volunteers.certificate_issued")
    assert (found.asked, note.facts["reason"]) == ("PAPER", found.asked_reason)


def test_no_hours_or_days_to_come_are_refused_and_leave_no_gap(community: Any, volunteer: Any) -> None:
    with pytest.raises(certificates.PeriodWrong):
        issued(volunteer, period_to=date(2027, 1, 1))
    with pytest.raises(certificates.NothingToCertify):
        issued(make.volunteer(community))
    assert issued(volunteer).sequence == 1


def test_the_content_cannot_be_changed_and_a_revocation_is_once(volunteer: Any, staff: Any) -> None:
    found = issued(volunteer)
    for change in ({"minutes": 9999}, {"facts": {}}, {"number": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.filter(pk=found.pk).update(**change)
    certificates.revoke(certificate=found, reason="身份有误", by=staff, at=NOW)
    with pytest.raises(certificates.AlreadyRevoked):
        certificates.revoke(certificate=found, reason="再来", by=staff, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=found.pk).update(revoked_reason="别的")


def test_anybody_checks_a_code_and_reads_valid_then_revoked_with_the_name_masked(
    volunteer: Any, staff: Any
) -> None:
    found = issued(volunteer)
    url = reverse("volunteers:verify-code", args=[found.code_in_groups.lower()])
    page = Client().get(url).content.decode()
    assert ">有效<" in page and "王**" in page and "2.5" in page
    assert "王桂珍" not in page and found.volunteer.number not in page
    with scope.within([found.community_id]):
        certificates.revoke(certificate=found, reason="身份有误", by=staff, at=NOW)
    page = Client().get(url).content.decode()
    assert "已撤销" in page and ">有效<" not in page
    assert "查不到" in Client().get(reverse("volunteers:verify-code", args=["ABCDEFGHJKMN"])).content.decode()


def test_guessing_codes_is_throttled(community: Any) -> None:
    client = Client(REMOTE_ADDR="10.9.8.7")
    answers = [
        client.get(reverse("volunteers:verify-code", args=["ABCDEFGHJKMN"])).status_code
        for _each in range(32)
    ]
    assert answers[0] == 200 and answers[-1] == 429


def test_a_volunteer_gets_the_paper_in_one_form_and_others_get_nothing(
    community: Any, volunteer: Any, client_for: Any
) -> None:
    own = client_for(make.volunteer_user(volunteer))
    sent = own.post(
        reverse("volunteers:certificate-ask"),
        {"kind": "CERTIFICATE", "period": "own", "since": "2026-01-01", "until": "2026-11-21", "idempotency_key": once.new_key()},
    )  # fmt: skip
    found = Certificate.objects.get()
    assert sent.url == reverse("volunteers:certificate", args=[found.uid])
    assert found.facts["origin"] == "http://testserver/"
    page = own.get(sent.url).content.decode()
    assert found.number in page and found.code_in_groups in page and "<svg" in page
    assert own.get(reverse("documents:document", args=[found.document.uid])).status_code == 200
    other = client_for(make.volunteer_user(make.volunteer(community)))
    assert other.get(sent.url).status_code == 404
    assert other.get(reverse("documents:document", args=[found.document.uid])).status_code == 404


def test_the_ministry_s_table_leaves_with_an_approval_holds_one_line_a_service_and_is_logged(
    community: Any, volunteer: Any, director: Any, staff: Any, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    url = reverse("volunteers:records-export") + "?since=2026-01-01&until=2026-11-21"
    book = openpyxl.load_workbook(BytesIO(exported(director, url, staff)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 3 and rows[0][0] == "姓名" and {row[0] for row in rows[1:]} == {"王桂珍"}
    assert {row[13] for row in rows[1:]} == {"1", "1.5"}
    assert "张站长" in book.worksheets[1]["A1"].value
    assert Note.objects.get(verb="volunteers.records_exported").facts["rows"] == 2


def test_the_demonstration_s_seal_says_so() -> None:
    facts = {"issuer": "和煦社区<", "is_demo": True}
    drawn = papers.seal_svg(facts)
    assert "演示" in drawn and "&lt;" in drawn and "演示" not in papers.seal_svg(facts | {"is_demo": False})
    assert seal.svg("和", below="x").count("<text") == 2


def test_twenty_certificates_at_once_have_twenty_numbers_without_a_gap(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        registrar()
        volunteer = make.volunteer(station_db)
        make.served(volunteer, minutes=60)
    numbers, start, lock = [], threading.Barrier(4), threading.Lock()

    def one() -> None:
        try:
            start.wait()
            for _each in range(5):
                with scope.within([station_db.pk]):
                    found = certificates.issue(
                        volunteer=volunteer,
                        period_from=SINCE,
                        period_to=TODAY,
                        by=registrar(),
                        at=NOW,
                        paper_reason="书面申请",
                    )
                with lock:
                    numbers.append(found.sequence)
        except Exception as broken:  # shown by the assertion
            numbers.append(repr(broken))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(numbers, key=str) == sorted(range(1, 21), key=str)
