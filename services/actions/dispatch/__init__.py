"""From a checked request to a helper at the door: propose, offer, accept, start, finish, confirm.

Every function locks the request first, so of two dispatchers one wins and the other reads who was faster.
"""

from services.actions.dispatch.appointments import hand_on, schedule
from services.actions.dispatch.delivery import confirm, finish, start
from services.actions.dispatch.endings import cancel, close, fail, reopen
from services.actions.dispatch.offers import accept, assign, claim, decline, offer, propose, see, triage

__all__ = [
    "accept",
    "assign",
    "cancel",
    "claim",
    "close",
    "confirm",
    "decline",
    "fail",
    "finish",
    "hand_on",
    "offer",
    "propose",
    "reopen",
    "schedule",
    "see",
    "start",
    "triage",
]
