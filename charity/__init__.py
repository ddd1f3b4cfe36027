"""Charity funds, the fifth of the five linked parties: money and goods for the elders of the community.

Verbs: `funds.open, close` · `donations.record, reverse` · `goods.receive, give_out` · `grants.ask, approve, refuse, pay` ·
`rules.install_defaults` · `cost_sharing.propose, split_and_pay, split_many`. Online public fundraising is not offered.
Sources: Charity Law (2023) Art. 22–61, 78–82, 99; S0-43, S1, S2; domain.md §5.
"""
