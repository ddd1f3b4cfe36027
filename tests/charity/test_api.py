"""The REST calls of the charity app."""

from __future__ import annotations

import pytest

from carenet.parties import scope
from charity.models import Donation
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today_is_the_21st(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def fund(community):
    return make.fund(community, name="社区互助基金", yuan=1000, pays_services=True)


def gift(fund, **change):
    return {
        "fund": fund.pk,
        "amount_fen": 30000,
        "received_on": "2026-11-20",
        "donor_name": "周建国",
        **change,
    }


def test_a_donation_is_recorded_once_for_its_key(community, fund, staff, api_for):
    api = api_for(staff)

    first = api.post("/api/v1/donations/", gift(fund), headers={"Idempotency-Key": "k1"})
    again = api.post("/api/v1/donations/", gift(fund), headers={"Idempotency-Key": "k1"})
    other = api.post("/api/v1/donations/", gift(fund, amount_fen=1), headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    scope.set_for_transaction([community.pk])
    assert Donation.objects.filter(amount_fen=30000).count() == 1


def test_a_write_without_its_key_is_refused(fund, staff, api_for):
    assert api_for(staff).post("/api/v1/donations/", gift(fund)).status_code == 400


def test_refusals_have_one_shape(fund, staff, worker, api_for):
    make.donated(fund, receipt_no="A-1")

    taken = api_for(staff).post(
        "/api/v1/donations/", gift(fund, receipt_no="A-1"), headers={"Idempotency-Key": "a"}
    )
    forbidden = api_for(worker).post("/api/v1/donations/", gift(fund), headers={"Idempotency-Key": "b"})
    wrong = api_for(staff).post(
        "/api/v1/donations/", gift(fund, amount_fen=0), headers={"Idempotency-Key": "c"}
    )

    assert (taken.status_code, taken.json()["code"]) == (409, "receipt_taken")
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "not_allowed")
    assert (wrong.status_code, set(wrong.json()["fields"])) == (400, {"amount_fen"})


def test_a_donation_is_reversed_over_rest(fund, staff, api_for):
    donation = make.donated(fund)

    answer = api_for(staff).post(
        f"/api/v1/donations/{donation.pk}/reverse/", {"reason": "twice"}, headers={"Idempotency-Key": "k"}
    )

    assert answer.json()["reversed_reason"] == "twice"


def test_a_stranger_learns_nothing_of_our_funds(fund, stranger, api_for):
    api = api_for(stranger)

    for address in ("/api/v1/funds/", "/api/v1/donations/", "/api/v1/grants/", "/api/v1/cost-splits/"):
        assert api.get(address).json()["results"] == []
    for address in (f"funds/{fund.pk}/", f"funds/{fund.pk}/statement/", "donations/1/"):
        assert api.get(f"/api/v1/{address}").status_code == 404
    answer = api.post("/api/v1/donations/", gift(fund), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 400


def test_the_preview_of_a_split_tells_the_parts_and_why(community, fund, worker, api_for):
    elder = make.elder(community, name="王桂珍")

    answer = api_for(worker).get(
        "/api/v1/cost-splits/preview/",
        {"elder": elder.pk, "kind": "BATH-H", "price_fen": 6000, "on": "2026-11-20"},
    )

    found = answer.json()
    assert [found[name] for name in ("gov_fen", "fund_fen", "advance_fen", "person_fen")] == [
        3000,
        1200,
        0,
        1800,
    ]
    assert "30.00" in found["sentence"]


def test_the_statement_of_a_fund_comes_newest_first(fund, staff, api_for):
    make.donated(fund, yuan=5)

    lines = api_for(staff).get(f"/api/v1/funds/{fund.pk}/statement/").json()

    assert [(each["amount"], each["balance"]) for each in lines] == [(500, 100500), (100000, 100000)]


@pytest.mark.parametrize(
    "model", ["fund", "donation", "goodsdonation", "grant", "costsplit", "costsharerule"]
)
def test_the_office_registers_open_for_staff_and_show_strangers_nothing(
    community, fund, staff, stranger, client_for, model
):
    make.donated_goods(community)

    ours = client_for(staff).get(f"/admin/charity/{model}/")
    theirs = client_for(stranger).get(f"/admin/charity/{model}/")

    assert (ours.status_code, theirs.status_code) == (200, 200)
    assert "社区互助基金" not in theirs.content.decode()


@pytest.mark.parametrize("model", ["account", "entry", "hold", "periodlock", "accountfreeze"])
def test_the_books_can_be_read_in_the_office_but_not_written(community, fund, auditor, client_for, model):
    client = client_for(auditor)

    assert client.get(f"/admin/ledger/{model}/").status_code == 200
    assert client.get(f"/admin/ledger/{model}/add/").status_code == 403
    if model == "account":
        page = client.get(f"/admin/ledger/account/{fund.account_id}/change/")
        assert "1,000.00" in page.content.decode()


def test_the_director_changes_a_rule_from_a_day_on_in_the_office(community, director, staff, client_for):
    from charity.models import CostShareRule

    form = {
        "community": community.pk, "elder_class": "SUPPORTED", "applies_to": "", "gov_percent": "60", "fund_percent": "50",
        "gov_cap_item_fen": "", "gov_cap_month_fen": "", "fund_cap_item_fen": "", "valid_from": "2026-12-01",
        "source": "联席会议 2026-11", "idempotency_key": "k",
    }  # fmt: skip

    assert client_for(staff).post("/admin/charity/costsharerule/add/", form).status_code == 403
    assert client_for(director).post("/admin/charity/costsharerule/add/", form).status_code == 302
    scope.set_for_transaction([community.pk])
    assert CostShareRule.objects.get().gov_percent == 60
