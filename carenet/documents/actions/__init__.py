"""`from carenet.documents import actions as documents` and then `documents.freeze(...)`."""

from carenet.documents.actions.freezing import Damaged, freeze, next_number, read, verify

__all__ = ["Damaged", "freeze", "next_number", "read", "verify"]
