"""The points shop: what is offered, what is on the shelf, who redeemed what."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import ClassVar

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties import sealed
from carenet.parties.querysets import ScopedQuerySet
from volunteers.models.registry import Volunteer
from volunteers.querysets import RedemptionQuerySet, RewardQuerySet
from volunteers.states import LimitPeriod, Picture, RedemptionState, RewardKind, StockMoveKind

# `stock` has its own history, the moves. The trigger names its columns: a `WHEN` over all of them would be parsed anew
# each time a piece leaves the shelf (docs/decisions/0011).
REWARD_KEPT = (
    "community_id", "name", "name_en", "words", "kind", "points", "low_stock", "per_person", "per_period", "min_age",
    "fund_id", "backing_fen", "backing", "picture", "place", "pick_up_days", "is_active", "is_demo", "words_en", "place_en",
)  # fmt: skip


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(
        operation=pgtrigger.UpdateOf(*REWARD_KEPT),
        condition=pgtrigger.AnyChange(),
        trigger_name="update_update",
    ),
    exclude=["stock"],
)
class Reward(models.Model):
    """Something a volunteer may have for points, backed by a fund or by donated goods; never paid by the elder.

    With a `fund`, each piece redeemed moves `backing_fen` from the fund to the redeemed goods, and the fund must have
    it. Without a fund, `backing` names the donated goods. `stock` is the sum of the stock moves and changes only with
    them. Source: S0-36, S2-49, domain.md §4.2-4.3; product.md idea 10 (backed points).

    The rules of a row (points above zero, backed by something …) stand in the trigger `volunteers_reward_rules`, not in
    CHECK constraints: PostgreSQL reads every CHECK anew for each statement, and each redemption updates this row
    (ten of them cost half as much as the rest of the update; benchmarks/redemption.py).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    words = models.CharField(_("description"), max_length=200, blank=True)
    kind = models.CharField(_("shelf"), max_length=8, choices=RewardKind, default=RewardKind.DAILY)
    points = models.IntegerField(_("points"), validators=[MinValueValidator(1)])
    stock = models.IntegerField(_("stock"), default=0, editable=False)
    low_stock = models.IntegerField(
        _("restock when only this many are left"), default=3, validators=[MinValueValidator(0)]
    )
    per_person = models.IntegerField(
        _("limit for one person"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("empty: no limit"),
    )  # fmt: skip
    per_period = models.CharField(
        _("limit counts over"), max_length=8, choices=LimitPeriod, default=LimitPeriod.MONTH
    )
    min_age = models.SmallIntegerField(_("minimum age"), default=0, validators=[MinValueValidator(0)])
    fund = models.ForeignKey(
        "charity.Fund", verbose_name=_("backed by the fund"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    backing_fen = models.IntegerField(
        _("what one piece costs the fund (fen)"), default=0, validators=[MinValueValidator(0)]
    )
    backing = models.CharField(_("backed by donated goods"), max_length=120, blank=True)
    picture = models.CharField(_("picture"), max_length=12, choices=Picture, default=Picture.GIFT)
    place = models.CharField(_("where to collect"), max_length=120)
    pick_up_days = models.SmallIntegerField(
        _("days to collect"), default=14, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(_("on offer"), default=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    words_en = models.CharField(_("description in English"), max_length=200, blank=True, default="")
    place_en = models.CharField(_("where to collect, in English"), max_length=120, blank=True, default="")

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(is_active=True),
                name="volunteers_reward_one_name",
                violation_error_message=_("A reward of this name is already on offer."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The words for what the trigger `volunteers_reward_rules` refuses."""
        backed = self.backing_fen > 0 if self.fund_id else bool(self.backing) and self.backing_fen == 0
        if not backed:
            raise ValidationError(
                _("Name the fund and the cost of one piece, or the donated goods behind it.")
            )

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name if _in_chinese() or not self.name_en else self.name_en

    @property
    def about(self) -> str:
        """The description in the reader's language."""
        return self.words if _in_chinese() or not self.words_en else self.words_en

    @property
    def where(self) -> str:
        """Where to collect it, in the reader's language."""
        return self.place if _in_chinese() or not self.place_en else self.place_en


def _in_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def slip_token(uid: uuid.UUID) -> str:
    """The secret of a slip's address, made from its number with the station's key; the table keeps only its hash."""
    return base64.urlsafe_b64encode(sealed.index(str(uid), "slip")[:18]).decode()


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@pghistory.track(
    pghistory.UpdateEvent(),
    model_name="RedemptionEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    fields=["community", "state", "closed_at", "closed_by", "collected_by_name", "is_proxy"],
)
class Redemption(models.Model):
    """A reward taken for points: the slip with its code, collected by the volunteer or a named proxy, or taken back.

    Written by the database function `volunteers_try_redeem` only, with the first row of its history; frozen but for its
    closing, and closed once, by triggers (CHECK constraints are too dear here, see Reward). Price, backing and name
    are kept as they were. Source: S0-36, ux.md §6.2.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    community = models.ForeignKey(
        "parties.Community",
        verbose_name=_("community"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="redemptions", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    reward = models.ForeignKey(
        Reward, verbose_name=_("reward"), on_delete=models.PROTECT, related_name="redemptions", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=60)
    points = models.IntegerField(_("points"))
    backing_fen = models.IntegerField(_("cost to the fund (fen)"), default=0)
    key = models.CharField(_("key"), max_length=120)
    code = models.CharField(pgettext_lazy("slip", "code"), max_length=8)
    token_hash = models.BinaryField(max_length=32, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RedemptionState, default=RedemptionState.REDEEMED
    )
    place = models.CharField(_("where to collect"), max_length=120)
    pick_up_by = models.DateField(_("collect until"))
    entry = models.ForeignKey(
        "ledger.Entry", verbose_name=pgettext_lazy("ledger", "entry"), on_delete=models.PROTECT, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    redeemed_on = models.DateField(_("redeemed on"))
    redeemed_at = models.DateTimeField(_("redeemed at"))
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    closed_at = models.DateTimeField(_("collected or cancelled at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("handed over or cancelled by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    collected_by_name = models.CharField(_("collected by"), max_length=60, blank=True)
    is_proxy = models.BooleanField(_("collected by a proxy"), default=False)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("rewards", "redemption")
        verbose_name_plural = pgettext_lazy("rewards", "redemptions")
        indexes: ClassVar = [
            models.Index(fields=["volunteer", "reward", "redeemed_on"], name="volunteers_redemption_limits"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="volunteers_redemption_one_key"),
            models.UniqueConstraint(
                fields=["community", "code"],
                condition=Q(state="REDEEMED"),
                name="volunteers_redemption_one_open_code",
            ),
            models.UniqueConstraint(fields=["token_hash"], name="volunteers_redemption_one_token"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code_in_groups}"

    @property
    def token(self) -> str:
        """The secret part of the slip's address."""
        return slip_token(self.uid)

    @property
    def title(self) -> str:
        """The gift in the reader's language: as it was called when it was redeemed, or its English name."""
        return self.name if _in_chinese() else self.reward.name_en or self.name

    @property
    def where(self) -> str:
        """Where to collect it, in the reader's language; as it was promised, even when the gift has moved since."""
        return self.reward.where if self.place == self.reward.place else self.place

    @property
    def code_in_groups(self) -> str:
        """1234 5678: read aloud in two breaths."""
        return f"{self.code[:4]} {self.code[4:]}"


class StockMove(models.Model):
    """Pieces that came to the shelf or left it; the reward's stock is their sum. Append only.

    Its trigger moves the stock and refuses a move in the wrong direction or without its cause (source or slip).
    """

    community = models.ForeignKey(
        "parties.Community",
        verbose_name=_("community"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )
    reward = models.ForeignKey(
        Reward, verbose_name=_("reward"), on_delete=models.PROTECT, related_name="moves", db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=StockMoveKind)
    quantity = models.IntegerField(_("pieces"), help_text=_("negative: left the shelf"))
    redemption = models.ForeignKey(
        Redemption, verbose_name=pgettext_lazy("rewards", "redemption"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="moves", db_constraint=False, db_index=False,
    )  # fmt: skip
    source = models.CharField(
        _("source"), max_length=160, blank=True, help_text=_("delivery note, donor, count")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["redemption", "kind"],
                condition=Q(redemption__isnull=False),
                name="volunteers_stockmove_once_per_redemption",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d}"
