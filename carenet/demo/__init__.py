"""The demonstration community 和煦社区 (Hexu Community): made through the actions, deterministic by seed, marked 演示.

Numbers marked S0–S4 in domain.md §11.2 are exact; the rest is plausible.
"""
