"""A volunteer's records in the four blocks of Order 67, as they are frozen into a certificate; the ministry's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from carenet.kernel.months import STATION_ZONE
from volunteers import portal
from volunteers.models import (
    Attendance,
    LessonAttendance,
    Nomination,
    Policy,
    PracticeHour,
    Qualification,
    Volunteer,
)
from volunteers.rules import star
from volunteers.states import CertificateKind

if TYPE_CHECKING:
    from carenet.parties.models import Community

# A paper lists this many services; the sums by kind always count all.
LISTED = 60
VERSION = 1


def facts(volunteer: Volunteer, *, period_from: date, period_to: date, kind: str) -> dict[str, Any]:
    """Person, service, training, awards, evaluation of a period as plain values. Times in minutes, days as ISO text.

    Reversed services do not count. The ID number is masked: the paper may be shown around. The statement for
    residency and credit holds the person and the service block only, without the single services. Source: Order 67
    Art. 4; S1-36; domain.md §4.4; PIPL Art. 6 (no more than needed).
    """
    person, community = volunteer.person, volunteer.community
    rows = list(
        Attendance.objects.standing()
        .filter(volunteer=volunteer, served_on__range=(period_from, period_to), hour_minutes__gt=0)
        .order_by("served_on", "pk")
        .values_list("served_on", "what", "hour_minutes")
    )
    by_kind: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for _day, what, minutes in rows:
        by_kind[what or "—"] += minutes
        times[what or "—"] += 1
    full = kind == CertificateKind.CERTIFICATE
    found: dict[str, Any] = {
        "version": VERSION,
        "kind": str(kind),
        "issuer": community.name,
        "phone": community.phone,
        "is_demo": community.is_demo,
        "period": {"from": period_from.isoformat(), "to": period_to.isoformat()},
        "person": {
            "name": person.name,
            "sex": person.get_sex_display(),
            "born_on": person.born_on.isoformat() if person.born_on else "",
            "id_number": person.masked_id(),
            "residence": community.name,
            "number": volunteer.number,
            "joined_on": volunteer.joined_on.isoformat(),
            "skills": list(volunteer.skills),
        },
        "service": {
            "minutes": sum(row[2] for row in rows),
            "times": len(rows),
            "kinds": [
                {"what": what, "minutes": minutes, "times": times[what]}
                for what, minutes in by_kind.most_common()
            ],
            "lines": [
                {"on": day.isoformat(), "what": what or "—", "minutes": minutes}
                for day, what, minutes in rows[-LISTED:]
            ]
            if full
            else [],
        },
    }
    if full:
        found |= {
            "training": _training(volunteer, period_from, period_to),
            "qualifications": _qualifications(volunteer, period_to),
            "awards": _awards(volunteer, period_to),
            "evaluation": _evaluation(volunteer, period_from, period_to),
        }
    return found


def _training(volunteer: Volunteer, since: date, until: date) -> list[dict[str, Any]]:
    """Courses attended in the period: name, organiser, first and last day, minutes."""
    found: dict[int, dict[str, Any]] = {}
    lessons = (
        LessonAttendance.objects.filter(enrolment__volunteer=volunteer, present=True)
        .select_related("lesson", "enrolment__run__course__provider", "enrolment__run__community")
        .order_by("lesson__starts_at")
    )
    for each in lessons:
        day = each.lesson.starts_at.astimezone(STATION_ZONE).date()
        if since <= day <= until:
            _add(found, each.enrolment, day, each.lesson.minutes)
    practice = (
        PracticeHour.objects.standing()
        .filter(enrolment__volunteer=volunteer, on__range=(since, until))
        .select_related("enrolment__run__course__provider", "enrolment__run__community")
    )
    for hour in practice:
        _add(found, hour.enrolment, hour.on, hour.minutes)
    return [found[key] for key in sorted(found)]


def _add(found: dict[int, dict[str, Any]], enrolment: Any, day: date, minutes: int) -> None:
    run = enrolment.run
    line = found.setdefault(
        enrolment.pk,
        {
            "name": run.course.name, "organiser": run.course.provider.name if run.course.provider else run.community.name,
            "place": run.place, "from": day.isoformat(), "to": day.isoformat(), "minutes": 0,
            "passed": enrolment.passed_on is not None,
        },
    )  # fmt: skip
    line["minutes"] += minutes
    line["from"], line["to"] = min(line["from"], day.isoformat()), max(line["to"], day.isoformat())


def _qualifications(volunteer: Volunteer, on: date) -> list[dict[str, str]]:
    rows = Qualification.objects.on(on).filter(volunteer=volunteer).select_related("service_kind")
    return [
        {
            "name": str(each), "issuer": each.issuer, "from": each.valid_from.isoformat(),
            "to": (each.valid_to - timedelta(days=1)).isoformat() if each.valid_to else "",
        }
        for each in rows.order_by("valid_from", "pk")
    ]  # fmt: skip


def _awards(volunteer: Volunteer, until: date) -> list[dict[str, str]]:
    rows = Nomination.objects.awarded().filter(person_id=volunteer.person_id, awarded_on__lte=until)
    return [
        {"title": each.honour.name, "on": each.awarded_on.isoformat(), "by": each.community.name}
        for each in rows.select_related("honour", "community").order_by("awarded_on")
        if each.awarded_on
    ]


def _evaluation(volunteer: Volunteer, since: date, until: date) -> dict[str, Any]:
    """By the station: the star of all recorded hours up to the last day. By the people served: their ratings."""
    total = (
        Attendance.objects.standing()
        .filter(volunteer=volunteer, served_on__lte=until)
        .aggregate(total=Sum("hour_minutes"))["total"]
    )
    stars = star(total or 0, Policy.objects.values_on(volunteer.community, until)).stars
    rated = portal.ratings(volunteer, since, until)
    return {"stars": stars, "ratings": rated.count, "average": rated.average}


def ministry_rows(community: Community, since: date, until: date) -> Iterator[tuple[Volunteer, Attendance]]:
    """Every standing service of a period with its volunteer, in the order of days: the common data standard's lines.

    Read in chunks, so that a year of a large community fits. Source: Order 67 Art. 4 and the ministry's data standard.
    """
    rows = (
        Attendance.objects.of(community)
        .standing()
        .filter(served_on__range=(since, until), hour_minutes__gt=0)
        .select_related("volunteer__person", "by")
        .order_by("served_on", "pk")
    )
    for each in rows.iterator(chunk_size=1000):
        yield each.volunteer, each
