"""How each channel talks to the outside. No transaction is open while they do.

A worker can be killed after the outside accepted a message and before we wrote that down. Each channel chooses:

- bell: nothing outside, shown and marked in one transaction: exactly once.
- e-mail: at least once, with a Message-ID made from the key, so that mail programs show a repeat as the same mail.
- group bot: at least once, with the key as `webhook-id` (standard-webhooks), so that the receiver drops a repeat.
- console: at least once, the key stands in the line.
- text message: at most once, because it costs money and wakes people; the uncertain one is listed as not delivered
  so that somebody phones. An urgent one is repeated instead: twice is better than never.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from carenet.channels import sms
from carenet.notices.states import Channel

log = logging.getLogger("carenet.notices")
SECONDS = 8


class Undeliverable(Exception):
    """It will never arrive this way; the sentence says why."""


class TryLater(Exception):
    """It did not work this time."""


@dataclass(frozen=True)
class Message:
    """A notice ready to go out: words in the recipient's language, recipient looked up a moment ago."""

    key: str
    channel: str
    template: str
    title: str
    body: str
    url: str = ""
    urgent: bool = False
    community: str = ""
    phone: str = ""
    email: str = ""
    sms: str = ""
    sms_params: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None


class Adapter(Protocol):
    """`disturbs`: silent at night unless urgent. `repeats`: an uncertain message is sent again."""

    disturbs: ClassVar[bool]
    repeats: ClassVar[bool]

    def send(self, message: Message) -> str:
        """Hand the message over; a word about it. Raises Undeliverable, TryLater."""
        ...


class ConsoleAdapter:
    """A line in the log of the worker."""

    disturbs: ClassVar = False
    repeats: ClassVar = True

    def send(self, message: Message) -> str:
        log.info("notice %s [%s] %s", message.template, message.key, message.title)
        return "console"


class EmailAdapter:
    """Through Django's e-mail backend."""

    disturbs: ClassVar = False
    repeats: ClassVar = True

    def send(self, message: Message) -> str:
        if not message.email:
            raise Undeliverable("no e-mail address")
        text = "\n\n".join(each for each in (message.body, message.url) if each)
        name = hashlib.sha256(f"{message.community}/{message.key}".encode()).hexdigest()[:32]
        mail = EmailMessage(
            subject=message.title,
            body=text,
            to=[message.email],
            headers={"Message-ID": f"<{name}@carenet>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send(fail_silently=False)
        except OSError as trouble:
            raise TryLater(type(trouble).__name__) from trouble
        return "accepted"


class SmsAdapter:
    """Through the configured provider: an approved template with its parameters."""

    disturbs: ClassVar = True
    repeats: ClassVar = False

    def send(self, message: Message) -> str:
        if not message.sms:
            raise Undeliverable("no approved text-message template")
        if not message.phone:
            raise Undeliverable("no phone number")
        try:
            sms.send(message.phone, message.sms, message.sms_params)
        except sms.UnknownTemplate as unknown:
            raise Undeliverable(f"text-message template {message.sms} is not registered") from unknown
        except Exception as trouble:  # whatever the gateway raises
            raise TryLater(type(trouble).__name__) from trouble
        return "accepted"


class BotAdapter:
    """A group chat: a signed POST as in standard-webhooks, to one address of the station's own choosing."""

    disturbs: ClassVar = True
    repeats: ClassVar = True

    def send(self, message: Message) -> str:
        address = settings.BOT_WEBHOOK_URL
        if not address:
            raise Undeliverable("no group chat is configured")
        moment = int(message.at.timestamp()) if message.at else 0
        text = "\n".join(each for each in (message.title, message.body, message.url) if each)
        payload = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
        identity = hashlib.sha256(f"{message.community}/{message.key}".encode()).hexdigest()[:32]
        request = urllib.request.Request(  # noqa: S310  (the address is the station's own setting)
            address,
            data=payload,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "webhook-id": identity,
                "webhook-timestamp": str(moment),
                "webhook-signature": f"v1,{_signature(identity, moment, payload)}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return f"HTTP {answer.status}"
        except HTTPError as refused:
            if 400 <= refused.code < 500 and refused.code != 429:
                raise Undeliverable(f"HTTP {refused.code}") from refused
            raise TryLater(f"HTTP {refused.code}") from refused
        except (URLError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble


def _signature(identity: str, moment: int, payload: bytes) -> str:
    secret = getattr(settings, "BOT_WEBHOOK_SECRET", "") or settings.SECRET_KEY
    text = f"{identity}.{moment}.".encode() + payload
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


DEFAULT = {
    Channel.CONSOLE: "carenet.notices.adapters.ConsoleAdapter",
    Channel.EMAIL: "carenet.notices.adapters.EmailAdapter",
    Channel.SMS: "carenet.notices.adapters.SmsAdapter",
    Channel.BOT: "carenet.notices.adapters.BotAdapter",
}


def adapter_of(channel: str) -> Adapter:
    """The adapter of an outside channel; settings.NOTICE_ADAPTERS may name another."""
    chosen = {**DEFAULT, **getattr(settings, "NOTICE_ADAPTERS", {})}
    found: Adapter = import_string(chosen[Channel(channel)])()
    return found


def disturbing() -> list[str]:
    """Channels that are silent at night."""
    return [channel for channel in DEFAULT if adapter_of(channel).disturbs]
