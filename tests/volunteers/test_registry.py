"""Enrolment, pauses, teams, and what a volunteer may deliver."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.ledger.models import Account
from carenet.parties.models import ServiceKind
from tests import make
from tests.make import NOW
from volunteers import policies
from volunteers.actions import fit, registry, rewards, shift_refusals
from volunteers.models import Volunteer
from volunteers.reports import learning


def test_enrolment_opens_three_accounts_and_gives_a_number(community: Any) -> None:
    one, two = make.volunteer(community), make.volunteer(community)
    assert set(Account.objects.filter(code=one.account_code).values_list("unit", flat=True)) == {
        "MINUTE",
        "COIN",
        "POINT",
    }
    assert (one.number, two.number) == ("V2025-0001", "V2025-0002")


def test_a_person_is_enrolled_once(community: Any) -> None:
    volunteer = make.volunteer(community)
    with pytest.raises(registry.AlreadyEnrolled):
        make.volunteer(community, of=volunteer.person)


def test_only_the_office_enrols(community: Any, auditor: Any, stranger: Any) -> None:
    person = make.person(community)
    for user in (auditor, stranger, make.volunteer_user(make.volunteer(community))):
        with pytest.raises(NotAllowed):
            registry.enrol(person=person, by=user, at=NOW)


def test_leaving_freezes_coins_and_points_and_coming_back_thaws_them(community: Any, staff: Any) -> None:
    volunteer = make.volunteer(community)
    left = registry.leave(volunteer=volunteer, on=NOW.date(), reason="搬家", by=staff, at=NOW)
    assert left.state == "LEFT"
    assert Account.objects.filter(code=volunteer.account_code, frozen_at__isnull=True).count() == 0
    registry.come_back(volunteer=left, by=staff, at=NOW)
    assert Account.objects.filter(code=volunteer.account_code, frozen_at__isnull=True).count() == 3


def test_the_slip_of_somebody_who_left_can_be_cancelled_and_its_points_rest_with_the_others(
    community: Any, staff: Any
) -> None:
    volunteer = make.volunteer(community)
    make.points(volunteer, 100)
    slip = rewards.redeem(
        volunteer=volunteer,
        reward=make.reward(community, points=30),
        key="k",
        by=staff,
        on=NOW.date(),
        at=NOW,
    )
    registry.leave(volunteer=volunteer, on=NOW.date(), reason="搬家", by=staff, at=NOW)

    rewards.take_back(redemption=slip, by=staff, at=NOW)

    account = Account.objects.get(code=volunteer.account_code, unit="POINT")
    assert account.balance == 100
    assert account.frozen_at is not None


def test_who_left_cannot_pause(community: Any, staff: Any) -> None:
    volunteer = registry.leave(
        volunteer=make.volunteer(community), on=NOW.date(), reason="", by=staff, at=NOW
    )
    with pytest.raises(WrongStep):
        registry.pause(volunteer=volunteer, until=None, by=staff, at=NOW)


def test_a_volunteer_may_pause_by_themselves_but_not_leave_for_others(community: Any) -> None:
    volunteer = make.volunteer(community)
    own = make.volunteer_user(volunteer)
    assert registry.pause(volunteer=volunteer, until=date(2027, 1, 1), by=own, at=NOW).state == "PAUSED"
    other = make.volunteer(community)
    with pytest.raises(NotAllowed):
        registry.pause(volunteer=other, until=None, by=own, at=NOW)


def test_the_captain_is_a_member_of_the_team(community: Any, staff: Any) -> None:
    team = make.team(community)
    outside, inside = make.volunteer(community), make.volunteer(community, team=team)
    with pytest.raises(registry.WrongTeam):
        registry.choose_captain(team=team, captain=outside, by=staff, at=NOW)
    assert registry.choose_captain(team=team, captain=inside, by=staff, at=NOW).captain == inside
    with pytest.raises(registry.TeamExists):
        registry.found_team(community=community, name=team.name, by=staff, at=NOW)


def kind(risk: str) -> ServiceKind:
    found = ServiceKind.objects.filter(risk=risk, who__contains=["VO"]).first()
    assert found is not None, f"the catalogue has no service of class {risk} for volunteers"
    return found


def test_the_training_level_opens_the_risk_class(community: Any) -> None:
    beginner, trained = make.volunteer(community), make.volunteer(community, level=2)
    assert policies.may_deliver(beginner, kind("A"), on=NOW.date())
    assert not policies.may_deliver(beginner, kind("B"), on=NOW.date())
    assert policies.may_deliver(trained, kind("B"), on=NOW.date())
    assert policies.may_deliver(trained.person, kind("B"))


def test_a_certificate_opens_its_service_for_its_days_only(community: Any, staff: Any) -> None:
    volunteer, service = make.volunteer(community), kind("B")
    registry.qualify(
        volunteer=volunteer, service_kind=service, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 22), by=staff,
        at=NOW,
    )  # fmt: skip
    assert policies.may_deliver(volunteer, service, on=NOW.date())
    assert not policies.may_deliver(volunteer, service, on=NOW.date() + timedelta(days=1))


def test_a_level_that_has_run_out_locks_until_it_is_renewed_whatever_was_written_at_enrolment(
    community: Any, staff: Any
) -> None:
    volunteer, ended = make.volunteer(community, level=2), NOW.date()
    facts: dict[str, Any] = {"volunteer": volunteer, "level": 2, "by": staff, "at": NOW}
    registry.qualify(valid_from=date(2026, 1, 1), valid_to=ended, **facts)
    assert policies.may_deliver(volunteer, kind("B"), on=ended - timedelta(days=1))
    assert not policies.may_deliver(volunteer, kind("B"), on=ended)
    assert policies.may_deliver(volunteer, kind("A"), on=ended), "what is below it stays open"
    slot = make.slot(community, service_kind=kind("B"), starts_at=NOW + timedelta(days=1))
    with pytest.raises(shift_refusals.NotQualified):
        fit.check(volunteer=volunteer, slot=slot)
    assert kind("B") not in [each.kind for each in learning.abilities(volunteer, ended).open]
    registry.qualify(valid_from=ended, **facts)
    assert policies.may_deliver(volunteer, kind("B"), on=ended)


def test_services_for_professionals_and_pausing_volunteers_are_refused(community: Any, staff: Any) -> None:
    volunteer = make.volunteer(community, level=3)
    professional = ServiceKind.objects.exclude(who__contains=["VO"]).first()
    assert not policies.may_deliver(volunteer, professional, on=NOW.date())
    registry.pause(volunteer=volunteer, until=None, by=staff, at=NOW)
    volunteer.refresh_from_db()
    assert not policies.may_deliver(volunteer, kind("A"), on=NOW.date())


def test_strangers_do_not_see_the_volunteers(community: Any, stranger: Any, staff: Any, auditor: Any) -> None:
    mine, other = make.volunteer(community), make.volunteer(community)
    assert Volunteer.objects.visible_to(stranger).count() == 0
    assert Volunteer.objects.visible_to(staff).count() == Volunteer.objects.visible_to(auditor).count() == 2
    assert list(Volunteer.objects.visible_to(make.volunteer_user(mine))) == [mine]
    assert list(Volunteer.objects.visible_to(staff).search(other.number)) == [other]


def test_nobody_writes_down_their_own_level_qualification_or_insurance(community: Any, staff: Any) -> None:
    person = make.person(community)
    worker = make.user("SOCIAL_WORKER", community, person=person)
    with pytest.raises(registry.OwnTraining):
        registry.enrol(person=person, level=2, by=worker, at=NOW)
    own = registry.enrol(person=person, by=worker, at=NOW)
    with pytest.raises(registry.OwnTraining):
        registry.qualify(volunteer=own, level=3, valid_from=NOW.date(), by=worker, at=NOW)
    kept: dict[str, Any] = {
        name: getattr(own, name)
        for name in ("source", "channel", "motive", "team", "skills", "agreed_on", "building", "door")
    }
    for level, insured_until in ((2, None), (1, date(2027, 1, 1))):
        with pytest.raises(registry.OwnTraining):
            registry.change(
                volunteer=own, level=level, insured_until=insured_until, by=worker, at=NOW, **kept
            )
    registry.qualify(volunteer=own, level=2, valid_from=NOW.date(), by=staff, at=NOW)
    assert policies.may_deliver(own, kind("B"), on=NOW.date())
