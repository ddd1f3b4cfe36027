"""The pages: who may enter, what is booked once, what everybody may read."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from carenet.audit.models import ReadLog
from carenet.parties import scope
from charity import reports
from charity.actions import cost_sharing, donations, grants
from charity.models import Donation, Fund, GoodsIssue, Grant
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def today_is_the_21st(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def fund(community):
    return make.fund(community, name="社区互助基金", yuan=1000, pays_services=True, target_fen=500000)


def key(page) -> str:
    text = page.content.decode()
    return text.split('name="idempotency_key" value="')[1].split('"')[0]


def donation_form(fund, **change):
    return {
        "fund": fund.pk, "amount_fen": "300", "received_on": "2026-11-20", "way": "CASH", "donor_name": "周建国",
        "publish": "SURNAME", "receipt_no": "", **change,
    }  # fmt: skip


def test_a_donation_is_looked_at_first_and_then_booked_once(community, fund, staff, client_for):
    client = client_for(staff)

    check = client.post("/donations/record/", donation_form(fund) | {"idempotency_key": "a"})
    assert check.status_code == 200
    assert "300.00" in check.content.decode()
    assert Donation.objects.count() == 1

    sent = donation_form(fund) | {"idempotency_key": key(check)}
    first, again = client.post("/donations/book/", sent), client.post("/donations/book/", sent)
    scope.set_for_transaction([community.pk])
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Donation.objects.filter(donor_name="周建国", amount_fen=30000).count() == 1


def test_a_refusal_stands_on_the_form_and_nothing_is_booked(community, fund, staff, client_for):
    client = client_for(staff)
    make.donated(fund, receipt_no="A-1")

    answer = client.post(
        "/donations/book/", donation_form(fund, receipt_no="A-1") | {"idempotency_key": "k1"}
    )

    assert answer.status_code == 422
    assert "A-1" in answer.content.decode()
    scope.set_for_transaction([community.pk])
    assert Donation.objects.filter(receipt_no="A-1").count() == 1


@pytest.mark.parametrize("amount", ["", "abc", "-5", "0", "1.234", "=1+1"])
def test_amounts_that_are_none_are_told_at_the_field(fund, staff, client_for, amount):
    answer = client_for(staff).post("/donations/record/", donation_form(fund, amount_fen=amount))

    assert answer.status_code == 422
    assert "govuk-error-message" in answer.content.decode()


PAGES = [
    "/funds/", "/funds/{fund}/", "/funds/{fund}/statement.xlsx", "/donations/", "/donations/?format=xlsx",
    "/donations/{donation}/", "/donations/record/", "/donations/{donation}/reverse/", "/grants/", "/grants/?format=xlsx",
    "/grants/{grant}/", "/grants/ask/", "/goods/", "/goods/?format=xlsx", "/goods/{goods}/", "/goods/receive/",
    "/funds/open/", "/funds/{fund}/close/",
]  # fmt: skip


@pytest.fixture
def everything(community, fund):
    elder = make.elder(community, name="李秀英")
    return {
        "fund": fund.pk,
        "donation": Donation.objects.get().pk,
        "grant": make.asked_grant(fund, elder, yuan=100).pk,
        "goods": make.donated_goods(community).pk,
    }


@pytest.mark.parametrize("page", PAGES)
def test_the_director_may_open_every_page_and_a_stranger_none_of_ours(
    everything, director, stranger, client_for, page
):
    address = page.format(**everything)

    assert client_for(director).get(address).status_code == 200
    if "{" in page:
        assert client_for(stranger).get(address).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_visitors_are_asked_to_sign_in(everything, client, page):
    answer = client.get(page.format(**everything))

    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize(
    "role,page,status",
    [
        ("SOCIAL_WORKER", "/donations/record/", 404),
        ("SOCIAL_WORKER", "/grants/ask/", 200),
        ("SUPERVISOR", "/goods/receive/", 404),
        ("COMMITTEE", "/funds/open/", 404),
        ("REPRESENTATIVE", "/funds/", 200),
        ("REPRESENTATIVE", "/donations/", 404),
        ("VOLUNTEER", "/funds/", 404),
        ("ELDER", "/grants/", 404),
        ("AUDITOR", "/donations/", 200),
        ("AUDITOR", "/donations/record/", 404),
    ],
)
def test_each_role_has_its_own_doors(community, client_for, role, page, status):
    assert client_for(make.user(role, community)).get(page).status_code == status


def test_a_grant_goes_through_its_pages_with_four_eyes(
    community, fund, worker, supervisor, staff, client_for
):
    elder = make.elder(community, name="李秀英")
    client = client_for(worker)
    form = {
        "fund": fund.pk, "purpose": "ADAPTATION", "elder_number": elder.number_text, "words": "装扶手",
        "amount_fen": "210", "idempotency_key": "k1",
    }  # fmt: skip
    address = client.post("/grants/ask/", form)["Location"]
    assert client.post(f"{address}approve/", {"idempotency_key": "k2"}).status_code == 404

    client_for(supervisor).post(f"{address}approve/", {"idempotency_key": "k3"})
    pay = {"paid_on": "2026-11-21", "paid_to": "施工队", "voucher_no": "V-9", "idempotency_key": "k4"}
    client_for(staff).post(f"{address}pay/", pay)

    scope.set_for_transaction([community.pk])
    grant = Grant.objects.get()
    assert (grant.state, grant.decided_by, grant.paid_by) == ("PAID", supervisor, staff)


def test_who_asked_sees_no_button_to_approve(community, fund, director, supervisor, client_for):
    grant = make.asked_grant(fund, yuan=10, by=director)

    mine = client_for(director).get(f"/grants/{grant.pk}/").content.decode()
    theirs = client_for(supervisor).get(f"/grants/{grant.pk}/").content.decode()

    assert "/approve/" not in mine
    assert "/approve/" in theirs


def test_goods_go_out_on_their_page_once(community, worker, client_for):
    goods = make.donated_goods(community, quantity=60, kind="UMBRELLA", what="雨伞", unit="把")
    form = {"quantity": "2", "purpose": "雨天借用", "idempotency_key": "k"}
    client = client_for(worker)

    for _ in range(3):
        assert client.post(f"/goods/{goods.pk}/", form).status_code == 302

    scope.set_for_transaction([community.pk])
    assert GoodsIssue.objects.count() == 1
    goods.refresh_from_db()
    assert goods.left == 58


def test_looking_at_a_grant_of_an_elder_is_written_down(community, fund, worker, client_for):
    elder = make.elder(community, name="李秀英")
    make.asked_grant(fund, elder, yuan=10)

    client_for(worker).get("/grants/")

    scope.set_for_transaction([community.pk])
    assert ReadLog.objects.filter(person_id=elder.person_id, user=worker).count() == 1


@pytest.mark.parametrize("path", ["/donations/", "/grants/", "/goods/", "/funds/"])
def test_a_list_asks_as_much_for_forty_rows_as_for_two(
    community, fund, staff, client_for, django_assert_max_num_queries, path
):
    client = client_for(staff)

    def fill(count):
        for _ in range(count):
            elder = make.elder(community)
            make.donated(fund, donor_person=elder.person)
            make.asked_grant(fund, elder, yuan=1)
            make.donated_goods(community)
            make.fund(community)

    def questions():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        scope.set_for_transaction([community.pk])
        return len(asked)

    fill(2)
    client.get(path)
    scope.set_for_transaction([community.pk])
    few = questions()
    fill(12)
    assert questions() <= few


def test_the_statement_as_a_table_has_every_line_with_its_balance(fund, staff, client_for):
    make.donated(fund, yuan=5)

    answer = client_for(staff).get(f"/funds/{fund.pk}/statement.xlsx")

    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[6] for row in rows[1:]] == [1000, 1005]


# --- open books ----------------------------------------------------------------------------------
@pytest.fixture
def busy(community, fund, staff, worker, supervisor):
    """A donation of 1,000 yuan, a grant of 210 for an elder, a shared service, goods."""
    elder = make.elder(community, name="李秀英")
    grant = grants.approve(grant=make.asked_grant(fund, elder, yuan=210, by=worker), by=supervisor, at=NOW)
    grants.pay(grant=grant, paid_on=TODAY, paid_to="施工队", voucher_no="V-1", by=staff, at=NOW)
    cost_sharing.split_and_pay(
        elder=elder,
        kind=make.kind(),
        price_fen=6000,
        cause=("services.request", 1),
        on=TODAY,
        at=NOW,
        by=staff,
        key="r1",
    )
    make.donated_goods(community, quantity=712)
    return elder


def test_everybody_may_read_the_open_books_and_no_person_stands_in_them(community, fund, busy, client):
    make.donated(fund, yuan=5, donor_name="赵大海", publish="ANONYMOUS")
    make.donated(fund, yuan=5, donor_name="钱小河", publish="SURNAME")
    make.donated(fund, yuan=5, donor_name="孙长江", publish="FULL")

    for extra in ("", "?format=csv", "?receipt=JZ2026-0001"):
        answer = client.get(f"/open/{community.slug}/{extra}")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "李秀英" not in text
        assert "赵大海" not in text
        assert "钱小河" not in text
    text = client.get(f"/open/{community.slug}/").content.decode()
    assert "孙长江" in text
    assert "钱**" in text
    assert "V-1" in text
    assert "1,015.00" in text


def test_the_overview_adds_up(community, fund, busy):
    overview = reports.overview(community, 2026)

    assert overview.income_fen == 100000
    assert overview.spent_fen == 21000 + 1200
    assert overview.balance_fen == overview.income_fen - overview.spent_fen
    assert sum(each.amount_fen for each in overview.uses) == overview.spent_fen
    assert (overview.dependency_percent, overview.government_shared_fen, overview.persons_shared_fen) == (
        100,
        3000,
        1800,
    )


def test_what_was_reversed_is_in_no_report(community, fund, busy, staff):
    from charity.models import CostSplit

    cost_sharing.reverse(split=CostSplit.objects.get(), reason="x", by=staff, at=NOW)
    extra = make.donated(fund, yuan=77)
    donations.reverse(donation=extra, reason="x", by=staff, at=NOW)

    overview = reports.overview(community, 2026)
    assert (overview.income_fen, overview.spent_fen) == (100000, 21000)


def test_a_donation_is_followed_to_what_it_paid_first_in_first_out(community, fund, busy):
    second = make.donated(fund, yuan=50)

    first = reports.where_it_went(community, "JZ2026-0001")
    later = reports.where_it_went(community, second.receipt_no)

    assert sorted(each.amount_fen for each in first.parts) == [1200, 21000]
    assert first.left_fen == 100000 - 22200
    assert (later.parts, later.left_fen) == ([], 5000)
    assert reports.where_it_went(community, "nothing") is None


def test_the_month_of_the_funds_is_told_to_the_joint_meeting(community, fund, busy):
    make.asked_grant(fund, yuan=10)
    digest = reports.monthly(community, date(2026, 11, 1))

    figures = {each.code: each.value for each in digest.figures}
    assert figures["charity.income"] == "1,000.00"
    assert figures["charity.services"] == "12.00"
    assert any(each.source_key == "charity:grants:2026-11" for each in digest.matters)


def test_money_that_lies_still_for_half_a_year_is_named(community, fund):
    assert reports.idle(community, on=date(2027, 5, 1)) == []
    (found,) = reports.idle(community, on=date(2027, 6, 1))
    assert found.fund == fund


def test_the_story_of_an_elder_tells_grant_and_split_with_its_sentence(busy):
    lines = reports.timeline(busy)

    assert {each.kind for each in lines} == {"grant", "split"}
    assert Fund.objects.get().name in next(each.detail for each in lines if each.kind == "split")
