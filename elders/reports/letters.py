"""The monthly letter to an elder: who came, what was done, who paid, what comes next, who looked at the file, whom to call.

Only facts that stand in the registers. Higher apps hand over their lines through `register`, for many elders at
once: a letter of the whole community asks every source once for each hundred elders. Source: issue 3 item 7;
PIPL Art. 44 (right to know), 48 (to be told in plain words).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from carenet.audit.models import ReadLog
from carenet.kernel import months
from carenet.parties.models import Community
from carenet.webkit.templatetags.carenet import day, moment, month, phone
from elders.models import Contact, Elder, Measurement, Touch, TreatmentPlan
from elders.reports.limits import limits_of
from elders.reports.timelines import OWN_TOUCH
from elders.rules import health as rules
from elders.states import TouchKind
from elders.states_health import MeasureKind

BATCH = 100
# So many lines fit on one page in large type.
MOST = {"came": 7, "health": 3, "paid": 3, "next": 4, "looked": 3}
# In widths of a Latin letter; a Chinese character is twice as wide.
LONGEST = 140


@dataclass
class Part:
    """What one app has to say to one elder about a month, in sentences of the active language."""

    came: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    next: list[tuple[datetime, str]] = field(default_factory=list)


# f(community, elder_ids, *, since, until, at) -> {elder id: Part}
Source = Callable[..., dict[int, Part]]
sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source; registering it again changes nothing."""
    if source not in sources:
        sources.append(source)


def build(
    elders: Sequence[Elder], *, community: Community, of_month: date, at: datetime, whole: bool = True
) -> Iterator[tuple[Elder, dict[str, Any]]]:
    """The letters of these elders (with person, building and owner), in their order; constant queries a hundred.

    `whole=False` leaves out what only the elder and whoever may have the file read: health, who looked.
    """
    since, until = months.month_span(of_month)
    for start in range(0, len(elders), BATCH):
        some = elders[start : start + BATCH]
        ids = [each.pk for each in some]
        parts: dict[int, Part] = {each: Part() for each in ids}
        for source in (own_part, *((plans_part,) if whole else ()), *sources):
            for elder_id, part in source(community, ids, since=since, until=until, at=at).items():
                mine = parts[elder_id]
                mine.came += part.came
                mine.paid += part.paid
                mine.next += part.next
        health = _health(community, ids, since, until, months.day_of(at)) if whole else {}
        looked = (
            _looked(community, {each.person_id: each.pk for each in some}, since, until) if whole else None
        )
        calls = _calls(ids)
        for elder in some:
            yield elder, _words(
                elder, community, of_month, parts[elder.pk], health.get(elder.pk, []),
                None if looked is None else looked.get(elder.pk, []),
                calls.get(elder.pk, []), at,
            )  # fmt: skip


def cut(lines: list[str], name: str) -> list[str]:
    """As many lines as fit, long ones shortened; a sum of money is never cut, it has to add up."""
    if name != "paid":
        lines = [_short(each) for each in lines]
    return lines[: MOST[name]]


def _short(line: str) -> str:
    """Two lines of the page at most."""
    room = LONGEST
    for place, each in enumerate(line):
        room -= 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if room < 0:
            return f"{line[: place - 1]}…"
    return line


def _words(
    elder: Elder, community: Community, of_month: date, part: Part, health: list[str], looked: list[str] | None,
    calls: list[str], at: datetime,
) -> dict[str, Any]:  # fmt: skip
    upcoming = [text for _at, text in sorted(part.next, key=lambda each: each[0])]
    nobody = _(
        "This month nobody wrote down a visit or a service. If you would like company or help, please call us."
    )
    sections = [
        (_("Who came, and what was done"), cut(part.came, "came") or [nobody]),
        (_("Your health"), cut(health, "health")),
        (_("Who paid"), cut(part.paid, "paid") or [_("There was nothing to pay this month.")]),
        (
            _("What comes next"),
            cut(upcoming, "next") or [_("Nothing is arranged yet. Tell us what you would like.")],
        ),
        (
            _("Who looked at your file"),
            [] if looked is None else cut(looked, "looked") or [_("Nobody looked at your file this month.")],
        ),
        (pgettext("letter", "Whom to call"), calls),
    ]
    owner = [
        _("Your worker %(name)s, through the station: %(phone)s")
        % {"name": elder.owner, "phone": phone(community.phone)}
        if elder.owner
        else _("The station: %(phone)s") % {"phone": phone(community.phone)}
    ]
    sections[-1] = (sections[-1][0], [*owner, *calls, _("In an emergency call 120 at once.")])
    return {
        "title": _("A letter for %(month)s") % {"month": month(of_month)},
        "name": elder.person.name, "number": elder.number_text, "place": elder.place_text,
        "greeting": _("Dear %(name)s,") % {"name": elder.person.name},
        "opening": _("this is what happened around you in %(month)s. Please keep this sheet, and ask us if something is not right.") % {"month": month(of_month)},
        "sections": [{"title": title, "lines": lines} for title, lines in sections if lines],
        "closing": _("We wish you well."), "sender": community.name, "date": day(at),
        "rights": _("You may ask to see, correct or delete what we keep about you, at any time."),
    }  # fmt: skip


