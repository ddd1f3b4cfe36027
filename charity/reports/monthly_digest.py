"""The month of the charity funds, as the joint meeting gets it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.kernel.digest import Digest, Figure, Matter
from carenet.kernel.money import yuan
from charity.models import Grant
from charity.reports.funds import advanced, balance, dependency, idle, self_generated
from charity.reports.spending import Spent, income_by_source, spending
from charity.states import FundSource

if TYPE_CHECKING:
    from carenet.parties.models import Community


def monthly(community: Community, month: date) -> Digest:
    """The month of the charity funds for the joint meeting. Source: S0-43, S0-49."""
    since, until = months.month_range(month)
    income = income_by_source(community, since=since, until=until)
    lines = spending(community, since=since, until=until)
    year = income_by_source(community, since=date(since.year, 1, 1), until=until)
    funds_url, donations_url = reverse("charity:fund-list"), reverse("charity:donation-list")
    services = sum(each.amount_fen for each in lines if each.use == "SERVICE")
    unit = _("yuan")
    figures = (
        Figure(
            "charity.income", _("donations and allocations"), yuan(sum(income.values())), unit, donations_url
        ),
        Figure(
            "charity.spent",
            _("spent for elders"),
            yuan(sum(each.amount_fen for each in lines)),
            unit,
            funds_url,
        ),
        Figure("charity.services", _("of it for services"), yuan(services), unit, funds_url),
        Figure("charity.balance", _("in the funds now"), yuan(balance(community)), unit, funds_url),
        Figure("charity.dependency", _("largest source this year"), dependency(year), "%", funds_url),
        Figure(
            "charity.self_generated", _("earned by the community itself this year"), self_generated(year), "%"
        ),
    )
    matters = [
        *_results(income, lines, since),
        *_difficulties(community, until),
        *_decisions(community, since),
    ]
    return Digest("charity", since, figures, tuple(matters))


def _results(income: dict[str, int], lines: list[Spent], month: date) -> Iterable[Matter]:
    if income or lines:
        came = _(", ").join(f"{FundSource(code).label} {yuan(amount)}" for code, amount in income.items())
        yield Matter(
            1,
            _("Charity money of the month"),
            f"charity:month:{month:%Y-%m}",
            _("Came in: %(came)s yuan. Went out: %(out)s yuan.")
            % {"came": came or "0.00", "out": yuan(sum(each.amount_fen for each in lines))},
        )


def _difficulties(community: Community, until: date) -> Iterable[Matter]:
    owed = advanced(community)
    if owed > 0:
        yield Matter(
            2,
            _("The funds were short"),
            "charity:advance",
            _("The station advanced %(amount)s yuan for services of elders. Which source pays it back?")
            % {"amount": yuan(owed)},
            url=reverse("charity:fund-list"),
        )
    for each in idle(community, on=until - timedelta(days=1)):
        yield Matter(
            2,
            _("Money lies idle: %(fund)s") % {"fund": each.fund.title},
            f"charity:idle:{each.fund.pk}",
            _("%(amount)s yuan; nothing went out since %(since)s.")
            % {"amount": yuan(each.balance_fen), "since": date_format(each.since, "DATE_FORMAT")},
            url=reverse("charity:fund", args=[each.fund.pk]),
        )


def _decisions(community: Community, month: date) -> Iterable[Matter]:
    waiting = Grant.objects.of(community).waiting().aggregate(total=Sum("amount_fen"), times=Count("pk"))
    if waiting["times"]:
        yield Matter(
            5,
            _("Grants wait for a decision: %(count)s") % {"count": waiting["times"]},
            f"charity:grants:{month:%Y-%m}",
            _("Together %(amount)s yuan.") % {"amount": yuan(waiting["total"])},
            url=reverse("charity:grant-list") + "?state=ASKED",
        )
