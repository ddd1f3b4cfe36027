"""Take a decision, follow it until it is verified."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from carenet.accounts.models import User
from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import steps
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.notices import actions as notices
from carenet.notices.actions.outbox import Letter
from carenet.parties.models import Community, Organisation
from meetings import policies, reports, rules
from meetings.models import AgendaItem, Attendance, Decision, DecisionStep, Discussion, Meeting
from meetings.refusals import MinutesClosed, NoQuorum, NotGoingOn
from meetings.states import DECISION_STEPS, DecisionState, MeetingState, MinutesState

REMIND_AFTER_DAYS, TELL_LEADER_AFTER_DAYS = 3, 7
"""Source: domain.md §7.4."""


class SameHands(DomainError):
    """Whoever reported a decision done does not verify it."""

    code = "same_hands"
    default_message = _("Somebody else than the one who reported it done has to verify it.")


class DueBeforeMeeting(DomainError):
    """The day to be done by lies before the meeting."""

    code = "due_before_meeting"
    default_message = _("The day to be done by lies before the meeting.")


@transaction.atomic
def record(
    *,
    meeting: Meeting,
    text: str,
    responsible: Organisation,
    due_on: date,
    by: User,
    at: datetime,
    item: AgendaItem | None = None,
    evidence: str = "",
) -> Decision:
    """Write down a decision taken now. The database counts the parties present at this moment and refuses it
    without quorum; then it is a discussion. Tells the responsible organisation's representatives.

    Raises NoQuorum (with the parties that are missing), NotGoingOn, MinutesClosed, DueBeforeMeeting, NotAllowed.
    Source: S0-48, S0-50.
    """
    require(policies.may_prepare(by, meeting.community_id))
    found = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if found.state != MeetingState.OPEN:
        raise NotGoingOn
    if due_on < found.month and due_on < found.scheduled_at.date():
        raise DueBeforeMeeting(field="due_on")
    if responsible.community_id != found.community_id or (
        item is not None and item.agenda.meeting_id != found.pk
    ):
        raise NotAllowed
    present = set(Attendance.objects.present(at).filter(meeting=found).values_list("party_kind", flat=True))
    if not rules.quorum(present, found.kind):
        raise NoQuorum(why=reports.why_no_quorum(present, found.kind))
    number = (found.decisions.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                community_id=found.community_id,
                meeting=found,
                number=number,
                item=item,
                text=text,
                responsible=responsible,
                due_on=due_on,
                evidence=evidence,
                decided_at=at,
                recorded_by=by,
            )
    except IntegrityError as refused:
        raise _translated(refused) from refused
    decision.refresh_from_db(fields=["parties"])
    _step(decision, "", by, at)
    _tell(decision, "meetings.decision", f"decision:{decision.pk}", by, at)
    return decision


@transaction.atomic
def discuss(*, item: AgendaItem, words: str, by: User, at: datetime) -> Discussion:
    """Write down in a few sentences what was said about a point; needs no quorum. Raises MinutesClosed, NotAllowed."""
    require(policies.may_prepare(by, item.community_id))
    minutes = getattr(item.agenda.meeting, "minutes", None)
    if minutes is not None and minutes.state in {MinutesState.CONFIRMED, MinutesState.SEALED}:
        raise MinutesClosed
    found, _new = Discussion.objects.update_or_create(
        item=item, defaults={"community_id": item.community_id, "words": words, "by": by, "at": at}
    )
    return found


@transaction.atomic
def take_step(*, decision: Decision, step: str, note: str, by: User, at: datetime) -> Decision:
    """Begin, block, submit, send back, verify or waive. Raises WrongStep, SameHands, NotAllowed.

    Staff take every step; a representative of the responsible organisation begins, blocks and submits its own.
    Who submitted does not verify.
    """
    found = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    require(may_take_step(by, found, step))
    state = steps.take(DECISION_STEPS, step, found.state)
    if step == "verify":
        submitted = found.steps_taken.filter(state=DecisionState.SUBMITTED).order_by("-at", "-pk").first()
        if submitted is not None and submitted.by_id == by.pk:
            raise SameHands
    found.state, found.state_note = state, note[:300]
    found.save(update_fields=["state", "state_note"])
    _step(found, note, by, at)
    return found


def may_take_step(user: User, decision: Decision, step: str) -> bool:
    """Staff always; the responsible organisation for its own reports; verifying and waiving is for staff."""
    if policies.may_prepare(user, decision.community_id):
        return True
    return step in {"begin", "block", "submit"} and policies.may_answer(
        user, decision.meeting, decision.responsible_id
    )


@transaction.atomic
def remind_overdue(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Three days over: a reminder; seven days: the staff too. Once each. Gives the number of overdue decisions.

    Source: domain.md §7.4.
    """
    overdue = list(Decision.objects.of(community).overdue(on).select_related("responsible", "meeting"))
    for decision in overdue:
        late = (on - decision.due_on).days
        if late >= REMIND_AFTER_DAYS:
            _tell(
                decision,
                "meetings.decision_overdue",
                f"decision:{decision.pk}:overdue:{REMIND_AFTER_DAYS}",
                by,
                at,
            )
        if late >= TELL_LEADER_AFTER_DAYS:
            notices.write(
                community=community,
                template="meetings.decision_overdue",
                to_role=Role.DIRECTOR,
                key=f"decision:{decision.pk}:overdue:{TELL_LEADER_AFTER_DAYS}",
                params=_params(decision),
                due_at=at,
                by=by,
                at=at,
            )
    return len(overdue)


def _step(decision: Decision, note: str, by: User, at: datetime) -> None:
    DecisionStep.objects.create(
        community_id=decision.community_id,
        decision=decision,
        state=decision.state,
        note=note[:300],
        by=by,
        at=at,
    )


def _params(decision: Decision) -> dict[str, object]:
    return {
        "meeting": decision.meeting_id,
        "text": decision.text,
        "responsible": decision.responsible.name,
        "due_on": decision.due_on.isoformat(),
    }


def _tell(decision: Decision, template: str, key: str, by: User, at: datetime) -> None:
    """Tell those who spoke, or were asked to speak, for the responsible organisation."""
    meeting = decision.meeting
    people = {
        *meeting.invitations.filter(
            organisation_id=decision.responsible_id, person__user__isnull=False
        ).values_list("person_id", flat=True),
        *meeting.attendances.filter(
            organisation_id=decision.responsible_id, person__user__isnull=False
        ).values_list("person_id", flat=True),
    }
    notices.write_many(
        community=meeting.community,
        template=template,
        letters=[
            Letter(key=f"{key}:{pk}", params=_params(decision), to_person_id=pk) for pk in sorted(people)
        ],
        due_at=at,
        by=by,
        at=at,
    )


def _translated(refused: IntegrityError) -> DomainError:
    """The database's refusal as the sentence of its rule."""
    name = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "meetings_decision_needs_quorum":
        return NoQuorum(why=_("too few parties are present"))
    if name == "meetings_decision_before_minutes":
        return MinutesClosed()
    if name == "meetings_decision_during_meeting":
        return NotGoingOn()
    return NotAllowed()
