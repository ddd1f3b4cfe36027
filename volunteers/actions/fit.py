"""May this volunteer take this shift? Training, insurance, age, consent and their own limits, in plain refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

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
from volunteers.models import GuardianConsent, Policy, Qualification, Slot, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_shifts import Demand

ADULT = 18
HEAVY = (Demand.LIFTING, Demand.STAIRS)


@dataclass(frozen=True)
class Known:
    """What the rules look up about one volunteer, fetched for many at once."""

    rates: Mapping[str, int]
    held: tuple[Qualification, ...]
    run_out: tuple[Qualification, ...]
    consented: bool


def known(*, community_id: int, volunteers: Iterable[Volunteer], on: date) -> dict[int, Known]:
    """Settings, qualifications in force and guardians' consents of many volunteers in three statements."""
    ids = [each.pk for each in volunteers]
    rates = Policy.objects.values_on(community_id, on)
    rows: dict[int, list[Qualification]] = {each: [] for each in ids}
    for row in Qualification.objects.filter(volunteer_id__in=ids).begun(on):
        rows[row.volunteer_id].append(row)
    consented = set(
        GuardianConsent.objects.filter(volunteer_id__in=ids, withdrawn_on__isnull=True).values_list(
            "volunteer_id", flat=True
        )
    )
    found: dict[int, Known] = {}
    for each in ids:
        held, run_out = policies.on_a_day(rows[each], on)
        found[each] = Known(rates, tuple(held), tuple(run_out), each in consented)
    return found


def known_by_day(*, volunteer: Volunteer, days: Iterable[date]) -> dict[date, Known]:
    """The same about one volunteer on each of many days, in three statements: a shift asks for its own day."""
    wanted = sorted(set(days))
    if not wanted:
        return {}
    rows = list(Qualification.objects.filter(volunteer=volunteer).begun(wanted[-1]))
    rates = Policy.objects.values_by_day(volunteer.community_id, wanted)
    consented = GuardianConsent.objects.filter(volunteer=volunteer, withdrawn_on__isnull=True).exists()
    found: dict[date, Known] = {}
    for day in wanted:
        held, run_out = policies.on_a_day(rows, day)
        found[day] = Known(rates[day], tuple(held), tuple(run_out), consented)
    return found


def check(*, volunteer: Volunteer, slot: Slot, by_office: bool = False, facts: Known | None = None) -> None:
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
    seen = facts or known(community_id=slot.community_id, volunteers=[volunteer], on=day)[volunteer.pk]
    if age is not None and age < ADULT and not seen.consented:
        raise GuardianMissing
    kind = slot.service_kind
    if kind is not None and not (
        "VO" in kind.who and policies.opens(volunteer, seen.held, kind, run_out=seen.run_out)
    ):
        raise NotQualified
    risky = bool(slot.demands) or (slot.service_kind is not None and slot.service_kind.risk != "A")
    if risky and not volunteer.insured(day):
        raise NotInsured
    if by_office:
        return
    too_much = [each for each in slot.demands if each in volunteer.limits]
    if too_much:
        raise OverLimit(what=str(Demand(too_much[0]).label))
    heavy = any(each in HEAVY for each in slot.demands)
    if heavy and age is not None and age >= seen.rates["heavy_shift_age"]:
        raise TooHeavy(age=seen.rates["heavy_shift_age"])


def why_not(*, volunteer: Volunteer, slot: Slot, facts: Known | None = None) -> str:
    """The sentence of the refusal, or nothing when they may."""
    try:
        check(volunteer=volunteer, slot=slot, facts=facts)
    except DomainError as refusal:
        return refusal.message
    return ""
