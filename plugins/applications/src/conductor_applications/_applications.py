"""Applications and their roles."""

from __future__ import annotations

from conductor_applications._hint import HINT
from conductor_applications.models import Application, ApplicationRole, CreateOrUpdateApplicationRequest
from conductor_core import Api, Call, Face, delete, endpoint, get, post, put


class Applications(Api[Face]):
    """Programs that talk to the server."""

    @endpoint
    def get_all_applications(self) -> Call[list[Application]]:
        """Fetch all applications."""
        return get("/applications", returns=list[Application], hint=HINT)

    @endpoint
    def get_application(self, application_id: str) -> Call[Application]:
        """Fetch one application."""
        return get("/applications/{}", application_id, returns=Application, hint=HINT)

    @endpoint
    def get_app_by_access_key_id(self, access_key_id: str) -> Call[Application]:
        """Fetch the application that a key belongs to."""
        return get("/applications/key/{}", access_key_id, returns=Application, hint=HINT)

    @endpoint
    def create_application(self, name: str) -> Call[Application]:
        """Make an application, and return it with its id."""
        body = CreateOrUpdateApplicationRequest(name=name)
        return post("/applications", body=body, returns=Application, hint=HINT)

    @endpoint
    def update_application(self, application_id: str, name: str) -> Call[Application]:
        """Rename an application."""
        body = CreateOrUpdateApplicationRequest(name=name)
        return put("/applications/{}", application_id, body=body, returns=Application, hint=HINT)

    @endpoint
    def delete_application(self, application_id: str) -> Call[None]:
        """Delete an application with its keys."""
        return delete("/applications/{}", application_id, hint=HINT)

    @endpoint
    def add_application_role(self, application_id: str, role: ApplicationRole | str) -> Call[None]:
        """Give an application a role."""
        return post("/applications/{}/roles/{}", application_id, role, repeatable=True, hint=HINT)

    @endpoint
    def remove_role_from_application_user(self, application_id: str, role: ApplicationRole | str) -> Call[None]:
        """Take a role from an application."""
        return delete("/applications/{}/roles/{}", application_id, role, hint=HINT)
