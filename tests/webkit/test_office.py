"""The office: scoped by community and role, no delete, once only, refusals on the form, reads written down."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from openpyxl import load_workbook

from carenet.audit.models import ReadLog
from carenet.parties import scope
from carenet.parties.models import Organisation, Person, Place
from carenet.webkit import once
from carenet.webkit.admin import StationModelAdmin
from tests import make

PLACES = "admin:parties_place_changelist"


def place(community: Any, name: str = "和煦日间照料中心") -> Place:
    return Place.objects.create(community=community, name=name, kind="STATION")


def filled(community: Any, **more: Any) -> dict[str, Any]:
    return {
        "community": community.pk, "name": "老年食堂", "kind": "STATION", "address": "", "phone": "", "hours": "",
        "rooms-TOTAL_FORMS": 0, "rooms-INITIAL_FORMS": 0, once.FIELD: once.new_key(), **more,
    }  # fmt: skip


@pytest.fixture
def neighbours_place(other_community: Any, community: Any) -> Place:
    with scope.within([other_community.pk]):
        return place(other_community, "邻居的食堂")


def test_a_list_shows_our_rows_and_never_the_neighbours(
    staff: Any, community: Any, neighbours_place: Place
) -> None:
    place(community)
    page = make.client_for(staff).get(reverse(PLACES)).content.decode()
    assert "和煦日间照料中心" in page
    assert "邻居的食堂" not in page


def test_a_strangers_row_does_not_exist(staff: Any, neighbours_place: Place) -> None:
    answer = make.client_for(staff).get(reverse("admin:parties_place_change", args=[neighbours_place.pk]))
    assert answer.status_code in {302, 404}


def test_choices_offer_only_our_own_communities(staff: Any, other_community: Any) -> None:
    page = make.client_for(staff).get(reverse("admin:parties_place_add")).content.decode()
    assert "测试社区" in page
    assert "邻居社区" not in page


def test_a_row_cannot_be_smuggled_into_a_neighbours_community(staff: Any, other_community: Any) -> None:
    answer = make.client_for(staff).post(reverse("admin:parties_place_add"), filled(other_community))
    assert answer.status_code == 200
    with scope.within([other_community.pk]):
        assert not Place.objects.exists()


def test_readers_may_look_but_not_write(auditor: Any, community: Any) -> None:
    row, client = place(community), make.client_for(auditor)
    assert client.get(reverse(PLACES)).status_code == 200
    assert client.get(reverse("admin:parties_place_change", args=[row.pk])).status_code == 200
    assert client.get(reverse("admin:parties_place_add")).status_code == 403
    assert (
        client.post(reverse("admin:parties_place_change", args=[row.pk]), filled(community)).status_code
        == 403
    )


def test_volunteers_do_not_enter_the_office(community: Any) -> None:
    user = make.user("VOLUNTEER", community)
    assert make.client_for(user).get(reverse("admin:index")).status_code == 302


def test_the_office_uses_the_stations_own_sign_in(community: Any, client: Any) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("accounts:sign-in"))


def test_a_form_sent_twice_makes_one_row(staff: Any, community: Any) -> None:
    client, form = make.client_for(staff), filled(community)
    first = client.post(reverse("admin:parties_place_add"), form)
    second = client.post(reverse("admin:parties_place_add"), form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Place.objects.filter(name="老年食堂").count() == 1


def test_a_form_with_errors_can_be_sent_again_under_its_key(staff: Any, community: Any) -> None:
    client, form = make.client_for(staff), filled(community, name="")
    assert client.post(reverse("admin:parties_place_add"), form).status_code == 200
    assert client.post(reverse("admin:parties_place_add"), {**form, "name": "食堂"}).status_code == 302


def test_a_refusal_of_the_action_stands_on_the_form_with_what_was_typed(staff: Any, community: Any) -> None:
    form = {
        "community": community.pk, "name": "夕阳红艺术团", "party_kind": "SOCIAL_ORG", "credit_code": "123456789012345671",
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0, once.FIELD: once.new_key(),
    }  # fmt: skip
    kinds = [value for value, _label in Organisation._meta.get_field("party_kind").choices]
    form["party_kind"] = kinds[0]
    answer = make.client_for(staff).post(reverse("admin:parties_organisation_add"), form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "夕阳红艺术团" in page
    assert not Organisation.objects.exists()
    form |= {"credit_code_confirmed": "on", once.FIELD: once.new_key()}
    assert make.client_for(staff).post(reverse("admin:parties_organisation_add"), form).status_code == 302
    assert Organisation.objects.get().name == "夕阳红艺术团"


def test_nothing_is_deleted_here(staff: Any, community: Any) -> None:
    row, client = place(community), make.client_for(staff)
    url = reverse("admin:parties_place_delete", args=[row.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    client.post(
        reverse(PLACES),
        {
            "action": "delete_selected",
            "_selected_action": [row.pk],
            "post": "yes",
            once.FIELD: once.new_key(),
        },
    )
    assert Place.objects.filter(pk=row.pk).exists()


def test_djangos_own_log_stays_empty_because_it_would_hold_names(staff: Any, community: Any) -> None:
    make.client_for(staff).post(reverse("admin:parties_place_add"), filled(community))
    assert not LogEntry.objects.exists()


def test_looking_at_persons_is_written_down_once_a_page(staff: Any, community: Any) -> None:
    for number in range(3):
        make.person(community, name=f"王{number}")
    make.client_for(staff).get(reverse("admin:parties_person_changelist"))
    assert ReadLog.objects.count() == Person.objects.count() == 3


def test_a_list_costs_the_same_for_two_rows_and_for_twenty(
    staff: Any, community: Any, django_assert_max_num_queries: Any
) -> None:
    client = make.client_for(staff)
    for size in (2, 20):
        for number in range(size):
            place(community, f"活动点{size}-{number}")
        with django_assert_max_num_queries(16):
            client.get(reverse(PLACES))


def test_the_export_is_the_list_as_it_is_filtered(staff: Any, community: Any) -> None:
    place(community)
    place(community, "别处")
    client = make.client_for(staff)
    url = reverse("admin:parties_place_export_xlsx")
    answer = client.get(url, {"q": "和煦"})
    assert answer.status_code == 200
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows[1:]] == ["和煦日间照料中心"]


def test_every_register_of_the_station_stands_on_the_stations_base() -> None:
    stray = [
        model._meta.label
        for model, owner in admin.site._registry.items()
        if not isinstance(owner, StationModelAdmin)
    ]
    assert not stray


def test_the_dashboard_draws_the_cards_of_the_role(
    staff: Any, community: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carenet.kernel.digest import Figure
    from carenet.webkit import dashboard

    monkeypatch.setattr(dashboard, "_cards", {})

    def figures(request: Any) -> Any:
        return dashboard.FigureCard("今日", [Figure("a", "今日工单", 36, "单", "/requests/")])

    def todos(request: Any) -> Any:
        return dashboard.TodoCard("要您处理的", [dashboard.Todo("超期未走访", 4, "/elders/?overdue=1")])

    def chart(request: Any) -> Any:
        return dashboard.ChartCard("本月", [("助餐", 3)], "次", "/requests/")

    for card in (figures, todos, chart):
        dashboard.register(card, roles={"COMMITTEE"})
    page = make.client_for(staff).get(reverse("admin:index")).content.decode()
    for words in ("今日工单", "36", 'href="/requests/"', "超期未走访", "助餐"):
        assert words in page


def test_the_sidebar_has_what_the_role_may_open_and_nothing_else(staff: Any, community: Any) -> None:
    page = make.client_for(staff).get(reverse("admin:index")).content.decode()
    assert reverse(PLACES) in page
    technician = make.user("VOLUNTEER", community)
    technician.is_staff = technician.is_superuser = True
    technician.save()
    page = make.client_for(technician).get(reverse("admin:index")).content.decode()
    assert reverse("admin:parties_person_changelist") not in page
