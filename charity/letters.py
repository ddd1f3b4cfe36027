"""What charity says in an elder's monthly letter: who paid for the services, grants, goods that were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.kernel.money import yuan
from carenet.ledger.models import Entry
from carenet.parties.models import Community
from charity.models import CostSplit, GoodsIssue, Grant
from elders.reports.letters import Part


def letter_part(community: Community, ids: Sequence[int], *, since: datetime, until: datetime, at: datetime) -> dict[int, Part]:  # fmt: skip
    """Three queries for any number of elders; splits that were reversed do not count."""
    found: dict[int, Part] = {}
    first, last = months.day_of(since), months.day_of(until)
    undone = Exists(Entry.objects.filter(reverses_id=OuterRef("entry_id")))
    splits = (
        CostSplit.objects.filter(~undone, elder__in=ids, on__gte=first, on__lt=last, price_fen__gt=0)
        .values("elder_id")
        .annotate(
            times=Count("pk"), price=Sum("price_fen"), gov=Sum("gov_fen"), fund=Sum("fund_fen"), advance=Sum("advance_fen"),
            person=Sum("person_fen"),
        )
    )  # fmt: skip
    for row in splits:
        parts = [
            (_("government"), row["gov"]), (_("charity fund"), row["fund"]), (_("the station"), row["advance"]),
            (_("yourself"), row["person"]),
        ]  # fmt: skip
        paid = _(", ").join(
            _("%(who)s %(amount)s yuan") % {"who": who, "amount": yuan(fen)} for who, fen in parts if fen
        )
        line = _("%(times)s paid services, together %(amount)s yuan: %(parts)s") % {
            "times": row["times"], "amount": yuan(row["price"]), "parts": paid,
        }  # fmt: skip
        found.setdefault(row["elder_id"], Part()).paid.append(line)
    grants = Grant.objects.filter(elder__in=ids, paid_on__gte=first, paid_on__lt=last).select_related("fund")
    for grant in grants.order_by("paid_on", "pk"):
        line = _("%(fund)s helped with %(amount)s yuan: %(purpose)s") % {
            "fund": grant.fund.name, "amount": yuan(grant.amount_fen), "purpose": grant.get_purpose_display(),
        }  # fmt: skip
        assert grant.elder_id is not None
        found.setdefault(grant.elder_id, Part()).paid.append(line)
    goods = GoodsIssue.objects.filter(elder__in=ids, given_on__gte=first, given_on__lt=last).select_related(
        "goods"
    )
    for issue in goods.order_by("given_on", "pk"):
        line = _("Given to you: %(what)s × %(count)s %(unit)s") % {
            "what": issue.goods.what, "count": issue.quantity, "unit": issue.goods.unit,
        }  # fmt: skip
        assert issue.elder_id is not None
        found.setdefault(issue.elder_id, Part()).paid.append(line)
    return found
