"""Everything that one provider needs, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core import Face, Flow, endpoint
from conductor_core.errors import NotFoundError, NotSupportedByServerError
from conductor_integrations._models_of_providers import ProviderModels
from conductor_integrations._providers import Providers
from conductor_integrations.models import IntegrationApiUpdate, IntegrationCategory, IntegrationUpdate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Setup(Providers[Face], ProviderModels[Face]):
    """Providers with their models; what exists stays as it is unless ``overwrite`` is set."""

    @endpoint
    def add_ai_integration(
        self,
        name: str,
        provider: str,
        models: Sequence[str],
        configuration: Mapping[str, object],
        *,
        description: str = "",
        overwrite: bool = False,
    ) -> Flow[None]:
        """Store a provider of language models, like ``openai``, and the models of it that are used.

        Args:
            name: name that tasks give as ``llmProvider``.
            provider: kind of provider.
            models: names that tasks give as ``model``.
            configuration: settings of the provider, such as ``api_key``.
            description: what it is for.
            overwrite: replace what exists under these names.
        """
        details = IntegrationUpdate(category=IntegrationCategory.AI_MODEL, type=provider, description=description)
        details.enabled, details.configuration = True, dict(configuration)
        yield from _store(self, name, details, models, overwrite=overwrite)

    @endpoint
    def add_vector_store(
        self,
        name: str,
        provider: str,
        indices: Sequence[str],
        configuration: Mapping[str, object],
        *,
        description: str = "",
        overwrite: bool = False,
    ) -> Flow[None]:
        """Store a vector database, like ``pineconedb``, and the indices of it that are used.

        Args:
            name: name that tasks give as ``vectorDB``.
            provider: kind of database.
            indices: names that tasks give as ``index``.
            configuration: settings of the database, such as ``api_key``.
            description: what it is for.
            overwrite: replace what exists under these names.
        """
        details = IntegrationUpdate(category=IntegrationCategory.VECTOR_DB, type=provider, description=description)
        details.enabled, details.configuration = True, dict(configuration)
        yield from _store(self, name, details, indices, overwrite=overwrite)


def _store(
    api: Setup[Any], name: str, details: IntegrationUpdate, models: Sequence[str], *, overwrite: bool
) -> Flow[None]:
    if overwrite or not (yield from _exists(Setup.get_integration_provider.call(api, name))):
        yield from Setup.save_integration_provider.call(api, name, details)
    for model in models:
        if overwrite or not (yield from _exists(Setup.get_integration_api.call(api, name, model))):
            update = IntegrationApiUpdate(enabled=True, description=details.description)
            yield from Setup.save_integration_api.call(api, name, model, update)


def _exists(step: Flow[object]) -> Flow[bool]:
    try:
        yield from step
    except NotSupportedByServerError:
        raise
    except NotFoundError:
        return False
    return True
