"""Text messages: a template code and parameters, never free text (Chinese gateways accept nothing else)."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

# What each template says, for the console and for the counter clerk who registers it with the gateway.
# ${name} is the gateways' own notation.
TEMPLATES: dict[str, str] = {
    "sign-in-code": "【${station}】登录验证码 ${code}，${minutes} 分钟内有效。工作人员不会向您索要验证码。",
}


class UnknownTemplate(LookupError):
    """A template code nobody registered: a programming error."""


def register_template(code: str, text: str) -> None:
    """Make a template known; other packages call this when they start."""
    TEMPLATES[code] = text


def preview(template: str, params: Mapping[str, str]) -> str:
    """The message as the phone will show it."""
    try:
        text = TEMPLATES[template]
    except KeyError:
        raise UnknownTemplate(template) from None
    for name, value in params.items():
        text = text.replace(f"${{{name}}}", value)
    return text


class SmsBackend(Protocol):
    """A way to send one text message. `instant`: sending costs no network round trip."""

    instant: ClassVar[bool]

    def send(self, phone: str, template: str, params: Mapping[str, str]) -> None:
        """Hand the message to the gateway. Raises whatever the gateway raises."""
        ...


class ConsoleSms:
    """Prints the message: the default of a station that has no gateway yet."""

    instant: ClassVar[bool] = True

    def send(self, phone: str, template: str, params: Mapping[str, str]) -> None:
        print(f"[SMS → {phone}] {preview(template, params)}", flush=True)  # noqa: T201


class FileSms:
    """Appends a JSON line to `SMS_FILE`: browser tests and demonstrations read their codes there."""

    instant: ClassVar[bool] = True

    def send(self, phone: str, template: str, params: Mapping[str, str]) -> None:
        line = {
            "phone": phone,
            "template": template,
            "params": dict(params),
            "text": preview(template, params),
        }
        with Path(settings.SMS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class SentSms:
    phone: str
    template: str
    params: Mapping[str, str] = field(default_factory=dict)


class MemorySms:
    """Keeps what was sent in `MemorySms.sent`: for tests."""

    instant: ClassVar[bool] = True
    sent: ClassVar[list[SentSms]] = []

    def send(self, phone: str, template: str, params: Mapping[str, str]) -> None:
        preview(template, params)
        self.sent.append(SentSms(phone, template, dict(params)))


def backend() -> SmsBackend:
    """The backend named by `SMS_BACKEND`."""
    found: Any = import_string(settings.SMS_BACKEND)()
    return found  # type: ignore[no-any-return]


def send(phone: str, template: str, params: Mapping[str, str]) -> None:
    """Send now and let errors pass: for workers, who try again."""
    backend().send(phone, template, params)


def send_aside(phone: str, template: str, params: Mapping[str, str]) -> None:
    """Send without letting the page wait, so that its time does not tell whether a message went out.

    Errors are logged without the number; the person presses "send again".
    """
    chosen = backend()

    def run() -> None:
        try:
            chosen.send(phone, template, params)
        except Exception:
            log.exception("text message of template %s was not sent", template)

    if chosen.instant:
        run()
    else:
        threading.Thread(target=run, name="sms", daemon=True).start()
