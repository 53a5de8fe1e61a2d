"""A client of Conductor: users, groups and roles, and who may do what. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_authorization.api import AuthorizationApi
    from conductor_authorization.models import (
        AccessType,
        AuthorizationRequest,
        ConductorUser,
        CreateOrUpdateRoleRequest,
        GatewayAuthConfig,
        GatewayAuthenticationType,
        GrantedAccess,
        GrantedAccessResponse,
        Group,
        Permission,
        Role,
        SubjectRef,
        SubjectType,
        TargetRef,
        TargetType,
        UpsertGroupRequest,
        UpsertUserRequest,
        UserRole,
    )

__all__ = [
    "AccessType",
    "AuthorizationApi",
    "AuthorizationRequest",
    "ConductorUser",
    "CreateOrUpdateRoleRequest",
    "GatewayAuthConfig",
    "GatewayAuthenticationType",
    "GrantedAccess",
    "GrantedAccessResponse",
    "Group",
    "Permission",
    "Role",
    "SubjectRef",
    "SubjectType",
    "TargetRef",
    "TargetType",
    "UpsertGroupRequest",
    "UpsertUserRequest",
    "UserRole",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    home = "api" if name.endswith("Api") else "models"
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
