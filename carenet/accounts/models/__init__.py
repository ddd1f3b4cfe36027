"""Users, the roles they hold, and what they sign in with."""

from carenet.accounts.models.codes import Authenticator, SmsCode
from carenet.accounts.models.users import RoleGrant, User

__all__ = ["Authenticator", "RoleGrant", "SmsCode", "User"]
