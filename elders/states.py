"""Words and step tables of the elders' register; pure data. Sources: domain.md §1, §2.9; S4."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step


class ElderStatus(models.TextChoices):
    """Whether the station cares for the elder now."""

    ACTIVE = "ACTIVE", pgettext_lazy("elder", "in care")
    PAUSED = "PAUSED", pgettext_lazy("elder", "paused")
    LEFT = "LEFT", pgettext_lazy("elder", "moved away")
    DIED = "DIED", pgettext_lazy("elder", "died")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("elder", "entry taken back")
    MERGED = "MERGED", pgettext_lazy("elder", "merged into another file")


# Departures are dated facts; undoing one leads back to care.
ELDER_STEPS: dict[str, Step] = {
    "pause": step(["ACTIVE"], "PAUSED"),
    "resume": step(["PAUSED"], "ACTIVE"),
    "leave": step(["ACTIVE", "PAUSED"], "LEFT"),
    "die": step(["ACTIVE", "PAUSED", "LEFT"], "DIED"),
    "withdraw": step(["ACTIVE"], "WITHDRAWN"),
    "undo_to_active": step(["LEFT", "DIED"], "ACTIVE"),
    "undo_to_paused": step(["ACTIVE", "LEFT", "DIED"], "PAUSED"),
    "undo_to_left": step(["DIED"], "LEFT"),
    "merge": step(["ACTIVE", "PAUSED", "LEFT", "DIED"], "MERGED"),
}


class Living(models.TextChoices):
    """With whom the elder lives. Source: domain.md §1.13 (context inputs)."""

    UNKNOWN = "UNKNOWN", pgettext_lazy("living", "not known yet")
    ALONE = "ALONE", _("lives alone")
    COUPLE_ONLY = "COUPLE_ONLY", _("couple only, no child at home")
    LEFT_BEHIND = "LEFT_BEHIND", _("left behind, children work away")
    WITH_DISABLED_CHILD = "WITH_DISABLED_CHILD", _("with a disabled child")
    WITH_CHILDREN = "WITH_CHILDREN", _("with children")
    OTHER = "OTHER", pgettext_lazy("living", "other")


class Caregiver(models.TextChoices):
    """Three-valued: only a known NO counts as "no caregiver"."""

    UNKNOWN = "UNKNOWN", pgettext_lazy("caregiver", "not known yet")
    YES = "YES", _("somebody cares for them")
    NO = "NO", _("no caregiver")


class Level(models.IntegerChoices):
    """Ability levels. Source: GB/T 42195-2022, domain.md §1.1.2."""

    INTACT = 0, _("0 intact")
    MILD = 1, _("1 mild disability")
    MODERATE = 2, _("2 moderate disability")
    SEVERE = 3, _("3 severe disability")
    TOTAL = 4, _("4 total disability")


class Colour(models.TextChoices):
    """Triage colours; never shown without the word and an icon. Source: S4, domain.md §1.13 audit rule 7."""

    RED = "RED", _("red: lost ability or memory")
    YELLOW = "YELLOW", _("yellow: empty nest or alone")
    GREEN = "GREEN", _("green: active or stable")
    UNASSESSED = "UNASSESSED", _("grey: waiting for assessment")


class Subtier(models.TextChoices):
    """YELLOW has A and B, GREEN has active and stable; the others none."""

    NONE = "", pgettext_lazy("subtier", "none")
    A = "A", pgettext_lazy("subtier", "A")
    B = "B", pgettext_lazy("subtier", "B")
    VITAL = "VITAL", pgettext_lazy("subtier", "active")
    STABLE = "STABLE", pgettext_lazy("subtier", "stable")


# More need is a higher number: used for "towards red" and to pick the shorter contact interval.
COLOUR_RANK = {"UNASSESSED": 0, "GREEN": 1, "YELLOW": 2, "RED": 3}


class CategoryCode(models.TextChoices):
    """Groups with their own entitlements; one elder has many. Source: domain.md §2.9."""

    TEKUN_SCATTERED = "TEKUN_SCATTERED", _("destitute, supported at home")
    TEKUN_CENTRAL = "TEKUN_CENTRAL", _("destitute, supported in an institution")
    DIBAO = "DIBAO", _("subsistence allowance")
    DIBAO_EDGE = "DIBAO_EDGE", _("marginal income")
    RIGID_SPEND = "RIGID_SPEND", _("hardship through unavoidable spending")
    LOW_INCOME = "LOW_INCOME", _("low income")
    SHIDU = "SHIDU", _("bereaved of the only child")
    FAMILY_PLANNING_SPECIAL = "FAMILY_PLANNING_SPECIAL", _("special family-planning family")
    LIUSHOU = "LIUSHOU", _("left-behind elder")
    WITH_DISABLED_CHILD = "WITH_DISABLED_CHILD", _("cares for a disabled child")
    DISABLED = "DISABLED", _("certified disabled")
    VETERAN = "VETERAN", _("veteran or entitled family")
    LABOUR_MODEL = "LABOUR_MODEL", _("labour model")
    RETURNED_OVERSEAS = "RETURNED_OVERSEAS", _("returned overseas Chinese")
    OUT_OF_POVERTY = "OUT_OF_POVERTY", _("household lifted out of poverty")
    RESETTLED = "RESETTLED", _("relocated household")


class DisabilityKind(models.IntegerChoices):
    """Class digit of the disability certificate. Source: domain.md §2.9."""

    SIGHT = 1, pgettext_lazy("disability", "sight")
    HEARING = 2, pgettext_lazy("disability", "hearing")
    SPEECH = 3, pgettext_lazy("disability", "speech")
    LIMB = 4, pgettext_lazy("disability", "limbs")
    INTELLECT = 5, pgettext_lazy("disability", "intellect")
    MENTAL = 6, pgettext_lazy("disability", "mental")
    MULTIPLE = 7, pgettext_lazy("disability", "multiple")


class Relation(models.TextChoices):
    """Who somebody is to the elder. Source: GB/T 4761 families, A.2 informant list."""

    SELF = "SELF", pgettext_lazy("relation", "the elder")
    SPOUSE = "SPOUSE", pgettext_lazy("relation", "husband or wife")
    SON = "SON", pgettext_lazy("relation", "son")
    DAUGHTER = "DAUGHTER", pgettext_lazy("relation", "daughter")
    CHILD_IN_LAW = "CHILD_IN_LAW", pgettext_lazy("relation", "son- or daughter-in-law")
    GRANDCHILD = "GRANDCHILD", pgettext_lazy("relation", "grandchild")
    SIBLING = "SIBLING", pgettext_lazy("relation", "brother or sister")
    RELATIVE = "RELATIVE", pgettext_lazy("relation", "other relative")
    NEIGHBOUR = "NEIGHBOUR", pgettext_lazy("relation", "neighbour")
    FRIEND = "FRIEND", pgettext_lazy("relation", "friend")
    CARER = "CARER", pgettext_lazy("relation", "hired carer")
    STAFF = "STAFF", pgettext_lazy("relation", "community staff")
    OTHER = "OTHER", pgettext_lazy("relation", "other")


class ConsentPurpose(models.TextChoices):
    """Each purpose is asked separately. Source: PIPL Art. 14, 29 (separate consent for sensitive data)."""

    SERVICE = "SERVICE", _("care services and contact")
    HEALTH = "HEALTH", _("health and ability data")
    BELIEF = "BELIEF", _("religion")
    LOCATION = "LOCATION", _("whereabouts from a device")
    PHOTO = "PHOTO", _("photos")
    SHARE = "SHARE", _("passing data to service partners")


class ConsentWay(models.TextChoices):
    """How somebody agreed. A paper is kept with its photo. Source: domain.md §9.1 (fingerprint photo possible)."""

    PAPER = "PAPER", _("signed on paper")
    SPOKEN = "SPOKEN", _("said so, a worker was there")
    ONLINE = "ONLINE", _("on their own page")


class HouseholdRoleKind(models.TextChoices):
    """What somebody is in a household. Source: issue 3; S3 (elected 楼长)."""

    RESIDENT = "RESIDENT", _("lives here")
    HEAD = "HEAD", _("head of the household")
    CARER = "CARER", pgettext_lazy("household", "carer")
    KIN = "KIN", pgettext_lazy("household", "kin who live elsewhere")
    EMERGENCY = "EMERGENCY", _("emergency contact")
    CAPTAIN = "CAPTAIN", _("building captain")


class Language(models.TextChoices):
    """What one can speak with the elder. Source: S2-7 (weak Mandarin, language support)."""

    MANDARIN = "ZH", pgettext_lazy("language", "Mandarin")
    DIALECT = "DIALECT", pgettext_lazy("language", "a Chinese dialect")
    LISU = "LISU", pgettext_lazy("language", "Lisu")
    NU = "NU", pgettext_lazy("language", "Nu")
    DERUNG = "DERUNG", pgettext_lazy("language", "Derung")
    BAI = "BAI", pgettext_lazy("language", "Bai")
    UYGHUR = "UG", pgettext_lazy("language", "Uygur")
    KAZAKH = "KK", pgettext_lazy("language", "Kazak")
    MONGOL = "MN", pgettext_lazy("language", "Mongol")
    TIBETAN = "BO", pgettext_lazy("language", "Tibetan")
    SIGN = "SIGN", pgettext_lazy("language", "sign language")
    OTHER = "OTHER", pgettext_lazy("language", "other")


class Literacy(models.TextChoices):
    """Whether a letter reaches the elder, or somebody must read it out."""

    UNKNOWN = "UNKNOWN", pgettext_lazy("literacy", "not known yet")
    READS = "READS", _("reads and writes")
    SOME = "SOME", _("reads a little")
    NONE = "NONE", _("does not read")


class MandateScope(models.TextChoices):
    """What somebody may do for the elder; each is given by itself."""

    READ = "READ", _("see the elder's own page and letter")
    ASK = "ASK", _("ask for services and cancel them")
    CONFIRM = "CONFIRM", _("confirm and rate what was done")
    RIGHTS = "RIGHTS", _("consents, corrections and copies of the file")


class RightKind(models.TextChoices):
    """Source: PIPL Art. 44–48."""

    CORRECT = "CORRECT", _("correct something")
    COPY = "COPY", _("a copy of the file")
    EXPLAIN = "EXPLAIN", _("explain a decision")
    DELETE = "DELETE", _("delete something")
    LIMIT = "LIMIT", _("stop using something")


class RightState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("rights request", "waiting for an answer")
    DONE = "DONE", pgettext_lazy("rights request", "done")
    REFUSED = "REFUSED", pgettext_lazy("rights request", "refused with reasons")


RIGHT_STEPS: dict[str, Step] = {
    "grant": step(["OPEN"], "DONE"),
    "refuse": step(["OPEN"], "REFUSED"),
    "reopen": step(["DONE", "REFUSED"], "OPEN"),
}


class RetentionState(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("retention", "shown, not done")
    DONE = "DONE", pgettext_lazy("retention", "done")
    DROPPED = "DROPPED", pgettext_lazy("retention", "dropped")


RETENTION_STEPS: dict[str, Step] = {
    "do": step(["PLANNED"], "DONE"),
    "drop": step(["PLANNED"], "DROPPED"),
}


class AssessmentReason(models.TextChoices):
    """Source: GB/T 42195-2022 A.1, domain.md §1.1.3."""

    FIRST = "FIRST", _("first assessment")
    ROUTINE = "ROUTINE", _("routine")
    CHANGE = "CHANGE", _("after a change")
    RECHECK = "RECHECK", _("re-check of a disputed result")
    OTHER = "OTHER", pgettext_lazy("assessment reason", "other")


class AssessmentState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("assessment", "draft")
    HALF = "HALF", pgettext_lazy("assessment", "waits for the second signature")
    SIGNED = "SIGNED", pgettext_lazy("assessment", "signed")
    VOID = "VOID", pgettext_lazy("assessment", "void")


ASSESSMENT_STEPS: dict[str, Step] = {
    "half": step(["DRAFT"], "HALF"),
    "sign": step(["DRAFT", "HALF"], "SIGNED"),
    "send_back": step(["HALF"], "DRAFT"),
    "void": step(["DRAFT", "HALF", "SIGNED"], "VOID"),
}


class SecondSignature(models.TextChoices):
    """How the second assessor signed. NAMED stands on rows from before second assessors signed themselves."""

    OWN = "OWN", pgettext_lazy("second signature", "with an own sign-in")
    PAPER = "PAPER", pgettext_lazy("second signature", "on the paper form")
    NAMED = "NAMED", pgettext_lazy("second signature", "named by the first assessor")


class RuleSetState(models.TextChoices):
    SHADOW = "SHADOW", pgettext_lazy("rule set", "on trial beside the present one")
    ADOPTED = "ADOPTED", pgettext_lazy("rule set", "in use")
    RETIRED = "RETIRED", pgettext_lazy("rule set", "no longer used")


class WeatherKind(models.TextChoices):
    """What the warning is about. Source: domain.md §8.4."""

    HEAT = "HEAT", pgettext_lazy("weather", "heat")
    COLD = "COLD", pgettext_lazy("weather", "cold wave")
    STORM = "STORM", pgettext_lazy("weather", "rainstorm, snow, ice or strong wind")
    AIR = "AIR", pgettext_lazy("weather", "poor air")


class WeatherLevel(models.TextChoices):
    """Only these two ask for more calls; blue and yellow are news."""

    ORANGE = "ORANGE", pgettext_lazy("weather", "orange warning")
    RED = "RED", pgettext_lazy("weather", "red warning")


class ReviewOpinion(models.TextChoices):
    """What a meeting of neighbours thought of a colour; it witnesses, it decides nothing."""

    AGREES = "AGREES", pgettext_lazy("review", "agrees")
    DIFFERS = "DIFFERS", pgettext_lazy("review", "thinks otherwise")
    OPEN = "OPEN", pgettext_lazy("review", "no common opinion")


class OverrideReason(models.TextChoices):
    """Why a worker's colour differs from the suggestion. Source: domain.md §1.13 audit rule 4."""

    NONE = "", pgettext_lazy("override", "as suggested")
    INPUT_WRONG = "INPUT_WRONG", _("an input is wrong or out of date")
    NEED_HIGHER = "NEED_HIGHER", _("the need is greater than the data show")
    NEED_LOWER = "NEED_LOWER", _("the need is smaller than the data show")
    ELDER_ASKED = "ELDER_ASKED", _("the elder asked for it")
    OTHER = "OTHER", pgettext_lazy("override", "other")


