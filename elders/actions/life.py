"""What every dated step in an elder's time with the station shares: the lock, the checks, the event that is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from carenet.accounts import policies as accounts
from carenet.kernel import months, steps
from elders import policies
from elders.actions.refusals import DateOutOfOrder, NotInCare
from elders.models import Elder, LifeEvent, Pause
from elders.states import ELDER_STEPS, ElderStatus

if TYPE_CHECKING:
    from carenet.accounts.models import User


OLD_ENOUGH = 60


def locked(*, elder: Elder, keeper: User) -> Elder:
    """The elder's row, locked to the commit. Raises NotAllowed."""
    accounts.require(policies.may_keep_register(keeper, elder.community_id))
    return (
        Elder.objects.select_for_update(of=("self",))
        .select_related("community", "building", "person")
        .get(pk=elder.pk)
    )


def require_present(elder: Elder) -> None:
    """In care or paused. Raises NotInCare."""
    if elder.status not in (ElderStatus.ACTIVE, ElderStatus.PAUSED):
        raise NotInCare


def require_past(elder: Elder, on: date, at: datetime) -> None:
    """Between the registration and today: late work may be recorded with its true date. Raises DateOutOfOrder."""
    if not elder.registered_on <= on <= months.day_of(at):
        raise DateOutOfOrder


def take(elder: Elder, name: str, on: date) -> None:
    """The next standing, from a day on."""
    elder.status = steps.take(ELDER_STEPS, name, elder.status)
    elder.status_on = on


def place_of(elder: Elder) -> dict[str, Any]:
    """Where the elder lives, as an event keeps it."""
    sealed_address = bytes(elder.address_sealed).hex() if elder.address_sealed else ""
    return {
        "building": elder.building_id, "grid": elder.grid_id, "door": elder.door, "lon": elder.lon, "lat": elder.lat,
        "address_sealed": sealed_address,
    }  # fmt: skip


def standing_of(elder: Elder) -> dict[str, Any]:
    """Standing and dates, as an event keeps them."""
    running = Pause.objects.filter(elder=elder, ended_on__isnull=True, cancelled_at__isnull=True).first()
    return {
        "status": elder.status,
        "status_on": elder.status_on.isoformat(),
        "contact_due_at": elder.contact_due_at.isoformat() if elder.contact_due_at else "",
        "archive_due_on": elder.archive_due_on.isoformat() if elder.archive_due_on else "",
        "assessment_due_on": elder.assessment_due_on.isoformat() if elder.assessment_due_on else "",
        "pause": running.pk if running and not running.is_planned else None,
        "planned": running.pk if running and running.is_planned else None,
    }


def event(
    *, elder: Elder, kind: str, on: date, detail: str = "", before: dict[str, Any] | None = None,
    undoes: LifeEvent | None = None, by: User, at: datetime,
) -> LifeEvent:  # fmt: skip
    """Write the fact down."""
    return LifeEvent.objects.create(
        community_id=elder.community_id, elder=elder, kind=kind, on=on, detail=detail[:200], before=before or {},
        undoes=undoes, by=by, at=at,
    )  # fmt: skip
