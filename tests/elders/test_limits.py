"""The station's limits of readings: where they come from, and whether a doctor has confirmed exactly these."""

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
from elders.actions import health, limits
from elders.actions.refusals import DateOutOfOrder, EventStays, ReasonMissing
from elders.actions.refusals_health import DoctorMissing
from elders.models import LimitReview
from elders.reports import limits as reports
from elders.rules import health as rules
from tests.make import NOW

ON = NOW.date()
UNCONFIRMED = "还没有医生确认"


def confirmed(community: Community, **days: int) -> reports.Confirmed:
    return reports.confirmed(community.pk, reports.of_station(community.pk, on=ON + timedelta(**days)))


def test_each_built_in_limit_says_where_it_comes_from(community: Community) -> None:
    lines = reports.of_station(community.pk, on=ON)
    assert {(each.kind, each.part): (each.low, each.high) for each in lines} == rules.LIMITS
    origins = {each.kind: each.origin for each in lines}
    assert (
        "国家基本公共卫生服务规范" in origins["BP"]
        and "国家基本公共卫生服务规范" in origins["GLUCOSE_FASTING"]
    )
    assert "国家" not in origins["OXYGEN"]


def test_the_page_says_not_confirmed_until_a_named_doctor_was_written_down_and_again_after_a_change(
    community: Community, director: User, staff: User, client_for: Any
) -> None:
    leader, page, home = client_for(director), reverse("elders:limits"), reverse("elders:health")
    assert (
        UNCONFIRMED in leader.get(page).content.decode() and UNCONFIRMED in leader.get(home).content.decode()
    )
    day = timezone.localdate().isoformat()
    typed = {"doctor": "李春梅", "clinic": "社区卫生服务中心", "on": day, "idempotency_key": once.new_key()}
    assert leader.post(reverse("elders:limits-confirm"), typed).status_code == 302
    shown = client_for(staff).get(page).content.decode()
    assert "李春梅" in shown and UNCONFIRMED not in shown
    assert UNCONFIRMED not in leader.get(home).content.decode()
    changed = {
        "kind": "BP", "part": "FIRST", "low": "95", "high": "170", "on": day, "source": "李春梅医生",
        "idempotency_key": once.new_key(),
    }  # fmt: skip
    assert leader.post(reverse("elders:limits-set") + "?of=BP:FIRST", changed).status_code == 302
    shown = leader.get(page).content.decode()
    assert "170" in shown and "李春梅医生" in shown
    assert len(confirmed(community, days=9000).different) == 1
    assert leader.get(page + "?format=xlsx").status_code == 200


def test_a_confirmation_is_taken_back_once_with_a_reason_and_the_one_before_counts_again(
    community: Community, director: User, supervisor: User, staff: User
) -> None:
    kwargs: dict[str, Any] = {"community": community, "clinic": "中心", "at": NOW}
    first = limits.confirm(doctor="甲医生", on=ON - timedelta(days=9), by=director, **kwargs)
    second = limits.confirm(doctor="乙医生", on=ON, by=supervisor, **kwargs)
    assert confirmed(community).review == second and confirmed(community).holds
    with pytest.raises(ReasonMissing):
        limits.take_back(review=second, reason=" ", by=director, at=NOW)
    limits.take_back(review=second, reason="只看了血压", by=director, at=NOW)
    with pytest.raises(EventStays):
        limits.take_back(review=second, reason="再一次", by=director, at=NOW)
    assert confirmed(community).review == first
    for refusal, changed in [
        (DoctorMissing, {"doctor": " ", "on": ON, "by": director}),
        (DateOutOfOrder, {"doctor": "丙", "on": ON + timedelta(days=1), "by": director}),
        (NotAllowed, {"doctor": "丙", "on": ON, "by": staff}),
    ]:
        with pytest.raises(refusal):
            limits.confirm(**kwargs, **changed)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update elders_limitreview set doctor = 'x'")
    assert LimitReview.objects.count() == 3


def test_a_limit_that_begins_later_does_not_count_yet(community: Community, director: User) -> None:
    limits.confirm(community=community, doctor="甲", clinic="中心", on=ON, by=director, at=NOW)
    health.set_station_limit(
        community=community, kind="OXYGEN", part="FIRST", low="93", high="", source="甲医生", on=ON + timedelta(days=5),
        by=director, at=NOW,
    )  # fmt: skip
    assert confirmed(community).holds
    assert not confirmed(community, days=5).holds


def test_the_other_communitys_confirmation_is_not_ours(
    community: Community, other_community: Community, director: User
) -> None:
    limits.confirm(community=community, doctor="甲", clinic="中心", on=ON, by=director, at=NOW)
    assert reports.confirmed(other_community.pk, []).review is None
