"""Both languages, always: no string without Chinese, no fuzzy guess, no two meanings."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests import messages


@pytest.mark.parametrize("app", messages.APPS)
def test_every_string_has_its_chinese(app: str) -> None:
    wrong = messages.problems(app)
    assert not wrong, "\n".join(wrong)


def test_one_string_has_one_chinese_in_the_whole_station() -> None:
    wrong = messages.contradictions()
    assert not wrong, "\n".join(wrong)


def test_the_strings_of_the_office_theme_are_covered() -> None:
    found = messages.third_party()
    assert len(found) > 60, "the extraction of unfold's strings stopped working"
    with translation.override("zh-hans"):
        english = [
            each.text for each in found if not each.plural and translation.gettext(each.text) == each.text
        ]
    assert not english


def test_a_missing_translation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = messages.strings("portal")
    known.add(messages.Message("a sentence nobody translated"), "somewhere.py")
    monkeypatch.setattr(messages, "strings", lambda app: known)
    assert any("a sentence nobody translated" in line for line in messages.problems("portal"))


def test_context_and_plural_are_extracted_from_templates_and_code() -> None:
    found = list(
        messages._template(
            '{% translate "large" context "text size" %}{% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %}'
        )
    )
    assert found == [messages.Message("large", "text size"), messages.Message("one", None, "many")]
    assert list(messages._python('pgettext("role", "elder")')) == [messages.Message("elder", "role")]
