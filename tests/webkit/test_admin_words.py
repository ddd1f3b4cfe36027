"""The office shows words, not what a column holds: yuan, names of codes, hours of a week."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils import translation

from carenet.audit import fact_words
from carenet.webkit import admin_words
from charity.actions import rules
from charity.arithmetic import Rates
from charity.models import Fund
from services.models import Offering
from tests import make
from volunteers.models import Volunteer

CHINESE = "zh-hans"


def test_a_money_column_is_named_and_shown_in_yuan() -> None:
    with translation.override(CHINESE):
        column = admin_words.shown(Fund, "target_fen")
        assert column.short_description == "目标（元）"
        assert column(Fund(target_fen=12_345_678)) == "123,456.78"
        assert column(Fund(target_fen=None)) == "—"
    with translation.override("en"):
        assert admin_words.shown(Fund, "target_fen").short_description == "goal (yuan)"
        assert admin_words.shown(Fund, "name") == "name"


def test_money_is_typed_in_yuan_and_kept_in_fen() -> None:
    field = admin_words.yuan_field(Offering._meta.get_field("price_fen"))
    assert field.clean("12.50") == 1250
    assert field.prepare_value(1250) == "12.50"


def test_a_list_of_codes_is_shown_in_words() -> None:
    with translation.override(CHINESE):
        column = admin_words.shown(Volunteer, "languages")
        assert not re.search(r"[A-Z]{3}", column(Volunteer(languages=["MANDARIN", "LOCAL"])))
        assert column(Volunteer(languages=[])) == "—"


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0, "not said yet"),
        (admin_words.ALWAYS, "always"),
        (0b110, "Mon 7–13"),
        (0b1010 | 1 << 11, "Mon 7–10 13–16, Tue 19–24"),
    ],
)
def test_the_map_of_a_week_is_shown_as_hours(bits: int, words: str) -> None:
    with translation.override("en"):
        assert admin_words.week(bits) == words


def test_the_facts_of_a_deed_are_words() -> None:
    with translation.override(CHINESE):
        said = fact_words.sentence(
            {"asked": "PAPER", "coins": 90, "amount_fen": 410_000, "agrees": True, "x": ""}
        )
    assert "PAPER" not in said
    assert "1 小时 30 分钟" in said
    assert "4,100.00 元" in said
    assert "是" in said


def test_a_register_that_is_only_read_shows_no_fen_and_no_key(community: Any) -> None:
    reward = make.reward(community, fund=make.fund(community), backing="", backing_fen=123_450)
    page = make.client_for(make.user("DIRECTOR", community)).get(
        reverse("admin:volunteers_reward_change", args=[reward.pk]), headers={"accept-language": CHINESE}
    )
    text = page.content.decode()
    assert "1,234.50" in text
    assert "123450" not in text
    assert "（分）" not in text


def test_what_is_kept_as_json_never_stands_on_a_form() -> None:
    kept = [
        f"{model._meta.label}.{field.name}"
        for model, office in admin.site._registry.items()
        if isinstance(office, admin_words.WordsMixin)
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField) and admin_words.told(model, field.name)
    ]
    assert kept == []
    assert admin_words.told(Fund, "name")


def test_books_in_fen_are_chosen_by_yuan(director: Any, client_for: Any) -> None:
    with translation.override(CHINESE):
        page = client_for(director).get(reverse("admin:ledger_account_changelist")).content.decode()
    assert "（分）" not in page
    assert "金额（元）" in page


def test_a_rule_of_sharing_names_its_service(
    community: Any, director: Any, client_for: Any, now: Any
) -> None:
    rule = rules.change(
        community=community, elder_class="SUPPORTED", applies_to="BATH-H", rates=Rates(50, 0), valid_from=now.date(),
        source="joint meeting", by=director, at=now,
    )  # fmt: skip
    client = client_for(director)
    with translation.override(CHINESE):
        pages = [
            client.get(reverse(f"admin:charity_costsharerule_{name}", args=args)).content.decode()
            for name, args in (("changelist", ()), ("change", (rule.pk,)))
        ]
    for page in pages:
        told = re.sub(r"<[^>]+>", "", page)
        assert "上门助浴" in told
        assert "BATH-H" not in told
