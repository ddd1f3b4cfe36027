"""What is read of the register: triage inputs, intervals, look-alikes, timelines, monthly figures.

Other apps use `elders.reports.monthly(community, month)`, `elders.reports.timeline(elder, before=…)` and, in
their AppConfig.ready, `elders.reports.register_timeline(source)` and `elders.reports.register_tie(source)`.
"""

from elders.reports.monthly_digest import monthly
from elders.reports.ties import register as register_tie
from elders.reports.timelines import register as register_timeline
from elders.reports.timelines import timeline, timeline_sources

__all__ = ["monthly", "register_tie", "register_timeline", "timeline", "timeline_sources"]
