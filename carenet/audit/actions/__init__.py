"""Writing audit records: `audit.actions.note(...)`, `audit.actions.looked(...)`."""

from carenet.audit.actions.records import Look, look_of, looked, note

__all__ = ["Look", "look_of", "looked", "note"]
