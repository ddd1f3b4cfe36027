"""Open accounts, give and take roles, change passwords. Every change of rights ends the user's older sessions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice

from carenet.accounts import phones, policies
from carenet.accounts.models import Authenticator, PastPassword, RoleGrant, User
from carenet.accounts.passwords import one_time_password
from carenet.accounts.states import OFFICE_ROLES, Role
from carenet.kernel.errors import DomainError
from carenet.kernel.months import day_of
from carenet.parties.actions import people as persons

if TYPE_CHECKING:
    from carenet.parties.models import Area, Community, Organisation, Person


# Source: domain.md §9.2.
PASSWORD_DAYS = 90
PASSWORDS_KEPT = 5


class NameTaken(DomainError):
    code = "name_taken"
    default_message = _("This user name is already taken. Please choose another one.")


class NameNotUsable(DomainError):
    code = "name_not_usable"
    default_message = _("A user name has 2 to 60 characters without blanks and is not a phone number.")


class PhoneTaken(DomainError):
    code = "phone_taken"
    default_message = _("Somebody already signs in with this phone number. Please check the number.")


class PasswordRefused(DomainError):
    code = "password_refused"
    default_message = _("This password cannot be used.")


class PasswordUsedBefore(PasswordRefused):
    code = "password_used_before"
    default_message = _("You have used this password before. Please choose one that is new.")


class WrongPassword(DomainError):
    code = "wrong_password"
    default_message = _("The present password is not right. Please try again.")


class AlreadyGranted(DomainError):
    code = "already_granted"
    default_message = _("This person already holds this role.")


class RolesDoNotGoTogether(DomainError):
    """Source: GB/T 22239-2019, the three administrators are different people."""

    code = "roles_do_not_go_together"
    default_message = _("The auditor of a community cannot work in it. Please choose another person.")


class WrongPlace(DomainError):
    code = "wrong_place"
    default_message = _("A street officer needs an area, every other role a community.")


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise PasswordRefused(" ".join(refused.messages), field="password") from refused


def _check_may_open(by: User) -> None:
    opens = policies.is_station(by) or by.is_superuser or by.all_roles & policies.STAFF_ROLES
    policies.require(bool(opens))


@transaction.atomic
def open_account(
    *, username: str, password: str | None = None, person: Person | None = None, display_name: str = "",
    phone: str = "", language: str = "zh-hans", must_change_password: bool = False, by: User, at: datetime,
) -> User:  # fmt: skip
    """Make an account without any role. Without a password the person signs in by text-message code.

    The phone is the person's own when none is given. Raises NameTaken, NameNotUsable, PhoneTaken, PasswordRefused,
    NotAllowed. Source: station rule; domain.md §9.2 (unique identity).
    """
    _check_may_open(by)
    username = username.strip()
    if (
        not 2 <= len(username) <= 60
        or any(sign.isspace() for sign in username)
        or phones.normalised(username)
    ):
        raise NameNotUsable(field="username")
    user = User(
        username=username,
        display_name=(display_name or (person.name if person else "")).strip(),
        person=person,
        language=language,
        must_change_password=must_change_password,
    )
    if password is not None:
        _check(password, user)
        user.password_set_at = at
    user.set_password(password)
    digits = phones.normalised(phone) if phone else (person.phone() if person else "")
    user.phone_index = phones.index(digits) if digits else None
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as refused:
        if "phone_index" in str(refused):
            raise PhoneTaken(field="phone") from refused
        if "username" in str(refused):
            raise NameTaken(field="username") from refused
        raise
    return user


@transaction.atomic
def grant(
    *, user: User, role: str, community: Community | None = None, area: Area | None = None,
    organisation: Organisation | None = None, since: date | None = None, by: User, at: datetime,
) -> RoleGrant:  # fmt: skip
    """Give a role from a day on (today when none is given). Older sessions of the user end.

    Raises NotAllowed (nobody gives a role to themselves), AlreadyGranted, RolesDoNotGoTogether, WrongPlace.
    Source: issue 2 item 6; GB/T 22239-2019 (separation of duties); ASVS 8.3.2.
    """
    if (role == Role.STREET_OFFICER) != (area is not None) or (
        role not in {Role.STREET_OFFICER, Role.STATION} and community is None
    ):
        raise WrongPlace
    community_id = community.pk if community is not None else None
    policies.require(policies.may_grant(by, user, role, community_id))
    locked = User.objects.select_for_update().get(pk=user.pk)
    open_grants = RoleGrant.objects.filter(user=locked, until__isnull=True)
    if open_grants.filter(role=role, community=community, area=area).exists():
        raise AlreadyGranted
    held = set(open_grants.filter(community=community).values_list("role", flat=True))
    if community is not None and not policies.may_hold_together(held | {role}):
        raise RolesDoNotGoTogether
    made = RoleGrant.objects.create(
        user=locked, role=role, community=community, area=area, organisation=organisation,
        since=since or day_of(at), granted_by=by,
    )  # fmt: skip
    _rights_changed(user)
    return made


@transaction.atomic
def revoke(*, grant: RoleGrant, by: User, at: datetime) -> RoleGrant:
    """End a role at once: from this day on it no longer counts, and older sessions of the user end.

    A grant begun today ends before it began. Ending it twice changes nothing. Raises NotAllowed.
    Source: ASVS 8.3.2 (changes of permission take effect at once).
    """
    found = RoleGrant.objects.select_for_update().select_related("user").get(pk=grant.pk)
    policies.require(policies.may_end(by, found.user, found.role, found.community_id))
    if found.until is not None and found.until <= day_of(at):
        return found
    found.until = day_of(at)
    found.since = min(found.since, found.until)
    found.ended_by = by
    found.save(update_fields=["since", "until", "ended_by"])
    _rights_changed(found.user)
    grant.until = found.until
    return found


def _rights_changed(user: User) -> None:
    """Bring `is_staff` (may open the office pages) in line with the roles, and end older sessions."""
    roles = set(RoleGrant.objects.filter(user_id=user.pk).current().values_list("role", flat=True))
    office = bool(roles & (OFFICE_ROLES - {Role.DISPATCHER})) or user.is_superuser
    User.objects.filter(pk=user.pk).update(is_staff=office, session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["is_staff", "session_epoch"])
    user.forget_roles()


@transaction.atomic
def change_password(*, user: User, old: str, new: str, by: User, at: datetime) -> User:
    """Change one's own password. All other sessions end; the door renews its own.

    Raises WrongPassword, PasswordRefused, PasswordUsedBefore, NotAllowed. Source: domain.md §9.2.
    """
    policies.require(by.pk == user.pk)
    if user.has_usable_password() and not user.check_password(old):
        raise WrongPassword(field="old")
    if old and old == new:
        raise PasswordRefused(_("The new password must differ from the present one."), field="new")
    try:
        validate_password(new, user)
    except ValidationError as refused:
        raise PasswordRefused(" ".join(refused.messages), field="new") from refused
    if _was_used(user, new):
        raise PasswordUsedBefore(field="new")
    return _set_password(user, new, at, must_change=False)


def _was_used(user: User, password: str) -> bool:
    """Whether it is the present password or one of the four before it. Source: domain.md §9.2 (last five)."""
    before = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
    earlier = PASSWORDS_KEPT if user.must_change_password else PASSWORDS_KEPT - 1  # a slip's was nobody's own
    hashes = [user.password, *before.values_list("password_hash", flat=True)[:earlier]]
    return any(check_password(password, each) for each in hashes)


def _keep_past(user: User, at: datetime) -> None:
    """Remember the password that is replaced now; one-time passwords from a slip were never somebody's own."""
    if not user.has_usable_password() or user.must_change_password:
        return
    PastPassword.objects.create(user=user, password_hash=user.password, replaced_at=at)
    newest = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
    PastPassword.objects.filter(user=user).exclude(
        pk__in=list(newest.values_list("pk", flat=True)[:PASSWORDS_KEPT])
    ).delete()


