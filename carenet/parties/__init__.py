"""Who and where: areas, communities, places, organisations of the five parties and their partners, persons.

Verbs: people.register, people.change_phone, organisations.register, organisations.join.
Sources: S0-1, S0-3, S0-23, S0-26, S0-42, S4-26, S4-28; domain.md §2.
"""
