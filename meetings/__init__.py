"""Joint meetings: the five parties look at last month together, decide, and next time hear what became of it.

Verbs: call, open, close · prepare, publish · sign_in, leave · record, verify · draft, circulate, confirm, seal.
Sources: S0-47 (monthly), S0-48 (three parties at least), S0-49 (fixed agenda), S0-50 (decisions are followed),
S4-28 (four-party meeting), S4-33 (quarterly matching meeting); domain.md §7.
"""
