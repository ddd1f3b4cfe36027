"""The workers of benchmarks/redemption.py: one arm per process family, told by lines on standard input."""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import django

from benchmarks import redemption_bare

TODAY, NOW = date(2026, 11, 21), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
Once = Callable[[random.Random], None]


def _call(volunteers: int, rewards: int) -> Once:
    """`rewards.redeem` of some volunteer and reward."""
    from carenet.accounts.models import User
    from volunteers.actions import rewards as shop
    from volunteers.models import Reward, Volunteer

    station = User.objects.get(pk=1)
    assert station.all_roles  # the roles are read once per request
    shop.doorbell.ring = lambda *_args, **_kwargs: None
    # A request has read both before it calls; here they are made before the clock runs, other ones in each process.
    people = [
        Volunteer(pk=pk, community_id=1)
        for pk in random.sample(range(1, volunteers + 1), min(volunteers, 5_000))
    ]
    gifts = [Reward(pk=pk, community_id=1) for pk in range(1, rewards + 1)]

    def once(chance: random.Random) -> None:
        volunteer, reward = chance.choice(people), chance.choice(gifts)
        shop.redeem(volunteer=volunteer, reward=reward, key=uuid.uuid4().hex, by=station, on=TODAY, at=NOW)

    return once


def ours(volunteers: int, rewards: int) -> Once:
    """The service call as a request makes it: a transaction, its scope, the action, the commit."""
    from django.db import transaction

    from carenet.parties import scope

    call = _call(volunteers, rewards)

    def once(chance: random.Random) -> None:
        with transaction.atomic():
            scope.set_for_transaction([1])
            call(chance)

    return once


def alone(volunteers: int, rewards: int) -> Once:
    """The service call outside a request, as proof.md's prototype was called: one statement that carries its scope."""
    from carenet.parties import scope

    call = _call(volunteers, rewards)

    def once(chance: random.Random) -> None:
        with scope.of_each_statement([1]):
            call(chance)

    return once


def orm(volunteers: int, rewards: int) -> Once:
    """The same job with conditional F() updates and bulk_create, as the owner (the application may not write these)."""
    import os

    from django.db import connections, transaction
    from django.db.models import F

    connections["owner"].settings_dict["CONN_MAX_AGE"] = None
    os.environ["BENCH_ARM"] = "orm"
    from carenet.ledger.models import Account, Entry, PeriodLock, Posting
    from carenet.notices.models import Outbox
    from volunteers.models import Redemption, Reward, StockMove, Volunteer
    from volunteers.models.rewards import slip_token, token_hash

    accounts = Account.objects.using("owner")
    redeemed = accounts.get(unit="POINT", code="redeemed")
    goods = accounts.get(unit="FEN", code="redeemed-goods")

    def once(chance: random.Random) -> None:
        key, uid = uuid.uuid4().hex, uuid.uuid4()
        volunteer_id, reward_id = chance.randint(1, volunteers), chance.randint(1, rewards)
        with transaction.atomic(using="owner"):
            if Redemption.objects.using("owner").filter(community_id=1, key=key).exists():
                return
            reward = Reward.objects.using("owner").select_related("fund").get(pk=reward_id, is_active=True)
            volunteer = Volunteer.objects.using("owner").select_related("person").get(pk=volunteer_id)
            assert volunteer.person.born_on.year + reward.min_age <= TODAY.year
            assert (
                not PeriodLock.objects.using("owner")
                .filter(community_id=1, month=TODAY.replace(day=1))
                .exists()
            )
            entry = Entry.objects.using("owner").create(
                community_id=1, key=f"redeem:{key}", body_hash=b"0", kind="POST", posted_on=TODAY, posted_at=NOW, by_id=1,
                cause_kind="volunteers.reward", cause_id=reward_id,
            )  # fmt: skip
            points = accounts.get(community_id=1, unit="POINT", code=f"volunteer:{volunteer_id}")
            for account, amount in ((points.pk, reward.points), (reward.fund.account_id, reward.backing_fen)):
                assert accounts.filter(pk=account, balance__gte=amount, frozen_at=None).update(
                    balance=F("balance") - amount
                )
            left = dict(
                accounts.filter(pk__in=[points.pk, reward.fund.account_id]).values_list("pk", "balance")
            )
            Posting.objects.using("owner").bulk_create(
                [
                    Posting(
                        community_id=1, entry=entry, unit="POINT", source_id=points.pk, target=redeemed, amount=reward.points,
                        posted_on=TODAY, source_balance=left[points.pk],
                    ),
                    Posting(
                        community_id=1, entry=entry, unit="FEN", source_id=reward.fund.account_id, target=goods,
                        amount=reward.backing_fen, posted_on=TODAY, source_balance=left[reward.fund.account_id],
                    ),
                ]
            )  # fmt: skip
            had = Redemption.objects.using("owner").filter(
                volunteer_id=volunteer_id, reward_id=reward_id, redeemed_on__gte=TODAY.replace(day=1)
            )
            assert had.exclude(state="CANCELLED").count() < reward.per_person
            slip = Redemption.objects.using("owner").create(
                uid=uid, community_id=1, volunteer_id=volunteer_id, reward_id=reward_id, name=reward.name, points=reward.points,
                backing_fen=reward.backing_fen, key=key, code=f"{chance.randrange(10**8):08}",
                token_hash=token_hash(slip_token(uid)), place=reward.place, pick_up_by=TODAY, entry=entry, redeemed_on=TODAY,
                redeemed_at=NOW, by_id=1,
            )  # fmt: skip
            Outbox.objects.using("owner").create(
                community_id=1, key=f"redeemed:{slip.pk}", template="volunteers.redeemed", to_person_id=volunteer.person_id,
                params={"reward": reward.name}, due_at=NOW, by_id=1, channel="INAPP",
            )  # fmt: skip
            # The trigger of the move takes the piece off the shelf: one statement less than in plain Django.
            StockMove.objects.using("owner").create(
                community_id=1,
                reward_id=reward_id,
                kind="REDEEMED",
                quantity=-1,
                redemption=slip,
                at=NOW,
                by_id=1,
            )

    return once


