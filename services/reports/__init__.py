"""What is read of the services: the month for the joint meeting, an elder's story, the numbers of the day."""

from services.reports.monthly_digest import monthly
from services.reports.timelines import timeline
from services.reports.today import Today, by_day, today

__all__ = ["Today", "by_day", "monthly", "timeline", "today"]