def _set_password(user: User, password: str, at: datetime, *, must_change: bool) -> User:
    _keep_past(user, at)
    user.set_password(password)
    user.password_set_at = at
    user.must_change_password = must_change
    user.session_epoch = (
        User.objects.select_for_update().values_list("session_epoch", flat=True).get(pk=user.pk) + 1
    )
    user.save(update_fields=["password", "password_set_at", "must_change_password", "session_epoch"])
    return user


@transaction.atomic
def reset_password(*, user: User, by: User, at: datetime) -> str:
    """Give somebody a one-time password, for a printed slip; they must change it when they sign in.

    Returns the password: it is shown once and kept nowhere. Raises NotAllowed. Source: station rule.
    """
    policies.require(policies.may_reset(by, user))
    password = one_time_password()
    _set_password(user, password, at, must_change=True)
    return password


@transaction.atomic
def block(*, user: User, by: User, at: datetime) -> User:
    """Nobody signs in with this account any more, and its sessions end at once. Raises NotAllowed."""
    policies.require(policies.may_reset(by, user))
    User.objects.filter(pk=user.pk).update(is_active=False, session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["is_active", "session_epoch"])
    return user


@transaction.atomic
def unblock(*, user: User, by: User, at: datetime) -> User:
    """Let somebody sign in again. Raises NotAllowed."""
    policies.require(policies.may_reset(by, user))
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db(fields=["is_active"])
    return user