# --- what the register itself knows --------------------------------------------------------------
def own_part(community: Community, ids: Sequence[int], *, since: datetime, until: datetime, at: datetime) -> dict[int, Part]:  # fmt: skip
    """Contacts noted by hand, the next assessment; two queries."""
    found: dict[int, Part] = {}
    touches = Touch.objects.filter(
        elder__in=ids, at__gte=since, at__lt=until, source_key__startswith=OWN_TOUCH, reverses__isnull=True,
        reversed_by__isnull=True,
    )  # fmt: skip
    for elder_id, kind, count in touches.values_list("elder_id", "kind").annotate(Count("pk")).order_by("elder_id", "kind"):  # fmt: skip
        line = _("%(what)s: %(times)s") % {"what": TouchKind(kind).label, "times": times(count)}
        found.setdefault(elder_id, Part()).came.append(line)
    for elder_id, due in Elder.objects.filter(pk__in=ids, assessment_due_on__isnull=False).values_list("pk", "assessment_due_on"):  # fmt: skip
        assert due is not None
        when = months.start_of(due)
        text = _("By %(day)s we should look together how you are getting on (assessment).") % {
            "day": day(due)
        }
        if when < at:
            text = _("We should look together how you are getting on (assessment); we shall arrange a day.")
        found.setdefault(elder_id, Part()).next.append((when, text))
    return found


def plans_part(community: Community, ids: Sequence[int], *, since: datetime, until: datetime, at: datetime) -> dict[int, Part]:  # fmt: skip
    """The next look at a treatment plan (health words); one query."""
    found: dict[int, Part] = {}
    plans = TreatmentPlan.objects.filter(
        elder__in=ids, ended_on__isnull=True, review_on__gte=months.day_of(at)
    )
    for plan in plans.order_by("review_on"):
        text = _("%(day)s: ask the doctor again about “%(plan)s”") % {
            "day": day(plan.review_on),
            "plan": plan.words[:24],
        }
        found.setdefault(plan.elder_id, Part()).next.append((months.start_of(plan.review_on), text))
    return found


def times(count: int) -> str:
    """3 次."""
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}


def _health(community: Community, ids: Sequence[int], since: datetime, until: datetime, on: date) -> dict[int, list[str]]:  # fmt: skip
    """How often each thing was measured, the newest number, and whether a doctor should be asked; two queries."""
    limits = limits_of(ids, community_id=community.pk, on=on)
    rows = Measurement.objects.standing().filter(elder__in=ids, taken_at__gte=since, taken_at__lt=until)
    grouped: dict[tuple[int, str], list[Measurement]] = {}
    for each in rows.order_by("elder_id", "-taken_at"):
        grouped.setdefault((each.elder_id, each.kind), []).append(each)
    found: dict[int, list[str]] = {}
    for kind in MeasureKind:
        for elder_id in ids:
            readings = grouped.get((elder_id, kind))
            if not readings:
                continue
            newest = readings[0]
            line = _("%(what)s: measured %(times)s, the last time %(value)s") % {
                "what": kind.label, "times": times(len(readings)), "value": newest.text,
            }  # fmt: skip
            if rules.past(kind, newest.value, newest.second, limits[elder_id]):
                line += pgettext("letter", "; please ask the doctor")
            found.setdefault(elder_id, []).append(line)
    return found


def _looked(
    community: Community, people: dict[int, int], since: datetime, until: datetime
) -> dict[int, list[str]]:
    """Who looked, how often, the most frequent first; one query."""
    rows = (
        ReadLog.objects.filter(community=community, person_id__in=people, at__gte=since, at__lt=until)
        .values_list("person_id", "viewer_name")
        .annotate(times=Count("pk"))
        .order_by("person_id", "-times", "viewer_name")
    )
    names: dict[int, list[tuple[str, int]]] = {}
    for person_id, viewer, count in rows:
        names.setdefault(people[person_id], []).append((viewer, count))
    found = {}
    for elder_id, viewers in names.items():
        shown = [f"{name} {times(count)}" for name, count in viewers[:3]]
        more = len(viewers) - 3
        line = _(", ").join(shown)
        if more > 0:
            line += _(" and %(count)s more colleagues") % {"count": more}
        found[elder_id] = [line]
    return found


def _calls(ids: Sequence[int]) -> dict[int, list[str]]:
    """The first emergency contact by name, without the number: the sheet may lie on a table. One query."""
    rows = Contact.objects.filter(Q(is_emergency=True), elder__in=ids, ended_on__isnull=True).order_by(
        "elder_id", "order", "pk"
    )
    found: dict[int, list[str]] = {}
    for each in rows:
        if each.elder_id not in found:
            found[each.elder_id] = [
                _("We call %(name)s (%(relation)s) for you when something happens.")
                % {"name": each.name, "relation": each.get_relation_display()}
            ]
    return found


def upcoming(at: datetime, what: str, who: str = "") -> tuple[datetime, str]:
    """One line of what comes next: when, what, by whom."""
    text = _("%(when)s: %(what)s") % {"when": moment(at), "what": what}
    if who:
        text += pgettext("letter", ", %(who)s comes") % {"who": who}
    return at, text
