"""Signs of life; the health page shows their ages. See carenet.channels.heartbeat."""

from carenet.channels.heartbeat import beat

__all__ = ["beat"]
