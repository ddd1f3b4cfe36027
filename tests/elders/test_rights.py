"""Mandates with scope and a log of uses, consents by version, requests with their clock, papers, retention."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from carenet.accounts.models import User
from carenet.audit.models import Note
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.parties.models import Community, Person
from elders.actions import consents, contacts, mandates, registry, retention, rights, sealed_papers
from elders.actions.refusals import (
    ConsentAlready,
    MandateAlready,
    MandateMissing,
    NobodyOfThisName,
    NotAPaper,
    PaperMissing,
    PlanChanged,
    TextVersionExists,
)
from elders.models import Consent, Elder, MandateUse, RetentionRun
from tests import make

DAY = timedelta(days=1)
JPEG = b"\xff\xd8\xff" + b"photo of a fingerprint" * 20


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def daughter(community: Community) -> User:
    return make.user(
        "FAMILY", community, username="xiaohong", person=make.person(community, phone="13900000001")
    )


# --- mandates ---------------------------------------------------------------------------------------------
def test_a_mandate_covers_what_it_names_and_every_use_is_written_down(
    community: Community, staff: User, daughter: User, now: datetime
) -> None:
    from services.actions import dispatch
    from tests.make import services

    elder = make.elder(community, by=staff)
    mandate = mandates.give(
        elder=elder, user=daughter, relation="DAUGHTER", scopes=["ASK"], since=now.date(), by=staff, at=now
    )
    asked = services.request(elder, by=daughter, at=now, channel="WEB", on_behalf_of=elder.person)
    use = MandateUse.objects.get()
    assert (use.mandate, use.scope, use.verb, use.object_id) == (mandate, "ASK", "take", str(asked.pk))
    with pytest.raises(MandateMissing):
        mandates.use(elder=elder, scope="RIGHTS", verb="ask", by=daughter, at=now)
    dispatch.cancel(request_id=asked.pk, reason="NOT_NEEDED", by=daughter, at=now)
    assert [each.verb for each in MandateUse.objects.order_by("pk")] == ["take", "cancel"]


def test_staff_and_the_elder_use_no_mandate(community: Community, staff: User, now: datetime) -> None:
    from tests.make import services

    elder = make.elder(community, by=staff)
    own = make.user("ELDER", community, username="gui", person=elder.person)
    services.request(elder, by=staff, at=now)
    assert mandates.use(elder=elder, scope="ASK", verb="take", by=own, at=now) is None
    assert not MandateUse.objects.exists()


def test_an_ended_mandate_opens_nothing(
    community: Community, staff: User, daughter: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff, registered_on=date(2020, 1, 1))
    give = {"elder": elder, "user": daughter, "relation": "DAUGHTER", "by": staff, "at": now}
    mandate = mandates.give(since=date(2020, 1, 1), **give)
    with pytest.raises(MandateAlready):
        mandates.give(since=date(2021, 1, 1), **give)
    mandates.end(mandate=mandate, on=date(2020, 6, 1), by=staff, at=now)
    with pytest.raises(MandateMissing):
        mandates.use(elder=elder, scope="ASK", verb="take", by=daughter, at=now)
    mandates.give(since=date(2021, 1, 1), **give)
    assert Elder.objects.visible_to(daughter).get() == elder


def test_the_holder_is_found_by_phone_or_user_name(community: Community, daughter: User) -> None:
    for text in ("xiaohong", "139 0000 0001"):
        assert mandates.holder_of(community=community, text=text) == daughter
    for text in ("nobody", "13911112222"):
        with pytest.raises(NobodyOfThisName):
            mandates.holder_of(community=community, text=text)


# --- papers -----------------------------------------------------------------------------------------------
def test_a_paper_is_kept_sealed_and_opens_again(community: Community, staff: User, now: datetime) -> None:
    document = sealed_papers.keep(
        community=community, title="同意书", content=JPEG, cause=("elders.elder", 1), by=staff, at=now
    )
    with default_storage.open(document.stored_name) as stored:
        assert b"fingerprint" not in stored.read()
    assert sealed_papers.content_of(document) == JPEG
    with pytest.raises(NotAPaper):
        sealed_papers.keep(
            community=community, title="x", content=b"<script>", cause=("elders.elder", 1), by=staff, at=now
        )


# --- consents ---------------------------------------------------------------------------------------------
def test_a_paper_consent_needs_its_photo(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, by=staff)
    give = {"elder": elder, "purpose": "HEALTH", "version": "2026-1", "way": "PAPER", "by": staff, "at": now}
    with pytest.raises(PaperMissing):
        consents.give(**give)
    document = sealed_papers.keep(
        community=community, title="同意书", content=JPEG, cause=("elders.elder", elder.pk), by=staff, at=now
    )
    assert consents.give(paper=document, **give).paper == document


def test_a_new_version_follows_the_old_consent_and_the_same_one_is_refused(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    give = {"elder": elder, "purpose": "SERVICE", "by": staff}
    consents.give(version="2026-1", at=now, **give)
    with pytest.raises(ConsentAlready):
        consents.give(version="2026-1", at=now, **give)
    consents.give(version="2027-1", at=now + DAY, **give)
    assert list(Consent.objects.order_by("pk").values_list("version", "withdrawn_at")) == [
        ("2026-1", now + DAY), ("2027-1", None),
    ]  # fmt: skip


def test_the_elder_gives_and_withdraws_alone_a_relative_only_with_the_mandate_for_it(
    community: Community, staff: User, daughter: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    own = make.user("ELDER", community, username="gui", person=elder.person)
    row = consents.give(elder=elder, purpose="PHOTO", version="2026-1", way="ONLINE", by=own, at=now)
    consents.withdraw(consent=row, by=own, at=now + DAY)
    row.refresh_from_db()
    assert row.withdrawn_at == now + DAY and row.withdrawn_recorded_by == own
    again = consents.give(
        elder=elder, purpose="PHOTO", version="2026-1", way="ONLINE", by=own, at=now + 2 * DAY
    )
    with pytest.raises(NotAllowed):
        consents.withdraw(consent=again, by=daughter, at=now)
    mandates.give(
        elder=elder, user=daughter, relation="DAUGHTER", scopes=["ASK"], since=now.date(), by=staff, at=now
    )
    with pytest.raises(MandateMissing):
        consents.withdraw(consent=again, by=daughter, at=now)


def test_the_wording_has_versions_and_only_the_director_publishes(
    community: Community, staff: User, director: User, now: datetime
) -> None:
    text = {
        "community": community,
        "purpose": "SERVICE",
        "version": "2027-1",
        "text_zh": "新文本",
        "valid_from": now.date(),
        "at": now,
    }
    with pytest.raises(NotAllowed):
        consents.publish_text(by=staff, **text)
    consents.publish_text(by=director, **text)
    with pytest.raises(TextVersionExists):
        consents.publish_text(by=director, **text)


# --- requests ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "due"),
    [(date(2026, 11, 20), date(2026, 12, 11)), (date(2026, 11, 21), date(2026, 12, 11)), (date(2026, 11, 23), date(2026, 12, 14))],
)  # fmt: skip
def test_an_answer_is_due_after_fifteen_working_days(asked: date, due: date) -> None:
    assert rights.due_after(asked) == due


def test_a_request_is_answered_once_and_may_be_opened_again(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    row = rights.ask(
        elder=elder, kind="CORRECT", words="生日写错了", asked_on=now.date() - 40 * DAY, by=staff, at=now
    )
    from elders.models import RightsRequest

    assert list(RightsRequest.objects.overdue(now.date())) == [row]
    rights.answer(request=row, granted=True, words="已按身份证更正", by=staff, at=now)
    with pytest.raises(WrongStep):
        rights.answer(request=row, granted=False, words="x", by=staff, at=now)
    assert not RightsRequest.objects.overdue(now.date()).exists()
    rights.reopen(request=row, by=staff, at=now)
    assert list(RightsRequest.objects.overdue(now.date())) == [row]


def test_a_stranger_asks_for_nobody(
    community: Community, staff: User, daughter: User, stranger: User, now: datetime
) -> None:
    elder = make.elder(community, by=staff)
    for by in (daughter, stranger):
        with pytest.raises(NotAllowed):
            rights.ask(elder=elder, kind="COPY", words="要一份", by=by, at=now)


# --- retention --------------------------------------------------------------------------------------------
def _left_long_ago(community: Community, staff: User, now: datetime, **fields: Any) -> Elder:
    long_ago = now - timedelta(days=365 * 6)
    elder = make.elder(
        community, by=staff, at=long_ago - 30 * DAY, registered_on=(long_ago - 40 * DAY).date(), phone="13800138000",
        address="旧址 5 号", born_on=date(1936, 3, 5), **fields,
    )  # fmt: skip
    registry.leave(elder=elder, on=long_ago.date(), by=staff, at=long_ago)
    contacts.add_contact(
        elder=elder, name="王小红", relation="DAUGHTER", phone="13900000001", by=staff, at=now
    )
    return elder


def test_a_plan_changes_nothing_and_the_director_carries_out_exactly_it(
    community: Community, staff: User, director: User, now: datetime
) -> None:
    old, fresh = _left_long_ago(community, staff, now), make.elder(community, by=staff)
    registry.leave(elder=fresh, on=now.date(), by=staff, at=now)
    run = retention.plan(community=community, on=now.date(), by=staff, at=now)
    assert run.plan["elders"] == [old.pk] and run.plan["counts"]["contacts"] == 1
    assert Person.objects.get(pk=old.person_id).phone() == "13800138000"
    with pytest.raises(NotAllowed):
        retention.carry_out(run=run, by=staff, at=now)
    retention.carry_out(run=run, by=director, at=now)
    person = Person.objects.get(pk=old.person_id)
    old.refresh_from_db()
    assert (person.name, person.phone(), person.born_on, old.address(), old.anonymised_on) == (
        "—", "", date(1936, 1, 1), "", now.date(),
    )  # fmt: skip
    assert old.contacts.get().name == "—" and old.contacts.get().phone() == ""
    assert Note.objects.filter(verb="elders.retention_done").exists()
    with pytest.raises(WrongStep):
        retention.carry_out(run=run, by=director, at=now)
    assert retention.plan(community=community, on=now.date(), by=staff, at=now).plan["elders"] == []


def test_a_plan_that_is_no_longer_true_is_not_carried_out(
    community: Community, staff: User, director: User, now: datetime
) -> None:
    elder = _left_long_ago(community, staff, now)
    run = retention.plan(community=community, on=now.date(), by=staff, at=now)
    rights.ask(elder=elder, kind="COPY", words="家属要一份", by=staff, at=now)
    with pytest.raises(PlanChanged):
        retention.carry_out(run=run, by=director, at=now)
    assert Person.objects.get(pk=elder.person_id).name != "—"
    held = retention.plan(community=community, on=now.date(), by=staff, at=now)
    assert held.plan["held"] == [elder.pk] and held.plan["elders"] == []
    retention.drop(run=run, by=director, at=now)
    assert RetentionRun.objects.get(pk=run.pk).state == "DROPPED"


def test_papers_of_forgotten_files_are_gone_from_the_disk(
    community: Community, staff: User, director: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    elder = _left_long_ago(community, staff, now)
    document = sealed_papers.keep(
        community=community, title="同意书", content=JPEG, cause=("elders.elder", elder.pk), by=staff, at=now
    )
    consents.give(
        elder=elder, purpose="HEALTH", version="2026-1", way="PAPER", paper=document, by=staff, at=now
    )
    run = retention.plan(community=community, on=now.date(), by=staff, at=now)
    assert run.plan["counts"]["papers"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        retention.carry_out(run=run, by=director, at=now)
    assert not default_storage.exists(document.stored_name)
