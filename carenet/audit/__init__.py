"""Audit: who did what, and who looked at whose personal data.

Three records, none of which the web role can change: the row history that triggers write (pghistory), the read
log (`ReadLog`, one row for each person somebody looked at) and the notes (`Note`: sign-ins, exports, uses of the
city role). Verbs: note, looked. Sources: PIPL Art. 51, 54; GB/T 22239-2019 (audit of every user); law 7.
"""
