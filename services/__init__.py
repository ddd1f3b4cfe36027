"""Services: somebody asks for help, the nearest able helper comes, the elder confirms, everything is booked once.

Verbs: take, raise_alarm, propose, offer, accept, start, finish, confirm, rate, settle; visit, correct, follow up; open
and close cases; record rosters. Nothing here is edited: requests walk their step table, visits get new versions.
Sources: S0 (closed loop), S1 (nearest helper, many channels), S2 (15 minutes), domain.md §3.5 and §8, proof.md §1b.
"""
