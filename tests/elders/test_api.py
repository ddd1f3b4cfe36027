"""The register by REST, and in the office's admin: the same actions, the same refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties import identity
from carenet.parties.models import Community
from carenet.webkit import once
from elders.models import Elder
from tests import make


def post(api: Any, name: str, args: list[Any], data: dict[str, Any], key: str = "") -> Any:
    return api.post(
        reverse(f"api-elders:{name}", args=args), data, format="json",
        headers={"Idempotency-Key": key or once.new_key()},
    )  # fmt: skip


def new_elder(community: Community, **changed: Any) -> dict[str, Any]:
    return {
        "name": "王桂珍", "id_number": identity.demo_id_number(born_on=date(1945, 6, 7), sex=2, sequence=1),
        "building": make.buildings(community)[0].pk, "living": "WITH_CHILDREN", "categories": [{"code": "DIBAO"}],
        **changed,
    }  # fmt: skip


def test_an_elder_is_registered_assessed_and_coloured_by_rest(
    community: Community, staff: User, worker: User, api_for: Any
) -> None:
    office, social = api_for(staff), api_for(worker)
    made = post(office, "elder-list", [], new_elder(community))
    assert made.status_code == 201, made.data
    pk = made.data["id"]
    draft = post(social, "elder-assess", [pk], {"reason": "FIRST"})
    assert draft.status_code == 201
    answered = post(social, "assessment-answer", [draft.data["id"]], {"answers": make.answers(total=60)})
    assert answered.status_code == 200, answered.data
    half = post(social, "assessment-sign", [draft.data["id"]], {"second_assessor": staff.pk})
    assert (half.data["state"], half.data["suggestion"]) == ("HALF", None)
    assert post(social, "assessment-countersign", [draft.data["id"]], {}).status_code == 409
    signed = post(office, "assessment-countersign", [draft.data["id"]], {})
    assert (signed.data["total"], signed.data["final_level"]) == (60, 2)
    suggestion = social.get(reverse("api-elders:triage-detail", args=[signed.data["suggestion"]]))
    assert (suggestion.data["colour"], suggestion.data["fired"]) == ("RED", ["R1", "X3"])
    assert len(suggestion.data["because"]) == 2
    decided = post(social, "triage-confirm", [suggestion.data["id"]], {})
    assert (decided.status_code, decided.data["colour"]) == (201, "RED")
    shown = office.get(reverse("api-elders:elder-detail", args=[pk]))
    assert (shown.data["colour"], shown.data["level"]) == ("RED", 2)
    assert ReadLog.objects.filter(user=staff, url=reverse("api-elders:elder-detail", args=[pk])).exists()


def test_no_full_number_leaves_by_rest(community: Community, staff: User, api_for: Any) -> None:
    number = new_elder(community)["id_number"]
    make.elder(community, id_number=number, phone="13800138000", born_on=None, by=staff)
    api = api_for(staff)
    pk = Elder.objects.get().pk
    for url in (reverse("api-elders:elder-list"), reverse("api-elders:elder-detail", args=[pk])):
        text = api.get(url).content.decode()
        assert number not in text
        assert "13800138000" not in text


def test_registering_the_same_twice_is_once(community: Community, staff: User, api_for: Any) -> None:
    key = once.new_key()
    first = post(api_for(staff), "elder-list", [], new_elder(community), key)
    again = post(api_for(staff), "elder-list", [], new_elder(community), key)
    assert first.data["id"] == again.data["id"]
    assert Elder.objects.count() == 1


def test_a_lookalike_is_a_conflict_until_it_is_judged(
    community: Community, staff: User, api_for: Any
) -> None:
    first = make.elder(community, name="王桂珍", born_on=date(1945, 6, 7))
    api = api_for(staff)
    refused = post(api, "elder-list", [], new_elder(community))
    assert (refused.status_code, refused.data["code"]) == (409, "looks_like_somebody")
    assert (
        post(api, "elder-list", [], new_elder(community, different_from=[first.person_id])).status_code == 201
    )


def test_the_list_is_filtered_like_the_page(community: Community, staff: User, api_for: Any) -> None:
    make.elder(community, name="王桂珍", living="ALONE")
    make.elder(community, name="李秀英", living="OTHER")
    found = api_for(staff).get(reverse("api-elders:elder-list"), {"living": "ALONE"})
    assert [each["name"] for each in found.data["results"]] == ["王桂珍"]


def test_the_list_costs_the_same_for_many(
    community: Community, staff: User, api_for: Any, django_assert_max_num_queries: Any
) -> None:
    api = api_for(staff)
    for size in (2, 10):
        while Elder.objects.count() < size:
            make.elder(community)
        with django_assert_max_num_queries(16):
            api.get(reverse("api-elders:elder-list"))


# --- the admin -------------------------------------------------------------------------------------------
def entered(community: Community, **changed: Any) -> dict[str, Any]:
    data = new_elder(community, door="1-101", caregiver="UNKNOWN", **changed)
    data.pop("categories")
    return {**data, "idempotency_key": once.new_key()}


def test_an_elder_is_registered_in_the_admin_through_the_action(
    community: Community, staff: User, client_for: Any
) -> None:
    client = client_for(staff)
    url = reverse("admin:elders_elder_add")
    assert client.get(url).status_code == 200
    response = client.post(url, entered(community))
    assert response.status_code == 302, response.content.decode()[:3000]
    elder = Elder.objects.get()
    assert (elder.number, elder.person.name, elder.registered_by) == (1, "王桂珍", staff)
    assert elder.life_events.count() == 1


def test_a_refusal_of_the_action_is_an_error_of_the_admins_form(
    community: Community, staff: User, client_for: Any
) -> None:
    client = client_for(staff)
    url = reverse("admin:elders_elder_add")
    response = client.post(url, entered(community, id_number="999999194506070021"))
    assert response.status_code == 200
    assert "最后一位" in response.content.decode()
    make.elder(community, name="王桂珍", born_on=date(1945, 6, 7))
    assert client.post(url, entered(community)).status_code == 200
    assert Elder.objects.count() == 1
    assert client.post(url, entered(community, is_somebody_else="on")).status_code == 302
    assert Elder.objects.count() == 2


def test_the_elders_register_of_the_admin_costs_the_same_for_many(
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for size in (2, 10):
        while Elder.objects.count() < size:
            make.elder(community)
        with django_assert_max_num_queries(32):
            assert client.get(reverse("admin:elders_elder_changelist")).status_code == 200


def test_every_register_of_the_admin_opens(
    community: Community, staff: User, worker: User, director: User, client_for: Any
) -> None:
    elder = make.elder(community, living="ALONE")
    make.coloured(elder, by=worker, second=staff)
    client = client_for(director)
    for name in (
        "elder", "assessment", "triagedecision", "triageresult", "concern", "riskevent", "touch", "lifeevent", "reminder",
        "consent", "mandate", "clockrule", "instrument", "ruleset",
    ):  # fmt: skip
        assert client.get(reverse(f"admin:elders_{name}_changelist")).status_code == 200, name
    assert client.get(reverse("admin:elders_elder_change", args=[elder.pk])).status_code == 200
    assert (
        client.get(reverse("admin:elders_assessment_change", args=[elder.assessments.get().pk])).status_code
        == 200
    )
    assert client.get(reverse("admin:elders_clockrule_add")).status_code == 200
    assert client.get(reverse("admin:elders_mandate_add")).status_code == 200
