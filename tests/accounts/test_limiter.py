"""The limiter counts exactly, for one machine or for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.accounts import limiter
from tests.accounts.threads import together


def test_a_key_is_open_as_often_as_the_limit_and_then_closed(community, now):
    assert [limiter.take("t:a", 3, 60, now) for _each in range(5)] == [True, True, True, False, False]
    assert limiter.take("t:b", 3, 60, now), "another key counts for itself"


def test_the_last_allowed_try_closes_the_key_for_the_whole_time(community, now):
    limiter.take("t:a", 2, 60, now)
    later = now + timedelta(seconds=50)
    assert limiter.take("t:a", 2, 60, later)
    assert limiter.blocked("t:a", later + timedelta(seconds=59))
    assert not limiter.take("t:a", 2, 60, later + timedelta(seconds=59))
    assert limiter.take("t:a", 2, 60, later + timedelta(seconds=61))


def test_no_span_of_the_length_ever_holds_more_tries_than_the_limit(community, now):
    allowed = [
        second for second in range(0, 600, 7) if limiter.take("t:a", 5, 60, now + timedelta(seconds=second))
    ]
    assert all(sum(start <= each < start + 60 for each in allowed) <= 5 for start in allowed)


def test_forgetting_opens_a_key_again(community, now):
    limiter.take("t:a", 1, 60, now)
    limiter.forget("t:a")
    assert limiter.take("t:a", 1, 60, now)


def test_old_counters_are_swept_and_live_ones_kept(community, now):
    limiter.take("t:old", 5, 60, now - timedelta(hours=1))
    limiter.take("t:live", 1, 3600, now)
    assert limiter.sweep(now) == 1
    assert limiter.blocked("t:live", now)


def test_the_web_role_can_only_count_through_the_function(community):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_limit")


def test_a_counter_names_nobody():
    assert "13800138000" not in limiter._hashed("sms-minute:13800138000")


@pytest.mark.slow
def test_fifty_at_once_get_exactly_the_limit(station_db, now):
    answers = together(50, lambda _number: limiter.take("t:race", 5, 900, now))
    assert answers.count(True) == 5
