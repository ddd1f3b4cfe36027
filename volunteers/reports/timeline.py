"""What the volunteers' app knows of an elder: an elder may be a volunteer too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.kernel.timeline import TimelineLine
from carenet.parties.catalogue_words import service_name
from volunteers.models import Attendance, Redemption, Volunteer

if TYPE_CHECKING:
    from elders.models import Elder


def timeline(elder: Elder, limit: int = 50) -> list[TimelineLine]:
    """Joined as a volunteer, served, redeemed: the giving side of an elder's story. Source: S2-33."""
    volunteer = Volunteer.objects.of(elder.community_id).filter(person=elder.person_id).first()
    if volunteer is None:
        return []
    url = reverse("volunteers:detail", args=[volunteer.pk])
    lines = [
        TimelineLine(
            at=months.start_of(volunteer.joined_on), app="volunteers", kind="joined",
            title=_("Became a volunteer"), url=url, party="VOLUNTEER",
        )
    ]  # fmt: skip
    lines += [
        TimelineLine(
            at=each.period.lower, app="volunteers", kind="served", title=_("Helped others: %(what)s") % {"what": service_name(each.what) or "—"},
            detail=_("%(minutes)d minutes") % {"minutes": each.minutes}, url=url, party="VOLUNTEER",
        )
        for each in Attendance.objects.standing().filter(volunteer=volunteer).order_by("-served_on", "-pk")[:limit]
    ]  # fmt: skip
    lines += [
        TimelineLine(
            at=each.redeemed_at, app="volunteers", kind="redeemed", title=_("Redeemed: %(what)s") % {"what": each.name},
            detail=each.get_state_display(), url=url, party="VOLUNTEER",
        )
        for each in Redemption.objects.filter(volunteer=volunteer).order_by("-redeemed_at")[:limit]
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]
