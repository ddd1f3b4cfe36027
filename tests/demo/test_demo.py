"""The demonstration community: the same for the same seed, its books clean, the numbers of the seeds exact."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Sum
from django.utils import translation

from carenet.demo import load, papers, profiles, year
from carenet.demo.helpers import SOURCES, TEAMS
from carenet.exports.models import Export
from carenet.jobs.models import Job
from carenet.kernel.months import STATION_ZONE
from carenet.ledger.check import check_books
from carenet.parties import scope
from carenet.parties.models import Community
from charity.models import Donation, GoodsDonation
from elders.models import Merge
from elders.reports import pairs
from services.models import CoinPayment, Helper, ServiceRequest
from volunteers.models import Enrolment, Gift, Promise, Question, Redemption, Reserve, ServiceClaim
from volunteers.reports import solvency

AT = datetime(2026, 11, 20, 10, 30, tzinfo=STATION_ZONE)
OURS = {"parties", "accounts", "ledger", "notices", "charity", "elders", "meetings", "services", "volunteers"}
NUMBERS = (models.IntegerField, models.BigIntegerField, models.SmallIntegerField)


def _loaded() -> Community:
    with translation.override("zh-hans"):
        return load.load(
            number=0, small=True, seed=5, at=AT, report=lambda _words, _count: None, with_meetings=False
        )


def _table_by_table(community: Community) -> dict[str, tuple[int, ...]]:
    """How many rows every table of the community has, and the sum of each of its plain numbers."""
    found = {}
    with scope.within([community.pk]):
        for model in apps.get_models():
            fields = {each.name for each in model._meta.concrete_fields}
            if model._meta.app_label not in OURS or "community" not in fields or not model._meta.managed:
                continue
            rows = model._base_manager.filter(community=community)
            plain = [
                each.name
                for each in model._meta.concrete_fields
                if isinstance(each, NUMBERS) and not each.primary_key and not each.name.endswith("id")
            ]
            sums = rows.aggregate(**{f"sum_{name}": Sum(name) for name in plain}) if plain else {}
            found[model._meta.label] = (rows.count(), *(each or 0 for each in sums.values()))
    return found


@pytest.mark.slow
def test_two_loads_with_one_seed_are_the_same_and_every_page_of_the_time_bank_has_something(
    station_db: Any,
) -> None:
    with transaction.atomic():
        first = _table_by_table(_loaded())
        transaction.set_rollback(True)
    community = _loaded()
    second = _table_by_table(community)
    assert {label: row for label, row in first.items() if second[label] != row} == {}
    assert sum(row[0] for row in second.values()) > 5_000
    with translation.override("zh-hans"):
        papers.keep(community=community, number=0, at=AT)
    with scope.within([community.pk]):
        assert Counter(Job.objects.of(community).values_list("kind", "state")) == {
            ("elders.import_check.households", "DONE"): 2, ("elders.import.households", "DONE"): 1,
            ("elders.import.households", "UNDONE"): 1, ("exports.make", "DONE"): 1,
        }  # fmt: skip
        assert set(Export.objects.of(community).values_list("state", flat=True)) == {
            "ASKED",
            "READY",
            "REFUSED",
        }
        assert Merge.objects.of(community).count() == 1
        assert pairs.find(community).total >= 1
        assert check_books(community.pk) == []
        gifts = Counter(Gift.objects.of(community).values_list("state", flat=True))
        assert gifts["OFFERED"] >= 1
        assert gifts["ACCEPTED"] >= 1
        assert Reserve.objects.of(community).filter(kind="PLEDGE").count() > 5
        assert Promise.objects.of(community).filter(in_way="QR", state="DONE").exists()
        assert Question.objects.of(community).filter(kind="OBJECTION", state="KEPT").exists()
        assert Enrolment.objects.of(community).filter(passed_on__isnull=False).exists()
        money = Donation.objects.of(community).aggregate(sum=Sum("amount_fen"))["sum"]
        goods = GoodsDonation.objects.of(community).aggregate(sum=Sum("value_fen"))["sum"]
        assert money + goods == 1_080_000 * 100  # what the station mobilised in the year (S2)
        paid = Counter(CoinPayment.objects.of(community).values_list("state", flat=True))
        assert paid == {"PAID": 4, "RETURNED": 1, "HELD": 1, "CHOSEN": 1, "DROPPED": 1}
        carer = Helper.objects.of(community).get(person__name="和丽")
        assert ServiceRequest.objects.of(community).filter(helper=carer, state="ACCEPTED").count() == 2
        assert Redemption.objects.of(community).filter(state="REDEEMED").count() >= 3
        assert ServiceClaim.objects.of(community).filter(state="HELD").count() == 1
        assert (
            not ServiceRequest.objects.of(community)
            .filter(channel="ONE_TAP")
            .exclude(state="CONFIRMED")
            .exists()
        )
        picture = solvency.solvency(community, on=AT.date())
        assert picture.cover.begun
        assert not picture.cover.passes
        assert picture.stress_need > 0


def test_the_whole_demonstration_keeps_the_numbers_of_the_seeds() -> None:
    people = list(profiles.people(seed=0, on=AT.date()))
    aged = [each for each in people if (AT.date() - each.born_on).days // 365.2425 >= 80]
    assert (len(people), len(aged)) == (1_226, 206)
    assert dict(SOURCES)["MUTUAL_AID"] == 43
    assert sum(count for _source, count in SOURCES) == 186
    assert len(TEAMS) == 4
    assert year.VOLUME["LEARN"] == 1_523
    assert year.LEARNERS == 150
