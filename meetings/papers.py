"""The papers of a meeting: agenda and minutes as PDF and Word, the date as a calendar file.

The papers print what `reports.minutes_paper` composes. Sealed minutes are in the station's language; a reader may
draw a copy in the other one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.documents import pdf, word
from carenet.kernel import money
from carenet.kernel.months import STATION_ZONE
from carenet.notices.registry import day_in_words
from meetings import reports
from meetings.models import AgendaItem, Decision, Meeting
from meetings.words import clock, in_chinese, ordinal

WORD_TEMPLATES = Path(__file__).parent / "word"
LENGTH = timedelta(hours=1, minutes=30)
CHINESE = "zh-hans"


def chinese_name(meeting: Meeting) -> str:
    """The meeting's name in the station's language: 2026年第七次五社联动联席会议."""
    with translation.override(CHINESE):
        return name_of(meeting)


def name_of(meeting: Meeting) -> str:
    """The meeting's name in the reader's language."""
    if meeting.title or not (translation.get_language() or "zh").startswith("zh"):
        return meeting.name
    return f"{meeting.month.year}年第{ordinal(meeting.number)}次{meeting.get_kind_display()}"


def minutes_pdf(
    meeting: Meeting, *, number: str = "", sealed_at: datetime | None = None, language: str = CHINESE
) -> bytes:
    """The minutes on A4. Without a number it says that it is a draft."""
    with translation.override(language):
        data = minutes_data(reports.minutes_paper(meeting, number=number), sealed_at=sealed_at)
        return pdf.render(
            "meetings/minutes.typ", data, at=sealed_at or meeting.closed_at or meeting.scheduled_at
        )


def minutes_word(meeting: Meeting, *, language: str = CHINESE) -> bytes:
    """The minutes as a Word file that the office may change."""
    with translation.override(language):
        return word.render(WORD_TEMPLATES / "minutes.docx", minutes_data(reports.minutes_paper(meeting)))


def agenda_pdf(meeting: Meeting, *, language: str = CHINESE) -> bytes:
    """The agenda on A4."""
    with translation.override(language):
        return pdf.render("meetings/agenda.typ", agenda_data(meeting), at=meeting.scheduled_at)


def agenda_word(meeting: Meeting, *, language: str = CHINESE) -> bytes:
    """The agenda as a Word file."""
    with translation.override(language):
        return word.render(WORD_TEMPLATES / "agenda.docx", agenda_data(meeting))


def calendar_file(meeting: Meeting) -> bytes:
    """The meeting as an .ics file; the same meeting keeps its identity when it is moved."""
    import icalendar  # only here: it takes long to load

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//carenet//meetings//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = icalendar.Event()
    event.add("uid", f"meeting-{meeting.pk}@{meeting.community.slug}.carenet")
    event.add("summary", f"{meeting.community.name} {name_of(meeting)}")
    event.add("dtstart", meeting.scheduled_at.astimezone(STATION_ZONE))
    event.add("dtend", (meeting.scheduled_at + LENGTH).astimezone(STATION_ZONE))
    event.add("dtstamp", meeting.scheduled_at)
    event.add("location", meeting.place)
    calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def agenda_data(meeting: Meeting) -> dict[str, Any]:
    """The agenda as plain words for its papers."""
    agenda = getattr(meeting, "agenda", None)
    drawn_at = (agenda.published_at or agenda.prepared_at) if agenda is not None else meeting.scheduled_at
    on = drawn_at.astimezone(STATION_ZONE).date()
    return {
        **_head(meeting),
        "doc_title": _("Agenda: %(meeting)s") % {"meeting": name_of(meeting)},
        "paper": _("Agenda"),
        "draft": "" if agenda is not None and not agenda.is_draft else _("Draft"),
        "follow_up_title": _("What became of the last decisions"),
        "follow_up": [_decision_row(each, on) for each in reports.follow_up(meeting, on=on).decisions],
        "columns": _columns(),
        "sections": _sections(meeting),
        "nothing": _("Nothing yet; please add at the meeting."),
    }


def minutes_data(paper: reports.MinutesPaper, *, sealed_at: datetime | None = None) -> dict[str, Any]:
    """The minutes as plain words for their papers and the print page."""
    meeting = paper.meeting
    on = (meeting.closed_at or meeting.opened_at or meeting.scheduled_at).astimezone(STATION_ZONE).date()
    return {
        **_head(meeting, paper.hidden),
        "doc_title": _("Minutes: %(meeting)s") % {"meeting": name_of(meeting)},
        "paper": pgettext("meeting", "Minutes"),
        "number": paper.number,
        "draft": "" if paper.number else _("Draft, not sealed"),
        "sealed": _("Sealed on %(day)s. Corrections only as a supplement.")
        % {"day": long_day(sealed_at.astimezone(STATION_ZONE).date())}
        if sealed_at
        else "",
        "present_title": _("Present"),
        "present": [_present_row(each) for each in paper.present],
        "guests_title": _("Guests"),
        "guests": [_present_row(each) for each in paper.guests],
        "absent_title": pgettext("meeting", "Absent"),
        "absent": [_absent_row(each) for each in paper.absent],
        "quorum_title": _("Quorum"),
        "quorum": paper.quorum.sentence
        if not paper.quorum.ok
        else _("%(count)d parties took part: the meeting had its quorum.") % {"count": paper.quorum.count},
        "timeline": [
            {
                "time": f"{clock(each.since)}–{clock(each.until) if each.until else ''}",
                "parties": each.names or _("nobody"),
                "verdict": _("may decide") if each.ok else _("no decision"),
            }
            for each in paper.timeline
        ],
        "timeline_columns": [_("Time"), _("Parties in the room"), _("Quorum")],
        "people_columns": [_("Name"), _("Organisation"), pgettext("meeting", "Party"), _("In the room")],
        "follow_up_title": _("What became of the last decisions"),
        "follow_up": [_decision_row(each, on) for each in paper.follow_up.decisions],
        "columns": _columns(),
        "sections": _sections(meeting, paper),
        "discussion_label": _("Discussion"),
        "decision_label": _("Decision"),
        "decisions_title": _("Decisions"),
        "decisions": [_decision_row(each, on, paper) for each in paper.decisions],
        "no_decisions": _("No decision was taken."),
        "decision_columns": [
            _("No."),
            _("Decision"),
            pgettext("meeting", "Responsible"),
            _("To be done by"),
            _("Evidence asked for"),
        ],
        "remarks_title": _("Remarks"),
        "remarks": paper.hidden(paper.body),
        "supplements_title": _("Supplements"),
        "supplements": [
            {"day": long_day(each.at.astimezone(STATION_ZONE).date()), "words": paper.hidden(each.words)}
            for each in paper.supplements
        ],
        "signatures": []
        if paper.public
        else [_("Chair (signature)"), _("Recorder (signature)"), _("Station (stamp)")],
        "distribution": _(
            "Distribution: all parties present and invited; sub-district office; the station's file."
        ),
        "nothing": _("Nothing was reported."),
    }


def long_day(day: date) -> str:
    """2026年12月4日（周五）, with the year: papers are read years later."""
    if (translation.get_language() or "zh").startswith("zh"):
        return f"{day.year}年{day_in_words(day)}"
    return f"{day_in_words(day)} {day.year}"


def figure_text(figure: dict[str, Any]) -> str:
    """A frozen figure as words: 1,284 小时."""
    value = figure.get("value", "")
    unit = str(figure.get("unit", ""))
    if isinstance(value, int):
        if unit == "fen":
            return f"{money.yuan(value)} {_('yuan')}"
        text = f"{value:,}"
    else:
        text = str(value)
    return f"{text} {unit}".strip()


def _head(meeting: Meeting, hidden: Callable[[str], str] = str) -> dict[str, Any]:
    local = meeting.scheduled_at.astimezone(STATION_ZONE)
    began = meeting.opened_at.astimezone(STATION_ZONE) if meeting.opened_at else local
    ended = meeting.closed_at.astimezone(STATION_ZONE) if meeting.closed_at else None
    when = f"{long_day(began.date())} {clock(began)}"
    if ended is not None:
        when = f"{when}–{clock(ended)}"
    lang = (translation.get_language() or CHINESE)[:2]
    return {
        "lang": lang,
        "community": meeting.community.name,
        "name": name_of(meeting),
        "facts": [
            {"label": _("When"), "value": when},
            {"label": _("Where"), "value": meeting.place},
            {"label": _("Chair"), "value": hidden(meeting.chair) or "　"},
            {"label": _("Recorder"), "value": hidden(meeting.recorder) or "　"},
        ],
        "page_of": ["第 ", " 页，共 ", " 页"] if lang == "zh" else ["Page ", " of ", ""],
    }


def _columns() -> list[str]:
    return [_("Decision"), pgettext("meeting", "Responsible"), _("To be done by"), _("State")]


def _present_row(row: dict[str, Any]) -> dict[str, str]:
    times = "; ".join(f"{clock(since)}–{clock(until) if until else ''}" for since, until in row["times"])
    return {
        "name": row["name"],
        "organisation": row["organisation"],
        "party": row["party"],
        "times": _("%(times)s (online)") % {"times": times} if row["online"] else times,
    }


def _absent_row(row: dict[str, Any]) -> str:
    words = [each for each in (row["name"], row["organisation"]) if each]
    note = row["excuse"] or (_("excused") if row["excused"] else "")
    who = " ".join(words)
    return _("%(who)s (%(note)s)") % {"who": who, "note": note} if note else who


def _decision_row(decision: Decision, on: date, paper: reports.MinutesPaper | None = None) -> dict[str, Any]:
    state = decision.get_state_display()
    text = paper.hidden(decision.text) if paper else decision.text
    return {
        "number": decision.number,
        "text": text,
        "responsible": decision.responsible.name,
        "due": date_format(decision.due_on, "DATE_FORMAT"),
        "state": _("%(what)s (overdue)") % {"what": state} if decision.is_overdue(on) else state,
        "evidence": decision.evidence or "–",
    }


def _sections(meeting: Meeting, paper: reports.MinutesPaper | None = None) -> list[dict[str, Any]]:
    chosen = paper.sections if paper else reports.sections(meeting)
    zh = (translation.get_language() or "zh").startswith("zh")
    return [
        {
            "title": f"{in_chinese(each.number)}、{each.label}" if zh else f"{each.number}. {each.label}",
            "items": [_item(number, item, paper) for number, item in enumerate(each.items, 1)],
        }
        for each in chosen
    ]


def _item(number: int, item: AgendaItem, paper: reports.MinutesPaper | None) -> dict[str, Any]:
    hidden = paper.hidden if paper else (lambda text: text)
    discussion = getattr(item, "discussion", None)
    return {
        "number": number,
        "title": hidden(item.topic),
        "body": hidden(item.text),
        "proposer": item.proposed_by,
        "minutes": item.minutes,
        "figures": [{"label": each["label"], "value": figure_text(each)} for each in item.shown_figures],
        "discussion": hidden(discussion.words) if paper and discussion else "",
        "decisions": [hidden(each.text) for each in item.decisions.all()] if paper else [],
    }


__all__ = [
    "agenda_data", "agenda_pdf", "agenda_word", "calendar_file", "chinese_name", "figure_text", "long_day",
    "minutes_data", "minutes_pdf", "minutes_word", "name_of",
]  # fmt: skip
