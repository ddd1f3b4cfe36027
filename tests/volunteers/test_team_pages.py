"""The pages of a team's account: members give and answer, the captain proposes, the office agrees, a stranger sees nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.audit.models import ReadLog
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import coins, give
from tests.volunteers.test_team_accounts import Crew
from volunteers.actions import shifts
from volunteers.models import ShiftTemplate, Team, TeamGift, TeamProposal
from volunteers.reports import accounts


def press(client: Any, name: str, *args: Any, **fields: Any) -> str:
    answer = client.post(
        reverse(f"volunteers:{name}", args=args), {**fields, "idempotency_key": once.new_key()}, follow=True
    )
    return answer.content.decode()


def test_from_a_members_gift_to_the_common_pool_by_the_pages_alone(
    client_for: Any, community: Any, director: Any
) -> None:
    crew = Crew(community, 3, "TAKEOVER", at=timezone.now())
    captain, member, third = (client_for(each) for each in crew.users)
    office, account = client_for(director), reverse("volunteers:team-account", args=[crew.team.pk])
    assert "还没有记录" in member.get(account).content.decode()
    assert "正等队伍确认" in press(member, "team-give", coins="2", words="谢谢大家")
    assert "暂存2小时" in member.get(reverse("volunteers:coins")).content.decode().replace(" ", "")
    gift = TeamGift.objects.get()
    assert f"{crew.members[1].person.name}愿捐出2小时" in captain.get(account).content.decode().replace(
        " ", ""
    )
    assert "愿捐出" not in third.get(account).content.decode(), "a member sees the own offers only"
    press(captain, "team-gift-step", gift.pk, "accept")
    assert (coins(crew.members[1]), crew.held()) == (480, 120)
    assert "请少填一些" in press(captain, "team-propose", crew.team.pk, coins="9", words="给老人")
    press(captain, "team-propose", crew.team.pk, coins="1.5", words="给高龄独居老人")
    plan = TeamProposal.objects.get()
    assert "暂存1小时30分" in member.get(account).content.decode().replace(" ", "")
    assert "还需1名队员同意。还需服务站同意。" in third.get(account).content.decode().replace(" ", "")
    press(third, "team-plan-step", plan.pk, step="yes")
    assert "已捐入公共时间池" in press(office, "team-plan-step", plan.pk, step="agree")
    page = member.get(account).content.decode()
    assert crew.held() == 30 and "捐给公共时间池" in page and crew.members[1].person.name in page
    assert "送给队伍" in member.get(reverse("volunteers:coins")).content.decode()


def test_the_office_writes_down_answers_offers_at_the_counter_and_ends_a_team_and_is_in_the_read_log(
    client_for: Any, community: Any, director: Any
) -> None:
    crew = Crew(community, 3, "TAKEOVER", at=timezone.now()).filled()
    plan, office = crew.proposed(), client_for(director)
    assert (
        "代记队员答复" in office.get(reverse("volunteers:team-account", args=[crew.team.pk])).content.decode()
    )
    assert ReadLog.objects.filter(person_id=crew.members[2].person_id).exists()
    press(office, "team-plan-step", plan.pk, step="yes", member=crew.members[2].pk)
    press(office, "team-plan-step", plan.pk, step="refuse", reason="本月已有安排")
    assert TeamProposal.objects.get().state == "REFUSED" and crew.held() == 120
    at_counter = f"?for={crew.members[2].pk}"
    office.post(
        reverse("volunteers:team-give") + at_counter, {"coins": "1", "idempotency_key": once.new_key()}
    )
    assert TeamGift.objects.open().get().giver == crew.members[2]
    press(office, "team-end", crew.team.pk, reason="人员变动")
    assert Team.objects.get(pk=crew.team.pk).until == timezone.localdate()
    assert (crew.held(), coins(crew.members[2])) == (0, 600)
    sheet = office.get(reverse("volunteers:team-account", args=[crew.team.pk]) + "?format=xlsx")
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")


def test_nobody_from_outside_reads_the_account_or_answers(client_for: Any, community: Any) -> None:
    crew, stranger = (
        Crew(community, 2, at=timezone.now()).filled(),
        make.volunteer_user(make.volunteer(community)),
    )
    gift, plan, other = crew.offered(1, 60), crew.proposed(60), client_for(stranger)
    pk = crew.team.pk
    assert other.get(reverse("volunteers:team-account", args=[pk])).status_code == 404
    assert other.get(reverse("volunteers:team-propose", args=[pk])).status_code == 404
    assert client_for(crew.users[1]).get(reverse("volunteers:team-propose", args=[pk])).status_code == 404
    for name, args in (("team-gift-step", [gift.pk, "withdraw"]), ("team-plan-step", [plan.pk])):
        answer = other.post(reverse(f"volunteers:{name}", args=args), {"idempotency_key": once.new_key()})
        assert answer.status_code == 404
    assert client_for(crew.users[0]).get(reverse("volunteers:team-end", args=[pk])).status_code == 404


def test_the_account_asks_the_database_no_more_for_more_rows(
    client_for: Any, community: Any, django_assert_max_num_queries: Any
) -> None:
    crew = Crew(community, 3, at=timezone.now()).filled(60)
    client, url = client_for(crew.users[0]), reverse("volunteers:team-account", args=[crew.team.pk])
    for number in range(2):
        crew.filled(75 + number)
        crew.offered(2, 15 + 15 * number)
        crew.proposed(15, key=f"few{number}")
        with django_assert_max_num_queries(30):
            assert client.get(url).status_code == 200
    give(crew.members[1], 1000)
    for number in range(6):
        crew.filled(90 + number)
        crew.proposed(15, key=f"more{number}")
    with django_assert_max_num_queries(30):
        client.get(url)


def test_a_month_stands_once_and_a_line_booked_later_says_when(community: Any) -> None:
    """A service of last month that is reported after this month's first one."""
    volunteer = make.volunteer(community)
    last, this = NOW - timedelta(days=40), NOW - timedelta(days=1)
    for number, (day, at) in enumerate(((last, last), (this, this), (last, NOW), (NOW, NOW))):
        make.served(volunteer, start=day + timedelta(hours=2 * number), on=day.date(), at=at)
    page = accounts.statement(volunteer, "POINT")
    assert [each.month for each in page.months] == [NOW.date().replace(day=1), last.date().replace(day=1)]
    assert [len(each.lines) for each in page.months] == [2, 2] and page.months[1].came == 20
    late, first = page.months[1].lines
    assert "入账" in late.detail and "入账" not in first.detail
    assert [each.balance for each in page.lines] == [40, 30, 20, 10]
    part = accounts.statement(volunteer, "POINT", limit=1)
    assert not part.months[0].is_whole and page.months[0].is_whole


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "助餐送餐甲"), ("en", "Meals to the door")])
def test_a_shift_has_a_title_in_each_language_and_the_statement_reads_it_too(
    client_for: Any, community: Any, language: str, shown: str
) -> None:
    template: ShiftTemplate = make.shift_template(community, title="助餐送餐甲", title_en="Meals to the door")
    make.slot(community, starts_at=timezone.now() + timedelta(days=2), template=template)
    volunteer = make.volunteer(community)
    make.served(volunteer, what=template.title)
    client = client_for(make.volunteer_user(volunteer))
    client.cookies["django_language"] = language
    for name in ("open-shifts", "points"):
        assert shown in client.get(reverse(f"volunteers:{name}")).content.decode(), name
    shifts.describe(
        community=community, title="没有英文", people=1, minutes=60, place_words="站", by=registrar(), at=NOW
    )
    assert ShiftTemplate.objects.get(title="没有英文").name == "没有英文"
