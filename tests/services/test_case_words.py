"""What a case is about, and the note of a visit, are read by their owner and the supervisor; at every door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import RoleGrant, User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from elders.actions import copying, rights
from services import policies
from services.actions import cases, visits
from services.models import Case, Visit
from services.reports import dossier, timelines
from tests import make
from tests.make import NOW
from tests.make.parties import SINCE

WORDS = ("丧偶后不愿出门", "每周出门两次")
NOTE = "她说起女儿就哭"
READERS = [("SOCIAL_WORKER", False), ("SUPERVISOR", True), ("DIRECTOR", False), ("COMMITTEE", False)]


def opened(community: Community, by: User) -> Case:
    return cases.open_case(
        elder=make.elder(community), worker=by, reason=WORDS[0], goal=WORDS[1], key="words", by=by, at=NOW
    )


@pytest.mark.parametrize(("role", "reads"), READERS)
def test_the_words_of_a_case_are_read_by_its_owner_and_the_supervisor_and_each_look_says_so(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    case = opened(community, worker)
    zhou = make.user("SUPERVISOR", community, display_name="周督导")
    reader = make.user(role, community)
    client = client_for(reader)
    for name, args in (("services:cases", []), ("services:case", [case.pk])):
        page = client.get(reverse(name, args=args))
        said = page.content.decode()
        assert page.status_code == 200 and case.elder.person.name in said
        assert (WORDS[0] in said) is reads and str(worker) in said, "others read whose case it is"
        looked = ReadLog.objects.filter(user=reader, person_id=case.elder.person_id).latest("pk")
        assert ("case" in looked.fields) is reads
    assert (WORDS[1] in said) is reads and ('name="outcome"' in said) is reads
    assert (str(zhou) in said) is not reads, "whom to ask stands there"


@pytest.mark.parametrize(("role", "reads"), READERS[:3])
def test_the_office_register_of_cases_shows_their_words_row_by_row(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    case = opened(community, worker)
    reader = make.user(role, community)
    own = cases.open_case(
        elder=make.elder(community), worker=reader, reason="自己的案", key="own", by=reader, at=NOW
    )
    client = client_for(reader)
    listed = client.get(reverse("admin:services_case_changelist")).content.decode()
    assert (WORDS[0] in listed) is reads and own.reason in listed
    page = client.get(reverse("admin:services_case_change", args=[case.pk])).content.decode()
    assert [each in page for each in WORDS] == [reads, reads]
    looked = ReadLog.objects.filter(user=reader, person_id=case.elder.person_id).latest("pk")
    assert ("case" in looked.fields) is reads


@pytest.mark.parametrize(("role", "reads"), READERS)
def test_the_note_of_a_visit_is_read_by_who_made_it_and_the_supervisor(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    visit = make.visit(make.elder(community), by=worker, note=NOTE)
    reader = make.user(role, community)
    for client, shown in ((client_for(reader), reads), (client_for(worker), True)):
        page = client.get(reverse("services:visit", args=[visit.pk])).content.decode()
        form = client.get(reverse("services:visit-log", args=[visit.elder_id])).content.decode()
        assert (NOTE in page) is shown and (NOTE in form) is shown
        assert client.get(reverse("services:visit-correct", args=[visit.pk])).status_code == (
            200 if shown else 404
        )
    looked = ReadLog.objects.filter(user=reader, person_id=visit.elder.person_id).latest("pk")
    assert ("note" in looked.fields) is reads


def test_the_owner_of_a_case_reads_what_a_colleague_noted_in_it(community: Community, worker: User) -> None:
    case, colleague = opened(community, worker), make.user("SOCIAL_WORKER", community)
    visit = make.visit(case.elder, by=colleague, note=NOTE, case=case)
    other = make.user("SOCIAL_WORKER", community)
    assert [policies.may_read_note(each, visit) for each in (worker, colleague, other)] == [True, True, False]
    with pytest.raises(NotAllowed):
        visits.correct(visit=visit, reason="看看", key="peek", by=other, at=NOW)


def test_whoever_works_here_no_longer_reads_nothing_of_their_cases(
    community: Community, worker: User, client_for: Any
) -> None:
    case = opened(community, worker)
    visit = make.visit(case.elder, by=worker, note=NOTE)
    RoleGrant.objects.filter(user=worker).update(until=SINCE)
    make.user("AUDITOR", community)
    RoleGrant.objects.create(user=worker, role="AUDITOR", community=community, since=SINCE)
    gone = User.objects.get(pk=worker.pk)
    assert not policies.may_read_case(gone, case) and not policies.may_read_note(
        gone, Visit.objects.get(pk=visit.pk)
    )
    history = client_for(gone).get(reverse("audit:row", args=["services.case", case.pk]))
    assert history.status_code == 200 and WORDS[0] not in history.content.decode()


def test_the_history_of_a_case_opens_its_words_to_a_director_who_supervises_and_to_nobody_else(
    community: Community, worker: User, director: User, auditor: User, client_for: Any
) -> None:
    case = opened(community, worker)
    cases.close(case_id=case.pk, outcome="已能自己买菜", by=worker, at=NOW + timedelta(days=1))
    url = reverse("audit:row", args=["services.case", case.pk])
    for reader in (director, auditor):
        said = client_for(reader).get(url).content.decode()
        assert not [each for each in (*WORDS, "已能自己买菜") if each in said]
        assert "结果" in said, "that it changed is told"
    RoleGrant.objects.create(user=director, role="SUPERVISOR", community=community, since=SINCE)
    said = client_for(User.objects.get(pk=director.pk)).get(url).content.decode()
    assert all(each in said for each in (*WORDS, "已能自己买菜"))


def test_the_copy_of_a_file_keeps_the_words_and_is_made_by_who_reads_them(
    community: Community, worker: User, staff: User, supervisor: User, client_for: Any
) -> None:
    case = opened(community, worker)
    elder = case.elder
    rights.ask(elder=elder, kind="COPY", words="要一份", by=staff, at=NOW)
    url = reverse("elders:copy", args=[elder.pk])
    closed = client_for(staff).get(url).content.decode()
    assert WORDS[0] not in closed and str(supervisor) in closed
    with pytest.raises(NotAllowed):
        copying.start(elder=elder, by=staff, at=NOW)
    assert client_for(staff).get(reverse("elders:copy-out", args=[elder.pk])).status_code == 403
    for reader in (worker, supervisor):
        assert WORDS[0] in client_for(reader).get(url).content.decode(), (
            "nothing is left out of the elder's copy"
        )
    job = copying.start(elder=elder, by=supervisor, at=NOW)
    assert (
        client_for(staff).get(reverse("elders:copy-download", args=[elder.pk, job.pk, "pdf"])).status_code
        == 403
    )
    assert dossier.why_not(make.elder(community), staff) == "", "a file without a case is anybody's work"


def test_the_form_that_ties_a_treatment_plan_names_a_goal_to_who_reads_it(
    community: Community, worker: User, client_for: Any
) -> None:
    case = opened(community, worker)
    line = make.care_line(case)
    url = reverse("services:care-plan", args=[line.plan_id])
    assert WORDS[1] in client_for(worker).get(url).content.decode()
    assert WORDS[1] not in client_for(make.user("SOCIAL_WORKER", community)).get(url).content.decode()


def test_whoever_opened_a_case_reads_and_closes_it_whatever_their_role(
    community: Community, staff: User, client_for: Any
) -> None:
    case = opened(community, staff)
    assert WORDS[0] in client_for(staff).get(reverse("services:case", args=[case.pk])).content.decode()
    assert cases.close(case_id=case.pk, outcome="好转", by=staff, at=NOW).state == "CLOSED"


def test_a_case_is_not_closed_by_whoever_may_not_read_it(
    community: Community, worker: User, staff: User
) -> None:
    case = opened(community, worker)
    with pytest.raises(NotAllowed):
        cases.close(case_id=case.pk, outcome="好转", by=staff, at=NOW)


def test_the_list_of_cases_asks_the_database_as_often_for_two_as_for_twenty(
    community: Community, worker: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client, url = client_for(make.user("SUPERVISOR", community)), reverse("services:cases")
    few = 0
    client.get(url)
    for number in range(20):
        cases.open_case(
            elder=make.elder(community), worker=worker, reason="独居", key=f"many:{number}", by=worker, at=NOW
        )
        if number in (1, 19):
            with django_assert_max_num_queries(40) as asked:
                client.get(url)
            few = few or len(asked)
    assert len(asked) <= few


def test_the_timeline_says_that_there_is_a_case_and_whose_without_its_words(
    community: Community, worker: User
) -> None:
    case = opened(community, worker)
    cases.close(case_id=case.pk, outcome="已能自己买菜", by=worker, at=NOW + timedelta(days=1))
    lines = list(timelines.timeline(case.elder, before=NOW + timedelta(days=2)))
    assert [each.kind for each in lines] == ["CASE", "CASE"]
    said = " ".join(f"{each.title} {each.detail}" for each in lines)
    assert str(worker) in said and not any(words in said for words in (*WORDS, "已能自己买菜"))
