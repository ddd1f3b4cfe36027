"""Honours: criteria of the day, other people's voices, consent before publication, notice before award."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from carenet.accounts.models import RoleGrant
from carenet.parties import scope
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make import training as making
from volunteers.actions import honours, registry
from volunteers.models import Nomination, Objection

LATER = NOW + timedelta(days=8)


@pytest.fixture
def nominated(community: Any, worker: Any) -> Nomination:
    """Chen nominated, Zhou endorsed, the person agreed; Li may decide."""
    found = honours.nominate(
        honour=making.honour(community), person=make.volunteer(community).person, words="三年如一日照顾独居老人",
        by=worker, at=NOW, consented_on=NOW.date(),
    )  # fmt: skip
    honours.endorse(nomination=found, words="同意", by=make.user("SUPERVISOR", community), at=NOW)
    return found


def test_criteria_are_measured_on_the_day_and_their_lack_is_said(community: Any, worker: Any) -> None:
    honour = making.honour(community, min_hours=2, min_months=12)
    volunteer = make.volunteer(community)
    with pytest.raises(honours.CriteriaNotMet) as refused:
        honours.nominate(honour=honour, person=volunteer.person, words="好", by=worker, at=NOW)
    assert volunteer.person.name in refused.value.message
    make.served(volunteer, minutes=130)
    found = honours.nominate(honour=honour, person=volunteer.person, words="好", by=worker, at=NOW)
    assert [(each["code"], each["found"], each["ok"]) for each in found.checked] == [
        ("hours", 2, True),
        ("months", 20, True),
    ]
    with pytest.raises(honours.AlreadyNominated):
        honours.nominate(honour=honour, person=volunteer.person, words="好", by=worker, at=NOW)


def test_other_criteria_hold_from_a_day_on_and_never_backwards(community: Any, director: Any) -> None:
    old = making.honour(community, name="最美老年社工", min_hours=10)
    new = honours.set_criteria(
        community=community, name="最美老年社工", words="好", min_hours=50, valid_from=date(2026, 12, 1), source="联席会议",
        by=director, at=NOW,
    )  # fmt: skip
    old.refresh_from_db()
    assert old.valid_to == new.valid_from
    with pytest.raises(honours.NotInThePast):
        honours.set_criteria(
            community=community, name="最美老年社工", words="好", valid_from=date(2026, 11, 1), source="联席会议", by=director,
            at=NOW,
        )  # fmt: skip


def test_who_nominated_or_endorsed_does_not_decide(community: Any, nominated: Any) -> None:
    endorser = nominated.endorsed.get().by
    RoleGrant.objects.create(user=endorser, role="COMMITTEE", community=community, since=date(2024, 1, 1))
    endorser.forget_roles()
    with pytest.raises(honours.FourEyes):
        honours.approve(nomination=nominated, words="", by=endorser, at=NOW)
    with pytest.raises(honours.AlreadyEndorsed):
        honours.endorse(nomination=nominated, words="", by=nominated.nominated_by, at=NOW)


def test_nothing_is_published_without_consent_and_enough_voices(
    community: Any, worker: Any, staff: Any
) -> None:
    found = honours.nominate(
        honour=making.honour(community), person=make.person(community), words="好", by=worker, at=NOW
    )
    with pytest.raises(honours.NoConsent):
        honours.approve(nomination=found, words="", by=staff, at=NOW)
    honours.consent(nomination=found, on=NOW.date(), by=worker, at=NOW)
    with pytest.raises(honours.TooFewEndorsements):
        honours.approve(nomination=found, words="", by=staff, at=NOW)


def test_the_award_waits_for_the_notice_and_for_every_objection(
    nominated: Any, staff: Any, director: Any
) -> None:
    found = honours.approve(nomination=nominated, words="一致同意", by=staff, at=NOW)
    with pytest.raises(honours.StillOnNotice):
        honours.award(nomination=found, by=director, at=NOW + timedelta(days=7))
    objection = honours.object_to(
        nomination=found, words="听说有投诉", name="", contact="", on=NOW.date(), at=NOW, address="10.0.0.9"
    )
    with pytest.raises(honours.ObjectionOpen):
        honours.award(nomination=found, by=director, at=LATER)
    with pytest.raises(honours.FourEyes):
        honours.answer(objection=objection, words="没问题", upheld=False, by=found.nominated_by, at=NOW)
    honours.answer(objection=objection, words="已核实，没有投诉", upheld=False, by=staff, at=NOW)
    found = honours.award(nomination=found, by=director, at=LATER)
    assert (found.state, found.awarded_on) == ("AWARDED", LATER.date())
    with pytest.raises(honours.NoticeOver):
        honours.object_to(nomination=found, words="晚了", name="", contact="", on=LATER.date(), at=LATER)
    gone = honours.revoke(nomination=found, reason="查实造假", by=director, at=LATER)
    assert gone.revoked_reason == "查实造假"


def test_an_objection_found_right_stops_the_award(nominated: Any, staff: Any, director: Any) -> None:
    found = honours.approve(nomination=nominated, words="", by=staff, at=NOW)
    objection = honours.object_to(
        nomination=found, words="收了钱", name="", contact="", on=NOW.date(), at=NOW
    )
    honours.answer(objection=objection, words="属实", upheld=True, by=staff, at=NOW)
    with pytest.raises(honours.ObjectionUpheld):
        honours.award(nomination=found, by=director, at=LATER)
    assert honours.refuse(nomination=found, reason="异议成立", by=director, at=LATER).state == "REFUSED"


def test_the_public_page_names_people_on_notice_and_takes_objections_from_anybody(
    community: Any, worker: Any, staff: Any
) -> None:
    """By the clock of the machine, because the page reads it."""
    from django.utils import timezone

    now = timezone.now()
    person, hidden = make.volunteer(community, name="罗大姐").person, make.person(community, name="不公开")
    honour = making.honour(community, endorsements=0)
    found = honours.nominate(
        honour=honour, person=person, words="好邻居", by=worker, at=now, consented_on=timezone.localdate(now)
    )
    honours.nominate(honour=honour, person=hidden, words="好", by=worker, at=now)
    honours.approve(nomination=found, words="", by=staff, at=now)
    page = Client().get(reverse("volunteers:honours-community", args=[community.slug])).content.decode()
    assert "罗大姐" in page and "不公开" not in page
    url = reverse("volunteers:honour-object", args=[community.slug, found.pk])
    sent = Client().post(url, {"words": "他不是志愿者", "idempotency_key": once.new_key()})
    assert sent.status_code == 302
    with scope.within([community.pk]):
        assert Objection.objects.get().words == "他不是志愿者"


def test_a_level_that_has_run_out_is_no_longer_a_criterion_met(community: Any, worker: Any) -> None:
    honour, volunteer = making.honour(community, min_level=2), make.volunteer(community, level=2)
    (line,) = honours.measure(honour=honour, person=volunteer.person, on=NOW.date())
    assert line["ok"], "what was known at enrolment counts as long as nothing has run out"
    facts: dict[str, Any] = {"volunteer": volunteer, "level": 2, "by": worker, "at": NOW}
    registry.qualify(valid_from=date(2025, 11, 1), valid_to=NOW.date(), **facts)
    (line,) = honours.measure(honour=honour, person=volunteer.person, on=NOW.date())
    assert (line["found"], line["ok"]) == (1, False)
    registry.qualify(valid_from=NOW.date(), **facts)
    (line,) = honours.measure(honour=honour, person=volunteer.person, on=NOW.date())
    assert (line["found"], line["ok"]) == (2, True)
