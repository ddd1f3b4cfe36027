"""Around the points shop: photos, what stands behind points, services as rewards, who collects, kept filters.

They stand beside `Reward` and `Redemption`, not in them: those two rows are written by every redemption and are kept
narrow (docs/decisions/0011).
"""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.querysets import ScopedQuerySet
from elders.states import Relation
from volunteers.models.registry import Volunteer
from volunteers.models.rewards import Redemption, Reward
from volunteers.models.time_bank import DayRange
from volunteers.querysets import ClaimQuerySet, DatedQuerySet, KeptFilterQuerySet, SlipNoteQuerySet
from volunteers.states import CallQuestion, ClaimState, SlipChannel


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    model_name="RewardPhotoEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    fields=["community", "reward", "alt", "sha256", "is_shown", "at", "by"],
)
class RewardPhoto(models.Model):
    """The photo of a real gift, newly encoded by us: no place, no camera, no more than 960 × 720 points.

    `alt` says in words what is to be seen. Taken away, it stays on record and the drawn picture is shown.
    Source: ux.md §6.2 (photo 4:3, real object, alt text); WCAG 1.1.1.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    reward = models.OneToOneField(
        Reward, verbose_name=_("reward"), on_delete=models.PROTECT, related_name="photo"
    )
    image = models.BinaryField(_("photo"), max_length=400_000, editable=False)
    alt = models.CharField(_("what is to be seen"), max_length=80)
    sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False)
    is_shown = models.BooleanField(_("shown"), default=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a gift")
        verbose_name_plural = _("photos of gifts")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_rewardphoto_has_words", condition=~Q(alt="")),
        ]

    def __str__(self) -> str:
        return self.alt


@pghistory.track()
class RewardService(models.Model):
    """This reward is a service that somebody comes to give, not a thing on a shelf: it is held, then settled.

    Such a reward never has pieces on the shelf, so it cannot be taken like a thing. Source: S4 (points for care
    services), domain.md §4.2, architecture.md 4a (a service as reward).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    reward = models.OneToOneField(
        Reward, verbose_name=_("reward"), on_delete=models.PROTECT, related_name="service"
    )
    kind = models.ForeignKey("parties.ServiceKind", verbose_name=_("service"), on_delete=models.PROTECT)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    hold_days = models.PositiveSmallIntegerField(
        _("points are kept for so many days"), default=60, help_text=_("then they go back by themselves")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service as a reward")
        verbose_name_plural = _("services as rewards")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_rewardservice_lasts", condition=Q(minutes__gt=0, hold_days__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    model_name="ServiceClaimEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    fields=["community", "state", "closed_at", "closed_by", "words"],
)
class ServiceClaim(models.Model):
    """A volunteer asked for a service for points: the points (and the fund's money) are set aside.

    `services` makes a request of it, settles it when the service was confirmed, and gives everything back when it was
    cancelled or the day `expires_on` has passed. Source: architecture.md 4a; domain.md §4.2.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="service_claims"
    )
    reward = models.ForeignKey(
        Reward, verbose_name=_("reward"), on_delete=models.PROTECT, related_name="service_claims"
    )
    kind = models.ForeignKey("parties.ServiceKind", verbose_name=_("service"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("for whom"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=60)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    points = models.PositiveIntegerField(_("points"))
    backing_fen = models.PositiveIntegerField(_("cost to the fund (fen)"), default=0)
    wish = models.CharField(_("when it would suit"), max_length=120, blank=True)
    channel = models.CharField(_("way of asking"), max_length=8, choices=SlipChannel, default=SlipChannel.WEB)
    state = models.CharField(_("state"), max_length=8, choices=ClaimState, default=ClaimState.HELD)
    hold = models.ForeignKey(
        "ledger.Entry", verbose_name=_("points set aside"), on_delete=models.PROTECT, related_name="+"
    )
    fund_hold = models.ForeignKey(
        "ledger.Entry", verbose_name=_("money set aside"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    key = models.CharField(_("key"), max_length=120)
    asked_on = models.DateField(_("asked on"))
    asked_at = models.DateTimeField(_("asked at"))
    expires_on = models.DateField(_("points are kept until"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("settled or given back at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("settled or given back by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    words = models.CharField(_("why"), max_length=200, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of a service")
        verbose_name_plural = _("claims of services")
        indexes: ClassVar = [
            models.Index(fields=["community", "state", "expires_on"], name="volunteers_claim_open"),
            models.Index(fields=["volunteer", "reward", "asked_on"], name="volunteers_claim_limits"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="volunteers_serviceclaim_one_key"),
            models.CheckConstraint(name="volunteers_serviceclaim_costs_points", condition=Q(points__gt=0)),
            models.CheckConstraint(
                name="volunteers_serviceclaim_closed_once",
                condition=Q(state="HELD", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(state="HELD") & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="volunteers_serviceclaim_fund_pays",
                condition=Q(backing_fen=0, fund_hold__isnull=True)
                | Q(backing_fen__gt=0, fund_hold__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.volunteer_id}"


@pghistory.track()
class PointBacking(models.Model):
    """What stands behind the points issued from a day on: a fund, or named donated goods worth so many points.

    On each day one row at most is in force, so every issued point names its backing by the day it was issued.
    Source: product.md idea 10 (backed points); domain.md §4.2-4.3 (base fund backing).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    fund = models.ForeignKey(
        "charity.Fund", verbose_name=_("backed by the fund"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    goods = models.CharField(_("backed by donated goods"), max_length=120, blank=True)
    goods_points = models.PositiveIntegerField(_("worth of the goods in points"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("decided by"), max_length=160)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("backing of points")
        verbose_name_plural = _("backings of points")
        ordering: ClassVar = ["-valid_from"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="volunteers_pointbacking_one_a_day",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    (DayRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "On one of these days something else already stands behind the points."
                ),
            ),
            models.CheckConstraint(
                name="volunteers_pointbacking_fund_or_goods",
                condition=Q(fund__isnull=False, goods="", goods_points=0)
                | (Q(fund__isnull=True, goods_points__gt=0) & ~Q(goods="")),
            ),
            models.CheckConstraint(
                name="volunteers_pointbacking_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="volunteers_pointbacking_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.goods or str(self.fund)


@pghistory.track()
class SlipNote(models.Model):
    """What is known of a slip beside itself: asked for by telephone, who may collect it, that it lapsed.

    A row exists only when there is something to say. `proxy_name` was named beforehand by the owner, or at the
    counter when somebody else came. Source: ux.md §6.2 (who may collect); architecture.md law 9 (counter twin).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    redemption = models.OneToOneField(
        Redemption, verbose_name=pgettext_lazy("rewards", "redemption"), on_delete=models.PROTECT,
        related_name="note", db_constraint=False,
    )  # fmt: skip
    channel = models.CharField(_("way of asking"), max_length=8, choices=SlipChannel, default=SlipChannel.WEB)
    asked_back = models.CharField(_("question asked back"), max_length=12, choices=CallQuestion, blank=True)
    proxy_name = models.CharField(_("collected by"), max_length=60, blank=True)
    proxy_relation = models.CharField(
        _("relation to the volunteer"), max_length=12, choices=Relation, blank=True
    )
    proxy_at = models.DateTimeField(_("named at"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True)
    lapsed_on = models.DateField(_("lapsed on"), null=True, blank=True)

    objects = SlipNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on a slip")
        verbose_name_plural = _("notes on slips")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="volunteers_slipnote_proxy_is_whole",
                condition=Q(proxy_name="", proxy_relation="", proxy_at__isnull=True)
                | (~Q(proxy_name="") & ~Q(proxy_relation="") & Q(proxy_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="volunteers_slipnote_phone_was_asked_back",
                condition=~Q(channel="PHONE") | ~Q(asked_back=""),
            ),
        ]

    def __str__(self) -> str:
        return self.proxy_name or self.get_channel_display()


class KeptFilter(models.Model):
    """A filter of an office list, kept by one user under a name. It holds no names and no numbers of people."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    page = models.CharField(_("list"), max_length=16)
    name = models.CharField(pgettext_lazy("filter", "name"), max_length=40)
    query = models.CharField(_("filter"), max_length=400)
    at = models.DateTimeField(_("saved at"))

    objects = KeptFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept filter")
        verbose_name_plural = _("kept filters")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "community", "page", "name"], name="volunteers_keptfilter_one_name"
            ),
            models.CheckConstraint(name="volunteers_keptfilter_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
