"""Words of the volunteers: sources, levels, states, and the settings of the time bank with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from carenet.kernel.steps import Step, step


class VolunteerState(models.TextChoices):
    ACTIVE = "ACTIVE", pgettext_lazy("volunteer", "active")
    PAUSED = "PAUSED", pgettext_lazy("volunteer", "pausing")
    LEFT = "LEFT", pgettext_lazy("volunteer", "left")


class Source(models.TextChoices):
    """Where volunteers come from. Source: S0-27, S2-14, S3-24, domain.md §4.5 and §11.2."""

    MUTUAL_AID = "MUTUAL_AID", _("mutual-aid neighbour")
    PARTY = "PARTY", _("Party member (red blood cell)")
    FIVE_OLDS = "FIVE_OLDS", _("retired cadre or one of the five respected")
    PROFESSIONAL = "PROFESSIONAL", _("retired teacher, doctor or professor")
    VETERAN = "VETERAN", _("veteran")
    TALENT = "TALENT", _("singer, artist or craftsman")
    UNIVERSITY = "UNIVERSITY", _("university")
    HOSPITAL = "HOSPITAL", pgettext_lazy("volunteer source", "hospital")
    STUDENT = "STUDENT", _("school student")
    ENTERPRISE = "ENTERPRISE", pgettext_lazy("volunteer source", "enterprise")
    FAMILY = "FAMILY", _("family of an elder")
    OTHER = "OTHER", pgettext_lazy("volunteer source", "other")


class Channel(models.TextChoices):
    """How they heard of it. Source: domain.md §4.5 (S2)."""

    PUBLICITY = "PUBLICITY", _("on-site publicity")
    RECOMMENDED = "RECOMMENDED", _("recommended by the committee")
    DOOR = "DOOR", _("asked at the door")
    FRIEND = "FRIEND", _("brought by a volunteer")
    ONLINE = "ONLINE", _("signed up online")
    UNIT = "UNIT", _("sent by a Party branch or unit")


class Motive(models.TextChoices):
    """S2 tells spontaneous habit from a task given by a unit. Source: S2-39."""

    HABIT = "HABIT", _("own wish")
    TASK = "TASK", _("task of a unit")


class Level(models.IntegerChoices):
    """Training levels. Source: domain.md §4.5 (S2 tiers)."""

    L1 = 1, _("L1 companionship and cleaning")
    L2 = 2, _("L2 safety check and first aid")
    L3 = 3, _("L3 chronic disease and rehabilitation assistance")


class TeamStage(models.TextChoices):
    """How far a team decides for itself. Source: S2 (incubation, takeover, independent), tension T-5."""

    INCUBATION = "INCUBATION", _("led by the social worker")
    TAKEOVER = "TAKEOVER", _("led together")
    INDEPENDENT = "INDEPENDENT", _("leads itself")


class QualificationKind(models.TextChoices):
    LEVEL = "LEVEL", _("training level")
    SKILL = "SKILL", _("certified for one kind of service")


class Why(models.TextChoices):
    """Why less than the time served was credited. Source: domain.md §4.3."""

    ROUNDED = "ROUNDED", _("Coins are counted in quarters of an hour.")
    SESSION_CAP = "SESSION_CAP", _("Coins and points of one service are limited.")
    DAY_CAP = "DAY_CAP", _("Coins and points of one day are limited.")
    MONTH_CAP = "MONTH_CAP", _("Coins and points of one month are limited.")
    BALANCE_CAP = "BALANCE_CAP", _("The time coin account is full.")
    NOT_COVERED = (
        "NOT_COVERED",
        _("The time bank has promised as many hours as it can keep: new coins pause."),
    )
    OVERLAP = "OVERLAP", _("Part of this time was already credited for another service.")
    OWN_HOUSEHOLD = "OWN_HOUSEHOLD", _("Help inside one's own household is not credited.")
    NOT_ACTIVE = "NOT_ACTIVE", _("The volunteer was not active on that day.")
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED", _("The accounts were closed before: the hours stay on record.")


class RewardKind(models.TextChoices):
    """Shelves of the points shop. Source: ux.md §6.2."""

    DAILY = "DAILY", _("daily goods")
    FOOD = "FOOD", pgettext_lazy("reward", "food")
    SERVICE = "SERVICE", pgettext_lazy("reward", "service")
    HEALTH = "HEALTH", _("health check")
    HONOUR = "HONOUR", pgettext_lazy("reward", "culture and honour")


class LimitPeriod(models.TextChoices):
    """The period over which a person's limit counts."""

    MONTH = "MONTH", _("a month")
    QUARTER = "QUARTER", _("a quarter")
    YEAR = "YEAR", _("a year")
    EVER = "EVER", _("in all")


