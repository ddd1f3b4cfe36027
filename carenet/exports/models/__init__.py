"""Exports."""

from carenet.exports.models.exports import Export

__all__ = ["Export"]
