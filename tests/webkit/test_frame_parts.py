"""Paging, menu, filters, charts, forms, refusals: the small parts."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from carenet.kernel.errors import Conflict
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Area, ServiceKind
from carenet.webkit import charts, context, dashboard, menu, paging, refusals
from carenet.webkit.forms import DayField, MonthField, PhoneField, StationForm, YuanField
from carenet.webkit.templatetags import carenet as tags


def get(query: str = "") -> Any:
    return RequestFactory().get(f"/list/{query}")


# --- paging -------------------------------------------------------------------------------------
def test_a_page_has_its_rows_links_and_count(community: Any) -> None:
    page = paging.page(get("?page=2&risk=A"), ServiceKind.objects.all(), per_page=10)
    assert (page.number, page.pages, page.total, len(page)) == (2, 5, ServiceKind.objects.count(), 10)
    assert (page.first_row, page.last_row) == (11, 20)
    assert page.next_url == "?page=3&risk=A"
    assert [link.number for link in page.links] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("asked", "given"), [("0", 1), ("-3", 1), ("x", 1), ("²", 1), ("999", 5), ("99999999999999999999", 5)]
)
def test_an_impossible_page_is_the_nearest_one(community: Any, asked: str, given: int) -> None:
    assert paging.page(get(f"?page={asked}"), ServiceKind.objects.all(), per_page=10).number == given


def test_an_empty_list_is_one_empty_page(community: Any) -> None:
    page = paging.page(get(), ServiceKind.objects.none())
    assert (page.pages, page.total, list(page)) == (1, 0, [])


def test_counting_stops_at_the_cap(community: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 20)
    page = paging.page(get(), ServiceKind.objects.all(), per_page=10)
    assert (page.total, page.capped, page.pages) == (20, True, 2)


def test_behind_the_cap_a_list_with_a_key_goes_on_and_reaches_every_row_once(
    community: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNTED", 20)
    kinds = ServiceKind.objects.order_by("number")
    seen: list[int] = []
    query = ""
    for _step in range(20):
        page = paging.page(get(query), kinds, per_page=10, keyset="number")
        seen += [each.number for each in page]
        if not (query := page.next_url):
            break

    assert seen == [each.number for each in kinds]
    assert len(seen) > 40


def test_a_later_page_shows_the_rows_of_its_place(community: Any) -> None:
    kinds = list(ServiceKind.objects.order_by("family", "-number"))
    page = paging.page(get("?page=3"), ServiceKind.objects.order_by("family", "-number"), per_page=7)

    assert list(page) == kinds[14:21]


def test_a_page_costs_two_queries_whatever_its_size(community: Any, django_assert_num_queries: Any) -> None:
    for size in (5, 40):
        with django_assert_num_queries(2):
            list(paging.page(get(), Area.objects.order_by("pk"), per_page=size))


# --- menu and dashboard ---------------------------------------------------------------------------
@pytest.fixture
def clean_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_items", {})
    monkeypatch.setattr(dashboard, "_cards", {})


def request_of(user: Any, community: Any, path: str = "/") -> Any:
    request = RequestFactory().get(path)
    request.user, request.community = user, community
    return request


def test_everybody_sees_only_the_doors_of_their_roles(
    clean_registries: None, staff: Any, worker: Any, community: Any
) -> None:
    menu.register(menu.MenuItem("a", "portal:desk", roles={"COMMITTEE"}, order=1))
    menu.register(menu.MenuItem("b", "portal:about", order=2))
    assert [link.label for link in menu.links(request_of(staff, community))] == ["a", "b"]
    assert [link.label for link in menu.links(request_of(worker, community))] == ["b"]


def test_a_role_in_another_community_opens_nothing_here(
    clean_registries: None, stranger: Any, community: Any
) -> None:
    menu.register(menu.MenuItem("a", "portal:desk", roles={"COMMITTEE"}))
    assert menu.links(request_of(stranger, community)) == []


def test_only_the_longest_matching_door_is_the_current_one(
    clean_registries: None, staff: Any, community: Any
) -> None:
    menu.register(menu.MenuItem("home", "portal:home"))
    menu.register(menu.MenuItem("desk", "portal:desk"))
    links = menu.links(request_of(staff, community, "/desk/"))
    assert [link.label for link in links if link.current] == ["desk"]


def test_a_door_whose_page_does_not_exist_is_left_out(
    clean_registries: None, staff: Any, community: Any
) -> None:
    menu.register(menu.MenuItem("gone", "nowhere:page"))
    assert menu.links(request_of(staff, community)) == []


def test_cards_are_shown_to_their_roles_in_order(
    clean_registries: None, staff: Any, worker: Any, community: Any
) -> None:
    def late(request: Any) -> Any:
        return dashboard.TodoCard("late", [])

    def early(request: Any) -> Any:
        return dashboard.FigureCard("early", [])

    def away(request: Any) -> Any:
        return None

    dashboard.register(late, roles={"COMMITTEE"}, order=9)
    dashboard.register(early, roles={"COMMITTEE"}, order=1)
    dashboard.register(away, roles={"COMMITTEE"})
    assert [card.title for card in dashboard.cards(request_of(staff, community))] == ["early", "late"]
    assert dashboard.cards(request_of(worker, community)) == []


# --- filters ------------------------------------------------------------------------------------
MOMENT = datetime(2026, 11, 23, 9, 5, tzinfo=STATION_ZONE)


@pytest.mark.parametrize(
    ("template", "chinese", "english"),
    [
        ("{{ 128400|fen }}", "1,284.00", "1,284.00"),
        ("{{ 1234567|points }}", "1,234,567", "1,234,567"),
        ("{{ 150|hours }}", "2 小时 30 分", "2 h 30 min"),
        ("{{ 60|hours }}", "1 小时", "1 h"),
        ("{{ 0|hours }}", "0 小时", "0 h"),
        ("{{ 45|hours }}", "45 分钟", "45 min"),
        ("{{ moment|moment }}", "11月23日（周一）9:05", "Mon 23 Nov 9:05"),
        ("{{ moment|clock }}", "9:05", "9:05"),
        ("{{ old|day }}", "1949年10月1日（周六）", "Sat 1 Oct 1949"),
        ("{{ old|month }}", "1949年10月", "October 1949"),
        ("{{ '13800138000'|phone }}", "138 0013 8000", "138 0013 8000"),
        ("{{ '12345678'|groups }}", "1234 5678", "1234 5678"),
        ("{{ none|moment }}{{ none|fen }}{{ none|day }}{{ none|hours }}", "", ""),
    ],
)
def test_numbers_and_days_read_as_people_say_them(template: str, chinese: str, english: str) -> None:
    import time_machine

    made = engines["django"].from_string(template)
    with time_machine.travel(MOMENT, tick=False):
        for language, wanted in (("zh-hans", chinese), ("en", english)):
            with translation.override(language):
                assert made.render({"moment": MOMENT, "old": date(1949, 10, 1), "none": None}) == wanted


def test_an_utc_moment_is_shown_in_the_stations_time() -> None:
    from datetime import UTC

    assert tags.clock(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "0:30"


def test_an_icon_is_hidden_from_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in tags.icon("bell")
    assert 'aria-label="消息"' in tags.icon("bell", "消息")
    assert "<svg" in tags.icon("no-such-icon")


def test_a_label_cannot_break_out_of_a_qr_code() -> None:
    assert "<script>" not in tags.qr("x", '"><script>')


# --- charts -------------------------------------------------------------------------------------
HOSTILE = '<script>alert("x")</script>'


@pytest.mark.parametrize(
    "made",
    [
        charts.bar_chart([(HOSTILE, 3), ("b", 0)], title=HOSTILE, unit=HOSTILE),
        charts.stacked_bars([(HOSTILE, [1, 2])], [(HOSTILE, "1"), ("b", "sos")], title=HOSTILE),
        charts.sparkline([1, 2], label=HOSTILE),
        charts.ring(1, 2, label=HOSTILE),
    ],
)
def test_charts_escape_their_words_and_use_no_style(made: str) -> None:
    assert "<script>" not in made
    assert not re.search(r"\sstyle=|\son\w+=", made)


def test_charts_of_nothing_are_still_drawn() -> None:
    assert "还没有数据" in charts.bar_chart([])
    assert "还没有数据" in charts.stacked_bars([("x", [0])], [("a", "1")])
    assert charts.sparkline([]) == ""
    assert "0%" in charts.ring(0, 0)


def test_a_stacked_chart_has_its_numbers_as_a_table() -> None:
    made = charts.stacked_bars([("周一", [3, 1])], [("完成", "1"), ("待派", "2")], title="工单")
    assert "<table" in made
    assert "<td class='cn-num'>3</td>" in made


# --- forms --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "fen"), [("1,284.5", 128450), ("￥300", 30000), ("３００ 元", 30000), ("0.01", 1)]
)
def test_yuan_are_typed_as_people_write_them(typed: str, fen: int) -> None:
    assert YuanField().clean(typed) == fen


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1.234", "0"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        YuanField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["2026-11-03", "2026/11/3", "2026年11月3日", "20261103", "２０２６-11-03", "2026.11.3"]
)
def test_days_are_typed_in_any_common_shape(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 11, 3)


@pytest.mark.parametrize("typed", ["2026-02-30", "03/11/2026", "明天"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        DayField().clean(typed)


def test_a_month_is_its_first_day() -> None:
    assert MonthField().clean("2026年11月") == MonthField().clean("2026-11") == date(2026, 11, 1)
    with pytest.raises(forms.ValidationError):
        MonthField().clean("2026-13")


@pytest.mark.parametrize(
    "typed", ["138 0013 8000", "+86 138-0013-8000", "8613800138000", "１３８００１３８０００"]
)
def test_phones_are_typed_with_blanks_and_country_code(typed: str) -> None:
    assert PhoneField().clean(typed) == "13800138000"


@pytest.mark.parametrize("typed", ["12345", "23800138000x", "1380013800"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        PhoneField().clean(typed)


# --- refusals -----------------------------------------------------------------------------------
class Sample(StationForm):
    name = forms.CharField()


def test_a_refusal_lands_on_its_field_and_undoes_what_was_written(community: Any) -> None:
    form = Sample({"name": "x"})
    assert form.is_valid()
    with refusals.refusals_on(form):
        with connection.cursor() as cursor:
            cursor.execute("update parties_community set residents = 1")
        raise Conflict("no", field="name")
    assert form.errors == {"name": ["no"]}
    community.refresh_from_db()
    assert community.residents == 3000


def test_a_refusal_without_a_field_stands_above_the_form(community: Any) -> None:
    form = Sample({"name": "x"})
    assert form.is_valid()
    with refusals.refusals_on(form):
        raise Conflict("no", field="something else")
    assert form.non_field_errors() == ["no"]


def test_a_form_with_errors_is_answered_422(community: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = None
    assert refusals.form_page(request, "components/refusal.html", Sample({})).status_code == 422
    assert refusals.form_page(request, "components/refusal.html", Sample()).status_code == 200


def test_optional_and_required_fields_are_drawn_with_their_errors() -> None:
    form = Sample({})
    form.is_valid()
    made = (
        engines["django"]
        .from_string('{% include "components/field.html" with field=form.name only %}')
        .render({"form": form})
    )
    assert 'aria-invalid="true"' in made
    assert 'id="id_name_error"' in made
    assert "govuk-form-group--error" in made


def test_no_room_takes_the_whole_header(clean_registries: None, staff: Any, community: Any) -> None:
    for number in range(9):
        menu.register(menu.MenuItem(f"p{number}", "portal:about", order=number, url_args=()))
        menu._items["front", f"p{number}"] = menu._items.pop(("front", "portal:about()"))
    menu.register(menu.MenuItem("bell", "notices:bell", order=50))
    shown = context.Frame(request_of(staff, community, "/nowhere/"))
    assert [link.label for link in shown.first_doors] == ["p0", "p1", "p2", "bell"]
    assert [link.label for link in shown.more_doors] == [f"p{number}" for number in range(3, 9)]
