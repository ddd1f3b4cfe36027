"""The register: who may be on it, where, and how every step can be taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties import identity
from carenet.parties.actions.people import AlreadyRegistered
from carenet.parties.models import Community
from elders.actions import help_cards, registry
from elders.actions.refusals import (
    AlreadyElder,
    DateOutOfOrder,
    IdReasonMissing,
    LooksLikeSomebody,
    NothingToUndo,
    PauseRunning,
    TooYoung,
    UnknownPlace,
)
from elders.models import Elder, HelpToken, LifeEvent, Pause
from tests import make


def number(born: date = date(1945, 6, 7), sex: int = 2, sequence: int = 1) -> str:
    return identity.demo_id_number(born_on=born, sex=sex, sequence=sequence)


def test_an_elder_is_registered_with_running_clocks(community: Community, staff: User, now: datetime) -> None:
    building = make.buildings(community)[0]
    elder = registry.register(
        community=community, name="王桂珍", id_number=number(), phone="138 0013 8000", building=building, door="2-501",
        living="WITH_CHILDREN", by=staff, at=now,
    )  # fmt: skip
    assert (elder.number, elder.colour, elder.status) == (1, "UNASSESSED", "ACTIVE")
    assert elder.grid == building.parent
    assert elder.person.born_on == date(1945, 6, 7)
    assert elder.contact_due_at == now + timedelta(days=30)
    assert elder.assessment_due_on == now.date() + timedelta(days=30)
    assert elder.archive_due_on == now.date() + timedelta(days=90)
    assert list(LifeEvent.objects.values_list("kind", flat=True)) == ["REGISTERED"]


def test_an_elder_who_lives_alone_is_provisionally_yellow_at_once(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, living="ALONE", by=staff, at=now)
    assert (elder.colour, elder.provisional_colour, elder.provisional_subtier) == (
        "UNASSESSED",
        "YELLOW",
        "A",
    )
    assert elder.contact_due_at == now + timedelta(days=4)


def test_archive_numbers_have_no_gap_and_no_double(community: Community) -> None:
    assert [make.elder(community).number for _each in range(3)] == [1, 2, 3]


def test_nobody_under_sixty_is_registered(community: Community, staff: User, now: datetime) -> None:
    with pytest.raises(TooYoung):
        make.elder(community, born_on=date(1966, 11, 22), by=staff, at=now)
    assert make.elder(community, born_on=date(1966, 11, 21), by=staff, at=now, registered_on=now.date()).pk


def test_without_id_number_a_reason_is_needed(community: Community, staff: User, now: datetime) -> None:
    with pytest.raises(IdReasonMissing):
        registry.register(community=community, name="无证", born_on=date(1950, 1, 1), by=staff, at=now)


def test_a_building_of_another_community_is_refused(
    community: Community, other_community: Community, staff: User
) -> None:
    with pytest.raises(UnknownPlace):
        make.elder(community, building=make.buildings(other_community)[0], by=staff)


def test_staff_of_another_community_may_not_register(community: Community, stranger: User) -> None:
    with pytest.raises(NotAllowed):
        make.elder(community, by=stranger)


def test_a_lookalike_is_refused_until_a_person_says_it_is_somebody_else(
    community: Community, staff: User, now: datetime
) -> None:
    first = make.elder(community, name="李秀英", born_on=date(1950, 5, 5), by=staff)
    with pytest.raises(LooksLikeSomebody) as refused:
        make.elder(community, name="李秀英", born_on=date(1950, 5, 5), by=staff)
    assert [each.person_id for each in refused.value.facts["people"]] == [first.person_id]
    second = make.elder(
        community, name="李秀英", born_on=date(1950, 5, 5), not_the_same_as=[first.person], by=staff
    )
    assert second.person_id != first.person_id


def test_the_same_phone_is_a_lookalike(community: Community, staff: User) -> None:
    make.elder(community, phone="13800138000", by=staff)
    with pytest.raises(LooksLikeSomebody) as refused:
        make.elder(community, phone="+86 138-0013-8000", by=staff)
    assert refused.value.facts["people"][0].reasons == ("phone",)


def test_the_same_id_number_cannot_be_talked_away(community: Community, staff: User) -> None:
    first = make.elder(community, id_number=number(), by=staff, born_on=None)
    with pytest.raises(AlreadyRegistered):
        make.elder(community, id_number=number(), not_the_same_as=[first.person], born_on=None, by=staff)


def test_a_person_is_an_elder_only_once(community: Community, staff: User) -> None:
    person = make.person(community)
    make.elder(community, person=person, by=staff)
    with pytest.raises(AlreadyElder):
        make.elder(community, person=person, by=staff)


def test_a_move_is_kept_and_can_be_taken_back(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community, door="1-101", address="老住址 1 号")
    old, new = make.buildings(community)[0], make.buildings(community)[3]
    registry.move(elder=elder, building=new, door="3-302", on=now.date(), by=staff, at=now)
    elder.refresh_from_db()
    assert (elder.building, elder.grid, elder.door, elder.address()) == (new, new.parent, "3-302", "")
    event = LifeEvent.objects.get(kind="MOVED")
    registry.undo(event=event, reason="搞错了", by=staff, at=now)
    elder.refresh_from_db()
    assert (elder.building, elder.grid, elder.door, elder.address()) == (
        old,
        old.parent,
        "1-101",
        "老住址 1 号",
    )


def test_a_pause_stops_the_clocks_and_ends_by_itself_on_its_day(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    today = now.date()
    registry.pause(
        elder=elder, reason="HOSPITAL", since=today, until=today + timedelta(days=5), by=staff, at=now
    )
    elder.refresh_from_db()
    assert elder.status == "PAUSED"
    assert not Elder.objects.silent(now + timedelta(days=300)).exists()
    later = now + timedelta(days=5)
    for expected in (1, 0):
        done = registry.resume_due(
            community=community, on=later.date(), by=make.parties.registrar(), at=later
        )
        assert done == expected
    elder.refresh_from_db()
    assert elder.status == "ACTIVE"
    assert elder.contact_due_at == later + timedelta(days=30)
    assert Pause.objects.get().ended_on == later.date()


def test_nobody_is_paused_twice(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community)
    registry.pause(elder=elder, since=now.date(), by=staff, at=now)
    with pytest.raises(PauseRunning):
        registry.pause(elder=elder, since=now.date(), by=staff, at=now)


@pytest.mark.parametrize("verb", ["leave", "die"])
def test_a_departure_ends_all_clocks_and_cards_and_undoing_it_brings_them_back(
    community: Community, staff: User, now: datetime, verb: str
) -> None:
    elder = make.elder(community)
    before = Elder.objects.values("contact_due_at", "archive_due_on", "assessment_due_on").get(pk=elder.pk)
    token = help_cards.issue(elder=elder, by=staff, at=now)
    event = getattr(registry, verb)(elder=elder, on=now.date(), reason="测试", by=staff, at=now)
    elder.refresh_from_db()
    assert elder.contact_due_at is elder.archive_due_on is elder.assessment_due_on is None
    assert HelpToken.objects.get().revoked_at == now
    registry.undo(event=event, reason="弄错人了", by=staff, at=now)
    elder.refresh_from_db()
    assert elder.status == "ACTIVE"
    assert (
        Elder.objects.values("contact_due_at", "archive_due_on", "assessment_due_on").get(pk=elder.pk)
        == before
    )
    assert HelpToken.objects.get(pk=token.pk).revoked_at is None


def test_only_the_latest_event_is_taken_back_and_only_once(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    registry.pause(elder=elder, since=now.date(), by=staff, at=now)
    died = registry.die(elder=elder, on=now.date(), by=staff, at=now)
    with pytest.raises(NothingToUndo):
        registry.undo(event=LifeEvent.objects.get(kind="PAUSED"), reason="x", by=staff, at=now)
    registry.undo(event=died, reason="x", by=staff, at=now)
    elder.refresh_from_db()
    assert elder.status == "PAUSED"
    with pytest.raises(NothingToUndo):
        registry.undo(event=died, reason="x", by=staff, at=now)


def test_a_death_before_the_registration_or_tomorrow_is_refused(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    for day in (elder.registered_on - timedelta(days=1), now.date() + timedelta(days=1)):
        with pytest.raises(DateOutOfOrder):
            registry.die(elder=elder, on=day, by=staff, at=now)


def test_the_database_refuses_a_due_date_for_somebody_who_died(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    registry.die(elder=elder, on=now.date(), by=staff, at=now)
    with pytest.raises(IntegrityError, match="nothing_due_of_the_gone"), transaction.atomic():
        Elder.objects.filter(pk=elder.pk).update(assessment_due_on=now.date())


def test_the_database_refuses_a_step_that_may_not_follow(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    registry.leave(elder=elder, on=now.date(), by=staff, at=now)
    with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
        Elder.objects.filter(pk=elder.pk).update(status="WITHDRAWN")


@pytest.mark.parametrize(
    "table",
    ["elders_lifeevent", "elders_touch", "elders_riskevent", "elders_reminder", "elders_triageresult",
     "elders_triagedecision", "elders_elderevent"],
)  # fmt: skip
def test_facts_are_never_edited_or_deleted(community: Community, table: str) -> None:
    make.elder(community, living="ALONE")
    for statement in (f"update {table} set id = id", f"delete from {table}", f"truncate {table} cascade"):
        if table.endswith("event") and table == "elders_elderevent":
            statement = statement.replace("set id = id", "set pgh_label = pgh_label")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_history_keeps_each_version_of_an_elder(community: Community, staff: User, now: datetime) -> None:
    elder = make.elder(community)
    registry.update_facts(elder=elder, living="ALONE", on=now.date(), by=staff, at=now)
    words = list(elder.events.order_by("pgh_id").values_list("living", flat=True))
    assert words[0] == "UNKNOWN"
    assert words[-1] == "ALONE"


def test_nobody_sees_another_communitys_elders(community: Community, stranger: User, staff: User) -> None:
    make.elder(community)
    assert Elder.objects.visible_to(staff).count() == 1
    assert Elder.objects.visible_to(stranger).count() == 0


def test_a_volunteer_and_an_auditor_do_not_see_the_register(community: Community, auditor: User) -> None:
    make.elder(community)
    volunteer = make.user("VOLUNTEER", community)
    assert Elder.objects.visible_to(volunteer).count() == 0
    assert Elder.objects.visible_to(auditor).count() == 0


def test_an_elder_sees_their_own_file_and_family_by_mandate_only(
    community: Community, staff: User, now: datetime
) -> None:
    from elders.actions import contacts

    elder = make.elder(community)
    make.elder(community)
    own = make.user("ELDER", community, person=elder.person)
    daughter = make.user("FAMILY", community)
    assert list(Elder.objects.visible_to(own)) == [elder]
    assert not Elder.objects.visible_to(daughter).exists()
    mandate = contacts.give_mandate(
        elder=elder, user=daughter, relation="DAUGHTER", since=date(2020, 1, 1), by=staff, at=now
    )
    assert list(Elder.objects.visible_to(daughter)) == [elder]
    contacts.end_mandate(mandate=mandate, on=date(2020, 1, 2), by=staff, at=now)
    assert not Elder.objects.visible_to(daughter).exists()


def test_a_help_token_is_found_without_a_scope_and_only_while_it_is_valid(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    token = help_cards.issue(elder=elder, by=staff, at=now)
    plain = token.token()
    assert bytes(token.token_hash) == help_cards.hash_of(plain)

    def resolve(text: str) -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('carenet.communities', '', true)")
            cursor.execute("select * from elders_help_token(%s)", [text])
            found = cursor.fetchall()
            cursor.execute("select set_config('carenet.communities', %s, true)", [str(community.pk)])
        return list(found)

    assert resolve(plain) == [(community.pk, elder.pk)]
    assert resolve(plain + "x") == []
    assert help_cards.issue(elder=elder, by=staff, at=now).pk == token.pk
    help_cards.revoke(token=token, by=staff, at=now)
    assert resolve(plain) == []
    assert help_cards.issue(elder=elder, by=staff, at=now).token() != plain


@pytest.mark.parametrize(
    ("text", "found"), [("王", 2), ("桂兰", 2), ("王桂兰", 1), ("wang", 2), ("wgl", 1), ("赵", 0)]
)
def test_a_search_finds_the_same_whether_few_or_many_people_match(
    community, worker, monkeypatch, text, found
):
    from elders import filters

    for name in ("王桂兰", "李桂兰", "王建国"):
        make.elder(community, name=name)
    for few in (1000, 0):
        monkeypatch.setattr(filters, "FEW", few)
        listed = filters.ElderFilter(
            {"q": text}, queryset=Elder.objects.all(), user=worker, community=community
        )

        assert listed.qs.count() == found
