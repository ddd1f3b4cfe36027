"""Words of the time bank beyond earning: gifts, the pool, questions and objections, the reserve; and their settings."""

from __future__ import annotations

from dataclasses import replace

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step
from volunteers.states import SETTINGS, UNIT_LABELS, Setting

COIN_POOL = "coin-pool"
POINT_POOL = "point-pool"


class GiftState(models.TextChoices):
    OFFERED = "OFFERED", pgettext_lazy("gift", "waiting for a yes")
    ACCEPTED = "ACCEPTED", pgettext_lazy("gift", "accepted")
    DECLINED = "DECLINED", pgettext_lazy("gift", "declined with thanks")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("gift", "taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("gift", "not answered in time")


GIFT_STEPS: dict[str, Step] = {
    "accept": step([GiftState.OFFERED], GiftState.ACCEPTED),
    "decline": step([GiftState.OFFERED], GiftState.DECLINED),
    "withdraw": step([GiftState.OFFERED], GiftState.WITHDRAWN),
    "expire": step([GiftState.OFFERED], GiftState.EXPIRED),
}


class ProposalState(models.TextChoices):
    """What became of hours of a team that somebody proposed to give on."""

    ASKED = "ASKED", pgettext_lazy("proposal", "waits for a yes")
    DONE = "DONE", pgettext_lazy("proposal", "given on")
    REFUSED = "REFUSED", pgettext_lazy("proposal", "not given on")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("proposal", "taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("proposal", "not answered in time")


PROPOSAL_STEPS: dict[str, Step] = {
    "give_on": step([ProposalState.ASKED], ProposalState.DONE),
    "refuse": step([ProposalState.ASKED], ProposalState.REFUSED),
    "withdraw": step([ProposalState.ASKED], ProposalState.WITHDRAWN),
    "expire": step([ProposalState.ASKED], ProposalState.EXPIRED),
}


class Relation(models.TextChoices):
    """Who the receiver is to the giver. Source: domain.md §4.3 redeem_for (spouse, parents, parents-in-law …)."""

    SPOUSE = "SPOUSE", pgettext_lazy("gift", "husband or wife")
    PARENT = "PARENT", pgettext_lazy("gift", "father or mother")
    IN_LAW = "IN_LAW", pgettext_lazy("gift", "father- or mother-in-law")
    CHILD = "CHILD", pgettext_lazy("gift", "son or daughter")
    SIBLING = "SIBLING", pgettext_lazy("gift", "brother or sister")
    NEIGHBOUR = "NEIGHBOUR", pgettext_lazy("gift", "neighbour or friend")


RELATIVES = frozenset(Relation) - {Relation.NEIGHBOUR}


class ClosingWhy(models.TextChoices):
    """Why an account is closed for good."""

    DIED = "DIED", pgettext_lazy("account", "the volunteer has died")
    GONE = "GONE", pgettext_lazy("account", "left for good")


class ClosingState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("closing", "waits for a second person")
    DONE = "DONE", pgettext_lazy("closing", "closed")
    REFUSED = "REFUSED", pgettext_lazy("closing", "not closed")


CLOSING_STEPS: dict[str, Step] = {
    "approve": step([ClosingState.ASKED], ClosingState.DONE),
    "refuse": step([ClosingState.ASKED], ClosingState.REFUSED),
}


class MoveState(models.TextChoices):
    """Coins on their way to the book of another community."""

    READY = "READY", pgettext_lazy("move", "waits for the other community")
    ARRIVED = "ARRIVED", pgettext_lazy("move", "arrived")
    CALLED_BACK = "CALLED_BACK", pgettext_lazy("move", "called back")


MOVE_STEPS: dict[str, Step] = {
    "arrive": step([MoveState.READY], MoveState.ARRIVED),
    "call_back": step([MoveState.READY], MoveState.CALLED_BACK),
}


class QuestionKind(models.TextChoices):
    """Why a credit is looked at again. The words are those the volunteer reads: never an accusation."""

    OBJECTION = "OBJECTION", _("A member asked about the published hours.")
    OVERLAP = "OVERLAP", _("Two services were reported for the same time.")
    TRAVEL = "TRAVEL", _("Two services followed each other faster than the way between them takes.")
    LOOP = "LOOP", _("Two people helped each other for many hours.")
    PAIR = "PAIR", _("Very many hours went to one person this month.")
    HOUSEHOLD = "HOUSEHOLD", _("By the register, the volunteer and the person helped live in one home.")
    BURST = "BURST", _("Most hours of the month fell on its last three days.")
    CALL_BACK = "CALL_BACK", _("The person helped remembers this service differently.")


class QuestionState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("question", "new")
    ASKED = "ASKED", pgettext_lazy("question", "waits for the volunteer's answer")
    ANSWERED = "ANSWERED", pgettext_lazy("question", "waits for the committee")
    KEPT = "KEPT", pgettext_lazy("question", "hours stay")
    TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("question", "hours taken back")


_UNDECIDED = [QuestionState.OPEN, QuestionState.ASKED, QuestionState.ANSWERED]
QUESTION_STEPS: dict[str, Step] = {
    "ask": step([QuestionState.OPEN], QuestionState.ASKED),
    "answer": step([QuestionState.ASKED], QuestionState.ANSWERED),
    "keep": step(_UNDECIDED, QuestionState.KEPT),
    "take_back": step([QuestionState.ASKED, QuestionState.ANSWERED], QuestionState.TAKEN_BACK),
}


class CallResult(models.TextChoices):
    """What the person helped said on the phone."""

    AGREES = "AGREES", pgettext_lazy("call", "remembers it so")
    DIFFERS = "DIFFERS", pgettext_lazy("call", "remembers it differently")
    NOT_REACHED = "NOT_REACHED", pgettext_lazy("call", "not reached")


class DividendKind(models.TextChoices):
    """What is shared. Source: S2-50."""

    DIVIDEND = "DIVIDEND", pgettext_lazy("dividend", "dividend of the collective economy")
    UNITY = "UNITY", pgettext_lazy("dividend", "award for ethnic unity")


class DividendWay(models.TextChoices):
    """By what it is shared."""

    POINTS = "POINTS", pgettext_lazy("dividend", "the points earned in the year")
    HOURS = "HOURS", pgettext_lazy("dividend", "the hours served in the year")
    EQUAL = "EQUAL", pgettext_lazy("dividend", "equal parts for all who served in the year")


class DividendState(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("dividend", "shown to the members")
    POSTED = "POSTED", pgettext_lazy("dividend", "booked")
    REFUSED = "REFUSED", pgettext_lazy("dividend", "not booked")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("dividend", "taken back before")
    REVERSED = "REVERSED", pgettext_lazy("dividend", "taken back after booking")


DIVIDEND_STEPS: dict[str, Step] = {
    "post": step([DividendState.PROPOSED], DividendState.POSTED),
    "refuse": step([DividendState.PROPOSED], DividendState.REFUSED),
    "withdraw": step([DividendState.PROPOSED], DividendState.WITHDRAWN),
    "reverse": step([DividendState.POSTED], DividendState.REVERSED),
}


class ReserveKind(models.TextChoices):
    """What stands behind the coins. Source: domain.md §4.3 reserve (pledged hours + fund ÷ cost per hour)."""

    PLEDGE = "PLEDGE", pgettext_lazy("reserve", "hours promised by a volunteer")
    GROUP = "GROUP", pgettext_lazy("reserve", "hours promised by an organisation")
    FUND = "FUND", pgettext_lazy("reserve", "money set apart")


# --- settings ------------------------------------------------------------------------------------
# What a setting's number means when it is a choice; others are plain numbers with a unit.
SWITCH: dict[int, str | Promise] = {0: _("no"), 1: _("yes")}
STOP, TO_POOL, ASK = 0, 1, 2
TELL, ASK_GROUND, STOP_ISSUING = 0, 1, 2
NO_ACCOUNT, DONATE_ONLY = 0, 1
# A list that may be changed is one number: each tick its own bit. Source: domain.md §4.3 (list editable).
KIN_BITS = {
    "SPOUSE": 1,
    "SON": 2,
    "DAUGHTER": 2,
    "CHILD_IN_LAW": 4,
    "GRANDCHILD": 8,
    "SIBLING": 16,
    "RELATIVE": 32,
}
GIFT_BITS = {"SPOUSE": 1, "PARENT": 2, "IN_LAW": 4, "CHILD": 8, "SIBLING": 16}
POOL_BITS = {"RED": 1, "YELLOWA": 2, "YELLOWB": 4}
FLAGS: dict[str, dict[int, str | Promise]] = {
    "redeem_for": {
        1: Relation.SPOUSE.label, 2: Relation.PARENT.label, 4: Relation.IN_LAW.label,
        8: pgettext_lazy("list", "grandparents"), 16: Relation.SIBLING.label,
        32: pgettext_lazy("list", "other relatives whose file names the volunteer"),
    },
    "gift_relatives": {bit: Relation[name].label for name, bit in GIFT_BITS.items()},
    "pool_serves": {
        1: pgettext_lazy("list", "red elders"), 2: pgettext_lazy("list", "yellow elders of tier A"),
        4: pgettext_lazy("list", "yellow elders of tier B"),
    },
}  # fmt: skip
CHOICES: dict[str, dict[int, str | Promise]] = {
    "balance_overflow": {
        STOP: _("stop: hours and points only"),
        TO_POOL: _("give the rest to the common pool"),
        ASK: _("ask the volunteer"),
    },
    "gift_allowed": dict(SWITCH),
    "gift_relatives_only": dict(SWITCH),
    "inherit_to_heir": dict(SWITCH),
    "group_account": {
        NO_ACCOUNT: _("no"),
        DONATE_ONLY: _("yes; its hours are only given on to the common pool"),
    },
    "move_allowed": dict(SWITCH),
    "inherit_to_honour": dict(SWITCH),
    "travel_time_counts": dict(SWITCH),
    "household_counts": dict(SWITCH),
    "channel_coins": dict(SWITCH),
    "channel_goods": dict(SWITCH),
    "channel_services": dict(SWITCH),
    "channel_dividend": dict(SWITCH),
    "channel_honours": dict(SWITCH),
    "channel_statement": dict(SWITCH),
    "solvency_action": {
        TELL: _("only show it"),
        ASK_GROUND: _("ask for a written ground"),
        STOP_ISSUING: _("stop new coins"),
    },
}
UNIT_LABELS |= {
    "days": pgettext_lazy("unit", "days"),
    "months": pgettext_lazy("unit", "months"),
    "years": pgettext_lazy("unit", "years"),
    "percent": pgettext_lazy("unit", "percent"),
    "km/h": pgettext_lazy("unit", "km an hour"),
    "choice": "",
}
_STATION = "station rule, domain.md §4.3"
_ROWS = (
    ("balance_overflow", ASK, "choice", _("when the coin account is full"), "Nanjing 2019; " + _STATION),
    ("redeem_min_age", 60, "years", _("age from which coins are received and used"), "Nanjing, Beijing; " + _STATION),
    ("redeem_for", 15, "choice", _("besides the volunteer, coins and points may serve"), "Shaoxing 2021 Art. 18; " + _STATION),
    ("travel_time_counts", 0, "choice", _("the way to a service counts for coins and points"), _STATION),
    ("travel_cap_minutes", 30, "minutes", _("minutes of the way to one service, at most"), _STATION),
    ("household_counts", 0, "choice", _("help inside one household is credited"), "S3-25; " + _STATION),
    ("weight_a", 100, "percent", _("coins for a service of low risk (class A)"), "Pidu 2021; " + _STATION),
    ("weight_b", 100, "percent", _("coins for a service of moderate risk (class B)"), "Pidu 2021; " + _STATION),
    ("weight_c", 100, "percent", _("coins for a service of high risk (class C)"), "Pidu 2021; " + _STATION),
    ("points_percent", 100, "percent", _("points for an hour on these days (festivals: 150)"), "festival ×1.5; " + _STATION),
    ("gift_allowed", 1, "choice", _("coins may be given to another account"), "Beijing 2022; " + _STATION),
    ("gift_relatives_only", 1, "choice", _("gifts to listed relatives only"), "Beijing 2022; " + _STATION),
    ("gift_relatives", 31, "choice", _("relatives who may receive a gift"), "Beijing 2022; " + _STATION),
    ("gift_days", 14, "days", _("a gift waits for an answer"), _STATION),
    ("group_account", DONATE_ONLY, "choice", _("a team may hold hours together"), "Nanjing 2019; " + _STATION),
    ("grant_minutes", 600, "coin-minutes", _("coins a key elder gets in a month, at most"), "Nanjing 2019; " + _STATION),
    ("pool_serves", 3, "choice", _("the common pool serves"), "Nanjing 2019; " + _STATION),
    ("inherit_to_heir", 1, "choice", _("an heir may receive what is left"), _STATION),
    ("inherit_to_honour", 1, "choice", _("what is left may become an honour instead"), _STATION),
    ("point_months", 24, "months", _("points hold (0: for ever)"), _STATION),
    ("coin_months", 0, "months", _("time coins hold (0: for ever)"), _STATION),
    ("expiry_first_warning", 60, "days", _("first warning before points expire"), _STATION),
    ("expiry_last_warning", 15, "days", _("last warning before points expire"), _STATION),
    ("recruit_points", 20, "points", _("points for whoever brought a volunteer who stayed"), "Hailin; " + _STATION),
    ("recruit_days", 90, "days", _("a new volunteer has stayed after"), _STATION),
    ("channel_coins", 1, "choice", _("time coins may pay for help"), "S1-35; " + _STATION),
    ("channel_goods", 1, "choice", _("points may be redeemed for gifts"), "S0-36; " + _STATION),
    ("channel_services", 1, "choice", _("points may pay for care services"), "S4; " + _STATION),
    ("channel_honours", 1, "choice", _("people are nominated for honours"), "S3-34; " + _STATION),
    ("channel_dividend", 1, "choice", _("lists for collective dividends and unity awards are made"), "S2-50; " + _STATION),
    ("channel_statement", 1, "choice", _("statements for residency and credit are issued"), "S1-36; " + _STATION),
    ("move_allowed", 1, "choice", _("coins may move to and from other communities"), "通存通兑; " + _STATION),
    ("solvency_limit", 100, "percent", _("coins promised, at most, of the hours that can be kept"), _STATION),
    ("solvency_action", STOP_ISSUING, "choice", _("when more coins are promised than that"), _STATION),
    ("cost_of_an_hour", 3000, "fen", _("what an hour costs when the fund must buy it"), _STATION),
    ("dormant_days", 365, "days", _("an account counts as dormant after"), _STATION),
    ("dispute_days", 7, "days", _("the published hours can be questioned for"), "民发 guideline 2015; " + _STATION),
    ("answer_days", 7, "days", _("a volunteer has to answer a question"), _STATION),
    ("call_back_percent", 5, "percent", _("services of which the person helped is called"), _STATION),
    ("pair_minutes", 1200, "minutes", _("one pair in a month before somebody asks"), _STATION),
    ("loop_minutes", 600, "minutes", _("mutual help of two people in a month before somebody asks"), _STATION),
    ("burst_percent", 60, "percent", _("share of the last three days of a month before somebody asks"), _STATION),
    ("burst_minutes", 480, "minutes", _("and at least so much time on these three days"), _STATION),
    ("travel_speed", 40, "km/h", _("fastest way between two services"), _STATION),
)  # fmt: skip
SETTINGS.update(
    {key: Setting(key, default, unit, label, source) for key, default, unit, label, source in _ROWS}
)
_MONTH = 31 * 24 * 60
# The least and the most a setting may be; mirrored by a database constraint.
LIMITS: dict[str, tuple[int, int]] = {
    "coin_minutes_per_hour": (0, 240), "rounding_minutes": (1, 60), "points_per_hour": (0, 1000),
    "cap_session_minutes": (1, 1440), "cap_day_minutes": (1, 1440), "cap_month_minutes": (1, _MONTH),
    "balance_cap_minutes": (60, 6_000_000), "point_value_fen": (0, 10_000), "slip_grace_days": (0, 365),
    "step_back_hours": (0, 336), "shift_reminder_hours": (0, 336), "heavy_shift_age": (18, 120),
    "star_1_hours": (1, 100_000), "star_2_hours": (1, 100_000), "star_3_hours": (1, 100_000),
    "star_4_hours": (1, 100_000), "star_5_hours": (1, 100_000), "continuing_minutes_per_year": (0, 100_000),
    "recruit_points": (0, 10_000), "recruit_days": (1, 365), "redeem_min_age": (0, 120), "gift_days": (1, 365), "grant_minutes": (0, _MONTH), "point_months": (0, 600),
    "coin_months": (0, 600), "expiry_first_warning": (1, 365), "expiry_last_warning": (1, 365),
    "solvency_limit": (1, 1000), "cost_of_an_hour": (1, 1_000_000), "dormant_days": (1, 3650), "dispute_days": (1, 60),
    "answer_days": (1, 60), "call_back_percent": (0, 100), "pair_minutes": (1, _MONTH), "loop_minutes": (1, _MONTH),
    "burst_percent": (1, 100), "burst_minutes": (1, _MONTH), "travel_speed": (1, 200),
    "balance_overflow": (STOP, ASK), "gift_allowed": (0, 1), "gift_relatives_only": (0, 1), "group_account": (NO_ACCOUNT, DONATE_ONLY), "inherit_to_heir": (0, 1),
    "redeem_for": (0, 63), "gift_relatives": (0, 31), "pool_serves": (0, 7), "weight_a": (50, 300), "weight_b": (50, 300), "weight_c": (50, 300),
    "points_percent": (100, 300),
    "channel_coins": (0, 1), "channel_honours": (0, 1), "channel_goods": (0, 1), "channel_services": (0, 1), "channel_dividend": (0, 1), "channel_statement": (0, 1),
    "inherit_to_honour": (0, 1), "travel_time_counts": (0, 1), "travel_cap_minutes": (1, 240), "household_counts": (0, 1),
    "move_allowed": (0, 1), "solvency_action": (TELL, STOP_ISSUING),
}  # fmt: skip
SETTINGS.update({key: replace(SETTINGS[key], low=low, high=high) for key, (low, high) in LIMITS.items()})
SETTINGS.update(
    {
        key: replace(SETTINGS[key], low=min(words), high=max(words), choices=words)
        for key, words in CHOICES.items()
    }
)
SETTINGS.update({key: replace(SETTINGS[key], flags=words) for key, words in FLAGS.items()})
# The first of each pair never lies above the second on any day.
IN_ORDER = (
    ("expiry_last_warning", "expiry_first_warning"), ("cap_session_minutes", "cap_day_minutes"),
    ("cap_day_minutes", "cap_month_minutes"), ("star_1_hours", "star_2_hours"), ("star_2_hours", "star_3_hours"),
    ("star_3_hours", "star_4_hours"), ("star_4_hours", "star_5_hours"),
)  # fmt: skip
