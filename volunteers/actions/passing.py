"""Whether somebody has done every part of a course; the qualification that gives, its loss, its renewal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.notices import actions as notices
from volunteers import policies
from volunteers.models import Enrolment, Qualification
from volunteers.reports import learning
from volunteers.states import CourseGives, VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


class AlreadyTakenBack(DomainError):
    """Only once."""

    code = "already_taken_back"
    default_message = _("This was already taken back. Please record the right one instead.")


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment for writing; two examiners of one person wait for each other here."""
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("run__course__provider", "run__community", "volunteer__person")
        .get(pk=enrolment_id)
    )


@transaction.atomic
def settle(*, enrolment: Enrolment, by: User, at: datetime, reason: str = "") -> Enrolment:
    """Give the qualification once every part is done; take it back when a part was taken back.

    It begins on the day of the last part, not of the entry, and holds the course's months. Once per enrolment by a
    database constraint, whoever comes first. Source: S2-52; domain.md §4.5.
    """
    found = locked(enrolment.pk)
    progress = learning.progress(found)
    if progress.complete and found.passed_on is None:
        found.passed_on = progress.last_on or months.day_of(at)
        found.save(update_fields=["passed_on"])
        _give(found, by=by, at=at)
    elif not progress.complete and found.passed_on is not None:
        found.passed_on = None
        found.save(update_fields=["passed_on"])
        _take(found, reason=reason or str(_("A part of the course was taken back.")), by=by, at=at)
    return found


@transaction.atomic
def settle_many(*, enrolments: Sequence[Enrolment], by: User, at: datetime, reason: str = "") -> None:
    """Settle those of a whole roll for whom it decides something, in few statements.

    All are locked first: an examiner of one of them waits, or was waited for, so no part is overlooked.
    """
    rows = list(
        Enrolment.objects.filter(pk__in=[each.pk for each in enrolments])
        .select_for_update(of=("self",))
        .select_related("run__course")
        .order_by("pk")
    )
    done = learning.progress_of(rows)
    for each in rows:
        if done[each.pk].complete != (each.passed_on is not None):
            settle(enrolment=each, by=by, at=at, reason=reason)


def _give(enrolment: Enrolment, *, by: User, at: datetime) -> None:
    course, starts = enrolment.run.course, enrolment.passed_on
    assert starts is not None  # set by settle
    until = later(starts, course.valid_months) if course.valid_months else None
    if course.gives != CourseGives.NOTHING:
        Qualification.objects.create(
            community_id=enrolment.community_id, volunteer=enrolment.volunteer, kind=course.gives, level=course.level,
            service_kind=course.service_kind, valid_from=starts, valid_to=until,
            issuer=(course.provider.name if course.provider else enrolment.run.community.name)[:120],
            number=f"{enrolment.volunteer.number}-{enrolment.pk}", enrolment=enrolment,
        )  # fmt: skip
    _tell(
        enrolment, "volunteers.course_passed", f"course-passed:{enrolment.pk}:{at:%Y%m%d%H%M%S%f}", {}, by, at
    )


def _take(enrolment: Enrolment, *, reason: str, by: User, at: datetime) -> None:
    for each in enrolment.qualifications.standing().select_for_update():
        _revoke(each, reason=reason, by=by, at=at)
    params = {"reason": reason}
    _tell(
        enrolment,
        "volunteers.course_taken_back",
        f"course-back:{enrolment.pk}:{at:%Y%m%d%H%M%S%f}",
        params,
        by,
        at,
    )


def _revoke(qualification: Qualification, *, reason: str, by: User, at: datetime) -> None:
    qualification.revoked_at, qualification.revoked_by, qualification.revoked_reason = at, by, reason
    qualification.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])


def _tell(
    enrolment: Enrolment, template: str, key: str, params: dict[str, str], by: User, at: datetime
) -> None:
    notices.write(
        community=enrolment.run.community, template=template, key=key,
        params={"course": enrolment.run.course.name, **params}, due_at=at, by=by, at=at,
        to_person=enrolment.volunteer.person,
    )  # fmt: skip


@transaction.atomic
def revoke(*, qualification: Qualification, reason: str, by: User, at: datetime) -> Qualification:
    """A qualification entered by hand was wrong or is withdrawn; it holds on no day any more.

    What a course gave falls by taking back the result, not here. Raises FromACourse, AlreadyTakenBack, NotAllowed.
    """
    require(policies.may_keep_courses(by, qualification.community_id))
    found = Qualification.objects.select_for_update(of=("self",)).get(pk=qualification.pk)
    if found.revoked_at is not None:
        raise AlreadyTakenBack
    if found.enrolment_id is not None:
        raise FromACourse
    _revoke(found, reason=reason, by=by, at=at)
    return found


class FromACourse(DomainError):
    """The course's own facts decide."""

    code = "from_a_course"
    default_message = _("A course gave this. Please take back the test result in the course.")


def later(day: date, count: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    whole = day.year * 12 + day.month - 1 + count
    year, month = divmod(whole, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


@transaction.atomic
def remind(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Tell everybody whose qualification runs out within its course's window, once; gives how many are due.

    Not who has renewed already, not who has left. The notice's key is the qualification, so twice is once. Source:
    issue 4 item 7; architecture.md law 5.
    """
    due = learning.running_out(community, on)
    for each in due:
        if each.volunteer.state == VolunteerState.LEFT:
            continue
        course = each.enrolment.run.course if each.enrolment else None
        notices.write(
            community=community, template="volunteers.renewal", key=f"renewal:{each.pk}",
            params={
                "what": course.name if course else str(each),
                "until_on": (each.valid_to - timedelta(days=1)).isoformat() if each.valid_to else "",
            },
            due_at=at, by=by, at=at, to_person=each.volunteer.person,
        )  # fmt: skip
    return len(due)
