"""Who did and who saw what: written once, never changed, seen by the auditor of the community only."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.audit import actions
from carenet.audit.models import Note, ReadLog
from carenet.parties import scope
from tests import make


def looked(community, by, now, *people):
    return actions.looked(
        community=community, people=people, fields=["name", "phone"], by=by, at=now, url="/elders/"
    )


def test_a_page_of_people_is_one_statement_and_one_row_each(community, staff, now, django_assert_num_queries):
    people = [make.person(community, name=f"王{number}") for number in range(5)]
    with django_assert_num_queries(3):  # savepoint, insert, release
        assert looked(community, staff, now, *people) == 5
    row = ReadLog.objects.order_by("person_id").first()
    assert (row.viewer_name, row.subject_name, row.fields) == ("李主任", "王0", ["name", "phone"])


def test_the_same_person_twice_on_a_page_is_one_row(community, staff, now):
    person = make.person(community)
    assert looked(community, staff, now, person, person) == 1


def test_looking_at_ones_own_file_is_not_recorded(community, now):
    person = make.person(community)
    user = make.user("ELDER", community, person=person)
    assert looked(community, user, now, person) == 0
    assert not ReadLog.objects.exists()


def test_a_note_keeps_the_name_of_who_did_it(community, staff, now):
    actions.note(
        community=community, verb="elders.exported", object_kind="elders.elder", object_id=7, by=staff, at=now,
        facts={"rows": 3},
    )  # fmt: skip
    note = Note.objects.get(verb="elders.exported")
    assert (note.by, note.by_name, note.object_id, note.facts) == (staff, "李主任", "7", {"rows": 3})


@pytest.mark.parametrize(
    "table", ["audit_note", "audit_readlog", "accounts_userevent", "parties_personevent"]
)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"],
    ids=["update", "delete", "truncate"],
)
def test_the_web_role_cannot_change_records(community, staff, now, table, statement):
    person = make.person(community)
    looked(community, staff, now, person)
    actions.note(community=community, verb="test.done", by=staff, at=now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_auditor_and_the_director_see_the_records_and_nobody_else(
    community, staff, auditor, director, worker, stranger, now
):
    looked(community, staff, now, make.person(community))
    for user, rows in ((auditor, 1), (director, 1), (staff, 0), (worker, 0), (stranger, 0)):
        assert ReadLog.objects.visible_to(user).count() == rows, user


def test_a_note_of_no_community_can_be_written_but_not_read(community, now):
    actions.note(community=None, verb="accounts.failed", by=None, at=now, by_name="?")
    assert not Note.objects.filter(community__isnull=True).exists()


def test_the_auditor_learns_of_area_wide_reading_through_the_narrow_function(
    community, other_community, street_officer, now
):
    street = community.area.parent_id
    actions.note(community=None, verb="audit.city_read", by=street_officer, at=now, facts={"area": street})
    actions.note(
        community=None,
        verb="audit.city_read",
        by=street_officer,
        at=now,
        facts={"area": other_community.area_id},
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_area_notes(%s)", [community.pk])
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM audit_area_notes(%s)", [other_community.pk])
        assert cursor.fetchone() == (0,), "a community that is not in scope"
        with scope.within([other_community.pk]):
            cursor.execute("SELECT count(*) FROM audit_area_notes(%s)", [other_community.pk])
            assert cursor.fetchone() == (2,)
