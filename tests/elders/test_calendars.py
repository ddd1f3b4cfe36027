"""The calendar address: secret, revocable, masked; and the age of what we know."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import calendars as actions
from elders.models import CalendarFeed, Elder
from elders.reports import calendars, lags
from tests import make


def feed(secret: str) -> Any:
    return Client().get(reverse("elders:calendar-file", args=[secret]))


def unfolded(response: Any) -> str:
    return response.content.decode().replace("\r\n ", "")


def test_the_calendar_shows_what_is_due_for_the_own_elders_with_masked_names(
    community: Community, other_community: Community, worker: User, supervisor: User
) -> None:
    at = timezone.now()
    day = timezone.localdate(at)
    mine = make.elder(community, name="王桂珍", owner=worker, registered_on=day - timedelta(days=25), at=at)
    make.elder(community, name="李建国", owner=supervisor, registered_on=day, at=at)
    masked = mine.person.masked_name()
    secret = actions.issue(by=worker, at=at)
    response = feed(secret)
    text = unfolded(response)
    assert response["Content-Type"].startswith("text/calendar")
    assert "王桂珍" not in text
    assert masked in text
    assert "李" not in text
    assert f"UID:assessment-{mine.pk}-{mine.assessment_due_on.isoformat()}@carenet" in text
    assert f"DTSTART;VALUE=DATE:{mine.assessment_due_on:%Y%m%d}" in text
    assert text.count("BEGIN:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in response.content.decode().split("\r\n"))


def test_a_revoked_or_replaced_address_is_dead_at_once(
    community: Community, worker: User, now: datetime
) -> None:
    first = actions.issue(by=worker, at=now)
    assert feed(first).status_code == 200
    second = actions.issue(by=worker, at=now)
    assert (feed(first).status_code, feed(second).status_code) == (404, 200)
    actions.revoke(by=worker, at=now)
    assert (feed(second).status_code, feed("x" * 43).status_code) == (404, 404)
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 0
    assert not any(first.encode() in bytes(each.token_hash) for each in CalendarFeed.objects.all())


def test_a_blocked_user_and_one_without_a_role_read_nothing(
    community: Community, worker: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.issue(by=make.user("VOLUNTEER", community), at=now)
    secret = actions.issue(by=worker, at=now)
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert feed(secret).status_code == 404


def test_the_address_is_shown_once_on_the_page(community: Community, worker: User, client_for: Any) -> None:
    client = client_for(worker)
    client.post(reverse("elders:calendar-issue"), {"idempotency_key": once.new_key()})
    first = client.get(reverse("elders:calendar"))
    assert ".ics" in first.content.decode()
    again = client.get(reverse("elders:calendar")).content.decode()
    assert ".ics" not in again
    assert feed(first.context["url"].split("/calendar/")[1].removesuffix(".ics")).status_code == 200
    client.post(reverse("elders:calendar-revoke"), {"idempotency_key": once.new_key()})
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()


def test_what_is_overdue_stands_on_today(community: Community, worker: User, now: datetime) -> None:
    make.elder(community, owner=worker, registered_on=now.date() - timedelta(days=9))
    on = now.date() + timedelta(days=40)
    (entry, _archive) = calendars.entries(worker.pk, [community.pk], on)[:2]
    assert entry.on == on
    assert entry.uid.endswith(f"{now.date() + timedelta(days=21)}@carenet")


def test_lag_counts_everybody_in_care_once(
    community: Community, worker: User, staff: User, now: datetime, django_assert_num_queries: Any
) -> None:
    for days in (10, 60, 170, 200, 300, 400):
        elder = make.elder(
            community, registered_on=(now - timedelta(days=500)).date(), at=now - timedelta(days=450)
        )
        make.assessed(elder, by=worker, second=staff, at=now - timedelta(days=days))
    make.elder(community)
    with django_assert_num_queries(1):
        found = lags.lag(Elder.objects.of(community), now.date())
    assert [number for _words, number in found.rows] == [1, 1, 1, 1, 1, 1, 1]
    assert (found.total, found.assessment_on_time, found.assessment_percent) == (7, 4, 57)


def test_the_due_lists_are_narrowed_and_keep_their_filter(
    community: Community, worker: User, client_for: Any
) -> None:
    at = timezone.now()
    make.elder(community, name="甲女士", owner=worker, at=at - timedelta(days=60))
    make.elder(community, name="乙女士", at=at - timedelta(days=60))
    client = client_for(worker)
    text = client.get(reverse("elders:due"), {"tab": "overdue", "owner": "mine"}).content.decode()
    assert ("甲女士" in text, "乙女士" in text) == (True, False)
    assert "?tab=archive&amp;owner=mine" in text
    assert (
        client.get(reverse("elders:due"), {"tab": "overdue", "owner": "mine", "format": "xlsx"}).status_code
        == 200
    )
    for tab in ("level", "sign", "decide"):
        assert client.get(reverse("elders:due"), {"tab": tab, "colour": "RED"}).status_code == 200
