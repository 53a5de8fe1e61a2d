"""The authorization client: users, groups, roles, and who may do what."""

from __future__ import annotations

from conductor_authorization._gateway import Gateway
from conductor_authorization._grants import Grants
from conductor_authorization._groups import Groups
from conductor_authorization._roles import Roles
from conductor_authorization._users import Users
from conductor_core import Face


class AuthorizationApi(Users[Face], Groups[Face], Roles[Face], Grants[Face], Gateway[Face], name="authorization"):
    """Users and their rights, as ``conductor.authorization``."""
