"""Keep a file for good: number, fingerprint, stored bytes."""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import uuid
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from carenet.accounts.models import User
from carenet.documents import registry
from carenet.documents.models import Document
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.parties.models import Community

LOCK_SPACE = 7_306
LARGEST = 50 * 1024 * 1024
_SUFFIXES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


class Damaged(DomainError):
    """The stored bytes are gone or differ from the fingerprint."""

    code = "document_damaged"
    default_message = _(
        "The stored file of %(number)s is missing or was changed. Please tell the station's technician."
    )


class NotAFile(DomainError):
    """Nothing, or far too much."""

    code = "not_a_file"
    default_message = _("The file is empty or larger than 50 MB. Please choose another one.")


@transaction.atomic
def freeze(
    *,
    community: Community,
    kind: str,
    title: str,
    content: bytes,
    mime: str,
    cause: tuple[str, int] | None,
    by: User,
    at: datetime,
) -> Document:
    """Store bytes under the next number of their kind and year. Raises UnknownKind, NotAFile.

    Numbers have no gaps: they are counted under a lock held to the commit. The file is written before the commit;
    if that fails an unnamed file stays behind, never a document without its file. Source: domain.md §7.3.
    """
    if not content or len(content) > LARGEST:
        raise NotAFile
    found = registry.find(kind)
    year = months.day_of(at).year
    sequence = next_number(community=community, kind=kind, year=year)
    uid = uuid.uuid4()
    suffix = _SUFFIXES.get(mime) or mimetypes.guess_extension(mime) or ".bin"
    name = default_storage.save(f"documents/{community.pk}/{year}/{uid.hex}{suffix}", ContentFile(content))
    return Document.objects.create(
        uid=uid,
        community=community,
        kind=kind,
        year=year,
        sequence=sequence,
        number=found.number(community=community.name, year=year, sequence=sequence),
        title=title[:160],
        stored_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mime=mime,
        cause_kind=cause[0] if cause else "",
        cause_id=cause[1] if cause else None,
        made_by=by,
        made_at=at,
    )


def next_number(*, community: Community, kind: str, year: int) -> int:
    """The next free number of a kind and year; nobody else gets it before this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, f"{community.pk}/{kind}/{year}"]
        )
    last = Document.objects.of(community).filter(kind=kind, year=year).aggregate(last=Max("sequence"))["last"]
    return (last or 0) + 1


def read(document: Document) -> bytes:
    """The bytes, after checking the fingerprint. Raises Damaged."""
    try:
        with default_storage.open(document.stored_name) as stored:
            content: bytes = stored.read()
    except FileNotFoundError as gone:
        raise Damaged(number=document.number) from gone
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), document.sha256):
        raise Damaged(number=document.number)
    return content


def verify(document: Document) -> bool:
    """Whether the stored bytes are still what was frozen."""
    try:
        read(document)
    except Damaged:
        return False
    return True
