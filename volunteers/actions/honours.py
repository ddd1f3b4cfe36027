"""Honours: criteria, nomination, endorsement, consent, decision by others, public notice, objections, award, revocation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts import limiter
from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from volunteers import policies
from volunteers.actions import channels
from volunteers.models import Endorsement, Honour, Nomination, Objection, Qualification, Volunteer
from volunteers.states import NOMINATION_STEPS

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Person

OBJECTIONS_A_DAY = 5


class NotInThePast(DomainError):
    """Who was nominated yesterday was measured by yesterday's criteria."""

    code = "criteria_not_in_the_past"
    default_message = _("Criteria can change from today on. Please choose today or a later day.")


class CriteriaNotMet(DomainError):
    """The dated criteria ask for more."""

    code = "criteria_not_met"
    default_message = _("%(name)s does not meet the criteria yet: %(missing)s. Please nominate later.")


class AlreadyNominated(DomainError):
    """Once a year and title."""

    code = "already_nominated"
    default_message = _(
        "%(name)s is already nominated for this title this year. Please open that nomination."
    )


class NotYourself(NotAllowed):
    """Nobody praises themselves."""

    code = "not_yourself"
    default_message = _("Nobody can nominate or endorse themselves. Please ask a colleague.")


class AlreadyEndorsed(DomainError):
    """One person, one voice; the nominator has spoken already."""

    code = "already_endorsed"
    default_message = _("You have already spoken for this person. Please ask another colleague.")


class NoConsent(DomainError):
    """Nothing is published without the person's consent. Source: Ordinance Art. 20."""

    code = "no_consent"
    default_message = _("%(name)s has not agreed to publication yet. Please ask and record the day first.")


class TooFewEndorsements(DomainError):
    """The criteria ask for more voices."""

    code = "too_few_endorsements"
    default_message = _("%(missing)s more endorsements are needed. Please ask colleagues first.")


class FourEyes(NotAllowed):
    """Who nominated or endorsed does not decide. Source: four eyes, S3-34."""

    code = "four_eyes"
    default_message = _("You nominated or endorsed this person. Please let somebody else decide.")


class StillOnNotice(DomainError):
    """The notice is not over."""

    code = "still_on_notice"
    default_message = _("The public notice runs until %(day)s. Please award after that day.")


class ObjectionOpen(DomainError):
    """Every objection is answered first."""

    code = "objection_open"
    default_message = _("There is an objection without an answer. Please answer it first.")


class ObjectionUpheld(DomainError):
    """An objection was right."""

    code = "objection_upheld"
    default_message = _(
        "An objection was found right, so this cannot be awarded. Please record that it is refused."
    )


class NoticeOver(DomainError):
    """Objections are taken while the notice runs."""

    code = "notice_over"
    default_message = _("The public notice is over. Please call the station.")


class TooManyObjections(DomainError):
    """A flood from one address."""

    code = "too_many_objections"
    default_message = _("Too many messages came from here today. Please call the station instead.")


@transaction.atomic
def set_criteria(
    *, community: Community, name: str, words: str, valid_from: date, source: str, by: User, at: datetime,
    name_en: str = "", min_hours: int = 0, min_months: int = 0, min_level: int | None = None, endorsements: int = 2,
    notice_days: int = 7, is_demo: bool = False,
) -> Honour:  # fmt: skip
    """Found a title, or let it have other criteria from a day on; the present row ends that day.

    Raises NotInThePast, NotAllowed. Source: S3-34; domain.md §4.3 (notice of 7 days).
    """
    require(policies.may_decide_honour(by, community.pk))
    rows = Honour.objects.of(community).filter(name=name).select_for_update()
    present = rows.filter(valid_to__isnull=True).first()
    if present is not None:
        if valid_from < months.day_of(at) or valid_from <= present.valid_from:
            raise NotInThePast(field="valid_from")
        present.valid_to = valid_from
        present.save(update_fields=["valid_to"])
    return Honour.objects.create(
        community=community, name=name, name_en=name_en, words=words, min_hours=min_hours, min_months=min_months,
        min_level=min_level, endorsements=endorsements, notice_days=notice_days, source=source, valid_from=valid_from,
        is_demo=is_demo,
    )  # fmt: skip


