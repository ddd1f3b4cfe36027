"""Words of shifts and teams: the states of slots, promises, late entries and votes, and what a shift asks of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step
from volunteers.states import TeamStage


class SlotState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("shift", "draft")
    PROPOSED = "PROPOSED", _("waits for the committee's check")
    PUBLISHED = "PUBLISHED", pgettext_lazy("shift", "published")
    CLOSED = "CLOSED", pgettext_lazy("shift", "hours booked")
    CANCELLED = "CANCELLED", pgettext_lazy("shift", "cancelled")


class PromiseState(models.TextChoices):
    """What became of somebody's word. Excused is not missed: who told us in time did nothing wrong."""

    WAITING = "WAITING", _("on the waiting list")
    PROMISED = "PROMISED", pgettext_lazy("shift", "promised")
    SEEKING = "SEEKING", _("a stand-in is wanted")
    HERE = "HERE", _("checked in")
    DONE = "DONE", pgettext_lazy("promise", "hours booked")
    RELEASED = "RELEASED", _("stepped back in time")
    REPLACED = "REPLACED", _("a stand-in came")
    EXCUSED = "EXCUSED", pgettext_lazy("shift", "excused")
    MISSED = "MISSED", pgettext_lazy("shift", "missed")
    CANCELLED = "CANCELLED", _("the shift was cancelled")
    EXPIRED = "EXPIRED", _("no place came free")


# A place is taken as long as the promise is in one of these; nobody is promised to two places at once.
HOLDING = (PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.HERE, PromiseState.DONE)
# One word of a volunteer for a shift at a time.
STANDING = (*HOLDING, PromiseState.WAITING, PromiseState.EXCUSED, PromiseState.MISSED)

SLOT_STEPS: dict[str, Step] = {
    "propose": step([SlotState.DRAFT], SlotState.PROPOSED),
    "return": step([SlotState.PROPOSED], SlotState.DRAFT),
    "publish": step([SlotState.DRAFT, SlotState.PROPOSED], SlotState.PUBLISHED),
    "close": step([SlotState.PUBLISHED, SlotState.CLOSED], SlotState.CLOSED),
    "cancel": step([SlotState.DRAFT, SlotState.PROPOSED, SlotState.PUBLISHED], SlotState.CANCELLED),
    "restore": step([SlotState.CANCELLED], SlotState.PUBLISHED),
}
PROMISE_STEPS: dict[str, Step] = {
    "promote": step([PromiseState.WAITING], PromiseState.PROMISED),
    "release": step([PromiseState.PROMISED, PromiseState.WAITING], PromiseState.RELEASED),
    "seek": step([PromiseState.PROMISED], PromiseState.SEEKING),
    "come_after_all": step([PromiseState.SEEKING], PromiseState.PROMISED),
    "replace": step([PromiseState.SEEKING], PromiseState.REPLACED),
    "check_in": step(
        [PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.MISSED, PromiseState.EXCUSED],
        PromiseState.HERE,
    ),
    "undo_check_in": step([PromiseState.HERE], PromiseState.PROMISED),
    "excuse": step([PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.MISSED], PromiseState.EXCUSED),
    "miss": step([PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.EXCUSED], PromiseState.MISSED),
    "book": step([PromiseState.HERE], PromiseState.DONE),
    "cancel": step([PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.WAITING], PromiseState.CANCELLED),
    "restore": step([PromiseState.CANCELLED], PromiseState.PROMISED),
    "restore_waiting": step([PromiseState.CANCELLED], PromiseState.WAITING),
    "expire": step([PromiseState.WAITING], PromiseState.EXPIRED),
}  # fmt: skip


class Way(models.TextChoices):
    """How somebody was checked in or out."""

    QR = "QR", _("by the code at the place")
    SELF = "SELF", _("by the volunteer")
    CAPTAIN = "CAPTAIN", _("by the captain")
    OFFICE = "OFFICE", _("by the station")
    CAPPED = "CAPPED", _("counted until the end of the shift")


class Demand(models.TextChoices):
    """What a shift asks of the body. Kept as limits of the person too: what they will not do, never why (no diagnosis).

    Source: Volunteer Service Ordinance Art. 15 (fit for age, knowledge and health); PIPL Art. 6 (least data).
    """

    STAIRS = "STAIRS", _("many stairs")
    LIFTING = "LIFTING", _("heavy lifting")
    STANDING = "STANDING", _("long standing")
    OUTDOOR = "OUTDOOR", _("outdoors in any weather")
    NIGHT = "NIGHT", _("after dark")
    ANIMALS = "ANIMALS", _("pets at home")


class Language(models.TextChoices):
    MANDARIN = "MANDARIN", _("Mandarin")
    LOCAL = "LOCAL", _("local dialect")
    CANTONESE = "CANTONESE", _("Cantonese")
    UYGHUR = "UYGHUR", _("Uyghur")
    KAZAKH = "KAZAKH", _("Kazakh")
    MONGOLIAN = "MONGOLIAN", _("Mongolian")
    LISU = "LISU", _("Lisu")
    SIGN = "SIGN", _("sign language")
    ENGLISH = "ENGLISH", pgettext_lazy("language", "English")


class LateState(models.TextChoices):
    ASKED = "ASKED", _("waits for approval")
    CAPTAIN_OK = "CAPTAIN_OK", _("approved by the captain, waits for the committee")
    APPROVED = "APPROVED", pgettext_lazy("late entry", "approved")
    REFUSED = "REFUSED", pgettext_lazy("late entry", "refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("late entry", "withdrawn")


_OPEN_LATE = [LateState.ASKED, LateState.CAPTAIN_OK]
LATE_STEPS: dict[str, Step] = {
    "captain_ok": step([LateState.ASKED], LateState.CAPTAIN_OK),
    "approve": step(_OPEN_LATE, LateState.APPROVED),
    "refuse": step(_OPEN_LATE, LateState.REFUSED),
    "withdraw": step(_OPEN_LATE, LateState.WITHDRAWN),
}


class VoteState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("vote", "open")
    DECIDED = "DECIDED", pgettext_lazy("vote", "decided")
    TIED = "TIED", _("tied: vote again")
    EMPTY = "EMPTY", _("nobody voted")
    STOPPED = "STOPPED", pgettext_lazy("vote", "stopped")


VOTE_STEPS: dict[str, Step] = {
    "decide": step([VoteState.OPEN], VoteState.DECIDED),
    "tie": step([VoteState.OPEN], VoteState.TIED),
    "empty": step([VoteState.OPEN], VoteState.EMPTY),
    "stop": step([VoteState.OPEN], VoteState.STOPPED),
}

# What a captain may do by the stage of the team: alone, with the committee's check, or not.
# Source: S2-48 (incubation, takeover, independent); domain.md tension T-5.
CAPTAIN_ALONE = frozenset({TeamStage.INDEPENDENT})
CAPTAIN_WITH_CHECK = frozenset({TeamStage.TAKEOVER})

# A week map has 42 bits: 7 days (Monday first) x 6 parts of the day; the same as the helpers' map in `services`.
WEEK_PARTS = (0, 7, 10, 13, 16, 19)
PART_LABELS = (
    _("before 7"), _("7 to 10"), _("10 to 13"), _("13 to 16"), _("16 to 19"), _("after 19"),
)  # fmt: skip
WEEK_BITS = 42


def week_bit(weekday: int, hour: int) -> int:
    """The bit (0..41) of a weekday (Monday 0) and an hour of the day."""
    return weekday * 6 + max(index for index, start in enumerate(WEEK_PARTS) if hour >= start)
