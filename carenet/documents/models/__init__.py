"""Stored papers."""

from carenet.documents.models.documents import Document

__all__ = ["Document"]
