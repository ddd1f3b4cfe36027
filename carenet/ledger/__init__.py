"""Double entry for minutes, coins, points and money: every amount moves from one account to another.

Verbs: `accounts.open_account, freeze, unfreeze` · `posting.post, post_many, hold, settle, release, reverse` ·
`periods.close` · `statements.lines, balance` · `check.check_books`.
Nothing is edited or deleted: a mistake is reversed once, with a reason. Balances are kept beside the postings and
re-proved every night. Sources: architecture.md law 3 and 4a; proof.md §1a, §3; docs/decisions/0007-ledger.md.
"""
