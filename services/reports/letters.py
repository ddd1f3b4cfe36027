"""What the services say in an elder's monthly letter: who came for what, how often, and what is arranged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from carenet.parties.models import Community, ServiceKind
from elders.reports.letters import Part, times, upcoming
from services.models import ServiceRequest, Visit
from services.states import UNDER_WAY, WAITING, RequestState, Seen

DONE = (RequestState.DONE, RequestState.CONFIRMED, RequestState.CLOSED)


def letter_part(community: Community, ids: Sequence[int], *, since: datetime, until: datetime, at: datetime) -> dict[int, Part]:  # fmt: skip
    """Four queries for any number of elders."""
    found: dict[int, Part] = {}
    kinds = {each.pk: each.title for each in ServiceKind.objects.all()}
    visits = Visit.objects.current().filter(elder__in=ids, visited_at__gte=since, visited_at__lt=until)
    met = visits.exclude(seen=Seen.NOT_SEEN).values_list("elder_id", "worker__display_name", "seen")
    for elder_id, worker, seen, count in met.annotate(Count("pk")).order_by(
        "elder_id", "worker__display_name", "seen"
    ):
        if seen == Seen.PHONE:
            line = _("%(name)s (social worker) telephoned: %(times)s") % {
                "name": worker,
                "times": times(count),
            }
        else:
            line = _("%(name)s (social worker) came to see you: %(times)s") % {
                "name": worker,
                "times": times(count),
            }
        found.setdefault(elder_id, Part()).came.append(line)
    done = ServiceRequest.objects.filter(elder__in=ids, done_at__gte=since, done_at__lt=until, state__in=DONE)
    by_person: dict[tuple[int, str], Counter[str]] = {}
    for elder_id, helper, kind, count in (
        done.values_list("elder_id", "helper__person__name", "kind_id")
        .annotate(Count("pk"))
        .order_by("elder_id")
    ):
        by_person.setdefault((elder_id, helper or ""), Counter())[kind] += count
    for (elder_id, helper), counted in sorted(by_person.items(), key=lambda each: -sum(each[1].values())):
        what = _(", ").join(f"{kinds[kind]} {times(count)}" for kind, count in counted.most_common(3))
        line = _("%(name)s: %(what)s") % {"name": helper, "what": what} if helper else what
        found.setdefault(elder_id, Part()).came.append(line)
    rows = ServiceRequest.objects.filter(
        elder__in=ids, scheduled_at__gte=at, state__in=[*UNDER_WAY, *WAITING]
    )
    for row in rows.select_related("helper__person").order_by("scheduled_at"):
        assert row.scheduled_at is not None
        who = row.helper.person.name if row.helper and row.state in UNDER_WAY else ""
        found.setdefault(row.elder_id, Part()).next.append(
            upcoming(row.scheduled_at, kinds[row.kind_id], who)
        )
    return found
