"""Jobs: long work in the background with progress, a result, and undo within a day.

Verbs: start, run, progress, sweep, undo. A job's effects are committed together with its DONE, or not at all.
Source: architecture.md §2; proof.md §3 (a killed worker changes nothing).
"""
