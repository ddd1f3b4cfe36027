"""Meetings, their agenda, who was there, what was decided, and the minutes."""

from meetings.models.agendas import Agenda, AgendaItem, Discussion
from meetings.models.attendances import Attendance, Invitation
from meetings.models.decisions import Decision, DecisionStep
from meetings.models.meetings import Meeting
from meetings.models.minutes import Minutes, MinutesComment, Supplement

__all__ = [
    "Agenda",
    "AgendaItem",
    "Attendance",
    "Decision",
    "DecisionStep",
    "Discussion",
    "Invitation",
    "Meeting",
    "Minutes",
    "MinutesComment",
    "Supplement",
]
