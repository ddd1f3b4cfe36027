"""Accounts, entries, postings, holds, closed months."""

from carenet.ledger.models.accounts import Account, AccountFreeze, PeriodLock
from carenet.ledger.models.entries import Entry, Hold, Posting

__all__ = ["Account", "AccountFreeze", "Entry", "Hold", "PeriodLock", "Posting"]
