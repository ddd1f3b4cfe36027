"""What a redemption leaves behind: the hash of its entry, the secret of its slip, who did it from where."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from carenet.parties import scope
from tests import make
from tests.volunteers.test_rewards import fund, redeem
from volunteers.actions import rewards
from volunteers.models import Redemption, Volunteer


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    """With 100 points."""
    found = make.volunteer(community)
    make.points(found, 100)
    return found


def test_the_entry_of_a_redemption_has_the_hash_the_ledger_would_give(community, volunteer):
    fund_backed = make.reward(
        community, name="大米", points=20, stock=3, fund=fund(community, 100), backing_fen=500
    )
    goods_backed = make.reward(community, name="毛巾", points=10, stock=3)

    for number, reward in enumerate((fund_backed, goods_backed)):
        entry = redeem(volunteer, reward, key=f"k{number}").entry
        moves = list(entry.postings.order_by("pk").values_list("source_id", "target_id", "amount"))
        with connection.cursor() as cursor:
            cursor.execute(
                "select ledger_body_hash('POST', 'volunteers.reward', %s, %s, %s, %s, null)",
                [reward.pk, *([move[each] for move in moves] for each in range(3))],
            )
            assert bytes(cursor.fetchone()[0]) == bytes(entry.body_hash)


def test_a_slip_is_found_by_its_secret_without_a_scope_and_by_nothing_else(volunteer: Volunteer) -> None:
    slip = redeem(volunteer, make.reward(volunteer.community))
    with scope.within([]):
        assert Redemption.objects.count() == 0
        assert rewards.find_slip(slip.token) == (volunteer.community_id, slip.pk)
        assert rewards.find_slip(slip.token[:-1] + "x") is None
        assert rewards.find_slip(str(slip.uid)) is None


def test_the_history_of_a_slip_knows_user_and_address(volunteer: Volunteer, worker: Any) -> None:
    import pghistory

    with pghistory.context(user=worker.pk, url="/rewards/1/redeem/"):
        slip = redeem(volunteer, make.reward(volunteer.community), by=worker)
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.metadata from volunteers_redemptionevent e join pghistory_context c on c.id = e.pgh_context_id "
            "where e.pgh_obj_id = %s", [slip.pk],
        )  # fmt: skip
        rows = cursor.fetchall()
    assert len(rows) == 1 and '"/rewards/1/redeem/"' in str(rows[0][0]).replace("'", '"')
