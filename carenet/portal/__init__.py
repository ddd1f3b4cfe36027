"""The front doors: home per role, welcome, preferences, health, error pages, and the doors of the core packages.

It composes what the apps offer (menu doors, dashboard cards) and holds no rule of its own. Source: architecture.md §2.
"""
