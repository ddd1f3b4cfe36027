"""Numbers people read: where money came from and went, what lies idle, one elder's story, one donation's way."""

from charity.reports.funds import (
    advanced,
    dependency,
    fund_sums,
    idle,
    progress,
    self_generated,
)
from charity.reports.goods import shelves
from charity.reports.monthly_digest import monthly
from charity.reports.overview import Overview, overview
from charity.reports.spending import income_by_source, spending
from charity.reports.stories import timeline, where_it_went

__all__ = [
    "Overview",
    "advanced",
    "dependency",
    "fund_sums",
    "idle",
    "income_by_source",
    "monthly",
    "overview",
    "progress",
    "self_generated",
    "shelves",
    "spending",
    "timeline",
    "where_it_went",
]
