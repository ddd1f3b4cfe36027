"""The volunteers' month for the joint meeting, and the office's figures of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import months
from carenet.kernel.digest import Digest, Figure, Matter
from carenet.ledger.models import Account
from carenet.ledger.states import AccountKind, Unit
from volunteers.models import Attendance, Redemption, Reward, Volunteer
from volunteers.states import VolunteerState

if TYPE_CHECKING:
    from carenet.parties.models import Community

ACTIVE_DAYS = 90


@dataclass(frozen=True)
class Overview:
    """The present standing of a community's volunteers."""

    members: int
    active: int
    trained: int
    hours_this_month: int
    coins: int
    points: int
    open_slips: int
    overdue_slips: int
    low_stock: int


def overview(community: Community, on: date) -> Overview:
    """Members, those active within 90 days, hours of the month, outstanding coins and points, the shop. 5 queries.

    Source: domain.md §11.1 (volunteers: registered, active 90 d, hours, trained).
    """
    members = Volunteer.objects.of(community).present()
    first, last = months.month_range(on)
    standing = Attendance.objects.of(community).standing()
    counted = members.aggregate(
        members=Count("pk"),
        trained=Count("pk", filter=Q(level__gte=2)),
    )
    month = standing.aggregate(
        minutes=Sum("hour_minutes", filter=Q(served_on__gte=first, served_on__lt=last)),
        active=Count(
            "volunteer",
            distinct=True,
            filter=Q(served_on__gt=on - timedelta(days=ACTIVE_DAYS), served_on__lte=on),
        ),
    )
    owed = dict(
        Account.objects.of(community)
        .filter(kind=AccountKind.HOLDER, unit__in=[Unit.COIN, Unit.POINT], code__startswith="volunteer:")
        .values_list("unit")
        .annotate(total=Sum("balance"))
    )
    slips = (
        Redemption.objects.of(community)
        .open()
        .aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(pick_up_by__lt=on)))
    )
    return Overview(
        members=counted["members"], active=month["active"], trained=counted["trained"],
        hours_this_month=(month["minutes"] or 0) // 60, coins=(owed.get(Unit.COIN) or 0) // 60,
        points=owed.get(Unit.POINT) or 0, open_slips=slips["open"], overdue_slips=slips["overdue"],
        low_stock=Reward.objects.of(community).low().count(),
    )  # fmt: skip


def monthly(community: Community, month: date) -> Digest:
    """One month: hours, active volunteers, points given and redeemed, coins the station owes, shelves running low.

    Source: S0-49 (meeting), S1-16 (turnover tracked), S0-36; product.md ideas 9 and 10.
    """
    first, last = months.month_range(month)
    served = Attendance.objects.of(community).standing().filter(served_on__gte=first, served_on__lt=last)
    sums = served.aggregate(
        minutes=Sum("hour_minutes"),
        points=Sum("points"),
        people=Count("volunteer", distinct=True),
        times=Count("pk"),
    )
    redeemed = (
        Redemption.objects.of(community).counting().filter(redeemed_on__gte=first, redeemed_on__lt=last)
        .aggregate(points=Sum("points"), times=Count("pk"), fen=Sum("backing_fen"))
    )  # fmt: skip
    joined = Volunteer.objects.of(community).filter(joined_on__gte=first, joined_on__lt=last).count()
    left = Volunteer.objects.of(community).filter(left_on__gte=first, left_on__lt=last).count()
    members = Volunteer.objects.of(community).filter(state=VolunteerState.ACTIVE).count()
    coins = (
        Account.objects.of(community).filter(kind=AccountKind.HOLDER, unit=Unit.COIN, code__startswith="volunteer:")
        .aggregate(total=Sum("balance"))["total"] or 0
    ) // 60  # fmt: skip
    office, shop = reverse("volunteers:list"), reverse("volunteers:shop")
    figures = (
        Figure("volunteers.hours", _("Hours served"), (sums["minutes"] or 0) // 60, _("hours"), office),
        Figure("volunteers.active", _("Volunteers who served"), sums["people"], _("people"), office),
        Figure("volunteers.joined", _("Volunteers who joined"), joined, _("people"), office),
        Figure("volunteers.left", _("Volunteers who left"), left, _("people"), office),
        Figure(
            "volunteers.points_issued",
            _("Points given"),
            sums["points"] or 0,
            pgettext("unit", "points"),
            office,
        ),
        Figure(
            "volunteers.points_redeemed",
            _("Points redeemed"),
            redeemed["points"] or 0,
            pgettext("unit", "points"),
            shop,
        ),
        Figure("volunteers.coins", _("Time coins not used yet"), coins, _("hours"), office),
    )
    matters = [
        Matter(
            section=1, title=_("Volunteers: %(hours)s hours by %(people)s people")
            % {"hours": f"{(sums['minutes'] or 0) // 60:,}", "people": sums["people"]},
            body=_(
                "%(times)s services; %(issued)s points given, %(redeemed)s points redeemed for %(gifts)s gifts. "
                "%(members)s volunteers hold %(coins)s hours of time coins."
            )
            % {
                "times": sums["times"], "issued": f"{sums['points'] or 0:,}",
                "redeemed": f"{redeemed['points'] or 0:,}", "gifts": redeemed["times"], "members": members,
                "coins": f"{coins:,}",
            },
            figures=figures[:2] + figures[4:], url=office, source_key=f"volunteers:month:{first:%Y-%m}",
        )
    ]  # fmt: skip
    matters += [
        Matter(
            section=4, title=_("Points shop: %(name)s is running out, %(stock)d left") % {"name": each.name, "stock": each.stock},
            body=_("Who can donate or buy more?"), url=reverse("volunteers:reward", args=[each.pk]),
            source_key=f"volunteers:low:{each.pk}",
        )
        for each in Reward.objects.of(community).low().order_by("stock", "pk")[:10]
    ]  # fmt: skip
    return Digest(app="volunteers", month=first, figures=figures, matters=tuple(matters))
