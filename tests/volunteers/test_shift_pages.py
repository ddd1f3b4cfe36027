"""The pages of shifts: promise on the phone, scan at the place, tick and book in the office; constant queries."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carenet.webkit import once
from tests import make
from volunteers.models import Attendance, LateEntry, Promise, Slot, Team, Volunteer
from volunteers.reports import shifts


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    return make.volunteer(community, name="王秀兰")


@pytest.fixture
def client(volunteer: Volunteer, client_for: Any) -> Any:
    return client_for(make.volunteer_user(volunteer))


def press(client: Any, name: str, *args: Any, **fields: Any) -> Any:
    return client.post(
        reverse(f"volunteers:{name}", args=args), {**fields, "idempotency_key": once.new_key()}, follow=True
    )


def state(volunteer: Volunteer) -> str:
    return Promise.objects.filter(volunteer=volunteer).latest("pk").state


def test_from_the_open_list_to_a_promise_to_i_cannot_come_each_in_one_press(
    client: Any, community: Any, volunteer: Volunteer
) -> None:
    slot = make.slot(community, starts_at=timezone.now() + timedelta(days=4), warnings=["家里有猫"])
    address = reverse("volunteers:my-shift", args=[slot.pk])
    assert address in client.get(reverse("volunteers:open-shifts")).content.decode()
    refused = press(client, "my-shift-step", slot.pk, step="promise").content.decode()
    assert "请逐条打勾" in refused and not Promise.objects.exists()
    assert (
        "已给您报上名"
        in press(client, "my-shift-step", slot.pk, step="promise", ticked="家里有猫").content.decode()
    )
    assert slot.title in client.get(reverse("volunteers:me")).content.decode()
    press(client, "my-shift-step", slot.pk, step="back")
    assert state(volunteer) == "RELEASED"


def test_scanned_at_the_place_ticked_and_booked_the_hours_arrive(
    client: Any, client_for: Any, community: Any, volunteer: Volunteer, staff: Any
) -> None:
    now = timezone.now()
    slot = make.slot(community, starts_at=now - timedelta(minutes=50), minutes=60)
    press(client, "here", slot.uid, step="in")  # came along without a promise
    assert state(volunteer) == "HERE"
    press(client, "here", slot.uid, step="out")
    office = client_for(staff)
    other = make.promised(slot, make.volunteer(community))
    early = press(office, "slot-step", slot.pk, step="book").content.decode()
    assert "还没结束" in early and not Attendance.objects.exists()
    over = make.slot(community, starts_at=now - timedelta(minutes=200), minutes=60)
    line = make.promised(over, make.volunteer(community))
    clock = timezone.localtime(over.starts_at + timedelta(minutes=15))
    press(office, "promise-step", line.pk, step="in", clock=f"{clock:%H:%M}")
    page = press(office, "slot-step", over.pk, step="book").content.decode()
    assert "已记账：1 人" in page and 44 <= Attendance.objects.get().minutes <= 45
    other.refresh_from_db()
    assert other.state == "PROMISED"


def test_late_hours_are_asked_on_the_phone_and_answered_in_the_office(
    client: Any, client_for: Any, volunteer: Volunteer, staff: Any
) -> None:
    day = timezone.localdate() - timedelta(days=3)
    press(client, "my-late", what="陪诊", day=day.isoformat(), starts="9:00", ends="11:30", why="忘了")
    entry = LateEntry.objects.get()
    assert entry.minutes == 150
    page = press(client_for(staff), "late-answer", entry.pk, step="yes").content.decode()
    assert "已同意并记账" in page and Attendance.objects.get().served_on == day


def test_the_captains_page_shows_the_team_with_masked_phones_and_only_to_the_captain(
    client_for: Any, community: Any
) -> None:
    team = make.team(community)
    captain, user = make.captain_of(team)
    member = make.volunteer(community, team=team, of=make.person(community, name="李明", phone="13800138222"))
    make.promised(make.slot(community, starts_at=timezone.now() + timedelta(hours=40), team=team), member)
    page = client_for(user).get(reverse("volunteers:my-team")).content.decode()
    assert "138****8222" in page and "13800138222" not in page and "名单" in page
    other = client_for(make.volunteer_user(member)).get(reverse("volunteers:my-team")).content.decode()
    assert "138****8222" not in other and captain.person.name in other


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("INCUBATION", ([], ["PROPOSED"], ["tick"], ["own", "seen"])),
        ("TAKEOVER", (["DRAFT"], ["PROPOSED"], ["tick"], ["own", "seen"])),
        ("INDEPENDENT", (["DRAFT", "PROPOSED"], [], ["seen", "tick"], ["own"])),
    ],
)
def test_the_captains_desk_tells_apart_what_the_stage_lets_them_do_and_what_waits_for_the_station(
    community: Any, stage: str, expected: Any
) -> None:
    at, team = timezone.now(), make.team(community)
    captain, user = make.captain_of(team, stage=stage)
    member = make.volunteer(community, team=team)
    template = make.shift_template(community)
    for number, state in enumerate(("DRAFT", "PROPOSED")):
        slot = make.slot(
            community,
            starts_at=at + timedelta(days=2 + number),
            team=team,
            template=template,
            published=False,
        )
        Slot.objects.filter(pk=slot.pk).update(state=state)
    names = {}
    for number, (name, who, way) in enumerate(
        (("tick", member, ""), ("seen", member, "CAPTAIN"), ("own", captain, "CAPTAIN"))
    ):
        begun = at - timedelta(days=3 + number)
        slot = make.slot(community, starts_at=begun, team=team, template=template)
        line = make.promised(slot, who)
        if way:
            Promise.objects.filter(pk=line.pk).update(
                state="HERE", in_way=way, out_way=way, in_at=begun, out_at=begun + timedelta(hours=2)
            )
        names[slot.pk] = name
    found = shifts.captains(shifts.desk(Team.objects.get(pk=team.pk), at), user, at)
    assert (
        [each.state for each in found.to_open],
        [each.state for each in found.to_check],
        sorted(names[each.pk] for each in found.to_tick),
        sorted(names[each.pk] for each in found.elsewhere),
    ) == expected


def test_the_calendar_address_shows_own_shifts_until_it_is_stopped(
    client: Any, community: Any, volunteer: Volunteer
) -> None:
    slot = make.slot(community, starts_at=timezone.now() + timedelta(days=3))
    make.promised(slot, volunteer)
    page = press(client, "my-calendar-step", step="new").content.decode()
    address = page.split("/calendar/shifts/")[1].split(".ics")[0]
    url = reverse("volunteers:shift-calendar-file", args=[address])
    text = Client().get(url).content.decode()
    assert slot.title in text and f"DTSTART:{slot.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text.replace(
        "\r\n ", ""
    )
    assert volunteer.person.name not in text
    press(client, "my-calendar-step", step="stop")
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("name", ["slots", "open-shifts", "my-team", "slot"])
def test_lists_ask_the_database_no_more_for_more_rows(
    client_for: Any, community: Any, staff: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    team = make.team(community)
    _captain, user = make.captain_of(team)
    start = timezone.now() + timedelta(hours=1)
    template = make.shift_template(community)
    first = make.slot(community, starts_at=start, team=team, template=template, people=20)
    who = client_for(staff if name in {"slots", "slot"} else user)
    url = reverse(f"volunteers:{name}", args=[first.pk] if name == "slot" else []) + (
        "?all=1" if name == "slots" else ""
    )

    def grow(count: int) -> None:
        for number in range(count):
            made = make.slot(
                community, starts_at=start + timedelta(days=1, hours=number), team=team, template=template
            )
            member = make.volunteer(community, team=team)
            make.promised(made, member)
            make.promised(first, member)

    grow(2)
    who.get(url)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        assert who.get(url).status_code == 200
    grow(5)
    with django_assert_max_num_queries(len(few) + 1):
        assert who.get(url).status_code == 200
