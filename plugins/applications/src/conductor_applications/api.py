"""The application client: applications, their access keys, roles and tags."""

from __future__ import annotations

from conductor_applications._access_keys import AccessKeys
from conductor_applications._applications import Applications
from conductor_applications._tags import Tags
from conductor_core import Face


class ApplicationApi(Applications[Face], AccessKeys[Face], Tags[Face], name="applications"):
    """Applications, as ``conductor.applications``."""
