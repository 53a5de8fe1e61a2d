"""Who may do what with which thing."""

from __future__ import annotations

from conductor_authorization._hint import HINT
from conductor_authorization.models import AuthorizationRequest, SubjectRef, TargetType
from conductor_core import Api, Call, Face, delete, endpoint, get, post


class Grants(Api[Face]):
    """Rights of users, roles and groups on definitions, secrets and other things."""

    @endpoint
    def grant_permissions(self, request: AuthorizationRequest) -> Call[None]:
        """Let a subject do something with a target."""
        return post("/auth/authorization", body=request, repeatable=True, hint=HINT)

    @endpoint
    def get_permissions(self, type: TargetType | str, id: str) -> Call[dict[str, list[SubjectRef]]]:
        """Return who may do what with a target, by type of access."""
        return get("/auth/authorization/{}/{}", type, id, returns=dict[str, list[SubjectRef]], hint=HINT)

    @endpoint
    def remove_permissions(self, request: AuthorizationRequest) -> Call[None]:
        """Take rights on a target from a subject."""
        return delete("/auth/authorization", body=request, hint=HINT)
