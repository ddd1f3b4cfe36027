"""The templates of notices: every app registers its own in AppConfig.ready.

A template is a code, texts in both languages (lazy message ids with %(name)s places), the code of the approved
text-message template with its parameters, and where the notice leads. Free text is never sent by SMS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from carenet.channels import sms
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE


class UnknownTemplate(DomainError):
    """No app registered a notice of this code."""

    code = "unknown_template"
    default_message = _("There is no notice template %(template)s.")


@dataclass(frozen=True)
class NoticeTemplate:
    """What a notice says on each channel.

    Parameters whose names end in `_on` or `_at` hold ISO dates and times and are shown as 11月23日（周一）[9:00].
    `show` turns other stored codes into words of the reader's language. `sms` is the code of the text approved
    with the provider, `sms_text` that text (`${name}` places), `sms_params` the parameters it takes.
    """

    code: str
    title: str | Promise
    body: str | Promise = ""
    sms: str = ""
    sms_text: str = ""
    sms_params: tuple[str, ...] = ()
    url_name: str = ""
    url_args: tuple[str, ...] = ()
    urgent: bool = False
    icon: str = "bell"
    show: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def words(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters in the reader's language."""
        found: dict[str, Any] = {}
        for name, value in params.items():
            if name in self.show:
                found[name] = self.show[name](value)
            elif isinstance(value, str) and name.endswith("_at") and value:
                found[name] = moment_in_words(datetime.fromisoformat(value))
            elif isinstance(value, str) and name.endswith("_on") and value:
                found[name] = day_in_words(date.fromisoformat(value))
            else:
                found[name] = value
        return found

    def render_title(self, params: Mapping[str, Any]) -> str:
        """The heading; one line."""
        return _fill(self.title, self.words(params))

    def render_body(self, params: Mapping[str, Any]) -> str:
        """The text on the page, in e-mail and in group chats."""
        return _fill(self.body, self.words(params))

    def sms_words(self, params: Mapping[str, Any]) -> dict[str, str]:
        """The parameters of the approved text message."""
        words = self.words(params)
        return {name: str(words.get(name, "")) for name in self.sms_params}

    def url_for(self, params: Mapping[str, Any]) -> str:
        """The page the notice leads to; empty when there is none (any more)."""
        if not self.url_name:
            return ""
        try:
            return reverse(self.url_name, args=[params[name] for name in self.url_args])
        except (NoReverseMatch, KeyError):
            return ""


_templates: dict[str, NoticeTemplate] = {}


def register(template: NoticeTemplate) -> None:
    """Add a template; the same code registered again replaces the first."""
    _templates[template.code] = template
    if template.sms and template.sms_text:
        sms.register_template(template.sms, template.sms_text)


def find(code: str) -> NoticeTemplate:
    """The template of a code; one that no longer exists shows its code, so that an old notice stays readable."""
    return _templates.get(code) or NoticeTemplate(code=code, title=code)


def require(code: str) -> NoticeTemplate:
    """The template of a code. Raises UnknownTemplate."""
    if code not in _templates:
        raise UnknownTemplate(template=code)
    return _templates[code]


def every() -> list[NoticeTemplate]:
    """All templates, by code."""
    return [_templates[code] for code in sorted(_templates)]


def day_in_words(day: date) -> str:
    """11月23日（周一）, or Monday 23 November."""
    if (translation.get_language() or "").startswith("zh"):
        return f"{day.month}月{day.day}日（{['周一', '周二', '周三', '周四', '周五', '周六', '周日'][day.weekday()]}）"
    return dateformat.format(day, "l j F")


def moment_in_words(moment: datetime) -> str:
    """11月23日（周一）9:00 in the station's zone."""
    local = moment.astimezone(STATION_ZONE)
    space = "" if (translation.get_language() or "").startswith("zh") else " "
    return f"{day_in_words(local.date())}{space}{local.hour}:{local.minute:02d}"


class _Gaps(dict[str, Any]):
    """A parameter that is missing shows as … instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(text: str | Promise, words: Mapping[str, Any]) -> str:
    translated = _now(text) if isinstance(text, str) and text and not isinstance(text, Promise) else str(text)
    return translated % _Gaps(words) if "%(" in translated else translated
