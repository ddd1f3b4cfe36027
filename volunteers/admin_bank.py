"""The registers of the time bank and of the shop's backing: read here, booked on the pages. Amounts of coins are minutes."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from volunteers.admin import SEARCH, _Read
from volunteers.models import (
    Arrival,
    AttendanceReversal,
    CallBack,
    Closing,
    CoinGrant,
    Expiry,
    Gift,
    Move,
    PointBacking,
    Question,
    Recruit,
    Reserve,
    ServiceClaim,
    TeamGift,
    TeamProposal,
)


class _OfVolunteer(_Read):
    """Rows of one volunteer: whose stands on the page is in the read log."""

    search_fields = SEARCH
    ordering = ("-pk",)
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(Gift)
class GiftAdmin(_Read):
    list_display = (
        "giver",
        "receiver",
        "coins",
        "relation",
        "state",
        "offered_at",
        "expires_on",
        "closed_by",
    )
    list_filter = ("state", "relation", "offered_at")
    list_select_related = ("giver__person", "receiver__person", "closed_by")
    search_fields = ("giver__number", "giver__person__name", "receiver__number", "receiver__person__name")
    ordering = ("-pk",)
    menu_icon = "featured_seasonal_and_gifts"
    logs_reads = ("name",)
    person_of = "giver.person"


@admin.register(CoinGrant)
class CoinGrantAdmin(_Read):
    """What the common pool gave to key elders."""

    list_display = ("elder", "month", "coins", "reason", "lapses_on", "lapsed_coins", "by")
    list_filter = ("month",)
    list_select_related = ("elder__person", "by")
    search_fields = ("elder__person__name", "elder__person__initials", "reason")
    ordering = ("-month", "-pk")
    menu_icon = "water_drop"
    logs_reads = ("name",)
    person_of = "elder.person"


@admin.register(Closing)
class ClosingAdmin(_OfVolunteer):
    list_display = ("volunteer", "why", "day", "heir", "coins", "points", "state", "asked_by", "decided_by")
    list_filter = ("state", "why")
    list_select_related = ("volunteer__person", "heir__person", "asked_by", "decided_by")
    menu_icon = "inventory"


@admin.register(Expiry)
class ExpiryAdmin(_OfVolunteer):
    list_display = ("volunteer", "unit", "ends_on", "first_amount", "last_amount", "amount", "done_at")
    list_filter = ("unit", "ends_on")
    list_select_related = ("volunteer__person",)
    ordering = ("-ends_on", "-pk")
    menu_icon = "hourglass_bottom"


@admin.register(Move)
class MoveAdmin(_OfVolunteer):
    list_display = ("volunteer", "coins", "reason", "state", "sent_at", "sent_by", "arrived_in")
    list_filter = ("state",)
    list_select_related = ("volunteer__person", "sent_by")
    menu_icon = "outgoing_mail"
    hidden = frozenset({"code_hash"})


@admin.register(Arrival)
class ArrivalAdmin(_OfVolunteer):
    list_display = ("volunteer", "coins", "came_from", "at", "by")
    list_select_related = ("volunteer__person", "by")
    search_fields = (*SEARCH, "came_from")
    menu_icon = "move_to_inbox"


@admin.register(Reserve)
class ReserveAdmin(_OfVolunteer):
    list_display = ("kind", "volunteer", "fund", "minutes", "fen", "source", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("volunteer__person", "fund")
    search_fields = (*SEARCH, "source", "fund__name")
    ordering = ("-valid_from", "-pk")
    menu_icon = "savings"


@admin.register(Recruit)
class RecruitAdmin(_Read):
    """Who brought whom, and the points that gave. Written down and taken back on the volunteer's page."""

    list_display = ("recruited", "brought_by", "at", "points", "paid_on", "ended_at", "reason", "by")
    list_filter = (("paid_on", admin.EmptyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter), "at")
    list_select_related = ("recruited__person", "brought_by__person", "by")
    search_fields = (
        "recruited__number",
        "recruited__person__name",
        "recruited__person__initials",
        "brought_by__number",
        "brought_by__person__name",
        "brought_by__person__initials",
    )
    ordering = ("-pk",)
    menu_icon = "group_add"
    logs_reads = ("name",)
    person_of = "recruited.person"


@admin.register(TeamGift)
class TeamGiftAdmin(_Read):
    """What members gave to their team's account."""

    list_display = ("team", "giver", "coins", "state", "offered_at", "offered_by", "closed_by")
    list_filter = ("state", "team")
    list_select_related = ("team", "giver__person", "offered_by", "closed_by")
    search_fields = ("team__name", "giver__number", "giver__person__name", "giver__person__initials")
    ordering = ("-pk",)
    menu_icon = "redeem"
    logs_reads = ("name",)
    person_of = "giver.person"


@admin.register(TeamProposal)
class TeamProposalAdmin(_Read):
    """Hours of teams that were to go to the common pool, and who agreed for the station."""

    list_display = (
        "team",
        "coins",
        "words",
        "state",
        "proposed_at",
        "proposed_by",
        "station_by",
        "closed_at",
    )
    list_filter = ("state", "team")
    list_select_related = ("team", "proposed_by", "station_by")
    search_fields = ("team__name", "words")
    ordering = ("-pk",)
    menu_icon = "how_to_vote"


@admin.register(AttendanceReversal)
class AttendanceReversalAdmin(_Read):
    list_display = ("at", "volunteer", "attendance", "reason", "by")
    list_select_related = ("attendance__volunteer__person", "by")
    search_fields = ("attendance__volunteer__number", "attendance__volunteer__person__name", "reason")
    ordering = ("-pk",)
    menu_icon = "undo"
    logs_reads = ("name",)
    person_of = "attendance.volunteer.person"

    @admin.display(description=_("volunteer"))
    def volunteer(self, row: AttendanceReversal) -> str:
        return str(row.attendance.volunteer)


@admin.register(Question)
class QuestionAdmin(_OfVolunteer):
    list_display = (
        "volunteer",
        "kind",
        "month",
        "state",
        "raised_at",
        "answer_by",
        "answered_at",
        "decided_by",
    )
    list_filter = ("state", "kind")
    list_select_related = ("volunteer__person", "decided_by")
    menu_icon = "contact_support"
    hidden = frozenset({"key"})


@admin.register(CallBack)
class CallBackAdmin(_Read):
    list_display = ("at", "attendance", "result", "words", "by")
    list_filter = ("result",)
    list_select_related = ("attendance__volunteer__person", "by")
    search_fields = ("attendance__volunteer__number", "attendance__volunteer__person__name")
    ordering = ("-pk",)
    menu_icon = "phone_callback"
    logs_reads = ("name",)
    person_of = "attendance.volunteer.person"


@admin.register(ServiceClaim)
class ServiceClaimAdmin(_OfVolunteer):
    list_display = ("volunteer", "elder", "name", "points", "state", "asked_on", "expires_on", "closed_by")
    list_filter = ("state", "channel")
    list_select_related = ("volunteer__person", "elder__person", "closed_by")
    search_fields = (*SEARCH, "name", "elder__person__name")
    menu_icon = "volunteer_activism"
    hidden = frozenset({"key"})


@admin.register(PointBacking)
class PointBackingAdmin(_Read):
    list_display = ("fund", "goods", "goods_points", "valid_from", "valid_to", "source", "by")
    list_select_related = ("fund", "by")
    search_fields = ("fund__name", "goods", "source")
    ordering = ("-valid_from", "-pk")
    menu_icon = "account_balance"