def measure(*, honour: Honour, person: Person, on: date) -> list[dict[str, Any]]:
    """The criteria and what is found on a day: code, wanted, found, ok. Empty when the title asks for no numbers."""
    volunteer = Volunteer.objects.of(honour.community_id).filter(person=person).first()
    lines: list[dict[str, Any]] = []
    if honour.min_hours:
        minutes = (
            Account.objects.of(honour.community_id)
            .filter(code=volunteer.account_code, unit=Unit.MINUTE)
            .values_list("balance", flat=True)
            .first()
            if volunteer
            else 0
        )
        lines.append(_line("hours", honour.min_hours, (minutes or 0) // 60))
    if honour.min_months:
        served = 0
        if volunteer:
            whole = (on.year - volunteer.joined_on.year) * 12 + on.month - volunteer.joined_on.month
            served = max(whole - (on.day < volunteer.joined_on.day), 0)
        lines.append(_line("months", honour.min_months, served))
    if honour.min_level:
        level = 0
        if volunteer:
            held, run_out = policies.on_a_day(Qualification.objects.filter(volunteer=volunteer), on)
            level = policies.level_of(volunteer, held, run_out=run_out)
        lines.append(_line("level", honour.min_level, level))
    return lines


def _line(code: str, wanted: int, found: int) -> dict[str, Any]:
    return {"code": code, "wanted": wanted, "found": found, "ok": found >= wanted}


CRITERIA = {
    "hours": _("%(wanted)s hours of service (%(found)s found)"),
    "months": _("%(wanted)s months of service (%(found)s found)"),
    "level": _("training level %(wanted)s (%(found)s found)"),
}


def in_words(line: dict[str, Any]) -> str:
    """One measured criterion as words."""
    return str(CRITERIA[line["code"]]) % line


@transaction.atomic
def nominate(
    *, honour: Honour, person: Person, words: str, by: User, at: datetime, consented_on: date | None = None
) -> Nomination:
    """Name a person for an honour of this year; the criteria are measured and kept. Raises CriteriaNotMet,
    AlreadyNominated, NotYourself, NoHonours, NotAllowed. Source: S3-34; domain.md §4.3 channels.
    """
    require(policies.may_nominate(by, honour.community_id) and person.community_id == honour.community_id)
    channels.require_open(community_id=honour.community_id, channel="channel_honours", on=months.day_of(at))
    if by.person_id == person.pk:
        raise NotYourself
    day = months.day_of(at)
    checked = measure(honour=honour, person=person, on=day)
    missing = [in_words(each) for each in checked if not each["ok"]]
    if missing:
        raise CriteriaNotMet(name=person.name, missing="; ".join(missing), field="person")
    try:
        with transaction.atomic():
            return Nomination.objects.create(
                community_id=honour.community_id, honour=honour, person=person, year=day.year, words=words, checked=checked,
                nominated_by=by, nominated_at=at, consented_on=consented_on,
            )  # fmt: skip
    except IntegrityError as twice:
        raise AlreadyNominated(name=person.name, field="person") from twice


def _locked(nomination_id: int) -> Nomination:
    return (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("honour", "person", "community")
        .get(pk=nomination_id)
    )


@transaction.atomic
def endorse(*, nomination: Nomination, words: str, by: User, at: datetime) -> Endorsement:
    """A second voice. Raises NotYourself, AlreadyEndorsed, WrongStep, NotAllowed."""
    require(policies.may_nominate(by, nomination.community_id))
    found = _locked(nomination.pk)
    if by.person_id == found.person_id:
        raise NotYourself
    steps.take(NOMINATION_STEPS, "approve", found.state)
    if found.nominated_by_id == by.pk or found.endorsed.filter(by=by).exists():
        raise AlreadyEndorsed
    return Endorsement.objects.create(
        community_id=found.community_id, nomination=found, words=words, by=by, at=at
    )


@transaction.atomic
def consent(*, nomination: Nomination, on: date, by: User, at: datetime) -> Nomination:
    """The person agreed that name and deeds are published. The person themselves, or the office on their word.

    Raises NotAllowed. Source: Ordinance Art. 20.
    """
    own = by.person_id is not None and by.person_id == nomination.person_id
    require(own or policies.may_nominate(by, nomination.community_id))
    found = _locked(nomination.pk)
    found.consented_on = on
    found.save(update_fields=["consented_on"])
    return found


@transaction.atomic
def approve(*, nomination: Nomination, words: str, by: User, at: datetime) -> Nomination:
    """The committee agrees; the public notice begins and runs `notice_days` full days after today.

    Raises NoConsent, FourEyes, TooFewEndorsements, WrongStep, NotAllowed.
    """
    found = _decidable(nomination, by)
    state = steps.take(NOMINATION_STEPS, "approve", found.state)
    if found.consented_on is None:
        raise NoConsent(name=found.person.name)
    missing = found.honour.endorsements - found.endorsed.count()
    if missing > 0:
        raise TooFewEndorsements(missing=missing)
    day = months.day_of(at)
    found.state, found.decided_by, found.decided_at, found.decision = state, by, at, words
    found.notice_from, found.notice_to = day, day + timedelta(days=found.honour.notice_days)
    found.save()
    return found


def _decidable(nomination: Nomination, by: User) -> Nomination:
    require(policies.may_decide_honour(by, nomination.community_id))
    found = _locked(nomination.pk)
    if by.person_id is not None and by.person_id == found.person_id:
        raise NotYourself
    if found.nominated_by_id == by.pk or found.endorsed.filter(by=by).exists():
        raise FourEyes
    return found


@transaction.atomic
def refuse(*, nomination: Nomination, reason: str, by: User, at: datetime) -> Nomination:
    """The committee says no, or an objection was right. Raises FourEyes, WrongStep, NotAllowed."""
    found = _decidable(nomination, by)
    found.state = steps.take(NOMINATION_STEPS, "refuse", found.state)
    found.decided_by, found.decided_at, found.decision = by, at, reason
    found.save()
    return found


@transaction.atomic
def object_to(
    *, nomination: Nomination, words: str, name: str, contact: str, on: date, at: datetime, address: str = ""
) -> Objection:
    """Anybody may object while the notice runs; the office reads it. Raises NoticeOver, TooManyObjections.

    Source: domain.md §4.3 (publicise 7 days).
    """
    if address and not limiter.take(f"objection:{address}", OBJECTIONS_A_DAY, 86_400, at):
        raise TooManyObjections
    if not Nomination.objects.on_notice(on).filter(pk=nomination.pk).exists():
        raise NoticeOver
    return Objection.objects.create(
        community_id=nomination.community_id,
        nomination=nomination,
        words=words,
        name=name,
        contact=contact,
        at=at,
    )


@transaction.atomic
def answer(*, objection: Objection, words: str, upheld: bool, by: User, at: datetime) -> Objection:
    """Look into an objection and say what was found; not the person it is about, nor who nominated them.

    Raises AlreadyAnswered, NotYourself, FourEyes, NotAllowed.
    """
    require(policies.may_nominate(by, objection.community_id))
    found = (
        Objection.objects.select_for_update(of=("self",)).select_related("nomination").get(pk=objection.pk)
    )
    if by.person_id == found.nomination.person_id:
        raise NotYourself
    if by.pk == found.nomination.nominated_by_id:
        raise FourEyes
    if found.answered_at is not None:
        raise AlreadyAnswered
    found.answer, found.upheld, found.answered_by, found.answered_at = words, upheld, by, at
    found.save()
    return found


class AlreadyAnswered(DomainError):
    """An answer stands."""

    code = "already_answered"
    default_message = _("This objection was already answered. Please read the answer.")


@transaction.atomic
def award(*, nomination: Nomination, by: User, at: datetime) -> Nomination:
    """After the notice, with every objection answered and none right. Raises StillOnNotice, ObjectionOpen,
    ObjectionUpheld, WrongStep, NotAllowed. The person is told; the page shows the name they agreed to publish.
    """
    require(policies.may_decide_honour(by, nomination.community_id))
    found = _locked(nomination.pk)
    if by.person_id == found.person_id:
        raise NotYourself
    state = steps.take(NOMINATION_STEPS, "award", found.state)
    day = months.day_of(at)
    assert found.notice_to is not None  # on notice: set by approve
    if day <= found.notice_to:
        raise StillOnNotice(day=f"{found.notice_to:%Y-%m-%d}")
    if found.objections.filter(answered_at__isnull=True).exists():
        raise ObjectionOpen
    if found.objections.filter(upheld=True).exists():
        raise ObjectionUpheld
    found.state, found.awarded_on, found.awarded_by = state, day, by
    found.save()
    notices.write(
        community=found.community, template="volunteers.honoured", key=f"honoured:{found.pk}",
        params={"honour": found.honour.name}, due_at=at, by=by, at=at, to_person=found.person,
    )  # fmt: skip
    return found


@transaction.atomic
def revoke(*, nomination: Nomination, reason: str, by: User, at: datetime) -> Nomination:
    """Take an honour back with the reason; it leaves the public page at once. Raises WrongStep, NotAllowed."""
    require(policies.may_decide_honour(by, nomination.community_id))
    found = _locked(nomination.pk)
    found.state = steps.take(NOMINATION_STEPS, "revoke", found.state)
    found.revoked_on, found.revoked_by, found.revoked_reason = months.day_of(at), by, reason
    found.save()
    audit.note(
        community=found.community_id, verb="volunteers.honour_revoked", object_kind="volunteers.nomination",
        object_id=found.pk, by=by, at=at, facts={"reason": reason},
    )  # fmt: skip
    return found
