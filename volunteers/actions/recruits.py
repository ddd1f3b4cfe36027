"""Points for whoever brought a volunteer that stayed: written down at any time, given once, taken back with a reason.

Source: domain.md §4.3 points_per_hour (recruit 20; Hailin); issue 4 build 3.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from volunteers import policies
from volunteers.actions import pool
from volunteers.models import Attendance, Policy, Recruit, Volunteer
from volunteers.states import ISSUED, VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


class AlreadyKnown(DomainError):
    """One volunteer is brought by one."""

    code = "already_known"
    default_message = _("Who brought this volunteer is already on record. Take that back first.")


class NotTheOther(DomainError):
    """The one who brings serves already; two do not bring each other."""

    code = "not_the_other"
    default_message = _(
        "Only a volunteer who served here before can have brought this one. Please check the number."
    )


class NotOnesOwn(DomainError):
    """Four eyes on points."""

    code = "not_ones_own"
    default_message = _("You cannot write down points for yourself. Please let a colleague do it.")


class AlreadyTakenBack(DomainError):
    """Once."""

    code = "recruit_taken_back"
    default_message = _("This was already taken back. Please look at the page again.")


class AlreadySpent(DomainError):
    """Points that were used are not taken from anybody."""

    code = "recruit_points_spent"
    default_message = _("These points were already used, so they cannot be taken back.")


@transaction.atomic
def record(*, recruited: Volunteer, brought_by: Volunteer, at: datetime, by: User) -> Recruit:
    """Write down who brought a volunteer; at the enrolment or later. Raises NotTheOther, NotOnesOwn, AlreadyKnown,
    NotAllowed.
    """
    require(policies.may_enrol(by, recruited.community_id))
    if by.person_id is not None and by.person_id == brought_by.person_id:
        raise NotOnesOwn(field="number")
    if (
        brought_by.community_id != recruited.community_id
        or brought_by.pk == recruited.pk
        or brought_by.state == VolunteerState.LEFT
        or brought_by.joined_on > recruited.joined_on
        or Recruit.objects.standing().filter(recruited=brought_by, brought_by=recruited).exists()
    ):
        raise NotTheOther(field="number")
    try:
        with transaction.atomic():
            return Recruit.objects.create(
                community_id=recruited.community_id, recruited=recruited, brought_by=brought_by, at=at, by=by
            )
    except IntegrityError as twin:
        raise AlreadyKnown(field="number") from twin


@transaction.atomic
def take_back(*, recruit: Recruit, reason: str, at: datetime, by: User) -> Recruit:
    """It was not so: points already given come back by a reversal with the reason the volunteer reads.

    Raises ReasonMissing, AlreadyTakenBack, AlreadySpent, NotAllowed.
    """
    require(policies.may_correct(by, recruit.community_id))
    if len(reason.strip()) < 2:
        raise pool.ReasonMissing(field="reason")
    found = (
        Recruit.objects.select_for_update(of=("self",))
        .select_related("entry", "recruited__person", "brought_by__person", "brought_by__community")
        .get(pk=recruit.pk)
    )
    if found.ended_at is not None:
        raise AlreadyTakenBack
    if found.entry is not None:
        try:
            posting.reverse(
                entry=found.entry, reason=reason.strip(), key=f"recruit-back:{found.pk}", on=months.day_of(at), at=at, by=by
            )  # fmt: skip
        except posting.Overdrawn as spent:
            raise AlreadySpent from spent
        except posting.Frozen as frozen:
            raise pool.AccountFrozen from frozen
        pool.tell(
            volunteer=found.brought_by, template="volunteers.recruit_taken_back", key=str(found.pk), by=by, at=at,
            params={"name": found.recruited.person.name, "points": found.points, "reason": reason.strip()},
        )  # fmt: skip
    found.ended_at, found.ended_by, found.reason = at, by, reason.strip()[:200]
    found.save(update_fields=["ended_at", "ended_by", "reason"])
    return found


@transaction.atomic
def give_due(*, community: Community, on: date, at: datetime, by: User) -> int:
    """Points for everybody whose recruit has stayed `recruit_days` and served at least once; each once, set-based.

    Who left before gives none; who left after that day gives them still. Nothing while the setting is 0 points.
    """
    values = Policy.objects.values_on(community, on)
    points, until = values["recruit_points"], on - timedelta(days=values["recruit_days"])
    if not points:
        return 0
    served = Attendance.objects.credited().filter(volunteer=OuterRef("recruited"))
    due = [
        each
        for each in Recruit.objects.of(community)
        .to_pay()
        .filter(Exists(served), recruited__joined_on__lte=until)
        .exclude(brought_by__state=VolunteerState.LEFT)
        .filter(Q(recruited__left_on__isnull=True) | Q(recruited__left_on__gt=until))
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("recruited__person", "brought_by__person")
        .order_by("pk")
        if _stayed(each.recruited, values["recruit_days"])
    ]
    purses = {
        each.code: each
        for each in Account.objects.of(community).filter(
            unit=Unit.POINT, frozen_at__isnull=True, code__in=[each.brought_by.account_code for each in due]
        )
    }
    due = [each for each in due if each.brought_by.account_code in purses]
    if not due:
        return 0
    issued = accounts.contra(community=community, unit=Unit.POINT, code=ISSUED)
    posted = posting.post_many(
        community=community, by=by,
        drafts=[
            posting.Draft(
                key=f"recruit:{each.pk}", moves=[posting.Move(issued, purses[each.brought_by.account_code], points)],
                on=on, at=at, cause=("volunteers.recruit", each.pk), memo=each.recruited.number,
            )
            for each in due
        ],
    )  # fmt: skip
    for each, entry in zip(due, posted, strict=True):
        each.points, each.entry_id, each.paid_on = points, entry.entry_id, on
    Recruit.objects.bulk_update(due, ["points", "entry", "paid_on"], batch_size=2000)
    notices.write_many(
        community=community, template="volunteers.recruit_stayed", due_at=at, by=by, at=at,
        letters=[
            notices.Letter(
                key=f"recruit:{each.pk}", to_person_id=each.brought_by.person_id, to_user_id=None, to_role="",
                params={"name": each.recruited.person.name, "points": points},
            )
            for each in due
        ],
    )  # fmt: skip
    return len(due)


def _stayed(volunteer: Volunteer, days: int) -> bool:
    left = volunteer.left_on
    return left is None or left >= volunteer.joined_on + timedelta(days=days)
