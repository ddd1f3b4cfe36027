"""The registers of the volunteers in the office: read by their readers, changed by nobody but through actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from carenet.audit.models import ReadLog
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make import training as making
from tests.make.parties import registrar
from volunteers.actions import gifts, honours, late_hours, registry, shifts
from volunteers.models import Team

REGISTERS = [each for each in admin.site._registry if each._meta.app_label == "volunteers"]


def address(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:volunteers_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def something(community: Any) -> None:
    """A row in most registers."""
    one, two = make.volunteer(community), make.volunteer(community)
    make.served(one, minutes=120)
    gifts.offer(
        giver=one,
        receiver=two,
        coins=30,
        relation="SPOUSE",
        words="",
        key="a",
        on=NOW.date(),
        at=NOW,
        by=registrar(),
    )
    slot = make.slot(community, team=make.team(community))
    make.promised(slot, one)
    shifts.plan(
        template=slot.template, weekdays=[0, 2], starts=NOW.time(), from_on=NOW.date(),
        until_on=NOW.date() + timedelta(days=14), by=registrar(), at=NOW,
    )  # fmt: skip
    start = NOW - timedelta(days=40)
    late_hours.ask(
        volunteer=one,
        what="陪诊",
        why="忘了",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        by=registrar(),
        at=NOW,
    )
    making.passed(making.course_run(making.course(community)), two)
    honours.nominate(honour=making.honour(community), person=two.person, words="好", by=registrar(), at=NOW)
    make.points(one, 100)


def test_every_register_opens_searches_and_exports_for_its_readers(
    something: None, client_for: Any, staff: Any, auditor: Any, community: Any
) -> None:
    assert len(REGISTERS) >= 35
    office, reader = client_for(staff), client_for(auditor)
    volunteer = client_for(make.volunteer_user(make.volunteer(community)))
    filled = 0
    for model in REGISTERS:
        for query in ("", "?q=林"):
            assert office.get(address(model) + query).status_code == 200, (model, query)
        assert reader.get(address(model)).status_code == 200, model
        assert volunteer.get(address(model)).status_code in (302, 403, 404), model
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            filled += 1
            page = office.get(address(model, "change", row.pk))
            assert page.status_code == 200, model
            if model is not Team:
                assert b'name="_save"' not in page.content, f"{model} is only read here"
    assert filled >= 15
    assert ReadLog.objects.filter(user=staff).exists()


def test_a_teams_stage_is_not_changed_in_the_register(client_for: Any, staff: Any, community: Any) -> None:
    team, other = make.team(community), make.team(community)
    outside = make.volunteer(community, team=other)
    form = {"name": "新名字", "stage": "INDEPENDENT", "community": community.pk, "since": "2026-01-01"}
    office = client_for(staff)

    def save(**more: Any) -> Any:
        return office.post(address(Team, "change", team.pk), {**form, **more, once.FIELD: once.new_key()})

    assert save().status_code == 302
    team.refresh_from_db()
    assert (team.name, team.stage) == ("新名字", "INCUBATION")
    refused = save(captain=outside.pk)
    assert refused.status_code == 200 and str(registry.WrongTeam.default_message) in refused.content.decode()
