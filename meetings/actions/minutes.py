"""Draft, circulate, confirm and seal the minutes; afterwards only supplement them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format

from carenet.accounts.models import User
from carenet.accounts.policies import require
from carenet.documents import actions as documents
from carenet.documents import registry as document_kinds
from carenet.kernel import months, steps
from carenet.kernel.errors import WrongStep
from carenet.notices import actions as notices
from carenet.notices.actions.outbox import Letter
from carenet.parties.models import Organisation
from meetings import papers, policies, reports, rules
from meetings.models import Meeting, Minutes, MinutesComment, Supplement
from meetings.refusals import MinutesClosed, NotAParty, StillObjected, StillOpenForComments
from meetings.states import MINUTES_STEPS, MeetingKind, MeetingState, MinutesState

COMMENT_DAYS = 2
"""Working days the parties have. Source: domain.md §7.3."""
DOCUMENT_KINDS = {
    MeetingKind.JOINT: "meetings.joint",
    MeetingKind.FOUR_PARTY: "meetings.four_party",
    MeetingKind.MATCHING: "meetings.matching",
}


@transaction.atomic
def draft(*, meeting: Meeting, by: User, at: datetime, body: str | None = None) -> Minutes:
    """Begin the minutes, or change the recorder's remarks of a draft. Raises MinutesClosed, WrongStep, NotAllowed."""
    require(policies.may_prepare(by, meeting.community_id))
    found = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if found.state not in {MeetingState.OPEN, MeetingState.CLOSED}:
        raise WrongStep
    minutes, _new = Minutes.objects.get_or_create(
        meeting=found, defaults={"community_id": found.community_id, "drafted_at": at}
    )
    if body is not None and body != minutes.body:
        if minutes.state != MinutesState.DRAFT:
            raise MinutesClosed
        minutes.body = body
        minutes.save(update_fields=["body"])
    return minutes


@transaction.atomic
def circulate(*, minutes: Minutes, by: User, at: datetime) -> Minutes:
    """Send the draft to all who were there; they have two working days. Raises WrongStep, NotAllowed."""
    found = _locked(minutes)
    require(policies.may_prepare(by, found.community_id))
    if found.meeting.state != MeetingState.CLOSED:
        raise WrongStep
    found.state = steps.take(MINUTES_STEPS, "circulate", found.state)
    found.circulated_at = at
    found.comment_until = rules.working_days_after(months.day_of(at), COMMENT_DAYS)
    found.save(update_fields=["state", "circulated_at", "comment_until"])
    people = found.meeting.attendances.values_list("person_id", flat=True).distinct().order_by("person_id")
    notices.write_many(
        community=found.meeting.community,
        template="meetings.minutes_circulated",
        letters=[
            Letter(
                key=f"minutes:{found.pk}:{found.version}:{pk}",
                params={
                    "meeting": found.meeting_id,
                    "kind": found.meeting.kind,
                    "number": found.meeting.number,
                    "until_on": found.comment_until.isoformat(),
                },
                to_person_id=pk,
            )
            for pk in people
        ],
        due_at=at,
        by=by,
        at=at,
    )
    return found


@transaction.atomic
def comment(
    *, minutes: Minutes, organisation: Organisation, agrees: bool, words: str, by: User, at: datetime
) -> MinutesComment:
    """A party's answer: no objection, or what should be different. Raises WrongStep, NotAParty, NotAllowed."""
    found = _locked(minutes)
    require(policies.may_answer(by, found.meeting, organisation.pk))
    if found.state != MinutesState.CIRCULATED:
        raise WrongStep
    party = organisation.party_kind or organisation.partner_kind
    if not party or organisation.community_id != found.community_id:
        raise NotAParty
    return MinutesComment.objects.create(
        community_id=found.community_id,
        minutes=found,
        version=found.version,
        party_kind=party,
        organisation=organisation,
        agrees=agrees,
        words=words[:400],
        by=by,
        at=at,
    )


@transaction.atomic
def revise(*, minutes: Minutes, by: User, at: datetime) -> Minutes:
    """Take circulated minutes back to correct them: the next version. Raises WrongStep, NotAllowed."""
    found = _locked(minutes)
    require(policies.may_prepare(by, found.community_id))
    found.state = steps.take(MINUTES_STEPS, "revise", found.state)
    found.version += 1
    found.save(update_fields=["state", "version"])
    return found


@transaction.atomic
def confirm(*, minutes: Minutes, by: User, at: datetime) -> Minutes:
    """Confirm circulated minutes: after the days for comments, or when all who were there have agreed.

    Raises StillObjected, StillOpenForComments, WrongStep, NotAllowed.
    """
    found = _locked(minutes)
    require(policies.may_seal(by, found.community_id))
    state = steps.take(MINUTES_STEPS, "confirm", found.state)
    answers = {}
    for each in found.comments.filter(version=found.version).select_related("organisation"):
        answers[each.organisation_id] = each
    objecting = [each.organisation.name for each in answers.values() if not each.agrees]
    if objecting:
        raise StillObjected(who=reports.joined(objecting))
    there = set(found.meeting.attendances.values_list("organisation_id", flat=True))
    if found.comment_until and months.day_of(at) <= found.comment_until and not there <= set(answers):
        raise StillOpenForComments(until=date_format(found.comment_until, "DATE_FORMAT"))
    found.state, found.confirmed_at, found.confirmed_by = state, at, by
    found.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    return found


@transaction.atomic
def seal(*, minutes: Minutes, by: User, at: datetime) -> Minutes:
    """Give the minutes their number and store them as a PDF with its fingerprint; nothing changes afterwards.

    Raises WrongStep, NotAllowed. Source: domain.md §7.3 (number such as 和煦社区联席〔2026〕7号, sealed, immutable).
    """
    found = _locked(minutes)
    require(policies.may_seal(by, found.community_id))
    found.state = steps.take(MINUTES_STEPS, "seal", found.state)
    meeting = found.meeting
    kind = DOCUMENT_KINDS[MeetingKind(meeting.kind)]
    year = months.day_of(at).year
    sequence = documents.next_number(community=meeting.community, kind=kind, year=year)
    number = document_kinds.find(kind).number(community=meeting.community.name, year=year, sequence=sequence)
    found.document = documents.freeze(
        community=meeting.community,
        kind=kind,
        title=papers.chinese_name(meeting),
        content=papers.minutes_pdf(meeting, number=number, sealed_at=at),
        mime="application/pdf",
        cause=("meetings.minutes", found.pk),
        by=by,
        at=at,
    )
    found.sealed_at, found.sealed_by = at, by
    found.save(update_fields=["state", "document", "sealed_at", "sealed_by"])
    return found


@transaction.atomic
def supplement(*, minutes: Minutes, words: str, by: User, at: datetime) -> Supplement:
    """Add a correction to sealed minutes. Raises WrongStep, NotAllowed."""
    found = _locked(minutes)
    require(policies.may_seal(by, found.community_id))
    if found.state != MinutesState.SEALED:
        raise WrongStep
    return Supplement.objects.create(
        community_id=found.community_id, minutes=found, words=words, by=by, at=at
    )


def _locked(minutes: Minutes) -> Minutes:
    return (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__community")
        .get(pk=minutes.pk)
    )
