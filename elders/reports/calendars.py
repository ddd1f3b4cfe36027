"""What is due for the elders in somebody's charge, as an iCalendar file with masked names. Source: RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from elders.models import Elder

AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Entry:
    """One entry, whole-day unless it has times; the same event keeps its `uid`, so that calendars move it and never
    double it."""

    uid: str
    on: date
    title: str
    place: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    cancelled: bool = False


def entries(user_id: int, communities: Iterable[int], on: date) -> list[Entry]:
    """Assessments and archive updates due within 60 days or overdue (those stand on today)."""
    found = []
    rows = (
        Elder.objects.filter(community_id__in=list(communities), owner_id=user_id)
        .active()
        .select_related("person", "building")
    )
    for elder in rows.order_by("pk"):
        who = f"{elder.person.masked_name()} {elder.number_text}"
        place = elder.building.name if elder.building else ""
        for kind, due, words in (
            ("assessment", elder.assessment_due_on, _("Assessment: %(who)s")),
            ("archive", elder.archive_due_on, _("Archive update: %(who)s")),
        ):
            if due is None or due > on + AHEAD:
                continue
            title = words % {"who": who}
            if due < on:
                title = _("%(title)s (overdue since %(day)s)") % {"title": title, "day": due.isoformat()}
            found.append(Entry(f"{kind}-{elder.pk}-{due.isoformat()}@carenet", max(due, on), title, place))
    return found


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\r", "")
        .replace("\n", "\\n")
    )


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a continuation begins with a space. Never cuts a character."""
    parts: list[str] = []
    current = ""
    for sign in line:
        if len((current + sign).encode()) > (75 if not parts else 74):
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])


def _times(row: Entry) -> list[str]:
    """A whole day, or the two moments in UTC."""
    if row.starts_at is not None and row.ends_at is not None:
        return [
            f"{name}:{each.astimezone(UTC):%Y%m%dT%H%M%SZ}"
            for name, each in (("DTSTART", row.starts_at), ("DTEND", row.ends_at))
        ]
    return [f"DTSTART;VALUE=DATE:{row.on:%Y%m%d}", f"DTEND;VALUE=DATE:{row.on + timedelta(days=1):%Y%m%d}"]


def file(name: str, rows: Iterable[Entry], at: datetime) -> str:
    """The calendar file."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//carenet//due//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]  # fmt: skip
    for row in rows:
        lines += [
            "BEGIN:VEVENT", f"UID:{row.uid}", f"DTSTAMP:{stamp}", *_times(row), f"SUMMARY:{_escaped(row.title)}",
            *([f"LOCATION:{_escaped(row.place)}"] if row.place else []), *(["STATUS:CANCELLED"] if row.cancelled else []),
            *([] if row.starts_at else ["TRANSP:TRANSPARENT"]), "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])
