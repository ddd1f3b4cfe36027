"""Volunteers and teams, settings, attendances, rewards, redemptions."""

from volunteers.models.registry import Qualification, Team, Volunteer
from volunteers.models.rewards import Redemption, Reward, StockMove
from volunteers.models.time_bank import Attendance, AttendanceReversal, Policy

__all__ = [
    "Attendance",
    "AttendanceReversal",
    "Policy",
    "Qualification",
    "Redemption",
    "Reward",
    "StockMove",
    "Team",
    "Volunteer",
]