class Picture(models.TextChoices):
    """Our own line drawings in static/volunteers/rewards/; the label is the alternative text."""

    GIFT = "gift", _("a wrapped gift")
    RICE = "rice", _("a bag of rice")
    OIL = "oil", _("a bottle of cooking oil")
    EGGS = "eggs", _("a box of eggs")
    NOODLES = "noodles", _("a bowl of noodles")
    SOAP = "soap", _("a bar of soap with bubbles")
    TOWEL = "towel", _("a folded towel")
    UMBRELLA = "umbrella", _("an umbrella")
    THERMOS = "thermos", _("a thermos flask")
    HAIRCUT = "haircut", _("scissors and a comb")
    CHECKUP = "checkup", _("a stethoscope")
    MASSAGE = "massage", _("a pair of caring hands")
    BOOK = "book", _("an open book")
    TICKET = "ticket", _("two tickets")


class RedemptionState(models.TextChoices):
    REDEEMED = "REDEEMED", _("waiting to be collected")
    COLLECTED = "COLLECTED", _("collected")
    CANCELLED = "CANCELLED", pgettext_lazy("redemption", "cancelled")


REDEMPTION_STEPS: dict[str, Step] = {
    "hand_over": step([RedemptionState.REDEEMED], RedemptionState.COLLECTED),
    "take_back": step([RedemptionState.REDEEMED], RedemptionState.CANCELLED),
}


class SlipChannel(models.TextChoices):
    """How a gift was asked for; every online step has a counter twin. Source: architecture.md law 9."""

    WEB = "WEB", _("web page")
    COUNTER = "COUNTER", _("counter")
    PHONE = "PHONE", pgettext_lazy("channel", "telephone")


class CallQuestion(models.TextChoices):
    """What staff ask a caller before touching their points. Source: station rule."""

    BORN = "BORN", _("date of birth")
    DOOR = "DOOR", _("building and door")
    PHONE = "PHONE", _("last four digits of the phone number")


class ClaimState(models.TextChoices):
    """A service asked for with points: set aside, paid for when it was done, or given back."""

    HELD = "HELD", _("points set aside")
    SETTLED = "SETTLED", _("service done")
    RELEASED = "RELEASED", _("points given back")


CLAIM_STEPS: dict[str, Step] = {
    "settle": step([ClaimState.HELD], ClaimState.SETTLED),
    "release": step([ClaimState.HELD], ClaimState.RELEASED),
}

VOLUNTEER_STEPS: dict[str, Step] = {
    "pause": step([VolunteerState.ACTIVE], VolunteerState.PAUSED),
    "resume": step([VolunteerState.PAUSED], VolunteerState.ACTIVE),
    "leave": step([VolunteerState.ACTIVE, VolunteerState.PAUSED], VolunteerState.LEFT),
    "return": step([VolunteerState.LEFT], VolunteerState.ACTIVE),
}


class StockMoveKind(models.TextChoices):
    RECEIVED = "RECEIVED", pgettext_lazy("stock", "received")
    REDEEMED = "REDEEMED", pgettext_lazy("stock", "redeemed")
    RETURNED = "RETURNED", pgettext_lazy("stock", "returned to the shelf")
    COUNTED = "COUNTED", _("corrected after counting")


@dataclass(frozen=True)
class Setting:
    """A rate or limit of the time bank that an authority or station may change from a day on."""

    key: str
    default: int
    unit: str
    label: str | Promise
    source: str
    low: int = 0
    high: int = 1_000_000
    choices: Mapping[int, str | Promise] = field(default_factory=dict)
    flags: Mapping[int, str | Promise] = field(default_factory=dict)

    def words(self, value: int) -> str:
        """The value as people read it: the words of a choice, those of a list that are ticked, or the number."""
        if self.flags:
            ticked = [str(label) for bit, label in self.flags.items() if value & bit]
            return str(pgettext("between words of a list", ", ")).join(ticked) or str(
                pgettext("list", "nobody")
            )
        return str(self.choices.get(value, f"{value:,}"))

    @property
    def unit_label(self) -> str:
        """The unit in words."""
        return str(UNIT_LABELS.get(self.unit, self.unit))


UNIT_LABELS = {
    "minutes": pgettext_lazy("unit", "minutes"),
    "coin-minutes": pgettext_lazy("unit", "coin-minutes"),
    "points": pgettext_lazy("unit", "points"),
    "days": pgettext_lazy("unit", "days"),
    "hours": pgettext_lazy("unit", "hours"),
    "years": pgettext_lazy("unit", "years"),
    "fen": pgettext_lazy("unit", "fen"),
}
_STATION = "station rule, domain.md §4.3"