class TouchKind(models.TextChoices):
    """Any party's contact with the elder resets the contact clock. Source: architecture.md 4a."""

    VISIT = "VISIT", _("home visit")
    CALL = "CALL", _("check call")
    SERVICE = "SERVICE", pgettext_lazy("touch", "service")
    MEAL = "MEAL", _("meal")
    ACTIVITY = "ACTIVITY", _("class or activity")
    DEVICE = "DEVICE", _("device heartbeat")
    SIGN_IN = "SIGN_IN", _("sign-in")
    ALARM = "ALARM", _("alarm answered")
    ASSESSMENT = "ASSESSMENT", pgettext_lazy("touch", "assessment")
    COUNTER = "COUNTER", _("came to the station")
    REVERSAL = "REVERSAL", pgettext_lazy("touch", "taken back")


class RiskKind(models.TextChoices):
    """Events that other apps write down and triage reads. Source: GB/T 42195 C.4, domain.md §1.13."""

    FALL = "FALL", pgettext_lazy("risk", "fall")
    WANDERING = "WANDERING", pgettext_lazy("risk", "wandering off")
    CHOKING = "CHOKING", pgettext_lazy("risk", "choking")
    SELF_HARM = "SELF_HARM", pgettext_lazy("risk", "self-harm or suicide attempt")
    OTHER_CARE = "OTHER_CARE", _("other care-risk event")
    ABUSE = "ABUSE", _("suspected abuse or neglect")
    DISCHARGE = "DISCHARGE", _("discharge from hospital")
    ALARM = "ALARM", _("real alarm")
    BEREAVEMENT = "BEREAVEMENT", _("loss of spouse or caregiver")


