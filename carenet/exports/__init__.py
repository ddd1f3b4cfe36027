"""Exports: files with personal data are asked for with a purpose, approved by a second person, made, fetched, gone.

Verbs: ask, approve, refuse, withdraw, make again, fetch, tidy. Every workbook passes `gate.check`, which lets lists
without personal columns through and stops the others until an approved export makes them.
Source: domain.md §9.4 (exports of class C3 and above); PIPL Art. 51; docs/decisions/0014-exports.md.
"""
