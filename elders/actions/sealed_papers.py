"""Photos of signed papers: kept sealed among the documents, because they show names, ID numbers and fingerprints."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.documents.actions import freezing
from carenet.documents.models import Document
from carenet.parties import sealed
from carenet.parties.models import Community
from elders.actions.refusals import NotAPaper

if TYPE_CHECKING:
    from carenet.accounts.models import User

KIND, COLUMN = "elders.paper", "elders_paper.content"
LARGEST = 8 * 1024 * 1024
# What a file begins with says what it is; the name and the browser's word do not.
MARKS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))


def mime_of(content: bytes) -> str:
    """JPEG, PNG or PDF by its first bytes. Raises NotAPaper."""
    for mark, mime in MARKS:
        if content.startswith(mark):
            return mime
    raise NotAPaper(field="paper")


@transaction.atomic
def keep(
    *, community: Community, title: str, content: bytes, cause: tuple[str, int], kind: str = KIND, mime: str = "",
    by: User, at: datetime,
) -> Document:  # fmt: skip
    """Seal and store a paper. Raises NotAPaper when it is too large or (without `mime`) no photo and no PDF."""
    if not content or len(content) > LARGEST:
        raise NotAPaper(field="paper")
    if not mime:
        mime_of(content)
    row = uuid.uuid4()
    stored = row.bytes + sealed.seal(base64.b64encode(content).decode(), column=COLUMN, row=row)
    return freezing.freeze(
        community=community, kind=kind, title=title, content=stored, mime="application/octet-stream", cause=cause, by=by, at=at
    )  # fmt: skip


def content_of(document: Document) -> bytes:
    """The paper itself. Every caller that shows it writes the read log."""
    stored = freezing.read(document)
    return base64.b64decode(
        sealed.unseal(stored[16:], column=COLUMN, row=uuid.UUID(bytes=bytes(stored[:16])))
    )
