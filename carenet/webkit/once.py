"""Twice is once: the same key and the same content of one sender is carried out one time.

The row of a submission is inserted before the view runs, inside the request's own transaction. A repeat that
arrives meanwhile waits on the unique key until the first has committed, then gets the first one's answer; if the
first was refused or broke, its row is gone and the repeat is carried out. Source: architecture.md law 4.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST_KEY = 100
# How long a page that shows a secret is given again to the very form that asked for it (a double click).
SHOWN_AGAIN = timedelta(minutes=2)
# Pages that take a POST without a key, and why sending them twice harms nothing. tests/webkit/test_every_form.py
# holds every other page to a key.
EXEMPT: dict[str, str] = {
    "accounts:sign-in": "a repeat signs in again; a remembered answer would come without its session cookie",
    "accounts:sign-in-code": "one message a minute, whatever is sent; a code counts once by itself",
    "accounts:second": "a code of the app counts once by itself (RFC 6238 §5.2), and so does a recovery code",
    "accounts:second-set-up": "the first code makes the app final; a repeat finds it final and is led on",
    "accounts:sign-out": "who is signed out stays signed out",
    "accounts:community-switch": "a choice: the last one counts",
    "portal:preferences": "a choice: the last one counts",
    "charity:donation-record": "shows what would be booked; only the next page books it, once",
    "elders:assessment-answer": "saves the answer that stands there; the same one twice is the same",
    "elders:register-check": "looks for look-alikes and writes nothing",
    "services:help": "every press must arrive; the action joins it to the open call",
    "services:help-fine": "said once by itself",
    "services:home-alarm": "every press must arrive; the action joins it to the open call",
}
# Fields that differ between two sendings of the same content.
_NOISE = frozenset({FIELD, "csrfmiddlewaretoken"})


class KeyMissing(DomainError):
    """A writing request came without an idempotency key."""

    code = "key_missing"
    default_message = _("This form was opened long ago. Please open the page again and send it once more.")


class ShownBefore(Conflict):
    """A page with a secret was sent again long after it had been shown."""

    code = "shown_before"
    default_message = _("This was shown once and is kept nowhere. Please ask for a new one.")


class KeyReused(Conflict):
    """The key was used for something else."""

    code = "key_reused"
    default_message = _("This form was already sent with other content. Please open the page again.")


def new_key() -> str:
    """A fresh key; forms carry one in a hidden field, machines in the header Idempotency-Key."""
    return uuid.uuid4().hex


def sender_of(request: HttpRequest) -> str:
    """Whose key it is: a signed-in user, else a browser session, else anybody (keys are not guessable)."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    session_key = getattr(getattr(request, "session", None), "session_key", None)
    return f"session:{hashlib.sha256(session_key.encode()).hexdigest()[:32]}" if session_key else "anyone"


def key_of(request: HttpRequest) -> str:
    """The key of a request. Raises KeyMissing."""
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise KeyMissing
    return key


def hash_of_form(request: HttpRequest) -> str:
    """The hash of a sent form with its files, without what differs between two sendings."""
    digest = hashlib.sha256()
    for name in sorted(request.POST):
        if name not in _NOISE:
            digest.update(json.dumps([name, request.POST.getlist(name)], ensure_ascii=False).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(json.dumps([name, upload.name, upload.size], ensure_ascii=False).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    return digest.hexdigest()


def hash_of_data(data: Any) -> str:
    """The hash of a parsed REST body; the order of its keys does not matter."""
    return hashlib.sha256(
        json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()


class Ticket:
    """One submission in progress: either a new one to carry out, or the remembered answer of an earlier one."""

    def __init__(self, request: HttpRequest, key: str, body_hash: str) -> None:
        from carenet.webkit.models import Submission

        self.model = Submission
        self.sender, self.key = sender_of(request), key
        path = request.path[:300]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO webkit_submission (sender, key, path, body_hash, status, location, body_sealed, created_at) "
                "VALUES (%s, %s, %s, %s, 0, '', '', now()) ON CONFLICT (sender, key) DO NOTHING RETURNING id",
                [self.sender, key, path, body_hash],
            )
            row = cursor.fetchone()
        self.first = row is not None
        if row is not None:
            self.pk: int = row[0]
            return
        self.remembered = Submission.objects.get(sender=self.sender, key=key)
        if (self.remembered.path, self.remembered.body_hash) != (path, body_hash):
            raise KeyReused

    def remember(self, *, status: int, location: str = "", body: str = "") -> None:
        """Keep the answer for repeats; a refusal (400 and above) is forgotten so that the key stays usable."""
        mine = self.model.objects.filter(pk=self.pk)
        if status >= 400:
            mine.delete()
        else:
            sealed_body = self.model.seal(self.sender, self.key, body) if body else b""
            mine.update(status=status, location=location, body_sealed=sealed_body)


def _way_back(request: HttpRequest) -> str:
    """Where a repeat without a remembered redirect goes: the page the form stood on."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a page's view: every POST needs a key, and a repeat gets the first one's redirect."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in WRITING:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            ticket = Ticket(request, key_of(request), hash_of_form(request))
            if not ticket.first:
                return HttpResponseRedirect(ticket.remembered.location or _way_back(request))
            response = view(request, *args, **kwargs)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            else:
                ticket.remember(status=response.status_code, location=response.headers.get("Location", ""))
        return response

    guarded.counts_once = True  # type: ignore[attr-defined]
    return guarded


def once_shown(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `once`, for a POST whose answer is a page with a secret (a slip with a one-time password, new codes).

    The page is kept, sealed, and given again to a repeat within two minutes: the second click of a double click
    shows the slip that is valid, not a second one. Later the repeat is refused. Raises ShownBefore.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in WRITING:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            ticket = Ticket(request, key_of(request), hash_of_form(request))
            if not ticket.first:
                return _shown_again(request, ticket)
            response = view(request, *args, **kwargs)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            else:
                location = response.headers.get("Location", "")
                page = "" if location else response.content.decode()
                ticket.remember(status=response.status_code, location=location, body=page)
        return response

    guarded.counts_once = True  # type: ignore[attr-defined]
    return guarded


def _shown_again(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    kept = ticket.remembered
    if kept.location:
        return HttpResponseRedirect(kept.location)
    if not kept.body_sealed or timezone.now() - kept.created_at > SHOWN_AGAIN:
        raise ShownBefore
    return HttpResponse(kept.body(), status=kept.status)
