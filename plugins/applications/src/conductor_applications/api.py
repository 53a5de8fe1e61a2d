"""A client: applications, their access keys and their roles."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "applications are an Orkes feature"


class ApplicationApi(Api[Face], name="applications"):
    """A client as ``conductor.applications``: applications, their access keys and their roles."""

    @endpoint
    def get_all_applications(self) -> Call[list[dict[str, object]]]:
        """Fetch all applications."""
        return get("/applications", returns=list[dict[str, object]], hint=_HINT)
