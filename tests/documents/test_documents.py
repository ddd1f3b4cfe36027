"""Papers frozen for good: number, fingerprint, and only for those who may read them."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction

from carenet.accounts.states import Role
from carenet.documents import actions as documents
from carenet.documents import pdf, registry
from carenet.documents.actions.freezing import NotAFile
from carenet.documents.models import Document
from carenet.documents.registry import DocumentKind
from carenet.kernel.months import STATION_ZONE
from carenet.parties import scope
from tests import make


@pytest.fixture(autouse=True)
def kind(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    registry.register(
        DocumentKind(
            code="test.paper", label="paper", pattern="{community}〔{year}〕{sequence}号",
            may_read=lambda user, document: user.has_role(document.community_id, Role.COMMITTEE),
        )
    )  # fmt: skip
    yield
    registry._kinds.pop("test.paper")


def freeze(community, by, at, content=b"paper", kind="test.paper"):
    return documents.freeze(
        community=community,
        kind=kind,
        title="会议纪要",
        content=content,
        mime="application/pdf",
        cause=("test", 7),
        by=by,
        at=at,
    )


def test_numbers_count_up_without_gaps_and_start_again_each_year(community, staff, now):
    next_year = datetime(2027, 1, 1, 0, 0, tzinfo=STATION_ZONE)

    numbers = [freeze(community, staff, at).number for at in (now, now, next_year, now)]

    assert numbers == [
        "测试社区〔2026〕1号",
        "测试社区〔2026〕2号",
        "测试社区〔2027〕1号",
        "测试社区〔2026〕3号",
    ]


def test_each_community_counts_for_itself(community, other_community, staff, stranger, now):
    freeze(community, staff, now)
    with scope.within([other_community.pk]):
        assert freeze(other_community, stranger, now).sequence == 1


def test_numbers_given_at_once_are_different_and_have_no_gap(station_db):
    community = station_db
    with scope.within([community.pk]):
        user = make.registrar()
    start = threading.Barrier(5)

    def work():
        try:
            with scope.within([community.pk]):
                start.wait(10)
                freeze(community, user, make.NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    with scope.within([community.pk]):
        assert sorted(Document.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_the_stored_file_proves_that_it_was_not_changed(community, staff, now):
    found = freeze(community, staff, now)
    assert documents.read(found) == b"paper"

    Path(default_storage.path(found.stored_name)).write_bytes(b"forged")

    assert not documents.verify(found)
    with pytest.raises(documents.Damaged, match="测试社区〔2026〕1号"):
        documents.read(found)


def test_a_lost_file_is_reported_and_not_an_error_page(community, staff, now, client_for):
    found = freeze(community, staff, now)
    Path(default_storage.path(found.stored_name)).unlink()

    assert client_for(staff).get(found.get_absolute_url()).status_code == 409


def test_the_database_neither_changes_nor_deletes_a_document(community, staff, now):
    freeze(community, staff, now)

    for statement in ("update documents_document set title = 'x'", "delete from documents_document"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("content", [b"", b"x" * (50 * 1024 * 1024 + 1)], ids=["empty", "too large"])
def test_nothing_and_far_too_much_are_refused(community, staff, now, content):
    with pytest.raises(NotAFile):
        freeze(community, staff, now, content)


def test_only_those_whom_the_kind_lets_read_get_the_file(community, staff, worker, stranger, now, client_for):
    url = freeze(community, staff, now).get_absolute_url()

    assert client_for(staff).get(url).content == b"paper"
    assert client_for(worker).get(url).status_code == 404
    assert client_for(stranger).get(url).status_code == 404


def test_an_upload_is_read_by_its_maker_alone(community, staff, director, now, client_for):
    url = freeze(community, staff, now, kind="upload").get_absolute_url()

    assert client_for(staff).get(url).status_code == 200
    assert client_for(director).get(url).status_code == 404


def test_a_download_cannot_be_run_by_the_browser(community, staff, now, client_for):
    answer = client_for(staff).get(freeze(community, staff, now).get_absolute_url())

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_paper_is_drawn_with_the_same_bytes_and_embedded_fonts(now):
    data = {
        "lang": "zh", "community": "和煦社区", "name": "会议", "doc_title": "议程：会议", "draft": "", "facts": [], "page_of": ["", "/", ""],
        "follow_up": [], "follow_up_title": "", "columns": ["", "", "", ""], "sections": [], "nothing": "",
    }  # fmt: skip

    first, second = (pdf.render("meetings/agenda.typ", data, at=now) for _time in range(2))

    assert first == second
    assert b"NotoSansSC" in first
    assert b"/Lang" in first
