"""A case goes to a colleague with its notes and follow-ups; one of two at once wins; nobody's cases are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import RoleGrant, User
from carenet.audit.models import Note
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.notices.models import Outbox
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import once
from services import policies
from services.actions import cases, hand_overs
from services.models import Case, FollowUp, HandOver, Visit
from services.refusals import (
    CaseClosed,
    HandedOverMeanwhile,
    HandOverDay,
    NoSuchOwner,
    WordsMissing,
)
from tests import make
from tests.make import NOW
from tests.make.parties import SINCE
from tests.services.test_races import together

TODAY = NOW.date()


@pytest.fixture
def colleague(community: Community) -> User:
    return make.user("SOCIAL_WORKER", community, display_name="赵社工")


def opened(community: Community, by: User, key: str = "c", days_ago: int = 30) -> Case:
    at = NOW - timedelta(days=days_ago)
    return cases.open_case(
        elder=make.elder(community), worker=by, reason="丧偶后不愿出门", key=key, by=by, at=at
    )


def hand(case: Case, to: User, by: User, **changed: Any) -> HandOver:
    facts = {"of_id": case.worker_id, "reason": "休产假", "on": TODAY, "key": f"h{case.pk}{to.pk}", "at": NOW}
    return hand_overs.hand_over(case_id=case.pk, to=to, by=by, **{**facts, **changed})


def test_the_case_its_notes_and_its_open_follow_ups_go_along_and_the_old_owner_reads_them_no_longer(
    community: Community, worker: User, colleague: User, supervisor: User
) -> None:
    case = opened(community, worker)
    visit = make.visit(case.elder, by=worker, note="她说起女儿就哭", mood="POOR", findings=["FALL"])
    row = hand(case, colleague, supervisor, on=TODAY - timedelta(days=3))
    case.refresh_from_db()
    assert case.worker == colleague and row.on == TODAY - timedelta(days=3)
    assert set(FollowUp.objects.filter(visit=visit).values_list("owner", flat=True)) == {colleague.pk}
    seen = Visit.objects.select_related("case").get(pk=visit.pk)
    assert [policies.may_read_note(each, seen) for each in (worker, colleague)] == [False, True]
    assert [policies.may_read_case(each, case) for each in (worker, colleague)] == [False, True]
    told = dict(
        Outbox.objects.filter(template__startswith="services.case.").values_list("template", "to_user")
    )
    assert told == {"services.case.yours": colleague.pk, "services.case.gone": worker.pk}
    assert Note.objects.filter(verb="services.case_handed_over", object_id=str(case.pk)).exists()


def test_a_hand_over_by_mistake_is_handed_back_and_both_rows_stay(
    community: Community, worker: User, colleague: User
) -> None:
    case = opened(community, worker)
    row = hand(case, colleague, worker)
    case.refresh_from_db()
    hand(case, worker, colleague, reason="点错了人", key="back")
    case.refresh_from_db()
    assert case.worker == worker and case.hand_overs.count() == 2
    assert policies.may_read_case(worker, case) and not policies.may_read_case(colleague, case)
    for change in (lambda: HandOver.objects.filter(pk=row.pk).update(reason="x"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_same_key_hands_over_once(community: Community, worker: User, colleague: User) -> None:
    case = opened(community, worker)
    assert hand(case, colleague, worker) == hand(case, colleague, worker)
    assert HandOver.objects.count() == 1


def test_a_hand_over_is_refused_in_a_sentence(
    community: Community,
    other_community: Community,
    worker: User,
    colleague: User,
    staff: User,
    supervisor: User,
) -> None:
    case = opened(community, worker)
    gone = make.user("SOCIAL_WORKER", community, is_active=False)
    neighbour = make.user("SOCIAL_WORKER", other_community)
    refused: list[tuple[type[DomainError], dict[str, Any]]] = [
        (WordsMissing, {"reason": " "}),
        (HandOverDay, {"on": TODAY + timedelta(days=1)}),
        (HandOverDay, {"on": TODAY - timedelta(days=31)}),
        (HandedOverMeanwhile, {"of_id": supervisor.pk}),
        *[(NoSuchOwner, {"to": each}) for each in (worker, staff, gone, neighbour)],
        *[(NotAllowed, {"by": each}) for each in (colleague, staff, neighbour)],
    ]
    for kind, changed in refused:
        with pytest.raises(kind):
            hand(case, **{"to": colleague, "by": worker, **changed})
    cases.close(case_id=case.pk, outcome="好转", by=worker, at=NOW)
    with pytest.raises(CaseClosed):
        hand(case, colleague, supervisor)
    assert not HandOver.objects.exists()


def test_of_two_hand_overs_at_once_one_wins_and_the_other_reads_whose_it_is(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        owner, first, second = (
            make.user("SOCIAL_WORKER", station_db, display_name=each) for each in "甲乙丙"
        )
        supervisors = [make.user("SUPERVISOR", station_db) for _ in range(2)]
        case = opened(station_db, owner)
    results = together(
        station_db,
        [
            lambda to=to, by=by: hand(case, to, by)
            for to, by in zip((first, second), supervisors, strict=True)
        ],
        threads=2,
    )
    refused = [each for each in results if isinstance(each, HandedOverMeanwhile)]
    assert len(refused) == 1
    with scope.within([station_db.pk]):
        assert HandOver.objects.count() == 1
        assert str(Case.objects.select_related("worker").get().worker) in refused[0].message


def test_the_cases_of_who_works_here_no_longer_are_nobodys_and_are_handed_over_together(
    community: Community, worker: User, colleague: User, supervisor: User, client_for: Any
) -> None:
    left = [opened(community, worker, key=f"n{number}") for number in range(3)]
    kept = opened(community, colleague, key="kept")
    client, url = client_for(supervisor), reverse("services:cases-nobodys")
    assert left[0].elder.person.name not in client.get(url).content.decode()
    RoleGrant.objects.filter(user=worker).update(until=SINCE)
    page = client.get(url).content.decode()
    assert all(each.elder.person.name in page for each in left) and kept.elder.person.name not in page
    body = {"to": colleague.pk, "reason": "李社工已离职", "on": timezone.localdate().isoformat()}
    empty = client.post(url, {**body, "idempotency_key": once.new_key()})
    assert empty.status_code == 422 and "勾选" in empty.content.decode()
    held = [f"{each.pk}:{worker.pk}" for each in left[:2]]
    assert client.post(url, {**body, "held": held, "idempotency_key": once.new_key()}).status_code == 302
    assert set(Case.objects.filter(worker=colleague)) == {*left[:2], kept}
    assert list(Case.objects.nobodys()) == [left[2]]
    assert not Outbox.objects.filter(template="services.case.gone").exists(), "who left is not written to"
    assert client_for(colleague).get(url).status_code == 404


def test_the_page_hands_a_case_over_once_and_shows_who_had_it(
    community: Community, worker: User, colleague: User, supervisor: User, client_for: Any
) -> None:
    case = opened(community, worker)
    client, url = client_for(worker), reverse("services:case-hand-over", args=[case.pk])
    assert "赵社工" in client.get(url).content.decode()
    body = {
        "to": colleague.pk,
        "reason": "她更熟悉这一家",
        "on": timezone.localdate().isoformat(),
        "held": f"{case.pk}:{worker.pk}",
    }
    assert client.post(url, {**body, "idempotency_key": once.new_key()}).status_code == 302
    late = client_for(supervisor).post(url, {**body, "to": supervisor.pk, "idempotency_key": once.new_key()})
    assert late.status_code == 422 and "赵社工" in late.content.decode(), "the page was opened before"
    seen = client.get(reverse("services:case", args=[case.pk])).content.decode()
    assert "赵社工" in seen and "她更熟悉这一家" not in seen, "the reason is a word of the case"
    back = client_for(colleague).get(reverse("services:case", args=[case.pk])).content.decode()
    assert f"{url}?to={worker.pk}" in back and "她更熟悉这一家" in back