@transaction.atomic
def remove_second_factor(*, user: User, by: User, at: datetime) -> User:
    """Somebody lost the phone and the recovery codes: the next sign-in sets up a new authenticator app.

    Raises NotAllowed. Source: station rule.
    """
    policies.require(policies.may_reset(by, user))
    Authenticator.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    end_sessions(user=user, by=by, at=at)
    return user


@transaction.atomic
def end_sessions(*, user: User, by: User, at: datetime) -> User:
    """Sign out everywhere: all sessions end (the door renews its own). Raises NotAllowed."""
    policies.require(by.pk == user.pk or policies.may_reset(by, user))
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    return user


@transaction.atomic
def change_phone(*, user: User, phone: str, by: User, at: datetime) -> User:
    """Change the phone a user signs in with, and the phone of their person with it. Raises PhoneTaken, BadPhone."""
    policies.require(by.pk == user.pk or policies.may_reset(by, user))
    if user.person is not None:
        user.person = persons.change_phone(person=user.person, phone=phone, by=by, at=at)
    digits = phones.normalised(phone) if phone else ""
    if phone and not digits:
        from carenet.parties.identity import BadPhone

        raise BadPhone
    user.phone_index = phones.index(digits) if digits else None
    try:
        with transaction.atomic():
            user.save(update_fields=["phone_index"])
    except IntegrityError as refused:
        raise PhoneTaken(field="phone") from refused
    return user


@transaction.atomic
def choose(*, user: User, language: str = "", text_size: str = "", by: User, at: datetime) -> User:
    """Keep a reader's choice of language and text size. Raises NotAllowed."""
    policies.require(by.pk == user.pk)
    changed = []
    if language and language != user.language:
        user.language = language
        changed.append("language")
    if text_size and text_size != user.text_size:
        user.text_size = text_size
        changed.append("text_size")
    if changed:
        user.save(update_fields=changed)
    return user


def password_is_old(user: User, at: datetime) -> bool:
    """Whether staff must choose a new password at their next sign-in (90 days); demonstration users need not.

    Source: domain.md §9.2 (periodic change, GB/T 22239-2019).
    """
    return (
        user.works_here
        and user.has_usable_password()
        and user.password_set_at is not None
        and at - user.password_set_at > timedelta(PASSWORD_DAYS)
        and not policies.second_factor_waived(user)
    )


@transaction.atomic
def start_password_clock(*, user: User, by: User, at: datetime) -> User:
    """A password whose age nobody knows (made by a command) counts from the first sign-in on."""
    policies.require(by.pk == user.pk)
    if user.password_set_at is None and user.has_usable_password():
        User.objects.filter(pk=user.pk, password_set_at__isnull=True).update(password_set_at=at)
        user.password_set_at = at
    return user
