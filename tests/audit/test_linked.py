"""The row history names the rows it points to; a name the reader may not see stays a number."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from carenet.accounts.models import RoleGrant
from carenet.accounts.states import FieldClass
from carenet.audit import linked, reports
from carenet.parties import scope
from carenet.parties.models import Membership, Organisation
from tests import make


def test_every_table_the_history_points_to_has_names() -> None:
    pointed_to = {
        field.related_model._meta.label_lower
        for model in reports.event_models().values()
        for field in reports.shown_fields(model)
        if field.is_relation
    }
    assert pointed_to - linked.known() == set()


def _after(community, reader, row) -> dict[str, str]:
    changes = reports.history(row._meta.label, row.pk, reader=reader, community_id=community.pk)
    return {each.column: each.after for each in changes[0].fields}


def test_a_linked_row_is_told_by_its_name_and_number(community, staff, auditor) -> None:
    grant = RoleGrant.objects.get(user=staff, community=community)
    told = _after(community, auditor, grant)
    assert told["user"] == f"{staff}（编号 {staff.pk}）"


def _member(community) -> Membership:
    party = Organisation.objects.create(community=community, name="和煦物业", partner_kind="PROPERTY")
    person = make.person(community, name="王桂珍")
    return Membership.objects.create(
        community=community, organisation=party, person=person, role="MEMBER", since="2026-01-01"
    )


def test_a_name_of_a_class_the_reader_may_not_see_stays_a_number(
    community, auditor, director, monkeypatch
) -> None:
    row = _member(community)
    assert "王桂珍" in _after(community, auditor, row)["person"]
    monkeypatch.setitem(linked._namings, "parties.person", linked.Naming((), str, FieldClass.SENSITIVE))
    assert _after(community, auditor, row)["person"] == f"编号 {row.person_id}"
    assert "王桂珍" in _after(community, director, row)["person"]


def test_a_row_of_another_community_is_never_named(community, other_community, auditor) -> None:
    with scope.within([other_community.pk]):
        stranger = make.person(other_community, name="外人")
    with scope.within([community.pk, other_community.pk]):
        field = Membership._meta.get_field("person")
        found = linked.names([(field, stranger.pk)], reader=auditor, community_id=community.pk)
        assert linked.words(field, stranger.pk, found) == f"编号 {stranger.pk}"


def test_names_cost_one_query_for_each_table(community, auditor) -> None:
    row = _member(community)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            reports.history("parties.membership", row.pk, reader=auditor, community_id=community.pk)
        return len(asked)

    cost()  # the roles of the reader are read once
    first = cost()
    for number in range(5):
        row.person = make.person(community, name=f"王{number}")
        row.save()
    assert cost() == first
