"""The outbox, what was read, the attempts, and the heartbeats of the background processes."""

from carenet.notices.models.heartbeats import Heartbeat
from carenet.notices.models.outbox import Attempt, NoticeRead, Outbox

__all__ = ["Attempt", "Heartbeat", "NoticeRead", "Outbox"]
