"""A weather warning asks for more calls while it holds, and changes no colour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import contacts, weather
from elders.models import Elder, WeatherWarning
from elders.reports import weather as reports
from tests import make


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def coloured(community: Community, colour: str, at: datetime, **fields: Any) -> Elder:
    found = make.elder(community, at=at, **{"living": "WITH_CHILDREN", **fields})
    subtier = {"YELLOW": "A", "GREEN": "STABLE"}.get(colour, "")
    Elder.objects.filter(pk=found.pk).update(
        colour=colour, subtier=subtier, provisional_colour="", provisional_subtier=""
    )
    return found


def warned(community: Community, level: str, by: User, at: datetime, **fields: Any) -> WeatherWarning:
    on = timezone.localdate(at)
    return weather.warn(
        community=community, kind="HEAT", level=level, from_on=on, until_on=on + timedelta(days=1), by=by, at=at, **fields
    )  # fmt: skip


def reached(community: Community, at: datetime) -> dict[int, bool]:
    on = timezone.localdate(at)
    rows = reports.to_reach(Elder.objects.of(community), reports.in_force(community, on=on), on=on)
    return {each.pk: each.must_see for each in rows}


def test_orange_asks_for_red_and_lone_people_and_red_also_for_yellow(
    community: Community, staff: User, at: datetime
) -> None:
    red, yellow = coloured(community, "RED", at), coloured(community, "YELLOW", at)
    alone = coloured(community, "GREEN", at, living="ALONE")
    coloured(community, "GREEN", at)
    assert reached(community, at) == {}, "no warning, no list"
    warned(community, "ORANGE", staff, at)
    assert reached(community, at) == {red.pk: False, alone.pk: False}
    heavier = warned(community, "RED", staff, at)
    assert reached(community, at) == {red.pk: True, yellow.pk: False, alone.pk: False}
    weather.call_off(warning=heavier, by=staff, at=at)
    assert reached(community, at) == {red.pk: False, alone.pk: False}
    red.refresh_from_db()
    assert red.colour == "RED", "a boost of contact, never of colour"


def test_whoever_was_reached_today_is_off_the_list_and_a_call_does_not_replace_the_visit(
    community: Community, staff: User, at: datetime
) -> None:
    red, alone = coloured(community, "RED", at), coloured(community, "GREEN", at, living="ALONE")
    warned(community, "RED", staff, at)

    def touch(elder: Elder, kind: str, when: datetime) -> None:
        contacts.touch(elder=elder, kind=kind, at=when, by=staff, source_key=f"t:{elder.pk}:{kind}:{when}")

    touch(alone, "VISIT", at - timedelta(days=1, minutes=1))
    assert alone.pk in reached(community, at), "yesterday does not count"
    touch(alone, "CALL", at)
    touch(red, "CALL", at)
    assert reached(community, at) == {red.pk: True}
    touch(red, "DEVICE", at)
    assert reached(community, at) == {}


def test_a_warning_is_entered_on_the_page_and_called_off_there(
    community: Community, staff: User, client_for: Any, at: datetime
) -> None:
    elder = coloured(community, "RED", at, name="王桂珍")
    client, on = client_for(staff), timezone.localdate(at)
    url = reverse("elders:weather")
    assert "今天没有生效的预警" in client.get(url).content.decode()
    facts = {"kind": "COLD", "level": "ORANGE", "from_on": f"{on}", "source": "县气象台"}
    wrong = {**facts, "until_on": f"{on - timedelta(days=1)}", "idempotency_key": once.new_key()}
    assert client.post(url, wrong).status_code == 422
    right = {**facts, "until_on": f"{on + timedelta(days=1)}", "idempotency_key": once.new_key()}
    assert [client.post(url, right).status_code for _twice in (1, 2)] == [302, 302]
    warning = WeatherWarning.objects.get()
    page = client.get(url).content.decode()
    assert "王桂珍" in page and "一氧化碳" in page
    assert ReadLog.objects.filter(user=staff, person_id=elder.person_id, url=url).exists()
    assert "寒潮" in client.get(reverse("elders:due")).content.decode()
    off = reverse("elders:weather-off", args=[warning.pk])
    client.post(off, {"idempotency_key": once.new_key()})
    assert "今天没有生效的预警" in client.get(url).content.decode()
    with pytest.raises(DomainError):
        weather.call_off(warning=warning, by=staff, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeatherWarning.objects.filter(pk=warning.pk).update(level="RED")


def test_a_volunteer_and_a_neighbour_neither_warn_nor_see_the_list(
    community: Community, other_community: Community, staff: User, client_for: Any, at: datetime
) -> None:
    warning = warned(community, "RED", staff, at)
    volunteer = make.user("VOLUNTEER", community, username="vol")
    assert client_for(volunteer).get(reverse("elders:weather")).status_code == 404
    neighbour = client_for(make.user("COMMITTEE", other_community, username="next"))
    off = reverse("elders:weather-off", args=[warning.pk])
    assert neighbour.post(off, {"idempotency_key": once.new_key()}).status_code == 404
    with pytest.raises(NotAllowed):
        warned(community, "RED", volunteer, at)


def test_the_list_takes_as_many_queries_for_one_as_for_many(
    community: Community, staff: User, client_for: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    warned(community, "RED", staff, at)
    coloured(community, "RED", at)
    client, url = client_for(staff), reverse("elders:weather")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _each in range(5):
        coloured(community, "YELLOW", at)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200
