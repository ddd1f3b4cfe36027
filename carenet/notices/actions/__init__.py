"""`from carenet.notices import actions as notices` and then `notices.write(...)`."""

from carenet.notices.actions.outbox import Letter, cancel, write, write_many

__all__ = ["Letter", "cancel", "write", "write_many"]
