"""The kinds of documents: how they are numbered and who may open them. Apps register theirs in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.documents.models import Document


class UnknownKind(DomainError):
    """No app registered documents of this kind."""

    code = "unknown_document_kind"
    default_message = _("There is no kind of document %(kind)s.")


def _only_its_maker(user: User, document: Document) -> bool:
    return document.made_by_id == user.pk


@dataclass(frozen=True)
class DocumentKind:
    """`pattern` makes the number people cite from {community}, {year} and {sequence}."""

    code: str
    label: str | Promise
    pattern: str = "{code}-{year}-{sequence}"
    may_read: Callable[[User, Document], bool] = _only_its_maker

    def number(self, *, community: str, year: int, sequence: int) -> str:
        """和煦社区联席〔2026〕7号."""
        return self.pattern.format(code=self.code, community=community, year=year, sequence=sequence)


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """Add a kind; the same code registered again replaces the first."""
    _kinds[kind.code] = kind


def find(code: str) -> DocumentKind:
    """The kind of a code. Raises UnknownKind."""
    if code not in _kinds:
        raise UnknownKind(kind=code)
    return _kinds[code]


def label_of(code: str) -> str:
    """The kind in words; its code when nobody knows it any more."""
    return str(_kinds[code].label) if code in _kinds else code


register(DocumentKind(code="upload", label=_("uploaded file")))
