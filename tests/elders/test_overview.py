"""Pictures of the register, kept filters, the circle of support, and searches that an index answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse

from carenet.accounts.models import User
from carenet.parties.models import Community, Person
from carenet.webkit import once
from elders.actions import contacts, lists
from elders.models import Concern, Elder, SavedFilter
from elders.reports import circle, overview
from tests import make


def test_the_overview_counts_ages_colours_and_coverage(
    community: Community, staff: User, worker: User, now: datetime
) -> None:
    buildings = make.buildings(community)
    women = [
        make.elder(community, born_on=date(1944, 1, 1), building=buildings[0], by=staff) for _each in range(2)
    ]
    make.elder(community, born_on=date(1929, 1, 1), sex=1, building=buildings[3], by=staff)
    make.coloured(women[0], by=worker, second=staff, at=now, total=50)
    found = overview.of(community, on=now.date())
    assert (found.total, found.assessed, found.owned) == (3, 1, 0)
    pyramid = dict(found.pyramid)
    assert pyramid["80–84"] == [2, 0, 0] and pyramid["95+"] == [0, 1, 0]
    assert sum(sum(each) for each in pyramid.values()) == 3
    assert [(each.total, each.assessed, each.percent) for each in found.grids] == [(2, 1, 50), (1, 0, 0)]
    assert sum(sum(values) for _name, values in found.colours) == 3


def test_the_overview_page_costs_the_same_for_any_size(
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for size in (0, 2, 12):
        while Elder.objects.count() < size:
            make.elder(community, by=staff)
        with django_assert_max_num_queries(20):
            assert client.get(reverse("elders:overview")).status_code == 200
    assert client.get(reverse("elders:overview"), {"format": "xlsx"})["Content-Type"].endswith("sheet")


def test_a_filter_is_kept_without_the_names_that_were_searched(
    community: Community, staff: User, worker: User, client_for: Any, now: datetime
) -> None:
    client = client_for(staff)
    for query in ("colour=RED&q=%E7%8E%8B%E6%A1%82%E7%8F%8D&page=3", "colour=YELLOW"):
        answer = client.post(
            reverse("elders:filter-save"),
            {"name": "红名单甲", "query": query, "idempotency_key": once.new_key()},
        )
        assert answer.status_code == 302
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.user) == ("红名单甲", "colour=YELLOW", staff)
    assert lists.cleaned("colour=RED&q=%E7%8E%8B&page=3") == "colour=RED"
    assert "红名单甲" in client.get(reverse("elders:list")).content.decode()
    assert "红名单甲" not in client_for(worker).get(reverse("elders:list")).content.decode()
    renamed = reverse("elders:filter-rename", args=[row.pk])
    assert renamed in client.get(f"{reverse('elders:list')}?{row.query}").content.decode()
    lists.save(community=community, name="红名单丙", query="colour=RED", by=staff, at=now)
    for name in ("红名单乙", "红名单丙", " "):
        client.post(renamed, {"name": name, "idempotency_key": once.new_key()})
        row.refresh_from_db()
        assert row.name == "红名单乙", "a name of another filter and no name are refused"
    assert (
        client_for(worker).post(renamed, {"name": "x", "idempotency_key": once.new_key()}).status_code == 404
    )
    SavedFilter.objects.exclude(pk=row.pk).delete()
    gone = client_for(worker).post(
        reverse("elders:filter-forget", args=[row.pk]), {"idempotency_key": once.new_key()}
    )
    assert gone.status_code == 404 and SavedFilter.objects.exists()
    client.post(reverse("elders:filter-forget", args=[row.pk]), {"idempotency_key": once.new_key()})
    assert not SavedFilter.objects.exists()


def test_the_station_itself_is_nobody_in_an_elders_life(community: Community, now: datetime) -> None:
    elder = make.elder(community, at=now)
    contacts.touch(elder=elder, kind="VISIT", at=now, by=make.registrar(), source_key="import:1")
    assert circle.of(elder, at=now).count == 0 and circle.of(elder, at=now).is_thin


def test_the_circle_warns_when_one_human_being_is_left(
    community: Community, staff: User, worker: User, now: datetime
) -> None:
    elder = make.elder(community, door="2-501", by=staff)
    assert circle.of(elder, at=now).is_thin and circle.of(elder, at=now).count == 0
    contacts.add_contact(elder=elder, name="王小红", relation="DAUGHTER", phone="", by=staff, at=now)
    assert circle.of(elder, at=now).is_thin
    make.elder(community, name="同屋老伴", door="2-501", by=staff)
    contacts.touch(elder=elder, kind="VISIT", at=now - timedelta(days=3), by=worker, source_key="a")
    contacts.touch(elder=elder, kind="DEVICE", at=now - timedelta(days=1), by=staff, source_key="b")
    found = circle.of(elder, at=now)
    assert {each.name: each.ring for each in found.members} == {"同屋老伴": 1, "王小红": 2, str(worker): 3}
    assert not found.is_thin
    later = circle.of(elder, at=now + timedelta(days=120))
    assert str(worker) not in {each.name for each in later.members}, "nobody for three months is no support"


def test_somebody_is_told_when_the_circle_shrinks_to_one_and_only_once(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    rows = [
        contacts.add_contact(elder=elder, name=name, relation=relation, phone="", by=staff, at=now)
        for name, relation in (("王小红", "DAUGHTER"), ("王小明", "SON"), ("王小军", "SON"))
    ]
    worries = Concern.objects.filter(elder=elder, kind="CIRCLE")
    contacts.end_contact(contact=rows[0], on=now.date(), by=staff, at=now)
    assert not worries.exists(), "two are left"
    contacts.end_contact(contact=rows[1], on=now.date(), by=staff, at=now)
    worry = worries.get()
    contacts.end_contact(contact=rows[2], on=now.date(), by=staff, at=now)
    assert worries.count() == 1
    contacts.handle_concern(concern=worry, outcome="找到邻居每天看看", by=staff, at=now)
    assert worries.get().state == "HANDLED"


# --- search ----------------------------------------------------------------------------------------------
# Characters: behind row security PostgreSQL may not use the gram index itself (array `@>` is not leakproof, proof.md §4); a
# function of the owner does (parties migration 0006), and its statement is explained below as a role whose policy shows all.
CHARACTERS = ("parties_named",)
KINDS: list[tuple[str, tuple[str, ...]]] = [
    ("桂", CHARACTERS), ("桂珍", CHARACTERS), ("王桂珍", CHARACTERS), ("欧阳桂珍", CHARACTERS),
    ("wangguizhen", ("parties_person_pinyin",)), ("wgz", ("parties_person_initials",)),
    ("8000", ("parties_person_phone_tail",)), ("13800138000", ("parties_person_phone",)),
    ("99999919450607002X", ("parties_person_id",)),
]  # fmt: skip


def test_every_kind_of_search_is_answered_by_an_index(community: Community, now: datetime) -> None:
    people = []
    for each in range(3000):
        person = Person(
            community=community, name=f"李{each % 90 + 10}明{each}", pinyin=f"li{each}", initials=f"l{each}", created_at=now
        )  # fmt: skip
        person.seal_phone(f"139{each:08d}")
        person.seal_id_number(f"11010119400101{each:04d}")
        people.append(person)
    Person.objects.bulk_create(people, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("select parties_refresh_statistics()")
        cursor.execute("set local enable_seqscan = off")
        for text, indexes in KINDS:
            sql, parameters = Person.objects.of(community).search(text).query.sql_with_params()
            cursor.execute(f"explain {sql}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert any(each in plan for each in indexes), f"{text}: {plan}"
            assert "Seq Scan on parties_person" not in plan
        cursor.execute("set local role carenet_city")
        cursor.execute("explain select p.id from parties_person p where p.grams @> array['桂珍']")
        assert "parties_person_grams" in "\n".join(row[0] for row in cursor.fetchall())


def test_the_list_is_narrowed_by_building(community: Community, staff: User, client_for: Any) -> None:
    first, last = make.buildings(community)[0], make.buildings(community)[-1]
    make.elder(community, name="头楼老人", building=first, by=staff)
    make.elder(community, name="尾楼老人", building=last, by=staff)
    text = client_for(staff).get(reverse("elders:list"), {"building": last.pk}).content.decode()
    assert "尾楼老人" in text and "头楼老人" not in text
