"""`from carenet.jobs import actions as jobs` and then `jobs.start(...)`."""

from carenet.jobs.actions.running import fail_dead, progress, run, start, undo, waiting

__all__ = ["fail_dead", "progress", "run", "start", "undo", "waiting"]