# Suspected abuse and self-harm are C5: the register says only that something serious was noted. Source: domain.md §9.4.
RESTRICTED_RISKS = ("SELF_HARM", "ABUSE")
# The rule of triage and its inputs that tell of them.
RESTRICTED_RULES = frozenset({"R4"})
RESTRICTED_INPUTS = frozenset({"phq9_item9", "self_harm", "abuse"})
# The kinds that count as care-risk events of C.4 rule 3.
CARE_RISK_KINDS = ("FALL", "WANDERING", "CHOKING", "SELF_HARM", "OTHER_CARE")


class ConcernKind(models.TextChoices):
    """Worries the elders app found; services opens the case or the check. Source: architecture.md 4a."""

    SILENCE = "SILENCE", _("nobody heard from them for too long")
    CRISIS = "CRISIS", _("crisis: somebody must look at once")
    PROVISIONAL_RED = "PROVISIONAL_RED", _("may have become red")
    OVERDUE_ASSESSMENT = "OVERDUE_ASSESSMENT", _("assessment long overdue")
    HEALTH_LIMIT = "HEALTH_LIMIT", _("a reading has reached its limit")
    CIRCLE = "CIRCLE", _("only one person or nobody is left in their life")


class ConcernState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("concern", "open")
    HANDLED = "HANDLED", pgettext_lazy("concern", "handled")


