"""Draw an agenda from the month's facts, let the secretary complete it, publish it."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from carenet.accounts.models import User
from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.digest import Digest, Figure
from carenet.kernel.errors import WrongStep
from carenet.notices import actions as notices
from carenet.notices.actions.outbox import Letter
from carenet.parties.models import Community
from carenet.webkit.templatetags.carenet import day
from meetings import policies, reports
from meetings.actions import calendar
from meetings.models import Agenda, AgendaItem, Meeting
from meetings.models.agendas import REPORTING
from meetings.refusals import AgendaPublished
from meetings.states import AGENDA_STEPS, AgendaState, MeetingKind, MeetingState, Section

log = logging.getLogger("carenet.meetings")
SOURCES: tuple[tuple[str, Any], ...] = (
    ("elders", _lazy("Elders in our care")),
    ("services", _lazy("Services, visits and alarms")),
    ("volunteers", _lazy("Volunteers and the time bank")),
    ("charity", _lazy("Charity funds and gifts")),
)
"""Who reports, in the order of the agenda, and what the report is called."""
CHINESE, ENGLISH = "zh-hans", "en"


@dataclass(frozen=True)
class Drawn:
    """An item as the data give it."""

    section: int
    source_key: str
    title: str
    body: str = ""
    title_en: str = ""
    body_en: str = ""
    figures: tuple[dict[str, Any], ...] = ()
    url: str = ""
    proposer: str = ""


@transaction.atomic
def prepare(*, community: Community, month: date, by: User, at: datetime) -> Agenda:
    """Draw the agenda of the month's joint meeting, calling the meeting when nobody has.

    One at a time per community: two workers leave one agenda. Published, or the meeting already begun: returned
    untouched. Otherwise the drawn items are replaced and what the secretary wrote, edited or left out stays. The
    same data give the same agenda. It reports on the month before the meeting's, of which the part until `at`
    is known. Raises NotAllowed. Source: S0-47, S0-49.
    """
    require(policies.may_prepare(by, community.pk))
    calendar.take_month(community)
    month = months.first_of_month(month)
    meeting = Meeting.objects.of(community).filter(kind=MeetingKind.JOINT, month=month, regular=True).first()
    if meeting is None:
        meeting = calendar.call(community=community, kind=MeetingKind.JOINT, month=month, by=by, at=at)
    return draw(meeting=meeting, by=by, at=at)


@transaction.atomic
def draw(*, meeting: Meeting, by: User, at: datetime) -> Agenda:
    """Draw (or redraw) the agenda of any meeting; see prepare. Raises NotAllowed."""
    require(policies.may_prepare(by, meeting.community_id))
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    agenda, new = Agenda.objects.get_or_create(
        meeting=meeting,
        defaults={
            "community_id": meeting.community_id,
            "results_month": months.previous_month(
                months.first_of_month(months.day_of(meeting.scheduled_at))
            ),
            "prepared_at": at,
        },
    )
    begun = meeting.state != MeetingState.PLANNED and not (new and meeting.state == MeetingState.OPEN)
    if agenda.state == AgendaState.PUBLISHED or begun:
        return agenda
    _replace(agenda, _drawn(meeting, agenda.results_month, at))
    agenda.prepared_at = at
    agenda.save(update_fields=["prepared_at"])
    calendar.invite(meeting=meeting, on=months.day_of(at))
    return agenda


@transaction.atomic
def publish(*, agenda: Agenda, by: User, at: datetime) -> Agenda:
    """Freeze the agenda and tell the representatives, once. Raises WrongStep, NotAllowed."""
    require(policies.may_prepare(by, agenda.community_id))
    found = Agenda.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=agenda.pk)
    if found.meeting.state == MeetingState.CALLED_OFF:
        raise WrongStep
    found.state = steps.take(AGENDA_STEPS, "publish", found.state)
    found.published_at, found.published_by = at, by
    found.save(update_fields=["state", "published_at", "published_by"])
    meeting = found.meeting
    params = {
        "meeting": meeting.pk,
        "kind": meeting.kind,
        "number": meeting.number,
        "begins_at": meeting.scheduled_at.isoformat(),
        "place": meeting.place,
    }
    invited = list(
        meeting.invitations.filter(excused_at__isnull=True, person__isnull=False).select_related("person")
    )
    for channel, people in (
        ("INAPP", {each.person_id for each in invited if each.person_id}),
        (
            "SMS",
            {
                each.person_id
                for each in invited
                if each.person_id and each.person and each.person.phone_index
            },
        ),
    ):
        notices.write_many(
            community=meeting.community,
            template="meetings.agenda_published",
            letters=[
                Letter(key=f"meeting:{meeting.pk}:agenda:{pk}", params=params, to_person_id=pk)
                for pk in sorted(people)
            ],
            due_at=at,
            by=by,
            at=at,
            channels=(channel,),
        )
    return found


@transaction.atomic
def add_item(
    *, agenda: Agenda, section: int, title: str, by: User, at: datetime,
    body: str = "", proposer: str = "", minutes: int = 0,
) -> AgendaItem:  # fmt: skip
    """Add a topic by hand; on a published agenda it is marked as late. Raises NotAllowed, WrongStep."""
    require(policies.may_prepare(by, agenda.community_id))
    found = Agenda.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=agenda.pk)
    if found.meeting.is_over:
        raise WrongStep
    last = found.items.filter(section=section).aggregate(last=Max("order"))["last"]
    return AgendaItem.objects.create(
        community_id=found.community_id,
        agenda=found,
        section=section,
        order=(last or 0) + 10,
        title=title,
        body=body,
        proposer=proposer,
        minutes=minutes,
        late=found.state == AgendaState.PUBLISHED,
    )


@transaction.atomic
def edit_item(
    *, item: AgendaItem, title: str, body: str, proposer: str, minutes: int, by: User, at: datetime
) -> AgendaItem:
    """Change the words of an item; a drawn one is left alone by later drawings. Raises AgendaPublished, NotAllowed."""
    found = _draft_item(item, by)
    found.title, found.body, found.proposer, found.minutes = title, body, proposer, minutes
    if found.generated:
        found.edited, found.title_en, found.body_en = True, "", ""
    found.save(update_fields=["title", "body", "title_en", "body_en", "proposer", "minutes", "edited"])
    return found


@transaction.atomic
def leave_out(*, item: AgendaItem, by: User, at: datetime, back: bool = False) -> AgendaItem | None:
    """Leave a drawn item out (or take it back in), or remove one written by hand. Raises AgendaPublished, NotAllowed."""
    found = _draft_item(item, by)
    if not found.generated:
        found.delete()
        return None
    found.dropped = not back
    found.save(update_fields=["dropped"])
    return found


@transaction.atomic
def shift(*, item: AgendaItem, up: bool, by: User, at: datetime) -> None:
    """Move an item one place within its section. Raises AgendaPublished, NotAllowed."""
    found = _draft_item(item, by)
    rows = list(AgendaItem.objects.filter(agenda=found.agenda, section=found.section).order_by("order", "pk"))
    place = next(index for index, each in enumerate(rows) if each.pk == found.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for index, each in enumerate(rows):
        each.order = (index + 1) * 10
    AgendaItem.objects.bulk_update(rows, ["order"])


def _draft_item(item: AgendaItem, by: User) -> AgendaItem:
    require(policies.may_prepare(by, item.community_id))
    agenda = Agenda.objects.select_for_update(of=("self",)).get(pk=item.agenda_id)
    if agenda.state != AgendaState.DRAFT:
        raise AgendaPublished
    return AgendaItem.objects.get(pk=item.pk)


def _replace(agenda: Agenda, drawn: list[Drawn]) -> None:
    """Make the drawn items of the agenda these; what people wrote, edited, ordered or left out stays."""
    known = {each.source_key: each for each in agenda.items.filter(generated=True)}
    wanted = {each.source_key: each for each in drawn}
    gone = [each.pk for key, each in known.items() if key not in wanted and not each.edited]
    AgendaItem.objects.filter(pk__in=gone).delete()
    for index, each in enumerate(wanted.values()):
        facts = {
            "section": each.section, "title": each.title[:200], "title_en": each.title_en[:200], "body": each.body,
            "body_en": each.body_en, "figures": list(each.figures), "url": each.url[:200], "proposer": each.proposer[:80],
        }  # fmt: skip
        old = known.get(each.source_key)
        if old is None:
            AgendaItem.objects.create(
                community_id=agenda.community_id,
                agenda=agenda,
                generated=True,
                source_key=each.source_key,
                order=(index + 1) * 10,
                **facts,
            )
        elif not old.edited:
            changed = [name for name, value in facts.items() if getattr(old, name) != value]
            for name in changed:
                setattr(old, name, facts[name])
            if changed:
                old.save(update_fields=changed)
        elif old.figures != facts["figures"]:
            old.figures = facts["figures"]
            old.save(update_fields=["figures"])


def _drawn(meeting: Meeting, month: date, at: datetime) -> list[Drawn]:
    """Everything the data say about the month, in the order of the agenda, in both languages."""
    with translation.override(CHINESE):
        chinese = _in_this_language(meeting, month, at)
    with translation.override(ENGLISH):
        english = {each.source_key: each for each in _in_this_language(meeting, month, at)}
    return [_both(each, english.get(each.source_key)) for each in chinese]


def _both(chinese: Drawn, english: Drawn | None) -> Drawn:
    """Numbers from the first reading, words from both."""
    if english is None:
        return chinese
    words = {each["code"]: each for each in english.figures}
    figures = tuple(
        {
            **each,
            "label_en": words.get(each["code"], each)["label"],
            "unit_en": words.get(each["code"], each)["unit"],
        }
        for each in chinese.figures
    )
    return replace(chinese, title_en=english.title, body_en=english.body, figures=figures)


def _in_this_language(meeting: Meeting, month: date, at: datetime) -> list[Drawn]:
    drawn = _open_decisions(meeting, at)
    matters: list[Drawn] = []
    for app, label in SOURCES:
        try:
            with transaction.atomic():
                digest = _digest(app, meeting.community, month)
        except Exception:  # one report that breaks must not leave the meeting without an agenda
            log.exception("monthly report of %s", app)
            drawn.append(
                Drawn(
                    section=Section.RESULTS,
                    source_key=f"{app}:figures",
                    title=str(label),
                    body=_("These figures could not be drawn. The next drawing tries again."),
                    proposer=_speaker(app),
                )
            )
            continue
        if digest is None:
            continue
        if digest.figures:
            drawn.append(
                Drawn(
                    section=Section.RESULTS,
                    source_key=f"{app}:figures",
                    title=str(label),
                    proposer=_speaker(app),
                    figures=tuple(_frozen(each) for each in digest.figures),
                )
            )
        shown = {each.code for each in digest.figures}
        matters += [
            Drawn(
                section=each.section,
                source_key=f"{app}:{each.source_key}"[:120],
                title=str(each.title),
                body=str(each.body),
                url=each.url,
                proposer=_speaker(app),
                figures=tuple(_frozen(figure) for figure in each.figures if figure.code not in shown),
            )
            for each in digest.matters
        ]
    return drawn + matters


def _open_decisions(meeting: Meeting, at: datetime) -> list[Drawn]:
    """Open decisions of earlier meetings come first, overdue ones before the others. Source: domain.md §7.4."""
    on = months.day_of(at)
    drawn = []
    for decision in reports.follow_up(meeting, on=on).decisions:
        if not decision.is_open:
            continue
        body = _("%(responsible)s, to be done by %(due)s: %(state)s") % {
            "responsible": decision.responsible.name,
            "due": day(decision.due_on),
            "state": decision.get_state_display(),
        }
        if decision.is_overdue(on):
            body = _("%(what)s (overdue)") % {"what": body}
        drawn.append(
            Drawn(
                section=Section.OPEN_ACTIONS,
                source_key=f"decision:{decision.pk}",
                title=decision.text[:200],
                body=body,
                proposer=decision.responsible.name,
                url=decision.meeting.get_absolute_url(),
            )
        )
    return drawn


def _digest(app: str, community: Community, month: date) -> Digest | None:
    """The app's monthly report; None while the app has none."""
    try:
        module = importlib.import_module(f"{app}.reports")
    except ModuleNotFoundError as missing:
        if missing.name not in {app, f"{app}.reports"}:
            raise
        return None
    monthly: Callable[..., Digest] | None = getattr(module, "monthly", None)
    return monthly(community, month) if callable(monthly) else None


def _frozen(figure: Figure) -> dict[str, Any]:
    """A figure as plain data: later changes of the lists do not change it."""
    value = figure.value if isinstance(figure.value, int) else str(figure.value)
    return {
        "code": figure.code,
        "label": str(figure.label),
        "value": value,
        "unit": str(figure.unit),
        "url": figure.url,
    }


def _speaker(app: str) -> str:
    """Which party reports on the room."""
    return reports.party_name(REPORTING[app])
