"""The letter on the elder's or the family's own phone: only what the mandate opens, every look written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import letters, mandates, measurements, standing
from elders.actions.measurements import Reading
from elders.models import Elder, MandateUse
from elders.reports import my_letters
from tests import make


@pytest.fixture
def now() -> datetime:
    """The pages read the clock; the facts of this file stand on the same day."""
    return timezone.now()


def elder_with_a_reading(community: Community, staff: User, at: datetime) -> Elder:
    elder = make.elder(community, by=staff, at=at - timedelta(days=70))
    measurements.record(
        elder=elder, channel="HAND", by=staff, at=at,
        reading=Reading(elder.pk, "BP", 132, at, "r1", second=81),
    )  # fmt: skip
    return elder


def relative(community: Community, staff: User, elder: Elder, at: datetime, *scopes: str) -> User:
    user = make.user("FAMILY", community, username="fam-" + "-".join(scopes), person=make.person(community))
    mandates.give(
        elder=elder, user=user, relation="SON", scopes=scopes, since=months.day_of(at), by=staff, at=at
    )
    return user


def test_the_elder_reads_this_month_and_the_months_before(
    community: Community, staff: User, client_for: Any, now: datetime
) -> None:
    elder = elder_with_a_reading(community, staff, now)
    client = client_for(make.user("ELDER", community, username="own", person=elder.person))
    assert client.get(reverse("elders:my-letters")).url == reverse("elders:my-letter", args=[elder.pk])
    url = reverse("elders:my-letter", args=[elder.pk])
    assert "132/81 mmHg" in client.get(url).content.decode()
    before = months.previous_month(months.day_of(now))
    earlier = client.get(url, {"month": f"{before:%Y-%m}"}).content.decode()
    assert "132/81 mmHg" not in earlier and f"?month={months.day_of(now):%Y-%m}" in earlier
    assert client.get(url, {"month": "1999-01"}).status_code == 404
    assert client.get(reverse("elders:my-letter-paper", args=[elder.pk])).content.startswith(b"%PDF")
    assert url in client.get(reverse("services:home")).content.decode()
    assert not ReadLog.objects.filter(person_id=elder.person_id, user__username="own").exists()


def test_a_relative_reads_what_the_mandate_opens_and_each_use_is_written_down(
    community: Community, staff: User, client_for: Any, now: datetime
) -> None:
    elder = elder_with_a_reading(community, staff, now)
    url = reverse("elders:my-letter", args=[elder.pk])
    few = relative(community, staff, elder, now, "READ")
    page = client_for(few).get(url).content.decode()
    assert (
        elder.person.name in page
        and "132/81" not in page
        and str(staff) not in page.split("<article")[1].split("</article")[0]
    )
    assert ReadLog.objects.get(person_id=elder.person_id, user=few).fields == ["name", "address"]
    assert MandateUse.objects.get(mandate__user=few).verb == "elders.letter_read"
    every = relative(community, staff, elder, now, "READ", "RIGHTS")
    assert "132/81 mmHg" in client_for(every).get(url).content.decode()
    assert "health" in ReadLog.objects.get(person_id=elder.person_id, user=every).fields


def test_without_the_part_to_read_and_for_other_families_there_is_no_letter(
    community: Community, staff: User, client_for: Any, now: datetime
) -> None:
    elder, other = elder_with_a_reading(community, staff, now), make.elder(community, by=staff)
    asks = relative(community, staff, elder, now, "ASK")
    stranger = relative(community, staff, other, now, "READ", "CONFIRM")
    for user in (asks, stranger, staff):
        for name in ("my-letter", "my-letter-paper"):
            assert client_for(user).get(reverse(f"elders:{name}", args=[elder.pk])).status_code == 404
    assert client_for(asks).get(reverse("elders:my-letters")).status_code == 404
    assert not ReadLog.objects.filter(person_id=elder.person_id, user__in=[asks, stranger]).exists()


def test_a_month_that_was_printed_reads_as_it_was_printed(
    community: Community, staff: User, now: datetime
) -> None:
    elder = elder_with_a_reading(community, staff, now)
    before = months.previous_month(months.day_of(now))
    written = letters.write(elder=elder, of_month=before, by=staff, at=now)
    make.visit(elder, by=staff, at=months.month_span(before)[1] - timedelta(days=2))
    again = my_letters.letter_of(elder, of_month=before, whole=True, at=now)
    assert again == written.words
    live = my_letters.letter_of(elder, of_month=before, whole=False, at=now)
    assert str(staff) in str(live["sections"]) and str(staff) not in str(again["sections"][0])


def test_the_months_end_with_the_departure(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, by=staff, at=now - timedelta(days=200))
    today = months.day_of(now)
    left = today - timedelta(days=100)
    standing.leave(elder=elder, on=left, reason="去女儿家", by=staff, at=now)
    elder.refresh_from_db()
    assert my_letters.months_of(elder, today)[0] == months.first_of_month(left)
    assert my_letters.months_of(elder, today)[-1] == months.first_of_month(elder.registered_on)
