"""What the elders app tells the monthly joint meeting: who is cared for, assessed in time, heard from."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import months
from carenet.kernel.digest import Digest, Figure, Matter
from carenet.parties.models import Community
from elders.models import Elder
from elders.reports import intervals

COLOURS = """
select coalesce(d.colour, 'UNASSESSED') as colour, count(*)
from elders_elder e
left join lateral (
  select t.colour from elders_triagedecision t
  where t.elder_id = e.id and t.is_final and t.at < %(until)s order by t.at desc, t.id desc limit 1
) d on true
where e.community_id = %(community)s and e.registered_on < %(next)s
  and e.status <> 'WITHDRAWN'
  and not (e.status in ('LEFT', 'DIED') and e.status_on < %(next)s)
group by 1
"""
ASSESSED = """
with signed as (
  select a.elder_id, (a.signed_at at time zone 'Asia/Shanghai')::date as day, a.final_level,
         lag((a.signed_at at time zone 'Asia/Shanghai')::date) over (partition by a.elder_id order by a.signed_at) as before
  from elders_assessment a
  where a.community_id = %(community)s and a.state = 'SIGNED' and a.final_level is not null and a.signed_at < %(until)s
)
select count(*),
       count(*) filter (where s.day <= coalesce(s.before + %(full)s, e.registered_on + %(first_days)s)),
       percentile_disc(0.5) within group
         (order by greatest(0, s.day - coalesce(s.before + %(full)s, e.registered_on + %(first_days)s)))
from signed s join elders_elder e on e.id = s.elder_id
where s.day >= %(first)s and s.day < %(next)s
"""


def counts_by_colour(community: Community, *, month: date) -> dict[str, int]:
    """Elders in care at the end of a month by their confirmed colour."""
    following = months.next_month(month)
    with connection.cursor() as cursor:
        cursor.execute(
            COLOURS, {"community": community.pk, "next": following, "until": months.start_of(following)}
        )
        found = dict(cursor.fetchall())
    return {colour: found.get(colour, 0) for colour in ("RED", "YELLOW", "GREEN", "UNASSESSED")}


def assessed_in(community: Community, *, month: date) -> tuple[int, int, int]:
    """Ability assessments signed in a month: how many, how many in time, median lag in days. Source: S4 (lag)."""
    first, following = months.month_range(month)
    days = intervals.days_on(community.pk, first)
    with connection.cursor() as cursor:
        cursor.execute(
            ASSESSED,
            {
                "community": community.pk, "first": first, "next": following, "until": months.start_of(following),
                "full": days["assessment"], "first_days": days["assessment:first"],
            },
        )  # fmt: skip
        signed, in_time, lag = cursor.fetchone()
    return int(signed), int(in_time), int(lag or 0)


def monthly(community: Community, month: date) -> Digest:
    """The month's figures, and what the meeting should talk about."""
    month = months.first_of_month(month)
    colours = counts_by_colour(community, month=month)
    signed, in_time, lag = assessed_in(community, month=month)
    following = months.next_month(month)
    elders = Elder.objects.of(community).active()
    list_url, due_url = reverse("elders:list"), reverse("elders:due")
    in_care = sum(colours.values())
    figures = (
        Figure("elders.in_care", _("Elders in care"), in_care, pgettext("unit", "persons"), list_url),
        Figure("elders.red", _("Red"), colours["RED"], pgettext("unit", "persons"), f"{list_url}?colour=RED"),
        Figure("elders.yellow", _("Yellow"), colours["YELLOW"], pgettext("unit", "persons"), f"{list_url}?colour=YELLOW"),
        Figure("elders.green", _("Green"), colours["GREEN"], pgettext("unit", "persons"), f"{list_url}?colour=GREEN"),
        Figure(
            "elders.unassessed", _("Waiting for assessment"), colours["UNASSESSED"], pgettext("unit", "persons"),
            f"{list_url}?colour=UNASSESSED",
        ),
        Figure("elders.assessed", _("Assessments signed"), signed, pgettext("unit", "times"), due_url),
        Figure("elders.assessed_in_time", _("Assessed in time"), in_time * 100 // signed if signed else 0, "%", due_url),
        Figure("elders.lag_days", _("Median lag of assessments"), lag, pgettext("unit", "days"), due_url),
    )  # fmt: skip
    overdue = elders.overdue_for_assessment(following).count()
    planned = elders.filter(
        assessment_due_on__gte=following, assessment_due_on__lt=months.next_month(following)
    ).count()
    silent_red = elders.silent(months.start_of(following)).filter(colour="RED").count()
    archives = elders.archive_due(following - timedelta(days=1)).count()
    key = f"elders:{month:%Y-%m}"
    wanted = (
        (2, overdue, f"{key}:overdue", _("%(count)s assessments are overdue"),
         _("Please agree who goes to these elders, and by when."), f"{due_url}?tab=overdue"),
        (2, silent_red, f"{key}:silent", _("%(count)s red elders were not heard from in time"),
         _("The longest allowed silence for red is one day. Please look at the check calls."), f"{due_url}?tab=silent"),
        (2, colours["UNASSESSED"], f"{key}:unassessed", _("%(count)s elders have no confirmed colour yet"),
         _("Without a colour nobody knows how often somebody must call."), f"{list_url}?colour=UNASSESSED"),
        (3, planned, f"{key}:planned", _("%(count)s assessments are due next month"),
         _("Half-yearly assessments to be planned with the social workers."), f"{due_url}?tab=soon"),
        (3, archives, f"{key}:archives", _("%(count)s files must be looked through"),
         _("Quarterly archive updates (90 days)."), f"{due_url}?tab=archive"),
    )  # fmt: skip
    matters = tuple(
        Matter(section=section, title=title % {"count": count}, source_key=source, body=body, url=url)
        for section, count, source, title, body, url in wanted
        if count
    )
    return Digest("elders", month, figures, matters)
