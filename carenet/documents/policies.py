"""Who may open a stored paper."""

from __future__ import annotations

from carenet.accounts.models import User
from carenet.documents import registry
from carenet.documents.models import Document


def may_read(user: User, document: Document) -> bool:
    """Within one's communities, and as the kind of the document says; an unknown kind is closed."""
    if document.community_id not in user.community_ids:
        return False
    try:
        return registry.find(document.kind).may_read(user, document)
    except registry.UnknownKind:
        return False
