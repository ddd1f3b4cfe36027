"""The kinds of jobs: every app registers its own in AppConfig.ready (import the module that holds them)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from carenet.jobs.models import Job


class UnknownKind(DomainError):
    """No app registered a job of this kind."""

    code = "unknown_job_kind"
    default_message = _("There is no background job %(kind)s.")


class Runner(Protocol):
    """Does the work in one transaction and gives a small summary (counts, sentences; nothing personal)."""

    def __call__(self, job: Job, *, at: datetime) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class JobKind:
    """What a job of this kind does, how it is undone, and where its finished page leads."""

    code: str
    label: str | Promise
    run: Callable[..., dict[str, Any] | None]
    undo: Callable[..., None] | None = None
    result_url: Callable[[Job], str] | None = None


_kinds: dict[str, JobKind] = {}


def job_kind(
    code: str,
    *,
    label: str | Promise = "",
    undo: Callable[..., None] | None = None,
    result_url: Callable[[Job], str] | None = None,
) -> Callable[[Callable[..., dict[str, Any] | None]], Callable[..., dict[str, Any] | None]]:
    """Register `run(job, *, at) -> result` under a code; `undo(job, *, by, at)` takes everything back.

    `result` may hold `lines` (sentences shown on the finished page) and any counts.
    """

    def register(run: Callable[..., dict[str, Any] | None]) -> Callable[..., dict[str, Any] | None]:
        _kinds[code] = JobKind(code=code, label=label or code, run=run, undo=undo, result_url=result_url)
        return run

    return register


def find(code: str) -> JobKind:
    """The kind of a code. Raises UnknownKind."""
    if code not in _kinds:
        raise UnknownKind(kind=code)
    return _kinds[code]


def label_of(code: str) -> str:
    """The kind in words; its code when nobody knows it any more."""
    return str(_kinds[code].label) if code in _kinds else code
