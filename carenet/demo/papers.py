"""What the office has done with files: households from a sheet, files with personal data that were asked for, records
that may be one human being. All of it through the real actions and background jobs.

Jobs tell how far they are from a connection of their own, so this chapter comes after the community is committed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from carenet.accounts.models import User
from carenet.exports import actions as exports
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.jobs.states import OPEN
from carenet.parties import scope
from carenet.parties.actions import people
from carenet.parties.models import Community, Person
from carenet.webkit import excel
from elders.actions import importing, merging
from elders.models import Elder
from elders.rules.sheet_kinds import HOUSEHOLDS

HOMES, MISTAKEN = 12, 4
PATIENCE = 60.0


def keep(*, community: Community, number: int, at: datetime) -> None:
    """Fill the lists of imports, of files with personal data and of likely duplicates."""
    with scope.within([community.pk]):
        users = {
            name: User.objects.get(username=f"{name}{number or ''}")
            for name in ("director", "committee", "worker")
        }
        at_home = list(
            Elder.objects.of(community)
            .filter(status="ACTIVE", building__isnull=False)
            .exclude(door="")
            .select_related("person", "building")
            .order_by("number")[5 : 5 + HOMES + MISTAKEN]
        )
    _households(community, at_home, users, at)
    _files(community, users, at)
    _records(community, at_home, users, at)


def _households(community: Community, elders: Sequence[Elder], users: dict[str, User], at: datetime) -> None:
    """A list of heads of households with a building nobody knows, and an older one that was the wrong file."""
    by = users["committee"]
    wrong = [_head(each, "2012-01-01") for each in elders[HOMES:]]
    entered = _imported(community, "旧户籍名单（演示）.xlsx", wrong, by, at - timedelta(hours=5))
    with scope.within([community.pk]):
        jobs.undo(job_id=entered.pk, by=by, at=at - timedelta(hours=5) + timedelta(minutes=12))
    right = [_head(each, f"{1996 + place}-05-01") for place, each in enumerate(elders[:HOMES])]
    unknown = {**_head(elders[0], "2001-03-01"), "building": "九十九号楼"}
    _imported(community, "户主名单（演示）.xlsx", [*right, unknown], by, at - timedelta(hours=4))


def _head(elder: Elder, since: str) -> dict[str, str]:
    assert elder.building is not None
    return {
        "building": elder.building.name, "door": elder.door, "number": str(elder.number), "name": elder.person.name,
        "role": "户主", "relation": "本人", "since": since,
    }  # fmt: skip


def _imported(community: Community, name: str, rows: Sequence[dict[str, str]], by: User, at: datetime) -> Job:
    """Uploaded, looked through, entered: each step as the pages and the worker do it."""
    columns = [excel.Column(each.zh, text=True) for each in HOUSEHOLDS]
    content = excel.write_xlsx(columns, [[row.get(each.key, "") for each in HOUSEHOLDS] for row in rows])
    with scope.within([community.pk]):
        check = importing.upload(
            community=community, content=content, name=name, kind="households", by=by, at=at
        )
    _done(community, check, at + timedelta(seconds=20))
    with scope.within([community.pk]):
        check.refresh_from_db()
        job = importing.enter(check_job=check, by=by, at=at + timedelta(minutes=3))
    _done(community, job, at + timedelta(minutes=3, seconds=20))
    return job


def _done(community: Community, job: Job, at: datetime) -> None:
    """Do the job here, or wait for the worker that was quicker."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with scope.within([community.pk]):
            jobs.run(job_id=job.pk, at=at)
            if Job.objects.exclude(state__in=OPEN).filter(pk=job.pk).exists():
                return
        time.sleep(0.5)


def _files(community: Community, users: dict[str, User], at: datetime) -> None:
    """One file that was approved and lies there to be fetched, one that was refused, one that waits for the director."""
    worker, director = users["worker"], users["director"]
    wanted = (
        ("?colour=RED&format=xlsx", "十月红色老人入户走访排班", 26),
        ("?living=ALONE&format=xlsx", "给志愿者发独居老人名单", 50),
        ("?colour=YELLOW&format=xlsx", "冬季取暖安全检查，按楼栋分组", 3),
    )
    asked = []
    for query, purpose, hours in wanted:
        with scope.within([community.pk]):
            asked.append(
                exports.ask(
                    community=community, path=f"/elders/{query}", purpose=purpose, language="zh-hans", by=worker,
                    at=at - timedelta(hours=hours),
                )
            )  # fmt: skip
    with scope.within([community.pk]):
        made = exports.approve(export=asked[0], by=director, at=at - timedelta(hours=25))
        exports.refuse(
            export=asked[1],
            reason="志愿者只看自己那几位老人，请在派单里给",
            by=director,
            at=at - timedelta(hours=47),
        )
    assert made.job is not None
    _done(community, made.job, at - timedelta(hours=25) + timedelta(seconds=30))


def _records(community: Community, elders: Sequence[Elder], users: dict[str, User], at: datetime) -> None:
    """Two names from an old book that stand on the register already: one was put together, one waits to be judged."""
    by = users["committee"]
    with scope.within([community.pk]):
        old = [_from_the_book(each, by, at - timedelta(days=2)) for each in elders[:2]]
        merging.merge(kept=elders[0].person, gone=old[0], by=by, at=at - timedelta(days=1))


def _from_the_book(elder: Elder, by: User, at: datetime) -> Person:
    return people.register(
        community=elder.community, name=elder.person.name, born_on=elder.person.born_on, sex=elder.person.sex,
        no_id_reason="旧登记簿没写证号", is_demo=True, by=by, at=at,
    )  # fmt: skip
