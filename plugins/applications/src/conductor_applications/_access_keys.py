"""Keys by which applications sign in."""

from __future__ import annotations

from conductor_applications._hint import HINT
from conductor_applications.models import AccessKey, CreatedAccessKey
from conductor_core import Api, Call, Face, delete, endpoint, get, post


class AccessKeys(Api[Face]):
    """Key pairs of an application."""

    @endpoint
    def get_access_keys(self, application_id: str) -> Call[list[AccessKey]]:
        """Return the keys of an application, without their secrets."""
        return get("/applications/{}/accessKeys", application_id, returns=list[AccessKey], hint=HINT)

    @endpoint
    def create_access_key(self, application_id: str) -> Call[CreatedAccessKey]:
        """Make a key; its secret is in this answer only."""
        return post("/applications/{}/accessKeys", application_id, returns=CreatedAccessKey, hint=HINT)

    @endpoint
    def toggle_access_key_status(self, application_id: str, key_id: str) -> Call[AccessKey]:
        """Switch a key between active and inactive, and return it as it is then."""
        path = (application_id, key_id)
        return post("/applications/{}/accessKeys/{}/status", *path, returns=AccessKey, hint=HINT)

    @endpoint
    def delete_access_key(self, application_id: str, key_id: str) -> Call[None]:
        """Delete a key."""
        return delete("/applications/{}/accessKeys/{}", application_id, key_id, hint=HINT)
