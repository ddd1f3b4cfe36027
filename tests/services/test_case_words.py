"""What a case is about is read by whose case it is and by the social workers; others see that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from services.actions import cases
from services.models import Case
from services.reports import timelines
from tests import make
from tests.make import NOW

WORDS = ("丧偶后不愿出门", "每周出门两次")


def opened(community: Community, by: User) -> Case:
    return cases.open_case(
        elder=make.elder(community), worker=by, reason=WORDS[0], goal=WORDS[1], key="words", by=by, at=NOW
    )


@pytest.mark.parametrize(("role", "reads"), [("SOCIAL_WORKER", True), ("SUPERVISOR", True), ("DIRECTOR", True), ("COMMITTEE", False)])  # fmt: skip
def test_the_words_of_a_case_are_read_by_social_work_and_each_look_says_so(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    case = opened(community, worker)
    reader = make.user(role, community)
    client = client_for(reader)
    for name, args in (("services:cases", []), ("services:case", [case.pk])):
        page = client.get(reverse(name, args=args))
        said = page.content.decode()
        assert page.status_code == 200 and case.elder.person.name in said
        assert (WORDS[0] in said) is reads
        looked = ReadLog.objects.filter(user=reader, person_id=case.elder.person_id).latest("pk")
        assert ("case" in looked.fields) is reads
    assert (WORDS[1] in said) is reads and ('name="outcome"' in said) is reads
    assert (client.get(reverse("admin:services_case_changelist")).status_code == 200) is reads


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


def test_the_timeline_says_that_there_is_a_case_and_whose_without_its_words(
    community: Community, worker: User
) -> None:
    case = opened(community, worker)
    cases.close(case_id=case.pk, outcome="已能自己买菜", by=worker, at=NOW + timedelta(days=1))
    lines = list(timelines.timeline(case.elder, before=NOW + timedelta(days=2)))
    assert [each.kind for each in lines] == ["CASE", "CASE"]
    said = " ".join(f"{each.title} {each.detail}" for each in lines)
    assert str(worker) in said and not any(words in said for words in (*WORDS, "已能自己买菜"))
