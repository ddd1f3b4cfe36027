"""What the volunteers' app tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.notices.registry import NoticeTemplate, register
from volunteers import notices_shifts, notices_training


def _duration(minutes: int) -> str:
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return str(_("%(minutes)d minutes") % {"minutes": rest})
    if not rest:
        return str(_("%(hours)d hours") % {"hours": hours})
    return str(_("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest})


TEMPLATES = (
    NoticeTemplate(
        code="volunteers.slip_waiting",
        title=_("%(reward)s is still waiting for you"),
        body=_(
            "Please collect it at %(place)s until %(pick_up_by_on)s. Somebody else may collect it for you."
        ),
        url_name="volunteers:my-slip",
        url_args=("uid",),
        icon="gift",
    ),
    NoticeTemplate(
        code="volunteers.slip_lapsed",
        title=_("%(reward)s was not collected; %(points)s points are back"),
        body=_("You may choose it again at any time."),
        url_name="volunteers:points",
        icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.service_claimed",
        title=_("%(reward)s: the station will arrange it"),
        body=_("%(points)s points are set aside until the service was given."),
        url_name="volunteers:claim",
        url_args=("claim",),
        icon="hand-heart",
    ),
    NoticeTemplate(
        code="volunteers.service_released",
        title=_("%(reward)s did not take place; %(points)s points are back"),
        url_name="volunteers:claim",
        url_args=("claim",),
        icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.credited",
        title=_("Thank you! %(hour_minutes)s of service recorded, %(points)s points added"),
        body="%(what)s",
        url_name="volunteers:me",
        icon="heart-handshake",
        show={"hour_minutes": _duration},
    ),
    NoticeTemplate(
        code="volunteers.credit_taken_back",
        title=_("The hours of %(served_on)s were corrected"),
        body=_("Reason: %(reason)s. If you think this is wrong, please call the station."),
        url_name="volunteers:hours",
        icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.redeemed",
        title=_("%(reward)s is waiting for you"),
        body=_("Please collect it at %(place)s until %(pick_up_by_on)s. %(points)s points were used."),
        url_name="volunteers:my-slip",
        url_args=("uid",),
        icon="gift",
    ),
    NoticeTemplate(
        code="volunteers.collected",
        title=_("%(reward)s was collected"),
        body=_("Handed to %(name)s. If that was not you, please call the station."),
        url_name="volunteers:my-slip",
        url_args=("uid",),
        icon="gift",
    ),
    NoticeTemplate(
        code="volunteers.redemption_cancelled",
        title=_("%(reward)s was cancelled, %(points)s points are back"),
        url_name="volunteers:points",
        icon="undo-2",
    ),
)


def register_all() -> None:
    for template in (*TEMPLATES, *notices_shifts.TEMPLATES, *notices_training.TEMPLATES):
        register(template)
