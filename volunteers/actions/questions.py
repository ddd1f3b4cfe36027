"""Questions about credited hours: raised, put to the volunteer, answered, decided; and calls to people helped.

The volunteer is asked first and politely. Hours stay, or named services are taken back by reversal with a reason the
volunteer reads. Source: product.md §4 idea 11; domain.md §4.3 (dispute window, 5 % call-back, reversal only).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError, WrongStep
from carenet.notices import actions as notices
from volunteers import policies, policies_bank
from volunteers.actions import time_bank
from volunteers.models import Attendance, CallBack, Policy, Question, QuestionItem, Volunteer
from volunteers.states_bank import QUESTION_STEPS, CallResult, QuestionKind, QuestionState

if TYPE_CHECKING:
    from carenet.accounts.models import User


class WindowOver(DomainError):
    """The list can be questioned for some days."""

    code = "window_over"
    default_message = _("The days for questions about this month are over. Please call the station.")


class WordsMissing(DomainError):
    """Say what it is about."""

    code = "words_missing"
    default_message = _("Please write a few words, so that others understand what you mean.")


class NothingChosen(DomainError):
    """A question is about services."""

    code = "nothing_chosen"
    default_message = _("Please choose at least one service.")


class AlreadyRaised(DomainError):
    """One question from one member about one list line."""

    code = "already_raised"
    default_message = _("You already asked about these hours. The station will tell you the result.")


class Decided(DomainError):
    """Too late."""

    code = "decided"
    default_message = _("This question is already further on. Please open it again.")


class OneOfThem(DomainError):
    """Whoever is part of it does not decide."""

    code = "one_of_them"
    default_message = _("Whoever asked, or is asked, cannot also decide. Please let a colleague decide.")


class StillAsked(DomainError):
    """The volunteer has some days."""

    code = "still_asked"
    default_message = _(
        "The volunteer may answer until %(until)s. Please wait, or write down the answer for them."
    )


class ResultKnown(DomainError):
    """Called and answered."""

    code = "result_known"
    default_message = _("Somebody already wrote down what was said about this service.")


def window(month: date, days: int) -> tuple[date, date]:
    """First and last day on which the hours of a month are published and may be questioned."""
    first = months.next_month(month)
    return first, first + timedelta(days=max(days, 1) - 1)


@transaction.atomic
def object_to(
    *,
    volunteer: Volunteer,
    month: date,
    attendances: Sequence[Attendance],
    words: str,
    on: date,
    at: datetime,
    by: User,
) -> Question:
    """A member asks about published hours within the dispute window.

    Raises WindowOver, NothingChosen, WordsMissing, AlreadyRaised, NotAllowed. Source: domain.md §4.3 dispute window.
    """
    require(policies_bank.may_question(by, volunteer.community_id))
    month = months.first_of_month(month)
    days = Policy.objects.values_on(volunteer.community_id, on)["dispute_days"]
    first, last = window(month, days)
    if not first <= on <= last:
        raise WindowOver
    rows = _published(volunteer, month, attendances)
    if not rows:
        raise NothingChosen(field="attendances")
    if len(words.strip()) < 2:
        raise WordsMissing(field="words")
    question = _write(
        volunteer, QuestionKind.OBJECTION, f"objection:{month:%Y-%m}:{volunteer.pk}:{by.pk}", month, words.strip(), rows, at,
        by,
    )  # fmt: skip
    notices.write(
        community=volunteer.community, template="volunteers.question_raised", key=f"question-raised:{question.pk}",
        to_role=Role.COMMITTEE, due_at=at, by=by, at=at, params={"question": question.pk, "month_on": month.isoformat()},
    )  # fmt: skip
    return question


def _published(volunteer: Volunteer, month: date, attendances: Sequence[Attendance]) -> list[Attendance]:
    begin, end = months.month_span(month)
    return list(
        Attendance.objects.of(volunteer.community_id)
        .credited()
        .filter(
            pk__in=[each.pk for each in attendances],
            volunteer=volunteer,
            recorded_at__gte=begin,
            recorded_at__lt=end,
        )
        .order_by("pk")
    )


def _write(
    volunteer: Volunteer,
    kind: str,
    key: str,
    month: date,
    words: str,
    rows: Sequence[Attendance],
    at: datetime,
    by: User,
) -> Question:
    try:
        with transaction.atomic():
            question = Question.objects.create(
                community_id=volunteer.community_id, volunteer=volunteer, kind=kind, key=key, month=month, words=words,
                raised_at=at, raised_by=by,
            )  # fmt: skip
    except IntegrityError as twin:
        raise AlreadyRaised from twin
    QuestionItem.objects.bulk_create(
        QuestionItem(community_id=volunteer.community_id, question=question, attendance=each) for each in rows
    )
    return question


def _locked(question: Question) -> Question:
    return (
        Question.objects.select_for_update(of=("self",))
        .select_related("volunteer__person", "community")
        .get(pk=question.pk)
    )


def _step(question: Question, name: str) -> None:
    try:
        question.state = steps.take(QUESTION_STEPS, name, question.state)
    except WrongStep as late:
        raise Decided from late


@transaction.atomic
def ask(*, question: Question, on: date, at: datetime, by: User) -> Question:
    """Put the question to the volunteer, who has `answer_days`. Who raised it is not told. Raises Decided, NotAllowed."""
    found = _locked(question)
    require(policies.may_correct(by, found.community_id))
    _step(found, "ask")
    found.asked_at = at
    found.answer_by = on + timedelta(days=Policy.objects.values_on(found.community_id, on)["answer_days"])
    found.save(update_fields=["state", "asked_at", "answer_by"])
    notices.write(
        community=found.community, template="volunteers.question_asked", key=f"question-asked:{found.pk}",
        to_person=found.volunteer.person, due_at=at, by=by, at=at,
        params={"question": found.pk, "answer_by_on": found.answer_by.isoformat()},
    )  # fmt: skip
    return found


@transaction.atomic
def answer(*, question: Question, words: str, at: datetime, by: User) -> Question:
    """The volunteer answers, or somebody of the office writes down what they said. Raises WordsMissing, Decided,
    NotAllowed.
    """
    found = _locked(question)
    require(policies.may_redeem(by, found.volunteer))
    if len(words.strip()) < 2:
        raise WordsMissing(field="words")
    _step(found, "answer")
    found.answer, found.answered_at, found.answered_by = words.strip(), at, by
    found.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    notices.write(
        community=found.community, template="volunteers.question_answered", key=f"question-answered:{found.pk}",
        to_role=Role.COMMITTEE, due_at=at, by=by, at=at, params={"question": found.pk},
    )  # fmt: skip
    return found


def _deciding(question: Question, reason: str, by: User) -> Question:
    found = _locked(question)
    require(policies.may_set_rules(by, found.community_id))
    if found.raised_by_id == by.pk or by.person_id == found.volunteer.person_id:
        raise OneOfThem
    if len(reason.strip()) < 2:
        raise WordsMissing(field="reason")
    return found


def _decided(found: Question, template: str, reason: str, at: datetime, by: User) -> None:
    asked = found.asked_at is not None
    found.reason, found.decided_at, found.decided_by = reason.strip(), at, by
    found.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    told: list[tuple[str, dict[str, object]]] = []
    if asked:  # who was never asked is not worried afterwards
        told.append(("volunteer", {"to_person": found.volunteer.person}))
    if found.kind == QuestionKind.OBJECTION:
        told.append(("member", {"to_user": found.raised_by}))
    for whom, to in told:
        notices.write(
            community=found.community, template=template if whom == "volunteer" else "volunteers.question_decided",
            key=f"question-decided:{found.pk}:{whom}", due_at=at, by=by, at=at,
            params={"question": found.pk, "reason": reason.strip(), "month_on": found.month.isoformat()}, **to,  # type: ignore[arg-type]
        )  # fmt: skip


@transaction.atomic
def keep(*, question: Question, reason: str, at: datetime, by: User) -> Question:
    """The hours stay, with a word of thanks. Raises OneOfThem, WordsMissing, Decided, NotAllowed."""
    found = _deciding(question, reason, by)
    _step(found, "keep")
    _decided(found, "volunteers.question_kept", reason, at, by)
    return found


@transaction.atomic
def take_back(
    *, question: Question, attendances: Sequence[Attendance], reason: str, on: date, at: datetime, by: User
) -> Question:
    """Take the chosen services back by reversal; the volunteer reads the reason. Not before the answer, or the end of
    the days for it; nor by whoever wrote the answer down for them. Raises OneOfThem, StillAsked, NothingChosen, WordsMissing, Decided; AlreadySpent, NotAllowed.
    """
    found = _deciding(question, reason, by)
    if found.state == QuestionState.ASKED and found.answer_by is not None and on <= found.answer_by:
        raise StillAsked(until=formats.date_format(found.answer_by, "MONTH_DAY_FORMAT"))
    if found.answered_by_id == by.pk:
        raise OneOfThem
    _step(found, "take_back")
    rows = list(
        Attendance.objects.filter(
            question_items__question=found, pk__in=[each.pk for each in attendances]
        ).order_by("pk")
    )
    if not rows:
        raise NothingChosen(field="attendances")
    for each in rows:
        if each.reversed_by_id is None:
            time_bank.reverse(attendance=each, reason=reason, by=by, at=at)
    _decided(found, "volunteers.question_taken_back", reason, at, by)
    return found


@transaction.atomic
def call_back(*, attendance: Attendance, result: str, words: str, at: datetime, by: User) -> CallBack:
    """Write down what the person helped said on the phone; a difference becomes a question to the volunteer.

    Raises ResultKnown, WordsMissing, NotAllowed. Source: domain.md §4.3 fraud controls.
    """
    require(policies.may_correct(by, attendance.community_id))
    if result == CallResult.DIFFERS and len(words.strip()) < 2:
        raise WordsMissing(field="words")
    try:
        with transaction.atomic():
            row = CallBack.objects.create(
                community_id=attendance.community_id,
                attendance=attendance,
                result=result,
                words=words.strip(),
                at=at,
                by=by,
            )
    except IntegrityError as twin:
        raise ResultKnown from twin
    if result == CallResult.DIFFERS:
        _write(
            attendance.volunteer, QuestionKind.CALL_BACK, f"call:{attendance.pk}", months.first_of_month(attendance.served_on),
            words.strip(), [attendance], at, by,
        )  # fmt: skip
    return row
