"""Doors of meetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from meetings.actions import agenda
from meetings.models import AgendaItem
from tests import make
from tests.security.doors import EVERYBODY, STAFF, Door

READERS = STAFF | {"representative", "auditor"}
THREE = ("COMMUNITY", "SOCIAL_WORKER", "CHARITY")


def _meeting(w: Any) -> Any:
    """A meeting that goes on, with its agenda published."""
    by = make.registrar()
    for each in THREE:
        make.party(w.community, each)
    meeting = make.meeting(w.community, by)
    drawn = agenda.draw(meeting=meeting, by=by, at=make.NOW)
    agenda.add_item(agenda=drawn, section=4, title="轮椅", by=by, at=make.NOW)
    agenda.publish(agenda=drawn, by=by, at=make.NOW)
    from meetings.actions import calendar

    meeting = calendar.open_meeting(meeting=meeting, by=by, at=make.NOW)
    for each in THREE:
        make.present(meeting, each, by=by)
    return meeting


def _decision(w: Any) -> Any:
    from meetings.actions import decisions

    return decisions.record(
        meeting=w.the_meeting, text="买轮椅", responsible=make.party(w.community, "CHARITY"), due_on=date(2026, 12, 31),
        by=make.registrar(), at=make.NOW,
    )  # fmt: skip


def _circulated(w: Any) -> Any:
    """A meeting that is over, with its minutes sent round."""
    from meetings.actions import calendar, minutes

    by = make.registrar()
    meeting = make.meeting(w.community, by, month=date(2026, 10, 1))
    meeting = calendar.open_meeting(meeting=meeting, by=by, at=make.NOW)
    for each in THREE:
        make.present(meeting, each, by=by)
    drafted = minutes.draft(meeting=meeting, by=by, at=make.NOW)
    calendar.close(meeting=meeting, by=by, at=make.NOW)
    minutes.circulate(minutes=drafted, by=by, at=make.NOW)
    return meeting


THINGS = {
    "the_meeting": _meeting,
    "the_decision": _decision,
    "the_circulated": _circulated,
    "the_item": lambda w: AgendaItem.objects.get(agenda__meeting=w.the_meeting, title="轮椅"),
    "the_spell": lambda w: w.the_meeting.attendances.first(),
    "the_fund": lambda w: make.party(w.the_meeting.community, "CHARITY"),
    "the_seat": lambda w: w.the_fund.memberships.get(),
}


def _pk(w: Any) -> list[Any]:
    return [w.the_meeting.pk]


def _item(w: Any) -> list[Any]:
    return [w.the_item.pk]


def _decided(w: Any) -> list[Any]:
    return [w.the_decision.pk]


def _decide(w: Any) -> dict[str, Any]:
    return {"text": "x", "responsible": w.the_fund.pk, "due_on": "2026-12-31"}


def _seat(w: Any) -> dict[str, Any]:
    return {"person": w.the_seat.person_id, "organisation": w.the_fund.pk}


DOORS = [
    Door("meetings:meetings", READERS),
    Door("meetings:decisions", READERS),
    Door("meetings:call", STAFF),
    Door("meetings:call", STAFF, method="POST", data=lambda w: {"kind": "JOINT"}),
    Door("meetings:meeting", READERS, args=_pk),
    Door("meetings:quorum", READERS, args=_pk),
    Door("meetings:move", STAFF, args=_pk),
    Door("meetings:step", STAFF, args=_pk, method="POST", data=lambda w: {"step": "end"}),
    Door("meetings:agenda", STAFF, args=_pk),
    Door("meetings:agenda", STAFF, args=_pk, method="POST", data=lambda w: {"do": "draw"}),
    Door("meetings:item", STAFF, args=_item),
    Door("meetings:item-step", STAFF, args=_item, method="POST", data=lambda w: {"do": "up"}),
    Door("meetings:discuss", STAFF, args=_item),
    Door("meetings:sign-in", READERS, args=_pk),
    Door("meetings:decide", STAFF, args=_pk),
    Door("meetings:decide", STAFF, args=_pk, method="POST", data=_decide),
    Door("meetings:decision", READERS, args=_decided),
    Door("meetings:minutes", READERS, args=_pk),
    Door("meetings:minutes-start", STAFF, args=_pk, method="POST"),
    Door("meetings:calendar-file", READERS, args=_pk),
    Door(
        "meetings:paper",
        READERS,
        kwargs=lambda w: {"pk": w.the_meeting.pk, "which": "agenda", "form": "docx"},
    ),
    Door("meetings:public-list", EVERYBODY, public=True),
    Door("meetings:public-minutes", args=_pk, why="only sealed minutes are public; this meeting goes on"),
    Door("api-meetings:meeting-list", READERS),
    Door(
        "api-meetings:meeting-list",
        STAFF,
        method="POST",
        data=lambda w: {"kind": "JOINT", "month": "2027-03-01"},
    ),
    Door("api-meetings:meeting-prepare", STAFF, method="POST", data=lambda w: {"month": "2027-02-01"}),
    Door("api-meetings:meeting-detail", READERS, args=_pk),
    Door("api-meetings:meeting-agenda", READERS, args=_pk),
    Door(
        "api-meetings:meeting-add-item",
        STAFF,
        args=_pk,
        method="POST",
        data=lambda w: {"section": 4, "title": "x"},
    ),
    Door("api-meetings:meeting-publish", STAFF, args=_pk, method="POST"),
    Door("api-meetings:meeting-begin", STAFF, args=_pk, method="POST"),
    Door("api-meetings:meeting-end", STAFF, args=_pk, method="POST"),
    Door("api-meetings:meeting-quorum", READERS, args=_pk),
    Door("api-meetings:meeting-invitations", READERS, args=_pk),
    Door("api-meetings:meeting-sign-in", STAFF, args=_pk, method="POST", data=_seat),
    Door(
        "api-meetings:meeting-leave",
        STAFF,
        args=_pk,
        method="POST",
        data=lambda w: {"attendance": w.the_spell.pk},
    ),
    Door("api-meetings:meeting-decide", STAFF, args=_pk, method="POST", data=_decide),
    Door("api-meetings:meeting-minutes", STAFF, args=_pk, method="POST", data=lambda w: {"step": "draft"}),
    Door(
        "api-meetings:meeting-comment",
        STAFF,
        args=lambda w: [w.the_circulated.pk],
        method="POST",
        data=lambda w: {"organisation": w.the_circulated.attendances.first().organisation_id, "agrees": True},
    ),
    Door("api-meetings:decision-list", READERS),
    Door("api-meetings:decision-detail", READERS, args=_decided),
    Door("api-meetings:decision-step", STAFF, args=_decided, method="POST", data=lambda w: {"step": "begin"}),
]
