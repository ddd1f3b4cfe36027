"""Elders."""
