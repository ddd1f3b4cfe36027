"""Background jobs."""

from carenet.jobs.models.jobs import Job

__all__ = ["Job"]
