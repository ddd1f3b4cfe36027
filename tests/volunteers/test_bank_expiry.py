"""Points end after some months, never silently."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from carenet.ledger import accounts, posting
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, coins, give
from volunteers.actions import expiry
from volunteers.models import Expiry, Volunteer


def run_expiry(volunteer: Volunteer, on: date) -> tuple[int, int]:
    at = datetime.combine(on, NOW.timetz())
    return expiry.run(community=volunteer.community, on=on, at=at, by=registrar())


def test_points_end_after_24_months_and_two_warnings_and_the_oldest_go_first(bert: Volunteer) -> None:
    give(bert, 100, "POINT", on=date(2026, 1, 10))
    give(bert, 40, "POINT", on=date(2026, 3, 1))
    posting.post(
        community=bert.community, key="used", on=TODAY, at=NOW, by=registrar(),
        moves=[
            posting.Move(
                Account.objects.get(code=bert.account_code, unit="POINT"),
                accounts.contra(community=bert.community, unit="POINT", code="redeemed"), 30,
            )
        ],
    )  # fmt: skip
    ends = date(2028, 2, 1)
    assert run_expiry(bert, ends - timedelta(days=61)) == (0, 0)
    assert run_expiry(bert, ends - timedelta(days=60)) == (1, 0)
    assert run_expiry(bert, ends - timedelta(days=59)) == (0, 0)
    assert run_expiry(bert, ends - timedelta(days=15)) == (1, 0)
    assert run_expiry(bert, ends - timedelta(days=1)) == (0, 0)
    assert coins(bert, "POINT") == 110
    assert run_expiry(bert, ends) == (1, 1)  # and the first word about the points of March
    assert coins(bert, "POINT") == 40
    assert Outbox.objects.filter(template="volunteers.expires_soon").count() == 3
    assert check_books() == []


def test_nothing_ends_silently_a_late_warning_moves_the_end(bert: Volunteer) -> None:
    give(bert, 100, "POINT", on=date(2026, 1, 10))
    late = date(2028, 2, 20)  # the station stood still over the whole time of warning
    run_expiry(bert, date(2028, 1, 31) - timedelta(days=50))
    run_expiry(bert, late)
    assert coins(bert, "POINT") == 100
    run_expiry(bert, late + timedelta(days=14))
    assert coins(bert, "POINT") == 100
    run_expiry(bert, late + timedelta(days=15))
    assert coins(bert, "POINT") == 0
    row = Expiry.objects.get(amount__gt=0)
    with pytest.raises(IntegrityError, match="volunteers_expiry_never_silently"), transaction.atomic():
        Expiry.objects.filter(pk=row.pk).update(last_amount=1)


def test_points_that_were_used_meanwhile_do_not_end(bert: Volunteer) -> None:
    entry = give(bert, 100, "POINT", on=date(2026, 1, 10))
    ends = date(2028, 2, 1)
    run_expiry(bert, ends - timedelta(days=60))
    posting.reverse(entry=entry, reason="错误", key="undo", on=TODAY, at=NOW, by=registrar())
    run_expiry(bert, ends - timedelta(days=15))
    run_expiry(bert, ends)
    assert coins(bert, "POINT") == 0 and not Expiry.objects.filter(amount__gt=0).exists()
