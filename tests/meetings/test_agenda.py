"""The agenda draws itself from the month's facts, and leaves people's words alone."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from carenet.kernel.digest import Digest, Figure, Matter
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.notices.models import Outbox
from carenet.parties import scope
from meetings.actions import agenda, calendar, decisions
from meetings.models import Agenda, AgendaItem, Meeting
from meetings.refusals import AgendaPublished, AlreadyCalled
from meetings.tasks import prepare_monthly_agendas
from tests import make

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def digests(monkeypatch):
    """What the apps report; a test changes it."""
    told = {
        "elders": Digest(
            app="elders",
            month=date(2026, 11, 1),
            figures=(Figure("elders", "在册老人", 1226, "人", "/elders/"),),
            matters=(Matter(2, "三位独居老人三十天没人探访", "silent", "请尽快安排。"),),
        ),
        "charity": Digest(
            app="charity", month=date(2026, 11, 1), figures=(Figure("given", "收入", 128400, "fen"),)
        ),
    }
    asked = []

    def digest(app, community, month):
        asked.append((app, community.pk, month))
        return told.get(app)

    monkeypatch.setattr(agenda, "_digest", digest)
    return SimpleNamespace(told=told, asked=asked)


def contents(of: Agenda):
    return list(
        AgendaItem.objects.filter(agenda=of)
        .order_by("section", "order", "pk")
        .values_list("section", "title", "body", "source_key")
    )


def test_the_agenda_calls_the_meeting_and_reports_on_the_month_before(community, staff, digests):
    made = make.prepared_agenda(community, staff)

    assert (made.meeting.kind, made.meeting.month, made.results_month) == (
        "JOINT",
        DECEMBER,
        date(2026, 11, 1),
    )
    assert {month for _app, _pk, month in digests.asked} == {date(2026, 11, 1)}
    assert [each[:2] for each in contents(made)] == [
        (1, "在册老人情况"), (1, "慈善资金与捐赠"), (2, "三位独居老人三十天没人探访"),
    ]  # fmt: skip


def test_drawing_twice_gives_the_same_agenda(community, staff, digests, now):
    first = make.prepared_agenda(community, staff)
    before = list(AgendaItem.objects.order_by("pk").values())
    again = make.prepared_agenda(community, staff, at=now + timedelta(hours=5))

    assert again.pk == first.pk
    assert list(AgendaItem.objects.order_by("pk").values()) == before


def test_what_people_wrote_edited_or_left_out_survives_a_new_drawing(community, staff, digests, now):
    made = make.prepared_agenda(community, staff)
    agenda.add_item(agenda=made, section=4, title="需要一台轮椅", by=staff, at=now)
    silent = made.items.get(source_key="elders:silent")
    agenda.edit_item(
        item=silent,
        title="独居老人探访",
        body="由志愿者队包干",
        proposer="社工站",
        minutes=10,
        by=staff,
        at=now,
    )
    agenda.leave_out(item=made.items.get(source_key="charity:figures"), by=staff, at=now)
    digests.told["elders"] = Digest(
        app="elders", month=date(2026, 11, 1), figures=(Figure("elders", "在册老人", 1227, "人"),)
    )

    make.prepared_agenda(community, staff, at=now + timedelta(days=1))

    assert [each[1] for each in contents(made)] == [
        "在册老人情况",
        "慈善资金与捐赠",
        "独居老人探访",
        "需要一台轮椅",
    ]
    assert made.items.get(source_key="elders:figures").figures[0]["value"] == 1227
    assert made.items.get(source_key="charity:figures").dropped


def test_what_the_data_no_longer_say_disappears_from_the_draft(community, staff, digests, now):
    made = make.prepared_agenda(community, staff)
    del digests.told["charity"]

    make.prepared_agenda(community, staff, at=now + timedelta(days=1))

    assert not made.items.filter(source_key="charity:figures").exists()


def test_a_published_agenda_is_left_untouched(community, staff, digests, now):
    made = make.prepared_agenda(community, staff)
    agenda.publish(agenda=made, by=staff, at=now)
    before = contents(made)
    digests.told.clear()

    make.prepared_agenda(community, staff, at=now + timedelta(days=1))

    assert contents(made) == before
    with pytest.raises(AgendaPublished):
        agenda.leave_out(item=made.items.first(), by=staff, at=now)


def test_the_database_itself_refuses_to_change_a_published_agenda(community, staff, digests, now):
    made = make.prepared_agenda(community, staff)
    agenda.publish(agenda=made, by=staff, at=now)

    with pytest.raises(IntegrityError, match="published"), transaction.atomic():
        AgendaItem.objects.update(title="anders")
    with pytest.raises(IntegrityError, match="published"), transaction.atomic():
        made.items.first().delete()


def test_a_late_topic_can_still_be_added_and_is_marked(community, staff, digests, now):
    made = make.prepared_agenda(community, staff)
    agenda.publish(agenda=made, by=staff, at=now)

    assert agenda.add_item(agenda=made, section=4, title="临时议题", by=staff, at=now).late


def test_figures_are_frozen_with_their_words_in_both_languages(community, staff, digests, monkeypatch):
    def digest(app, community, month):
        zh = translation.get_language() == "zh-hans"
        figure = Figure("visits", "探访" if zh else "visits", 30, "次" if zh else "times")
        return Digest(app=app, month=month, figures=(figure,)) if app == "services" else None

    monkeypatch.setattr(agenda, "_digest", digest)
    item = make.prepared_agenda(community, staff).items.get()

    assert item.figures == [
        {
            "code": "visits",
            "label": "探访",
            "label_en": "visits",
            "value": 30,
            "unit": "次",
            "unit_en": "times",
            "url": "",
        }
    ]
    with translation.override("en"):
        assert item.shown_figures[0]["label"] == "visits"


def test_open_decisions_of_the_last_meeting_come_first_and_overdue_ones_before_the_others(
    community, staff, digests, now
):
    held = make.open_meeting(
        community, staff, "COMMUNITY", "SOCIAL_WORKER", "CHARITY", month=date(2026, 11, 1), scheduled_at=now
    )
    for text, due in (("以后办", date(2027, 1, 31)), ("早该办", date(2026, 11, 22))):
        decisions.record(
            meeting=held,
            text=text,
            responsible=make.party(community, "CHARITY"),
            due_on=due,
            by=staff,
            at=now,
        )
    calendar.close(meeting=held, by=staff, at=now + timedelta(hours=1))

    made = make.prepared_agenda(community, staff, at=now + timedelta(days=5))

    rows = [each for each in contents(made) if each[0] == 0]
    assert [each[1] for each in rows] == ["早该办", "以后办"]
    assert "逾期" in rows[0][2]


def test_publishing_tells_each_representative_once(community, staff, digests, now):
    for each in ("COMMUNITY", "SOCIAL_WORKER", "CHARITY"):
        make.party(community, each)
    made = make.prepared_agenda(community, staff)
    agenda.publish(agenda=made, by=staff, at=now)

    with pytest.raises(WrongStep):
        agenda.publish(agenda=made, by=staff, at=now)
    assert Outbox.objects.filter(template="meetings.agenda_published", channel="INAPP").count() == 3


def test_a_representative_reads_the_agenda_but_does_not_draw_it(community, staff, digests, now):
    representative = make.user("REPRESENTATIVE", community)
    made = make.prepared_agenda(community, staff)

    assert Agenda.objects.visible_to(representative).filter(pk=made.pk).exists()
    with pytest.raises(NotAllowed):
        make.prepared_agenda(community, representative)


def test_a_neighbour_sees_no_meeting_of_ours(community, staff, stranger, digests):
    make.prepared_agenda(community, staff)

    assert not Meeting.objects.visible_to(stranger).exists()


def test_there_is_one_regular_meeting_of_a_kind_in_a_month_and_extra_ones_beside_it(community, staff):
    make.meeting(community, staff)

    with pytest.raises(AlreadyCalled):
        make.meeting(community, staff)
    assert make.meeting(community, staff, regular=False).number == 2
    with pytest.raises(IntegrityError, match="one_regular"), transaction.atomic():
        Meeting.objects.filter(regular=True).get().__class__.objects.create(
            community=community, kind="JOINT", month=DECEMBER, number=9, scheduled_at=make.NOW
        )


def test_a_matching_meeting_is_regular_once_a_quarter(community, staff):
    assert make.meeting(community, staff, kind="MATCHING", month=date(2026, 11, 1)).month == date(2026, 10, 1)
    with pytest.raises(AlreadyCalled):
        make.meeting(community, staff, kind="MATCHING", month=DECEMBER)


def test_a_missed_friday_becomes_one_that_people_can_still_be_asked_to(community, staff, now):
    found = make.meeting(community, staff, month=date(2026, 11, 1))

    assert found.scheduled_at > now + timedelta(days=2)
    assert found.scheduled_at.weekday() == 4


def test_two_workers_that_draw_at_once_leave_one_agenda(station_db):
    community = station_db
    with scope.within([community.pk]):
        make.registrar()
    start, troubles = threading.Barrier(4), []

    def work():
        try:
            start.wait(10)
            prepare_monthly_agendas(month="2026-12-01")
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)

    with scope.within([community.pk]):
        assert troubles == []
        assert (Meeting.objects.count(), Agenda.objects.count()) == (1, 1)
        keys = list(AgendaItem.objects.values_list("source_key", flat=True))
        assert len(keys) == len(set(keys))
