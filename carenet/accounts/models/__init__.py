"""Users, the roles they hold, and what they sign in with."""

from carenet.accounts.models.codes import Authenticator, EmailCode, PastPassword, SmsCode
from carenet.accounts.models.users import RoleGrant, User

__all__ = ["Authenticator", "EmailCode", "PastPassword", "RoleGrant", "SmsCode", "User"]
