"""What happens to coins and points after they were earned: gifts, grants, closings, expiry, moves, the reserve."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.ledger.states import Unit
from volunteers.models.registry import Volunteer
from volunteers.querysets import OwnQuerySet
from volunteers.querysets_bank import (
    ClosingQuerySet,
    GiftQuerySet,
    GrantQuerySet,
    MoveQuerySet,
    ReserveQuerySet,
)
from volunteers.states_bank import ClosingState, ClosingWhy, GiftState, MoveState, Relation, ReserveKind


def _entry(label: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        "ledger.Entry", verbose_name=label, on_delete=models.PROTECT, related_name="+", **more
    )


def _user(label: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        "accounts.User", verbose_name=label, on_delete=models.PROTECT, related_name="+", **more
    )


@pghistory.track()
class Gift(models.Model):
    """Coins one volunteer offers another. They lie set aside in the books until the other says yes; whoever is
    slower, the hold is settled or given back exactly once. Source: domain.md §4.3 gift (one confirmation each side).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    giver = models.ForeignKey(
        Volunteer,
        verbose_name=pgettext_lazy("gift", "from"),
        on_delete=models.PROTECT,
        related_name="gifts_given",
    )
    receiver = models.ForeignKey(
        Volunteer,
        verbose_name=pgettext_lazy("gift", "to"),
        on_delete=models.PROTECT,
        related_name="gifts_offered",
    )
    coins = models.PositiveIntegerField(_("coin-minutes"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    words = models.CharField(_("words to the other"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=GiftState, default=GiftState.OFFERED)
    hold = models.OneToOneField(
        "ledger.Entry", verbose_name=_("set aside"), on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(_("offered at"))
    offered_by = _user(_("offered by"))
    expires_on = models.DateField(_("last day for an answer"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = _user(_("closed by"), null=True, blank=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift of time coins")
        verbose_name_plural = _("gifts of time coins")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "expires_on"], name="volunteers_gift_open", condition=Q(state="OFFERED")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_gift_to_another", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="volunteers_gift_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(
                name="volunteers_gift_closed_with_its_moment",
                condition=Q(state="OFFERED", closed_at__isnull=True)
                | ~Q(state="OFFERED") & Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.receiver_id}: {self.coins}"


class CoinGrant(models.Model):
    """Coins of the common pool for a key elder who has no savings: for one month, not to be passed on, what is left
    goes back. They lie on the elder's own account `grant:<elder>`. Source: Nanjing 2019; domain.md §4.3
    issue_to_key_elders.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="coin_grants"
    )
    month = models.DateField(_("month"), help_text=_("its first day"))
    coins = models.PositiveIntegerField(_("coin-minutes"))
    reason = models.CharField(_("reason"), max_length=200)
    lapses_on = models.DateField(_("what is left goes back on"))
    entry = _entry(pgettext_lazy("ledger", "entry"))
    lapsed_at = models.DateTimeField(_("gone back at"), null=True, blank=True)
    lapsed_coins = models.PositiveIntegerField(_("coin-minutes gone back"), default=0)
    at = models.DateTimeField(_("at"))
    by = _user(_("by"))

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("time coins for a key elder")
        verbose_name_plural = _("time coins for key elders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "month"],
                name="volunteers_coingrant_once_a_month",
                violation_error_message=_("This elder already has the coins of this month."),
            ),
            models.CheckConstraint(name="volunteers_coingrant_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(name="volunteers_coingrant_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="volunteers_coingrant_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.elder_id} {self.month:%Y-%m}: {self.coins}"


@pghistory.track()
class Closing(models.Model):
    """The accounts of a volunteer who died or left for good are emptied to an heir or the pool, by two people.

    Hours are evidence and stay. Source: domain.md §4.3 inheritance; station rule (four eyes).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="closings"
    )
    why = models.CharField(_("why"), max_length=6, choices=ClosingWhy)
    day = models.DateField(_("day"))
    heir = models.ForeignKey(
        Volunteer, verbose_name=_("heir"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("nobody: the common pool"),
    )  # fmt: skip
    relation = models.CharField(_("relation"), max_length=10, choices=Relation, blank=True)
    reason = models.CharField(_("what was shown"), max_length=200, help_text=_("papers, wishes, who said so"))
    state = models.CharField(_("state"), max_length=8, choices=ClosingState, default=ClosingState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = _user(_("asked by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = _user(_("decided by"), null=True, blank=True)
    coins = models.PositiveIntegerField(_("coin-minutes"), default=0)
    beyond = models.PositiveIntegerField(
        _("of them beyond the heir's full account"),
        default=0,
        help_text=_("they wait for the heir, or went to the pool"),
    )
    points = models.PositiveIntegerField(_("points"), default=0)
    entry = _entry(pgettext_lazy("ledger", "entry"), null=True, blank=True)
    as_honour = models.BooleanField(
        _("becomes an honour"),
        default=False,
        help_text=_("nobody receives it: it is let go in the volunteer's name"),
    )
    honoured = models.PositiveIntegerField(_("coin-minutes that became an honour"), default=0)
    honoured_at = models.DateTimeField(_("became an honour at"), null=True, blank=True)
    honoured_by = _user(_("became an honour by"), null=True, blank=True)
    honour_entry = _entry(_("entry of the honour"), null=True, blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of accounts")
        verbose_name_plural = _("closings of accounts")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_closing_honour_has_no_heir",
                condition=Q(as_honour=False) | Q(heir__isnull=True),
            ),
            models.CheckConstraint(
                name="volunteers_closing_honoured_whole",
                condition=Q(
                    honoured=0, honoured_at__isnull=True, honoured_by__isnull=True, honour_entry__isnull=True
                )
                | Q(
                    honoured__lte=F("coins"),
                    honoured_at__isnull=False,
                    honoured_by__isnull=False,
                    honour_entry__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(state="ASKED"), name="volunteers_closing_once",
                violation_error_message=_("These accounts are already being closed."),
            ),
            models.CheckConstraint(
                name="volunteers_closing_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(name="volunteers_closing_to_another", condition=Q(heir__isnull=True) | ~Q(heir=F("volunteer"))),
            models.CheckConstraint(name="volunteers_closing_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="volunteers_closing_decided_with_its_moment",
                condition=Q(state="ASKED", decided_at__isnull=True)
                | ~Q(state="ASKED") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.state}"


class Expiry(models.Model):
    """Coins or points of one account that end on a day: told twice before, booked once. Never silently: nothing
    ends that was not told about. Source: domain.md §4.3 expiry (warn at 60 and 15 days before).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="expiries"
    )
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    ends_on = models.DateField(_("ends on"))
    first_told_at = models.DateTimeField(_("first told at"))
    first_amount = models.PositiveIntegerField(_("amount first told"))
    last_told_at = models.DateTimeField(_("last told at"), null=True, blank=True)
    last_amount = models.PositiveIntegerField(_("amount last told"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    amount = models.PositiveIntegerField(_("ended"), default=0)
    entry = _entry(pgettext_lazy("ledger", "entry"), null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("expiry")
        verbose_name_plural = _("expiries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["volunteer", "unit", "ends_on"], name="volunteers_expiry_once"),
            models.CheckConstraint(
                name="volunteers_expiry_never_silently",
                condition=Q(amount=0) | Q(last_told_at__isnull=False, amount__lte=F("last_amount")),
            ),
            models.CheckConstraint(
                name="volunteers_expiry_booked",
                condition=Q(amount=0, entry__isnull=True)
                | Q(amount__gt=0, entry__isnull=False, done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.unit} {self.ends_on}"


@pghistory.track(exclude=["code_hash"])
class Move(models.Model):
    """Coins that move with a volunteer to another community: set aside in this book until the other station takes
    them in with the code of the letter; then one entry in each book. Source: domain.md §4.3 (通存通兑).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="moves"
    )
    coins = models.PositiveIntegerField(_("coin-minutes"))
    reason = models.CharField(_("reason"), max_length=200)
    code_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=MoveState, default=MoveState.READY)
    hold = models.OneToOneField(
        "ledger.Entry", verbose_name=_("set aside"), on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = _user(_("sent by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = _user(_("closed by"), null=True, blank=True)
    arrived_in = models.CharField(_("arrived in"), max_length=120, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of time coins")
        verbose_name_plural = _("moves of time coins")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_move_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(name="volunteers_move_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="volunteers_move_closed_with_its_moment",
                condition=Q(state="READY", closed_at__isnull=True)
                | ~Q(state="READY") & Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.coins}"


class Arrival(models.Model):
    """Coins that came from another community's book. Append only; once per letter."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="arrivals"
    )
    move_id_there = models.BigIntegerField(_("number of the letter"), unique=True)
    came_from = models.CharField(_("came from"), max_length=120)
    coins = models.PositiveIntegerField(_("coin-minutes"))
    entry = _entry(pgettext_lazy("ledger", "entry"))
    at = models.DateTimeField(_("at"))
    by = _user(_("by"))

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("time coins taken in")
        verbose_name_plural = pgettext_lazy("several", "time coins taken in")

    def __str__(self) -> str:
        return f"{self.came_from}: {self.coins}"


@pghistory.track()
class Reserve(models.Model):
    """What stands behind the coins from a day on: hours a volunteer or an organisation promises for a year, or money
    set apart from which hours can be bought. Source: domain.md §4.3 reserve; product.md §4 idea 9.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(pgettext_lazy("reserve", "kind"), max_length=6, choices=ReserveKind)
    volunteer = models.ForeignKey(
        Volunteer,
        verbose_name=_("volunteer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pledges",
    )
    fund = models.ForeignKey(
        "charity.Fund",
        verbose_name=_("fund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    minutes = models.PositiveIntegerField(_("minutes within a year"), default=0)
    fen = models.PositiveBigIntegerField(_("money set apart (fen)"), default=0)
    source = models.CharField(_("promised by, or decision"), max_length=160)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    at = models.DateTimeField(_("at"))
    by = _user(_("by"))

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserve of the time bank")
        verbose_name_plural = _("reserves of the time bank")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_reserve_of_its_kind",
                condition=Q(kind="PLEDGE", volunteer__isnull=False, fund__isnull=True, minutes__gt=0, fen=0)
                | Q(kind="GROUP", volunteer__isnull=True, fund__isnull=True, minutes__gt=0, fen=0)
                | Q(kind="FUND", volunteer__isnull=True, fund__isnull=False, minutes=0, fen__gt=0),
            ),
            models.CheckConstraint(
                name="volunteers_reserve_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="volunteers_reserve_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.source
