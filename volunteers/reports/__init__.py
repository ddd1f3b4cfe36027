"""Numbers and statements of the volunteers."""

from volunteers.reports.monthly import monthly, overview
from volunteers.reports.timeline import timeline

__all__ = ["monthly", "overview", "timeline"]
