"""The registers the law on personal information asks for: complete, never changed, and leaks told in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import privacy
from elders.actions.refusals import DateOutOfOrder
from elders.actions.refusals_privacy import NotOfThisRegister, RecordEnded, StillToTell, WordsMissing
from elders.models import PrivacyRecord
from elders.reports import privacy as reports
from tests.make import NOW

ON = NOW.date()


def leak(community: Community, by: User, **changed: Any) -> PrivacyRecord:
    facts: dict[str, Any] = {
        "kind": "BREACH", "on": ON, "what": "一张名单丢在公交车上", "whose": "30 位老人：姓名、楼栋、电话", "people": 30,
        "measures": "已找回，名单已销毁", **changed,
    }  # fmt: skip
    return privacy.record(community=community, **facts, by=by, at=NOW)


def step(row: PrivacyRecord, kind: str, by: User, hours: int = 1, **changed: Any) -> Any:
    later = NOW + timedelta(hours=hours)
    return privacy.add_step(
        about=row, kind=kind, **{"when": later, "words": "电话告知", "by": by, "at": later, **changed}
    )


def test_a_leak_counts_its_hours_until_authority_and_people_were_told_and_only_then_is_closed(
    community: Community, director: User
) -> None:
    row = leak(community, director)
    at = {hours: NOW + timedelta(hours=hours) for hours in (0, 20, 30)}
    assert [each.hours for each in reports.untold(community, at=at[20])] == [4]
    assert [each.is_late for each in reports.untold(community, at=at[30])] == [True]
    with pytest.raises(StillToTell):
        step(row, "CLOSED", director)
    step(row, "AUTHORITY", director, hours=2)
    with pytest.raises(StillToTell):
        step(row, "CLOSED", director, hours=3)
    assert reports.untold(community, at=at[30]), "the people do not know yet"
    step(row, "NO_NEED", director, hours=4)
    assert not reports.untold(community, at=at[30])
    step(row, "CLOSED", director, hours=5)
    with pytest.raises(RecordEnded):
        step(row, "MEASURE", director, hours=6)


def test_a_record_entered_by_mistake_is_ended_with_a_reason_and_asks_for_nothing_more(
    community: Community, director: User
) -> None:
    row = leak(community, director)
    step(row, "MISTAKEN", director)
    assert not reports.untold(community, at=NOW + timedelta(hours=30))
    assert reports.of(community, kind="BREACH", ended=True).get().mistaken_at is not None


def test_each_register_asks_for_what_the_law_asks(
    community: Community, director: User, auditor: User, staff: User
) -> None:
    shared = {
        "what": "送餐名单交给餐饮公司",
        "whose": "助餐老人：姓名、楼栋",
        "measures": "协议约定用后删除",
        "on": ON,
    }
    rows: list[tuple[type[Exception], dict[str, Any], User]] = [
        (WordsMissing, {"kind": "SHARING", "basis": "CONTRACT", **shared}, director),
        (
            WordsMissing,
            {"kind": "SHARING", "recipient": "餐饮公司", "handed_as": "ENTRUSTED", **shared},
            director,
        ),
        (WordsMissing, {"kind": "IMPACT", "basis": "CONSENT", **shared}, director),
        (WordsMissing, {"kind": "BREACH", **shared, "measures": " "}, director),
        (DateOutOfOrder, {"kind": "BREACH", **shared, "on": ON + timedelta(days=1)}, director),
        (DateOutOfOrder, {"kind": "BREACH", **shared, "known_at": NOW - timedelta(days=2)}, director),
        (
            DateOutOfOrder,
            {"kind": "IMPACT", "risk": "LOW", "basis": "DUTY", **shared, "review_on": ON},
            director,
        ),
        (NotAllowed, {"kind": "BREACH", **shared}, auditor),
        (NotAllowed, {"kind": "BREACH", **shared}, staff),
    ]
    for refusal, facts, by in rows:
        with pytest.raises(refusal):
            privacy.record(community=community, **facts, by=by, at=NOW)
    row = privacy.record(
        community=community, kind="SHARING", recipient="餐饮公司", handed_as="ENTRUSTED", basis="CONTRACT", **shared,
        by=director, at=NOW,
    )  # fmt: skip
    assert row.known_at is None and reports.Line(row, NOW).keep_until.year == ON.year + 5
    with pytest.raises(NotOfThisRegister):
        step(row, "AUTHORITY", director)
    with pytest.raises(DateOutOfOrder):
        step(row, "RETURNED", director, when=NOW - timedelta(days=1))
    step(row, "RETURNED", director)


@pytest.mark.parametrize("table", ["elders_privacyrecord", "elders_privacystep"])
def test_the_registers_are_never_changed_or_deleted(community: Community, director: User, table: str) -> None:
    step(leak(community, director), "MEASURE", director)
    for sql in (f"update {table} set at = now()", f"delete from {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_director_enters_a_leak_and_what_was_done_and_the_auditor_reads(
    community: Community, director: User, auditor: User, staff: User, client_for: Any
) -> None:
    client, reader = client_for(director), client_for(auditor)
    local = timezone.localtime()
    day = local.date().isoformat()
    typed = {
        "on": day, "known_on": day, "known_clock": "00:00", "what": "发错了群", "whose": "5 位老人：姓名", "people": "5",
        "measures": "已撤回", "idempotency_key": once.new_key(),
    }  # fmt: skip
    new = reverse("elders:privacy-new", args=["breach"])
    assert client.get(new).status_code == 200
    assert client.post(new, {**typed, "what": ""}).status_code == 422
    answer = client.post(new, {**typed, "idempotency_key": once.new_key()})
    row = PrivacyRecord.objects.get()
    assert answer.url == row.get_absolute_url()
    assert "发错了群" in reader.get(reverse("elders:privacy")).content.decode(), (
        "a leak stands on top of each register"
    )
    told = {
        "kind": "AUTHORITY",
        "on": day,
        "clock": "",
        "words": "向街道电话报告",
        "idempotency_key": once.new_key(),
    }
    assert client.post(answer.url, told).status_code == 302
    assert "向街道电话报告" in reader.get(answer.url).content.decode()
    assert reader.post(answer.url, {**told, "idempotency_key": once.new_key()}).status_code == 404
    assert client_for(staff).get(answer.url).status_code == 404
    for kind in ("IMPACT", "SHARING", "BREACH"):
        assert reader.get(reverse("elders:privacy"), {"kind": kind, "format": "xlsx"}).status_code == 200
        assert reader.get(reverse("elders:privacy"), {"kind": kind}).status_code == 200


def test_the_list_costs_the_same_for_many(
    community: Community, director: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client, address = client_for(director), reverse("elders:privacy") + "?kind=BREACH"
    counts = []
    client.get(address)  # signs in, once
    for _more in range(2):
        for _each in range(3):
            step(leak(community, director), "AUTHORITY", director)
        with django_assert_max_num_queries(40) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
