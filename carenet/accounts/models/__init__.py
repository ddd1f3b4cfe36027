"""Users and the roles they hold."""

from carenet.accounts.models.users import RoleGrant, User

__all__ = ["RoleGrant", "User"]
