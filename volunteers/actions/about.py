"""What the record knows of a volunteer: free times, languages, limits, papers and insurance, a guardian's consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from carenet.accounts.policies import require
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from carenet.parties.actions import people
from volunteers import policies
from volunteers.actions import promises
from volunteers.actions.shift_refusals import BadTimes
from volunteers.models import GuardianConsent, Promise, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_shifts import WEEK_BITS, PromiseState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

WARN_DAYS = 30


def _locked(volunteer: Volunteer) -> Volunteer:
    return (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("person", "community")
        .get(pk=volunteer.pk)
    )


@transaction.atomic
def tell(
    *, volunteer: Volunteer, languages: Sequence[str], week: int, limits: Sequence[str], skills: Sequence[str], by: User,
    at: datetime,
) -> Volunteer:  # fmt: skip
    """What a volunteer says of themselves: when they have time, what they can, what they will not do.

    The volunteer, or the office for them. Raises NotAllowed. Source: Volunteer Service Ordinance Art. 7, 15.
    """
    require(policies.may_act_for(by, volunteer))
    found = _locked(volunteer)
    found.languages, found.limits = list(languages), list(limits)
    found.week = week & ((1 << WEEK_BITS) - 1)
    found.skills = [each.strip()[:20] for each in skills if each.strip()]
    found.save(update_fields=["languages", "limits", "week", "skills"])
    return found


@transaction.atomic
def keep_papers(
    *, volunteer: Volunteer, agreed_on: date | None, agreement_version: str, confidential_on: date | None,
    confidential_version: str, insured_until: date | None, insurer: str, insurance_number: str, by: User, at: datetime,
) -> Volunteer:  # fmt: skip
    """Agreement, promise of confidentiality and accident insurance, as signed. Raises NotAllowed.

    Source: Volunteer Service Ordinance Art. 14 (agreement), 17 (insurance); domain.md §4.5.
    """
    require(policies.may_enrol(by, volunteer.community_id))
    found = _locked(volunteer)
    found.agreed_on, found.agreement_version = agreed_on, agreement_version.strip()
    found.confidential_on, found.confidential_version = confidential_on, confidential_version.strip()
    found.insured_until, found.insurer, found.insurance_number = (
        insured_until,
        insurer.strip(),
        insurance_number.strip(),
    )
    found.save(
        update_fields=[
            "agreed_on", "agreement_version", "confidential_on", "confidential_version", "insured_until", "insurer",
            "insurance_number",
        ]
    )  # fmt: skip
    return found


@transaction.atomic
def consent(
    *, volunteer: Volunteer, name: str, phone: str, relation: str, given_on: date, by: User, at: datetime
) -> GuardianConsent:
    """Record a guardian's written consent for a volunteer under 18; a newer one takes the place of the old.

    Raises NameMissing, BadPhone, NotAllowed. Source: Volunteer Service Ordinance Art. 7; Civil Code Art. 19.
    """
    require(policies.may_enrol(by, volunteer.community_id))
    found = _locked(volunteer)
    GuardianConsent.objects.filter(volunteer=found, withdrawn_on__isnull=True).update(withdrawn_on=given_on)
    guardian = people.register(
        community=found.community,
        name=name,
        phone=phone,
        no_id_reason=str(_("guardian of a volunteer under 18")),
        by=by,
        at=at,
    )
    return GuardianConsent.objects.create(
        community_id=found.community_id, volunteer=found, guardian=guardian, relation=relation.strip(), given_on=given_on,
        recorded_at=at, by=by,
    )  # fmt: skip


@transaction.atomic
def withdraw_consent(*, consent: GuardianConsent, on: date, by: User, at: datetime) -> GuardianConsent:
    """The guardian takes the consent back: coming promises are released at once. Raises BadTimes, NotAllowed."""
    require(policies.may_enrol(by, consent.community_id))
    found = GuardianConsent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if found.withdrawn_on is not None:
        return found
    if on < found.given_on:
        raise BadTimes(field="on")
    found.withdrawn_on = on
    found.save(update_fields=["withdrawn_on"])
    coming = Promise.objects.filter(
        volunteer_id=found.volunteer_id,
        state__in=(PromiseState.PROMISED, PromiseState.WAITING),
        slot__starts_at__gt=at,
    ).select_related("volunteer", "slot__team")
    for each in coming.order_by("slot_id"):
        promises.step_back(promise=each, by=by, at=at)
    return found


@transaction.atomic
def warn_of_insurance(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Tell volunteers once, 30 days before their insurance ends. Returns how many are within those days."""
    ending = list(
        Volunteer.objects.of(community)
        .exclude(state=VolunteerState.LEFT)
        .filter(insured_until__gte=on, insured_until__lte=on + timedelta(days=WARN_DAYS))
        .order_by("pk")
    )
    notices.write_many(
        community=community, template="volunteers.insurance_ends", due_at=at, by=by, at=at,
        letters=[
            Letter(
                key=f"insurance:{each.pk}:{each.insured_until}", params={"ends_on": str(each.insured_until)},
                to_person_id=each.person_id,
            )
            for each in ending
        ],
    )  # fmt: skip
    return len(ending)
