"""What meetings tell people; registered when the app starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.notices import registry
from carenet.notices.registry import NoticeTemplate
from meetings.states import MeetingKind


def _kind(value: object) -> str:
    return str(MeetingKind(str(value)).label)


TEMPLATES = (
    NoticeTemplate(
        code="meetings.agenda_published",
        title=_("Agenda of the %(kind)s"),
        body=_("%(begins_at)s, %(place)s. The agenda is ready; please bring what your side has to report."),
        sms="meeting-agenda",
        sms_text="【${station}】${kind}定于${begins_at}在${place}召开，议程已发布，请准时参加。",
        sms_params=("kind", "begins_at", "place"),
        url_name="meetings:meeting",
        url_args=("meeting",),
        icon="calendar-days",
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="meetings.decision",
        title=_("A decision for %(responsible)s"),
        body=_("“%(text)s”, to be done by %(due_on)s."),
        url_name="meetings:meeting",
        url_args=("meeting",),
        icon="gavel",
    ),
    NoticeTemplate(
        code="meetings.decision_overdue",
        title=_("Overdue: %(text)s"),
        body=_(
            "%(responsible)s promised it for %(due_on)s. Please report how it stands before the next meeting."
        ),
        url_name="meetings:meeting",
        url_args=("meeting",),
        icon="alarm-clock",
    ),
    NoticeTemplate(
        code="meetings.minutes_circulated",
        title=_("Minutes of the %(kind)s: your comments, please"),
        body=_("Please say until %(until_on)s whether the minutes are right."),
        url_name="meetings:minutes",
        url_args=("meeting",),
        icon="file-text",
        show={"kind": _kind},
    ),
)


def register() -> None:
    """Called by the app's ready()."""
    for each in TEMPLATES:
        registry.register(each)
