"""Notices: what the station tells people, written inside the action's transaction and sent afterwards.

Verbs: write, write_many, cancel, sweep, read. A notice is a template code with parameters; who it goes to (phone,
address) is looked up when it is sent. Source: architecture.md law 5; proof.md §3; ux.md §8.1.
"""
