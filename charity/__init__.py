"""Charity."""
