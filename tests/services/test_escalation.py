"""What happens by itself happens once, however often and however late the beat comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from carenet.notices.models import Outbox
from elders.actions import contacts
from elders.models import RiskEvent
from services.actions import dispatch, escalation, reward_claims
from services.models import Candidate, Case, FollowUp, RequestEvent
from tests import make


def test_an_unanswered_alarm_climbs_every_rung_once(community: Any, now: Any) -> None:
    alarm = make.alarm(make.elder(community))
    station = make.registrar()
    assert escalation.escalate(community=community, by=station, at=now + timedelta(minutes=2)) == 0
    assert escalation.escalate(community=community, by=station, at=now + timedelta(minutes=4)) == 1
    assert escalation.escalate(community=community, by=station, at=now + timedelta(minutes=5)) == 0
    assert escalation.escalate(community=community, by=station, at=now + timedelta(minutes=30)) == 2
    assert escalation.escalate(community=community, by=station, at=now + timedelta(hours=30)) == 0
    assert RequestEvent.objects.filter(request=alarm, verb="escalate").count() == 3
    told = Outbox.objects.filter(template="services.alarm.escalated", key__contains=":rung1:")
    assert [each.to_role for each in told] == ["DIRECTOR"]


def test_an_alarm_somebody_took_climbs_no_further(community: Any, staff: Any, now: Any) -> None:
    alarm = make.alarm(make.elder(community))
    dispatch.claim(request_id=alarm.pk, by=staff, at=now + timedelta(minutes=1))
    assert escalation.escalate(community=community, by=make.registrar(), at=now + timedelta(hours=1)) == 0


def test_an_offer_without_answer_runs_out_once_and_the_office_hears_of_it(
    community: Any, staff: Any, now: Any
) -> None:
    request = make.request(make.elder(community))
    offer = dispatch.offer(request_id=request.pk, helper_id=make.helper(community).pk, by=staff, at=now)
    station = make.registrar()
    assert escalation.expire_offers(community=community, by=station, at=now + timedelta(hours=23)) == 0
    assert escalation.expire_offers(community=community, by=station, at=now + timedelta(hours=25)) == 1
    assert escalation.expire_offers(community=community, by=station, at=now + timedelta(hours=25)) == 0
    assert Candidate.objects.get(pk=offer.pk).state == "EXPIRED"
    assert Outbox.objects.filter(template="services.request.expired").exists()


def test_a_crisis_found_by_the_register_gets_one_case(community: Any, worker: Any, now: Any) -> None:
    elder = make.elder(community, owner=worker)
    contacts.raise_concern(elder=elder, kind="CRISIS", source_key="test:1", at=now)
    station = make.registrar()
    assert escalation.open_crisis_cases(community=community, by=station, at=now) == 1
    assert escalation.open_crisis_cases(community=community, by=station, at=now + timedelta(minutes=1)) == 0
    assert Case.objects.get().worker == worker


def test_a_confirmed_service_is_closed_after_a_week_without_dispute(
    community: Any, staff: Any, now: Any
) -> None:
    request = make.accepted(make.elder(community), make.helper(community), at=now - timedelta(hours=2))
    dispatch.finish(request_id=request.pk, minutes=30, by=staff, at=now)
    dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=now)
    station = make.registrar()
    assert escalation.close_undisputed(community=community, by=station, at=now + timedelta(days=6)) == 0
    assert escalation.close_undisputed(community=community, by=station, at=now + timedelta(days=7)) == 1
    request.refresh_from_db()
    assert request.state == "CLOSED"


def test_a_real_alarm_is_a_risk_event_with_a_follow_up_and_a_mistake_is_neither(
    community: Any, staff: Any, now: Any
) -> None:
    real, mistake = make.elder(community), make.elder(community)
    for elder, outcome in ((real, "REAL"), (mistake, "MISTAKE")):
        alarm = make.alarm(elder)
        done = escalation.resolve(
            request_id=alarm.pk, outcome=outcome, words="", by=staff, at=now + timedelta(minutes=12)
        )
        assert (done.state, done.handler) == ("CONFIRMED", staff)
    assert list(RiskEvent.objects.values_list("elder", "kind")) == [(real.pk, "ALARM")]
    assert list(FollowUp.objects.values_list("elder", "kind")) == [(real.pk, "AFTER_ALARM")]


def test_the_sweep_runs_for_every_open_community(
    community: Any, other_community: Any, monkeypatch: Any
) -> None:
    from services import tasks

    seen: list[int] = []
    monkeypatch.setattr(escalation, "escalate", lambda *, community, by, at: seen.append(community.pk) or 0)
    tasks.sweep()
    assert sorted(seen) == sorted([community.pk, other_community.pk])


def test_a_verb_of_the_sweep_that_fails_stops_neither_the_others_nor_the_next_community(
    community: Any, other_community: Any, monkeypatch: Any
) -> None:
    from carenet.notices.models import Heartbeat
    from services import tasks

    def broken(**_facts: Any) -> None:
        raise RuntimeError("the shop is on fire")

    seen: list[int] = []
    monkeypatch.setattr(escalation, "escalate", broken)
    monkeypatch.setattr(reward_claims, "pull", lambda *, community, by, at: seen.append(community.pk))

    tasks.sweep()

    assert sorted(seen) == sorted([community.pk, other_community.pk])
    found = Heartbeat.objects.get(name="services.sweep")
    assert not found.ok
    assert "_alarms" in found.detail
