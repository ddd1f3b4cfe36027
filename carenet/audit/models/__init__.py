"""Append-only records of deeds and looks."""

from carenet.audit.models.records import Note, ReadLog

__all__ = ["Note", "ReadLog"]
