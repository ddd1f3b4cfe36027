"""Who may sign in, and as what."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from carenet.accounts import emails
from carenet.accounts.states import OFFICE_ROLES, STAFF_ROLES, Role, TextSize

if TYPE_CHECKING:
    from carenet.parties.models import Community


class UserQuerySet(models.QuerySet["User"]):
    """Accounts as colleagues may see them."""

    def visible_to(self, user: User) -> UserQuerySet:
        """Accounts with a role in a community where the user works; all for the technical administrator.

        The station's own account is nobody's business.
        """
        found = self.exclude(grants__role=Role.STATION)
        if user.is_superuser:
            return found
        where = {
            each.community_id
            for each in user.current_grants
            if each.community_id and each.role in STAFF_ROLES | {Role.AUDITOR}
        }
        return found.filter(pk__in=RoleGrant.objects.filter(community_id__in=where).values("user_id"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates users; rights come from role grants, never from a flag."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """A user without any role yet."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        """The technical administrator: may enter the admin, holds no role and so sees no personal data."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


@pghistory.track(exclude=["password", "last_login", "email_sealed"])
class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. Identity (name, phone, ID) lives in the guarded Person.

    Stands outside row security, because the scope of a request is computed from it. `phone_index` is a keyed
    hash of the phone, so that a phone number finds its user without being readable here. The e-mail address is
    sealed and stands here only once its owner has confirmed it. `session_epoch` grows when a password or a role
    changes; sessions of an older epoch end. Source: ASVS 8.3.2; domain.md §9.2.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True)
    display_name = models.CharField(_("name shown to colleagues"), max_length=60, blank=True)
    person = models.OneToOneField(
        "parties.Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="user",
    )
    phone_index = models.BinaryField(null=True, unique=True, editable=False, max_length=32)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    text_size = models.CharField(_("text size"), max_length=2, choices=TextSize, default=TextSize.MEDIUM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the office pages"), default=False)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    password_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    email_sealed = models.BinaryField(default=b"", blank=True, editable=False)
    email_verified_at = models.DateTimeField(_("e-mail address confirmed at"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_user_has_a_name", condition=~Q(username="")),
            models.CheckConstraint(
                name="accounts_user_email_is_confirmed",
                condition=Q(email_sealed=b"", email_verified_at__isnull=True)
                | (~Q(email_sealed=b"") & Q(email_verified_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def email(self) -> str:
        """The confirmed e-mail address, or an empty text."""
        sealed_address = bytes(self.email_sealed)
        return emails.unsealed(sealed_address, self.pk) if sealed_address else ""

    @property
    def masked_email(self) -> str:
        """The address as colleagues see it: w***@example.org."""
        return emails.masked(self.email)

    @cached_property
    def current_grants(self) -> list[RoleGrant]:
        """The role grants that hold now, read once per request."""
        return list(self.grants.current().select_related("community", "area"))

    @cached_property
    def community_ids(self) -> tuple[int, ...]:
        """The communities whose rows the user may see at all; the scope of each request."""
        return tuple(sorted({each.community_id for each in self.current_grants if each.community_id}))

    def roles(self, community_id: int | None) -> frozenset[str]:
        """The roles held in one community; the station's own user holds its role in every one."""
        return frozenset(
            each.role
            for each in self.current_grants
            if each.community_id == community_id or each.role == Role.STATION
        )

    @cached_property
    def communities(self) -> list[Community]:
        """The communities in which the user holds a role, by name."""
        found = {
            each.community_id: each.community for each in self.current_grants if each.community is not None
        }
        return sorted(found.values(), key=lambda each: (each.name, each.pk))

    @cached_property
    def active_community(self) -> Community | None:
        """The community the user works in now: the session's choice (set by the middleware), else the first."""
        return self.communities[0] if self.communities else None

    @cached_property
    def all_roles(self) -> frozenset[str]:
        """The roles held anywhere."""
        return frozenset(each.role for each in self.current_grants)

    def has_role(self, community_id: int | None, *roles: str) -> bool:
        """Whether at least one of the roles is held in the community."""
        return bool(self.roles(community_id) & set(roles))

    @property
    def works_here(self) -> bool:
        """Whether the user holds an office role anywhere (short idle time, second factor)."""
        return bool(self.all_roles & OFFICE_ROLES) or self.is_staff or self.is_superuser

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to stay valid: a new password or a new epoch ends every older session.

        Source: ASVS 8.3.2 (permission changes take effect at once), 7.4.
        """
        return salted_hmac(
            "carenet.accounts.session",
            f"{self.password}|{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def forget_roles(self) -> None:
        """Drop the cached grants after a change within the same request."""
        for name in ("current_grants", "community_ids", "communities", "active_community", "all_roles"):
            self.__dict__.pop(name, None)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Grants in force."""

    def current(self) -> RoleGrantQuerySet:
        """Grants that have begun and not ended, by the database's day in the station's zone."""
        today = models.functions.TruncDate(models.functions.Now())
        return self.filter(Q(until__isnull=True) | Q(until__gt=today), since__lte=today)

    def on(self, day: date) -> RoleGrantQuerySet:
        """Grants in force on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


@pghistory.track()
class RoleGrant(models.Model):
    """A role of a user: in one community, or (street officer, auditor) over one area and all below it.

    Outside row security for the same reason as User. Source: product.md §1.
    """

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), null=True, blank=True, on_delete=models.PROTECT
    )
    area = models.ForeignKey(
        "parties.Area", verbose_name=_("area"), null=True, blank=True, on_delete=models.PROTECT
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("the provider a dispatcher or care worker serves"),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, verbose_name=_("granted by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        User, verbose_name=_("ended by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_rolegrant_community_or_area",
                condition=(
                    Q(role="STREET_OFFICER", community__isnull=True, area__isnull=False)
                    | Q(role="STATION", area__isnull=True)
                    | (
                        ~Q(role__in=["STREET_OFFICER", "STATION"])
                        & Q(community__isnull=False, area__isnull=True)
                    )
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "community", "area"],
                condition=Q(until__isnull=True),
                name="accounts_rolegrant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="accounts_rolegrant_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
