"""Webkit's one table."""

from carenet.webkit.models.submissions import Submission

__all__ = ["Submission"]
