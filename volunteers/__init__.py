"""Community volunteers: who they are, what they gave, what the station gives back.

Verbs: enrol, pause, leave; earn, reverse (hours, coins and points of one event, once); offer, restock, redeem,
hand over, take back. Every reward is backed by a fund or by donated goods; hours are evidence and are never spent.
Sources: S0-11, S0-27, S0-36, S1-35, S1-36, S2-20, S2-49, S3-26, S4-44; domain.md §4; Volunteer Service Ordinance
Art. 15-21; Ministry of Civil Affairs Order 67.
"""
