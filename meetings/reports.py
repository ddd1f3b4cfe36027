"""What a reader wants to know of a meeting: who is there, may it decide, what the minutes say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.kernel.digest import Figure
from carenet.parties.models import Community
from meetings import rules
from meetings.models import AgendaItem, Attendance, Decision, Invitation, Meeting, Minutes
from meetings.states import PARTY_CHOICES, DecisionState, MeetingKind, MeetingState, MinutesState, Section

PARTY_LABELS = dict(PARTY_CHOICES)


def party_name(code: str) -> str:
    """A party or kind of partner in words."""
    return str(PARTY_LABELS.get(code, code))


def joined(words: Iterable[str]) -> str:
    """A list of words as the language writes it: a、b, or a, b."""
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(words)


@dataclass(frozen=True)
class PartyChip:
    """One party of a meeting as its chip shows it."""

    code: str
    label: str
    state: str
    state_label: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quorum:
    """Whether the meeting may decide at a moment, and why not."""

    ok: bool
    parties: tuple[str, ...]
    count: int
    sentence: str


@dataclass(frozen=True)
class Stretch:
    """A time during which the same parties were in the room."""

    since: datetime
    until: datetime | None
    parties: tuple[str, ...]
    ok: bool

    @property
    def names(self) -> str:
        """The parties in words."""
        return joined(party_name(each) for each in self.parties)


def why_no_quorum(parties: Iterable[str], kind: str) -> str:
    """Half a sentence: how many parties are there, and which would make it a quorum."""
    here = rules.counted(parties, kind)
    missing = joined(party_name(each) for each in rules.absent(parties, kind))
    if len(here) < rules.LEAST:
        return _("%(count)d parties are present, %(least)d are needed (missing: %(missing)s)") % {
            "count": len(here),
            "least": rules.LEAST,
            "missing": missing or "–",
        }
    if kind == MeetingKind.JOINT:
        return _("neither the community nor the social workers are present")
    return _("nobody is present who holds resources")


def quorum(meeting: Meeting, *, at: datetime) -> Quorum:
    """The quorum at a moment, computed from who is in the room."""
    present = set(Attendance.objects.present(at).filter(meeting=meeting).values_list("party_kind", flat=True))
    return _quorum_of(present, meeting.kind)


def _quorum_of(present: Iterable[str], kind: str) -> Quorum:
    present = frozenset(present)
    ok = rules.quorum(present, kind)
    here = rules.counted(present, kind)
    if ok:
        sentence = _("%(count)d parties are present: decisions can be taken.") % {"count": len(here)}
    else:
        sentence = _("No decision now: %(why)s.") % {"why": why_no_quorum(present, kind)}
    return Quorum(ok=ok, parties=tuple(sorted(present)), count=len(here), sentence=sentence)


def chips(meeting: Meeting, *, at: datetime) -> list[PartyChip]:
    """Every expected party, then the others that came: present, left, excused or not here."""
    spells = list(meeting.attendances.select_related("person"))
    invitations = list(meeting.invitations.all())
    order = list(rules.expected(meeting.kind))
    order += sorted({each.party_kind for each in spells} - set(order))
    over = meeting.is_over
    found = []
    for code in order:
        mine = [each for each in spells if each.party_kind == code]
        inside = [
            each for each in mine if each.signed_in_at <= at and (each.left_at is None or each.left_at > at)
        ]
        asked = [each for each in invitations if each.party_kind == code]
        if inside or (over and mine):
            state, label = "present", _("present")
        elif mine:
            state, label = "left", pgettext("meeting", "left")
        elif asked and all(each.excused_at for each in asked):
            state, label = "excused", _("excused")
        elif meeting.state == MeetingState.PLANNED:
            state, label = ("invited", _("invited")) if asked else ("absent", _("not invited yet"))
        else:
            state, label = "absent", _("not here")
        names = tuple(dict.fromkeys(each.person.name for each in (mine if over else inside)))
        found.append(
            PartyChip(code=code, label=party_name(code), state=state, state_label=label, people=names)
        )
    return found


def quorum_timeline(meeting: Meeting) -> list[Stretch]:
    """From when to when which parties were in the room; printed in the minutes."""
    spells = list(meeting.attendances.all())
    end = meeting.closed_at
    moments = sorted(
        {each.signed_in_at for each in spells}
        | {each.left_at for each in spells if each.left_at and (end is None or each.left_at < end)}
    )
    stretches: list[Stretch] = []
    for moment in moments:
        parties = tuple(
            sorted(
                {
                    each.party_kind
                    for each in spells
                    if each.signed_in_at <= moment and (each.left_at is None or each.left_at > moment)
                }
            )
        )
        if stretches and stretches[-1].parties == parties:
            continue
        if stretches:
            stretches[-1] = Stretch(stretches[-1].since, moment, stretches[-1].parties, stretches[-1].ok)
        stretches.append(Stretch(moment, end, parties, rules.quorum(parties, meeting.kind)))
    return stretches


@dataclass(frozen=True)
class SectionOfAgenda:
    """A section with its items, numbered for the reader."""

    section: int
    label: str
    items: tuple[AgendaItem, ...]
    number: int = 0

    @property
    def is_fixed(self) -> bool:
        """One of the four sections that every agenda has. Source: S0-49."""
        return Section.RESULTS <= self.section <= Section.HELP_WANTED


ORDER = (
    Section.OPEN_ACTIONS, Section.RESULTS, Section.DIFFICULTIES, Section.PLAN, Section.HELP_WANTED, Section.LISTS,
    Section.DECISIONS,
)  # fmt: skip


def sections(meeting: Meeting, *, whole: bool = False) -> list[SectionOfAgenda]:
    """The agenda in its fixed order; the four sections of S0-49 always, the others when they hold something.

    Readers see what became of the last decisions as a table of its own; `whole`, for the secretary, has that
    section too, and the items that were left out.
    """
    agenda = getattr(meeting, "agenda", None)
    items: list[AgendaItem] = []
    if agenda is not None:
        wanted = agenda.items.select_related("discussion").prefetch_related("decisions__responsible")
        items = list(wanted if whole else wanted.filter(dropped=False))
    found: list[SectionOfAgenda] = []
    number = 0
    for section in ORDER:
        if section == Section.OPEN_ACTIONS and not whole:
            continue
        mine = tuple(each for each in items if each.section == section)
        if mine or Section.RESULTS <= section <= Section.HELP_WANTED:
            number += section != Section.OPEN_ACTIONS
            place = number if section != Section.OPEN_ACTIONS else 0
            found.append(SectionOfAgenda(int(section), str(Section(section).label), mine, place))
    return found


@dataclass(frozen=True)
class FollowUp:
    """What became of the decisions of earlier meetings."""

    decisions: tuple[Decision, ...]
    done: int
    total: int


def follow_up(meeting: Meeting, *, on: date) -> FollowUp:
    """Open decisions of earlier meetings of this kind, and all of the last meeting; overdue first."""
    earlier = Meeting.objects.of(meeting.community_id).filter(
        kind=meeting.kind, state=MeetingState.CLOSED, scheduled_at__lt=meeting.scheduled_at
    )
    last = earlier.order_by("-scheduled_at").first()
    rows = (
        Decision.objects.of(meeting.community_id)
        .filter(meeting__in=earlier)
        .filter(Q(meeting=last) | ~Q(state__in=[DecisionState.VERIFIED, DecisionState.WAIVED]))
        .select_related("responsible", "meeting")
    )
    decisions = sorted(
        rows, key=lambda each: (not each.is_open, not each.is_overdue(on), each.due_on, each.pk)
    )
    done = sum(1 for each in decisions if not each.is_open)
    return FollowUp(decisions=tuple(decisions), done=done, total=len(decisions))


@dataclass(frozen=True)
class MinutesPaper:
    """Everything the minutes print; the page, the PDF and the Word file are drawn from this one thing."""

    meeting: Meeting
    minutes: Minutes | None
    number: str
    public: bool
    present: tuple[dict[str, Any], ...]
    absent: tuple[dict[str, Any], ...]
    guests: tuple[dict[str, Any], ...]
    quorum: Quorum
    timeline: tuple[Stretch, ...]
    sections: tuple[SectionOfAgenda, ...]
    decisions: tuple[Decision, ...]
    follow_up: FollowUp
    body: str = ""
    supplements: tuple[Any, ...] = ()
    comments: tuple[Any, ...] = field(default_factory=tuple)

    def hidden(self, text: str) -> str:
        """The text with the names of those present and excused hidden, on the public version."""
        if not self.public:
            return text
        known = {each["full_name"]: each["name"] for each in (*self.present, *self.absent, *self.guests)}
        for name in (self.meeting.chair, self.meeting.recorder):
            known.setdefault(name, f"{name[:1]}{'*' * max(len(name) - 1, 1)}")
        for name, shown in known.items():
            if len(name) >= 2:
                text = text.replace(name, shown)
        return text


def minutes_paper(meeting: Meeting, *, number: str = "", public: bool = False) -> MinutesPaper:
    """Compose the minutes of a meeting from its rows. `public` hides the names of people. Source: domain.md §7.3."""
    minutes = Minutes.objects.filter(meeting=meeting).select_related("document").first()
    spells = list(meeting.attendances.select_related("person", "organisation"))
    invitations = list(Invitation.objects.filter(meeting=meeting).select_related("person", "organisation"))
    here: dict[int, dict[str, Any]] = {}
    for each in spells:
        row = here.setdefault(
            each.person_id,
            {
                "name": each.person.masked_name() if public else each.person.name,
                "full_name": each.person.name,
                "organisation": each.organisation.name,
                "party": party_name(each.party_kind),
                "party_kind": each.party_kind,
                "online": each.online,
                "times": [],
            },
        )
        row["times"].append((each.signed_in_at, each.left_at or meeting.closed_at))
    came = {each.organisation_id for each in spells}
    parties_ever = {each.party_kind for each in spells}
    absent = [
        {
            "name": (each.person.masked_name() if public else each.person.name) if each.person else "",
            "full_name": each.person.name if each.person else "",
            "organisation": each.organisation.name,
            "party": party_name(each.party_kind),
            "excused": each.excused_at is not None,
            "excuse": "" if public else each.excuse,
        }
        for each in invitations
        if each.person_id not in here
        and (each.organisation_id not in came or each.excused_at)
        and (each.person_id is not None or each.party_kind not in parties_ever)
    ]
    expected = set(rules.counted({each["party_kind"] for each in here.values()}, meeting.kind))
    decisions = tuple(meeting.decisions.select_related("responsible", "item").order_by("number"))
    on = months.day_of(meeting.closed_at or meeting.scheduled_at)
    verdict = _quorum_of(parties_ever, meeting.kind)
    stretches = tuple(quorum_timeline(meeting))
    if not any(each.ok for each in stretches):
        verdict = Quorum(
            ok=False,
            parties=verdict.parties,
            count=verdict.count,
            sentence=_("Discussion, no decision: %(why)s.")
            % {
                "why": why_no_quorum(parties_ever, meeting.kind)
                if not verdict.ok
                else _("the parties were never present together")
            },
        )
    return MinutesPaper(
        meeting=meeting,
        minutes=minutes,
        number=number or (minutes.document.number if minutes and minutes.document else ""),
        public=public,
        present=tuple(each for each in here.values() if each["party_kind"] in expected),
        guests=tuple(each for each in here.values() if each["party_kind"] not in expected),
        absent=tuple(absent),
        quorum=verdict,
        timeline=stretches,
        sections=tuple(sections(meeting)),
        decisions=decisions,
        follow_up=follow_up(meeting, on=on),
        body=minutes.body if minutes else "",
        supplements=tuple(minutes.supplements.select_related("by")) if minutes else (),
        comments=tuple(minutes.comments.select_related("organisation")) if minutes else (),
    )


def figures(community: Community, *, on: date) -> list[Figure]:
    """The numbers of the office's home page: open and overdue decisions, and minutes that wait."""
    counts = (
        Decision.objects.of(community)
        .open()
        .aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    )
    waiting = (
        Minutes.objects.of(community).exclude(state=MinutesState.SEALED).count()
        + Meeting.objects.of(community).filter(state=MeetingState.CLOSED, minutes__isnull=True).count()
    )
    url = reverse("meetings:meetings")
    return [
        Figure(
            "decisions-open",
            _("Open decisions"),
            counts["open"],
            pgettext("unit", "decisions"),
            f"{url}decisions/",
        ),
        Figure(
            "decisions-overdue",
            _("Overdue decisions"),
            counts["overdue"],
            pgettext("unit", "decisions"),
            f"{url}decisions/?overdue=1",
        ),
        Figure("minutes-waiting", _("Minutes not sealed yet"), waiting, pgettext("unit", "papers"), url),
    ]
