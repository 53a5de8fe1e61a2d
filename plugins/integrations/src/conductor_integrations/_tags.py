"""Tags of providers, and of their models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, put
from conductor_core.models import Tag
from conductor_integrations._hints import HINT

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODEL = "/integrations/provider/{}/integration/{}/tags"
_PROVIDER = "/integrations/provider/{}/tags"


class Tags(Api[Face]):
    """Labels that rights and searches go by."""

    @endpoint
    def set_integration_tags(self, provider: str, integration: str, tags: Sequence[Tag]) -> Call[None]:
        """Give a model these tags; others of it stay."""
        return put(_MODEL, provider, integration, body=list(tags), hint=HINT)

    @endpoint
    def get_integration_tags(self, provider: str, integration: str) -> Call[list[Tag]]:
        """List the tags of a model."""
        return get(_MODEL, provider, integration, returns=list[Tag], hint=HINT)

    @endpoint
    def delete_integration_tags(self, provider: str, integration: str, tags: Sequence[Tag]) -> Call[None]:
        """Take these tags from a model."""
        return delete(_MODEL, provider, integration, body=list(tags), hint=HINT)

    @endpoint
    def set_provider_tags(self, provider: str, tags: Sequence[Tag]) -> Call[None]:
        """Give a provider these tags; others of it stay."""
        return put(_PROVIDER, provider, body=list(tags), hint=HINT)

    @endpoint
    def get_provider_tags(self, provider: str) -> Call[list[Tag]]:
        """List the tags of a provider."""
        return get(_PROVIDER, provider, returns=list[Tag], hint=HINT)

    @endpoint
    def delete_provider_tags(self, provider: str, tags: Sequence[Tag]) -> Call[None]:
        """Take these tags from a provider."""
        return delete(_PROVIDER, provider, body=list(tags), hint=HINT)
