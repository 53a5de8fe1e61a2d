"""Documents of the authorization client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel, Tolerant


class AccessType(StrEnum):
    """What may be done with a target."""

    CREATE = "CREATE"
    READ = "READ"
    EXECUTE = "EXECUTE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class SubjectType(StrEnum):
    """Who may do it."""

    USER = "USER"
    ROLE = "ROLE"
    GROUP = "GROUP"


class TargetType(StrEnum):
    """With what it may be done."""

    WORKFLOW = "WORKFLOW"
    WORKFLOW_DEF = "WORKFLOW_DEF"
    WORKFLOW_SCHEDULE = "WORKFLOW_SCHEDULE"
    EVENT_HANDLER = "EVENT_HANDLER"
    TASK_DEF = "TASK_DEF"
    TASK_REF_NAME = "TASK_REF_NAME"
    TASK_ID = "TASK_ID"
    APPLICATION = "APPLICATION"
    USER = "USER"
    SECRET_NAME = "SECRET_NAME"  # noqa: S105 - the name of a kind of target
    ENV_VARIABLE = "ENV_VARIABLE"
    TAG = "TAG"
    DOMAIN = "DOMAIN"
    INTEGRATION_PROVIDER = "INTEGRATION_PROVIDER"
    INTEGRATION = "INTEGRATION"
    PROMPT = "PROMPT"
    USER_FORM_TEMPLATE = "USER_FORM_TEMPLATE"
    SCHEMA = "SCHEMA"
    CLUSTER_CONFIG = "CLUSTER_CONFIG"
    WEBHOOK = "WEBHOOK"


class UserRole(StrEnum):
    """Roles that every cluster has; others can be defined."""

    ADMIN = "ADMIN"
    USER = "USER"
    WORKER = "WORKER"
    METADATA_MANAGER = "METADATA_MANAGER"
    WORKFLOW_MANAGER = "WORKFLOW_MANAGER"


class Permission(ConductorModel):
    """One right that a role gives."""

    name: str = ""


class Role(ConductorModel):
    """A named set of rights."""

    name: str = ""
    permissions: list[Permission] = Field(default_factory=list[Permission])


class Group(ConductorModel):
    """Users who have rights in common."""

    id: str = ""
    description: str | None = None
    roles: list[Role] = Field(default_factory=list[Role])
    default_access: dict[str, list[Tolerant[AccessType]]] | None = None
    """What members may do with each other's things, by type of target."""
    contact_information: dict[str, str] | None = None


class ConductorUser(ConductorModel):
    """A person or an application that signs in."""

    id: str = ""
    """In lower case: the server changes it."""
    name: str | None = None
    roles: list[Role] = Field(default_factory=list[Role])
    groups: list[Group] = Field(default_factory=list[Group])
    application_user: bool | None = None
    """Whether it stands for an application."""
    orkes_workers_app: bool | None = None
    uuid: str | None = None
    encrypted_id: bool | None = None
    encrypted_id_display_value: str | None = None
    namespace: str | None = None
    contact_information: dict[str, str] | None = None


class UpsertUserRequest(ConductorModel):
    """What a user is to be."""

    name: str
    roles: list[Tolerant[UserRole]] | None = None
    groups: list[str] | None = None
    """Ids of groups."""


class UpsertGroupRequest(ConductorModel):
    """What a group is to be."""

    description: str
    roles: list[Tolerant[UserRole]] | None = None
    default_access: dict[str, list[Tolerant[AccessType]]] | None = None
    """What members may do with each other's things, by type of target."""


class SubjectRef(ConductorModel):
    """A user, a role or a group."""

    id: str
    type: Tolerant[SubjectType] | None = None


class TargetRef(ConductorModel):
    """A thing, by its type and its name or id."""

    id: str
    type: Tolerant[TargetType]


class AuthorizationRequest(ConductorModel):
    """Who may do what with a target."""

    subject: SubjectRef
    target: TargetRef
    access: list[Tolerant[AccessType]]


class GrantedAccess(ConductorModel):
    """What somebody may do with one target."""

    target: TargetRef | None = None
    access: list[Tolerant[AccessType]] = Field(default_factory=list[AccessType | str])
    tag: str | None = None
    """The tag that the right comes from."""


class GrantedAccessResponse(ConductorModel):
    """Everything that somebody may do."""

    granted_access: list[GrantedAccess] = Field(default_factory=list[GrantedAccess])


class CreateOrUpdateRoleRequest(ConductorModel):
    """What a role is to be."""

    name: str
    permissions: list[Any]
    """Rights, as ``list_available_permissions`` names them."""
    description: str | None = None


class GatewayAuthenticationType(StrEnum):
    """How callers of the API gateway show who they are."""

    NONE = "NONE"
    API_KEY = "API_KEY"
    OIDC = "OIDC"


class GatewayAuthConfig(ConductorModel):
    """How callers of the API gateway are let in; what is secret in it is not shown by its text."""

    id: str
    application_id: str
    authentication_type: Tolerant[GatewayAuthenticationType]
    api_keys: list[str] | None = Field(default=None, repr=False)
    audience: str | None = None
    issuer_uri: str | None = None
    conductor_token: str | None = Field(default=None, repr=False)
    passthrough: bool | None = None
    fallback_to_default_auth: bool | None = None
    token_in_workflow_input: bool | None = None
    created_by: str | None = None
    updated_by: str | None = None
