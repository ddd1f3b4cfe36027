"""The tables of the services app."""

from services.models.catalogue import Offering
from services.models.coins import CoinPayment
from services.models.hand_overs import HandOver
from services.models.plans import CareLine
from services.models.providers import DutyShift, Helper, HelperSkill
from services.models.requests import (
    Assignment,
    Candidate,
    Proposal,
    RequestEvent,
    RosterSheet,
    ServiceRequest,
)
from services.models.settlement import Feedback, Settlement
from services.models.visits import Case, FollowUp, Visit

__all__ = [
    "Assignment",
    "Candidate",
    "CareLine",
    "Case",
    "CoinPayment",
    "DutyShift",
    "Feedback",
    "FollowUp",
    "HandOver",
    "Helper",
    "HelperSkill",
    "Offering",
    "Proposal",
    "RequestEvent",
    "RosterSheet",
    "ServiceRequest",
    "Settlement",
    "Visit",
]