def hordak(volunteers: int, rewards: int) -> Once:
    """hordak's transfer with what its documentation leaves to the caller: lock, balance check, key, stock, order."""
    from django.db import connection, transaction
    from hordak.models import Account
    from hordak.utilities.currency import Balance
    from moneyed import Money

    redeemed = Account.objects.get(pk=volunteers + 1)
    assert Balance

    def once(chance: random.Random) -> None:
        item = chance.randint(1, rewards)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM shop_order WHERE key = %s", [key := uuid.uuid4().hex])
            assert cursor.fetchone() is None
            cursor.execute("SELECT points FROM shop_item WHERE id = %s", [item])
            (points,) = cursor.fetchone()
            account = Account.objects.select_for_update().get(pk=chance.randint(1, volunteers))
            price = Money(points, "EUR")
            assert account.get_balance().monies()[0] >= price
            booked = redeemed.transfer_to(account, price, date=TODAY)
            cursor.execute(
                "INSERT INTO shop_order (key, account_id, item_id, points, transaction_id) VALUES (%s, %s, %s, %s, %s)",
                [key, account.pk, item, points, booked.pk],
            )
            cursor.execute("UPDATE shop_item SET stock = stock - 1 WHERE id = %s AND stock >= 1", [item])
            assert cursor.rowcount == 1

    return once


ARMS: dict[str, Callable[[int, int], Once]] = {
    "ours": ours,
    "alone": alone,
    "orm": orm,
    "hordak": hordak,
    "bare": redemption_bare.once_of,
}


def client(arm: str, volunteers: int, rewards: int, seed: int, orders: Any, answers: Any) -> None:
    """One client: waits for a number of seconds, works as long, answers with latencies and its CPU time."""
    once, chance = ARMS[arm](volunteers, rewards), random.Random(seed)
    once(chance)
    answers.put(None)
    while (seconds := orders.get()) is not None:
        latencies: list[float] = []
        before = resource.getrusage(resource.RUSAGE_SELF)
        end = time.perf_counter() + seconds
        while (begin := time.perf_counter()) < end:
            once(chance)
            latencies.append(time.perf_counter() - begin)
        after = resource.getrusage(resource.RUSAGE_SELF)
        answers.put((latencies, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))


def serve(arm: str, clients: int, volunteers: int, rewards: int) -> None:
    """Start the clients and pass orders from standard input to all of them."""
    context = multiprocessing.get_context("fork")
    orders = [context.Queue() for _ in range(clients)]
    answers = context.Queue()
    processes = [
        context.Process(
            target=client, args=(arm, volunteers, rewards, number, orders[number], answers), daemon=True
        )
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        answers.get(timeout=60)
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = float(line)
        for queue in orders:
            queue.put(seconds)
        found = [answers.get() for _ in processes]
        latencies = sorted(each for one, _cpu in found for each in one)
        print(
            json.dumps(
                {
                    "tps": len(latencies) / seconds,
                    "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
                    "cpu_us": sum(cpu for _one, cpu in found) / len(latencies) * 1e6,
                }
            ),
            flush=True,
        )
    for queue in orders:
        queue.put(None)


def check() -> None:
    """The books after the run."""
    from carenet.ledger.check import check_books
    from carenet.parties import scope
    from volunteers.models import Redemption, Reward, StockMove

    with scope.within([1]):
        faults = check_books()
        moves = StockMove.objects.filter(kind="REDEEMED").count()
        slips = Redemption.objects.count()
        shelf = sum(Reward.objects.values_list("stock", flat=True))
        received = sum(StockMove.objects.values_list("quantity", flat=True))
    print(
        f"\nbooks: {len(faults)} faults after {slips:,} redemptions; stock {'agrees' if shelf == received and moves == slips else 'DIFFERS'}"
    )
    if faults or shelf != received or moves != slips:
        print(faults[:5])
        sys.exit(1)


def main() -> None:
    arm, step, *rest = sys.argv[1:]
    django.setup()
    if step == "serve":
        serve(arm, *(int(each) for each in rest))
    elif step == "check":
        check()
    elif step == "seed":
        from benchmarks import redemption

        numbers = [int(each) for each in rest]
        if arm == "hordak":
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            redemption.seed_hordak(*numbers)
        else:
            redemption.seed(*numbers)


if __name__ == "__main__":
    main()
