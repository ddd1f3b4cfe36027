"""Turn a form on or off for a station."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions.assessments import ABILITY, instrument
from elders.actions.refusals import FormIsNeeded, ReasonMissing
from elders.models import InstrumentSwitch
from elders.reports import packs

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def turn(
    *, community: Community, code: str, is_on: bool, note: str = "", by: User, at: datetime
) -> InstrumentSwitch | None:
    """The director turns a form on or off; None when it stands so already. Drafts already begun are finished.

    A form that is off by default takes a note (the licence, the study). The ability assessment is always on. Raises
    NoInstrument, FormIsNeeded, ReasonMissing, NotAllowed. Source: domain.md §1.0 (licence positions).
    """
    accounts.require(policies.may_turn_forms(by, community.pk))
    form = instrument(code, on=months.day_of(at))
    if code == ABILITY and not is_on:
        raise FormIsNeeded
    if packs.is_in_use(community.pk, form) == is_on:
        return None
    if is_on and form.definition.get("default", "on") == "off" and not note.strip():
        raise ReasonMissing(field="note")
    return InstrumentSwitch.objects.create(
        community=community, code=code, is_on=is_on, note=note.strip()[:200], by=by, at=at
    )
