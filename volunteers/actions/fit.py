"""May this volunteer take this shift? Training, insurance, age, consent and their own limits, in plain refusals."""

from __future__ import annotations

from collections.abc import Mapping

from carenet.kernel import months
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.actions.shift_refusals import (
    GuardianMissing,
    NotInsured,
    NotQualified,
    NotServing,
    OverLimit,
    TooHeavy,
)
from volunteers.models import GuardianConsent, Policy, Slot, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_shifts import Demand

ADULT = 18
HEAVY = (Demand.LIFTING, Demand.STAIRS)


def check(
    *, volunteer: Volunteer, slot: Slot, by_office: bool = False, rates: Mapping[str, int] | None = None
) -> None:
    """Whether the volunteer may do the shift on its day.

    The office may put somebody down against their own limits or above the age for heavy work (it has asked them);
    training, insurance and a guardian's consent it cannot waive. Raises NotServing, GuardianMissing, NotQualified,
    NotInsured, OverLimit, TooHeavy. Source: Volunteer Service Ordinance Art. 7, 15-17; domain.md §3.2, §4.5.
    """
    day = months.day_of(slot.starts_at)
    pausing = volunteer.state == VolunteerState.PAUSED and not (
        volunteer.paused_until is not None and volunteer.paused_until < day
    )
    if volunteer.state == VolunteerState.LEFT or pausing:
        raise NotServing
    age = volunteer.person.age(day)
    if age is not None and age < ADULT and not _consented(volunteer):
        raise GuardianMissing
    if slot.service_kind is not None and not _may_deliver(volunteer, slot):
        raise NotQualified
    risky = bool(slot.demands) or (slot.service_kind is not None and slot.service_kind.risk != "A")
    if risky and not volunteer.insured(day):
        raise NotInsured
    if by_office:
        return
    too_much = [each for each in slot.demands if each in volunteer.limits]
    if too_much:
        raise OverLimit(what=str(Demand(too_much[0]).label))
    if age is not None and any(each in HEAVY for each in slot.demands):
        found = rates or Policy.objects.values_on(slot.community_id, day)
        if age >= found["heavy_shift_age"]:
            raise TooHeavy(age=found["heavy_shift_age"])


def why_not(*, volunteer: Volunteer, slot: Slot, rates: Mapping[str, int] | None = None) -> str:
    """The sentence of the refusal, or nothing when they may."""
    try:
        check(volunteer=volunteer, slot=slot, rates=rates)
    except DomainError as refusal:
        return refusal.message
    return ""


def _consented(volunteer: Volunteer) -> bool:
    return GuardianConsent.objects.filter(volunteer=volunteer, withdrawn_on__isnull=True).exists()


def _may_deliver(volunteer: Volunteer, slot: Slot) -> bool:
    """Training by the day of the shift; that somebody pauses until before it is no lack of training."""
    assert slot.service_kind is not None
    if volunteer.state == VolunteerState.ACTIVE:
        return policies.may_deliver(volunteer, slot.service_kind, on=months.day_of(slot.starts_at))
    back = Volunteer(pk=volunteer.pk, community_id=volunteer.community_id, level=volunteer.level)
    back.person_id = volunteer.person_id
    return policies.may_deliver(back, slot.service_kind, on=months.day_of(slot.starts_at))