CONCERN_STEPS: dict[str, Step] = {"handle": step(["OPEN"], "HANDLED")}


class ReminderKind(models.TextChoices):
    ASSESSMENT = "ASSESSMENT", _("assessment is due")
    ARCHIVE = "ARCHIVE", _("archive update is due")
    LEVEL = "LEVEL", _("ability level is out of date")
    ASSESSMENT_LATE = "ASSESSMENT_LATE", _("assessment is long overdue")
    ARCHIVE_LATE = "ARCHIVE_LATE", _("archive update is long overdue")
    OVERRIDE = "OVERRIDE", _("a colour chosen by hand has ended")


class LifeEventKind(models.TextChoices):
    REGISTERED = "REGISTERED", pgettext_lazy("life event", "registered")
    MOVED = "MOVED", pgettext_lazy("life event", "moved within the community")
    PAUSED = "PAUSED", pgettext_lazy("life event", "services paused")
    RESUMED = "RESUMED", pgettext_lazy("life event", "services resumed")
    LEFT = "LEFT", pgettext_lazy("life event", "moved away")
    DIED = "DIED", pgettext_lazy("life event", "died")
    UPDATED = "UPDATED", pgettext_lazy("life event", "archive updated")
    CORRECTED = "CORRECTED", pgettext_lazy("life event", "personal data corrected")
    UNDONE = "UNDONE", pgettext_lazy("life event", "taken back")


class PauseReason(models.TextChoices):
    HOSPITAL = "HOSPITAL", _("in hospital")
    TRAVEL = "TRAVEL", _("away with family or travelling")
    INSTITUTION = "INSTITUTION", _("short stay in an institution")
    ASKED = "ASKED", _("asked for a pause")
    OTHER = "OTHER", pgettext_lazy("pause", "other")
