"""`from carenet.notices import actions as notices` and then `notices.write(...)`."""

from carenet.notices.actions.outbox import cancel, write, write_many

__all__ = ["cancel", "write", "write_many"]
