"""Who may do what with accounts, and who may read which class of field. Nothing else decides rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from carenet.accounts.states import OFFICE_ROLES, PUBLIC_ROLES, STAFF_ROLES, FieldClass, Role
from carenet.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from carenet.accounts.models import User

__all__ = [
    "MAY_READ", "OFFICE_ROLES", "PUBLIC_ROLES", "STAFF_ROLES", "is_staff_of", "is_station", "may_administer",
    "may_audit", "may_end", "may_grant", "may_hold_together", "may_read", "may_read_sensitive", "may_reset",
    "needs_second_factor", "require", "second_factor_waived",
]  # fmt: skip

# Which roles may see which class of field in their own community. The apps narrow further: a volunteer sees a
# phone only between acceptance and 24 hours after the service, case notes only their owner and the supervisor.
# Elders and families see their own files through their own pages, not through these classes.
# Source: domain.md §9.4; least privilege, GB/T 22239-2019.
MAY_READ: dict[FieldClass, frozenset[str]] = {
    FieldClass.PUBLIC: frozenset(Role),
    FieldClass.INTERNAL: STAFF_ROLES
    | {
        Role.AUDITOR, Role.STATION, Role.DISPATCHER, Role.CARE_WORKER, Role.VOLUNTEER,
        Role.REPRESENTATIVE, Role.STREET_OFFICER,
    },
    FieldClass.PERSONAL: STAFF_ROLES | {Role.STATION, Role.DISPATCHER, Role.CARE_WORKER, Role.VOLUNTEER},
    FieldClass.SENSITIVE: STAFF_ROLES | {Role.STATION},
    FieldClass.RESTRICTED: frozenset({Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.STATION}),
}  # fmt: skip


def require(allowed: bool, message: str | Promise | None = None) -> None:
    """Raises NotAllowed with the sentence unless `allowed`."""
    if not allowed:
        raise NotAllowed(message)


def is_staff_of(user: User, community_id: int | None) -> bool:
    """Committee staff, director, social worker or supervisor of the community."""
    return user.has_role(community_id, *STAFF_ROLES)


def is_station(user: User) -> bool:
    """The user that tasks and commands act as."""
    return Role.STATION in user.all_roles


def may_read(user: User, community_id: int | None, field_class: FieldClass | int) -> bool:
    """Whether a role of the user in the community opens fields of this class (C1–C5)."""
    return user.has_role(community_id, *MAY_READ[FieldClass(field_class)])


def may_read_sensitive(user: User, community_id: int | None) -> bool:
    """ID numbers, health, assessments, allowances (C4). Source: PIPL Art. 28; domain.md §9.4."""
    return may_read(user, community_id, FieldClass.SENSITIVE)


def may_audit(user: User, community_id: int | None) -> bool:
    """Read the audit records: the auditor, and the director who answers for the station."""
    return user.has_role(community_id, Role.AUDITOR, Role.DIRECTOR)


def may_administer(user: User, community_id: int | None) -> bool:
    """Open office accounts, reset passwords and block: the director, or the technical administrator."""
    return user.has_role(community_id, Role.DIRECTOR) or user.is_superuser or is_station(user)


def may_grant(by: User, user: User, role: str, community_id: int | None) -> bool:
    """Whether `by` may give (or take) a role. Nobody gives a role to themselves.

    The director gives every role of the own community; counter staff only the public ones; the technical
    administrator makes directors, auditors and street officers, so that a new community can begin; the station's
    role is given by the installation. Source: GB/T 22239-2019 (three separate administrators).
    """
    if by.pk == user.pk:
        return False
    if is_station(by):
        return True
    if role == Role.STATION:
        return False
    if by.is_superuser and role in {Role.DIRECTOR, Role.AUDITOR, Role.STREET_OFFICER}:
        return True
    if community_id is None:
        return False
    if by.has_role(community_id, Role.DIRECTOR):
        return role != Role.STREET_OFFICER
    return role in PUBLIC_ROLES and is_staff_of(by, community_id)


def may_end(by: User, user: User, role: str, community_id: int | None) -> bool:
    """Who may give a role may take it; nobody takes their own, so that no community loses its director by a slip."""
    return may_grant(by, user, role, community_id)


def may_reset(by: User, user: User) -> bool:
    """Reset the password of, or block, somebody else.

    All office roles of the user must be ones `by` may give, so that a director of one community cannot take over
    a colleague of another; staff may help people who only hold public roles in their community.
    """
    if by.pk == user.pk or is_station(user):
        return False
    if is_station(by):
        return True
    if user.is_superuser:
        return False
    grants = user.current_grants
    if not grants:
        return by.is_superuser
    return all(may_grant(by, user, each.role, each.community_id) for each in grants)


def may_hold_together(roles: frozenset[str] | set[str]) -> bool:
    """The auditor of a community may not work in it. Source: GB/T 22239-2019, separation of duties."""
    return Role.AUDITOR not in roles or not roles & (STAFF_ROLES | {Role.DISPATCHER, Role.CARE_WORKER})


def second_factor_waived(user: User) -> bool:
    """Demonstration users may do without a second factor where the installation says so.

    Only when every community of the user is a demonstration, and never for the technical administrator.
    """
    if not getattr(settings, "DEMO_WITHOUT_SECOND_FACTOR", False) or user.is_superuser:
        return False
    grants = user.current_grants
    return bool(grants) and all(
        (each.community is not None and each.community.is_demo)
        or (each.area is not None and _only_demo_below(each.area_id))
        for each in grants
    )


def _only_demo_below(area_id: int | None) -> bool:
    from carenet.parties.models import Community

    below = Community.objects.filter(area__path__contains=[area_id])
    return below.filter(is_demo=True).exists() and not below.filter(is_demo=False).exists()


def needs_second_factor(user: User) -> bool:
    """Whether this user must show a second factor: everybody with an office role. Source: GB/T 22239-2019 L3."""
    if not settings.TWO_FACTOR_FOR_STAFF or is_station(user):
        return False
    return user.works_here and not second_factor_waived(user)