SETTINGS: dict[str, Setting] = {
    each.key: each
    for each in (
        Setting(
            "coin_minutes_per_hour",
            60,
            "coin-minutes",
            _("time coins for an hour"),
            "Beijing 2022; " + _STATION,
        ),
        Setting("rounding_minutes", 15, "minutes", _("coins are rounded down to"), _STATION),
        Setting("points_per_hour", 10, "points", _("points for an hour"), _STATION),
        Setting(
            "cap_session_minutes", 240, "minutes", _("credited minutes of one service, at most"), _STATION
        ),
        Setting("cap_day_minutes", 480, "minutes", _("credited minutes of one day, at most"), _STATION),
        Setting("cap_month_minutes", 3600, "minutes", _("credited minutes of one month, at most"), _STATION),
        Setting(
            "balance_cap_minutes",
            90_000,
            "coin-minutes",
            _("time coins on one account, at most"),
            "Nanjing 2019",
        ),
        Setting("point_value_fen", 10, "fen", _("worth of one point, for display"), _STATION),
        Setting("slip_grace_days", 14, "days", _("days after which an uncollected gift goes back"), _STATION),
        Setting(
            "step_back_hours",
            24,
            "hours",
            _("“I cannot come” frees the place at once until so long before"),
            _STATION,
        ),
        Setting("shift_reminder_hours", 24, "hours", _("reminder of a shift so long before"), _STATION),
        Setting(
            "heavy_shift_age",
            75,
            "years",
            _("shifts with lifting or many stairs only below this age"),
            "Ordinance Art. 15; " + _STATION,
        ),
        Setting("star_1_hours", 100, "hours", _("hours for one star"), _STATION),
        Setting("star_2_hours", 300, "hours", _("hours for two stars"), _STATION),
        Setting("star_3_hours", 600, "hours", _("hours for three stars"), _STATION),
        Setting("star_4_hours", 1000, "hours", _("hours for four stars"), _STATION),
        Setting("star_5_hours", 1500, "hours", _("hours for five stars"), _STATION),
        Setting(
            "continuing_minutes_per_year",
            480,
            "minutes",
            _("continuing education of a volunteer in a year"),
            "station rule, S2-52",
        ),
    )
}

# Risk class of a service -> the training level that may do it; class D is never for volunteers.
# Source: station rule, domain.md §3.2 and §4.5; Ordinance Art. 15-16.
LEVEL_FOR_RISK: dict[str, int] = {"A": Level.L1, "B": Level.L2, "C": Level.L3}

POINT_CODE = "volunteer:{pk}"
REDEEMED_GOODS = "redeemed-goods"
ISSUED, REDEEMED = "issued", "redeemed"


# --- training, honours, certificates ---------------------------------------------------------------
class CourseGives(models.TextChoices):
    """What passing a course gives."""

    LEVEL = "LEVEL", pgettext_lazy("course", "a training level")
    SKILL = "SKILL", pgettext_lazy("course", "a certificate for one kind of service")
    NOTHING = "NOTHING", pgettext_lazy("course", "hours of continuing education only")


class RunState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("course run", "open")
    CLOSED = "CLOSED", pgettext_lazy("course run", "finished")
    CANCELLED = "CANCELLED", pgettext_lazy("course run", "cancelled")


class EnrolmentState(models.TextChoices):
    ENROLLED = "ENROLLED", pgettext_lazy("enrolment", "has a seat")
    WAITING = "WAITING", pgettext_lazy("enrolment", "on the waiting list")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("enrolment", "withdrawn")


class NominationState(models.TextChoices):
    NOMINATED = "NOMINATED", pgettext_lazy("honour", "nominated")
    ON_NOTICE = "ON_NOTICE", pgettext_lazy("honour", "on public notice")
    AWARDED = "AWARDED", pgettext_lazy("honour", "awarded")
    REFUSED = "REFUSED", pgettext_lazy("honour", "not awarded")
    REVOKED = "REVOKED", pgettext_lazy("honour", "revoked")


NOMINATION_STEPS: dict[str, Step] = {
    "approve": step([NominationState.NOMINATED], NominationState.ON_NOTICE),
    "refuse": step([NominationState.NOMINATED, NominationState.ON_NOTICE], NominationState.REFUSED),
    "award": step([NominationState.ON_NOTICE], NominationState.AWARDED),
    "revoke": step([NominationState.AWARDED], NominationState.REVOKED),
}


class CertificateKind(models.TextChoices):
    """Order 67's certificate, or the short statement that residency and credit offices ask for. Source: S1-36."""

    CERTIFICATE = "CERTIFICATE", _("certificate of volunteer service")
    STATEMENT = "STATEMENT", _("statement for points-based residency and credit")


class AskedBy(models.TextChoices):
    OWN = "OWN", _("asked by the volunteer online")
    PAPER = "PAPER", _("asked on paper at the station")
