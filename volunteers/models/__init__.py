"""Volunteers and teams, settings, attendances, rewards, redemptions."""

from volunteers.models.bank import Arrival, Closing, CoinGrant, Expiry, Gift, Move, Reserve
from volunteers.models.certificates import Certificate
from volunteers.models.dividends import DividendList, DividendObjection, DividendShare
from volunteers.models.fair_play import CallBack, Question, QuestionItem
from volunteers.models.feeds import ShiftFeed
from volunteers.models.honours import Endorsement, Honour, Nomination, Objection
from volunteers.models.recruits import Recruit
from volunteers.models.registry import Qualification, Team, Volunteer
from volunteers.models.rewards import Redemption, Reward, StockMove
from volunteers.models.shifts import LateEntry, Promise, ShiftSeries, ShiftTemplate, Slot
from volunteers.models.shop import (
    KeptFilter,
    PointBacking,
    RewardPhoto,
    RewardService,
    ServiceClaim,
    SlipNote,
)
from volunteers.models.team_bank import TeamGift, TeamProposal, TeamVoice
from volunteers.models.teams import Ballot, GuardianConsent, TeamCandidate, TeamVote
from volunteers.models.time_bank import Attendance, AttendanceReversal, Policy, TravelNote
from volunteers.models.training import (
    Course,
    CourseModule,
    CourseResult,
    CourseRun,
    Enrolment,
    Lesson,
    LessonAttendance,
    PracticeHour,
)

__all__ = [
    "Arrival",
    "Attendance",
    "AttendanceReversal",
    "Ballot",
    "CallBack",
    "Certificate",
    "Closing",
    "CoinGrant",
    "Course",
    "CourseModule",
    "CourseResult",
    "CourseRun",
    "DividendList",
    "DividendObjection",
    "DividendShare",
    "Endorsement",
    "Enrolment",
    "Expiry",
    "Gift",
    "GuardianConsent",
    "Honour",
    "KeptFilter",
    "LateEntry",
    "Lesson",
    "LessonAttendance",
    "Move",
    "Nomination",
    "Objection",
    "PointBacking",
    "Policy",
    "PracticeHour",
    "Promise",
    "Qualification",
    "Question",
    "QuestionItem",
    "Recruit",
    "Redemption",
    "Reserve",
    "Reward",
    "RewardPhoto",
    "RewardService",
    "ServiceClaim",
    "ShiftFeed",
    "ShiftSeries",
    "ShiftTemplate",
    "SlipNote",
    "Slot",
    "StockMove",
    "Team",
    "TeamCandidate",
    "TeamGift",
    "TeamProposal",
    "TeamVoice",
    "TeamVote",
    "TravelNote",
    "Volunteer",
]
