"""Models and indices of providers, and the prompts that may be used with them."""

from __future__ import annotations

from conductor_core import Api, Call, Face, delete, endpoint, get, post
from conductor_core.models import MessageTemplate
from conductor_integrations._hints import HINT
from conductor_integrations.models import IntegrationApi, IntegrationApiUpdate

_MODELS = "/integrations/provider/{}/integration"
_MODEL = f"{_MODELS}/{{}}"


class ProviderModels(Api[Face]):
    """Models and indices, which the server calls integrations, by the names of their provider and their own."""

    @endpoint
    def save_integration_api(self, provider: str, integration: str, api: IntegrationApiUpdate) -> Call[None]:
        """Add a model or index to a provider, or replace it."""
        return post(_MODEL, provider, integration, body=api, repeatable=True, hint=HINT)

    @endpoint
    def get_integration_api(self, provider: str, integration: str) -> Call[IntegrationApi]:
        """Fetch one model or index."""
        return get(_MODEL, provider, integration, returns=IntegrationApi, hint=HINT)

    @endpoint
    def get_integration_apis(self, provider: str, *, active_only: bool | None = None) -> Call[list[IntegrationApi]]:
        """List the models and indices of a provider that are enabled, or all of them."""
        return get(_MODELS, provider, query={"activeOnly": active_only}, returns=list[IntegrationApi], hint=HINT)

    @endpoint
    def get_integration_available_apis(self, provider: str) -> Call[list[str]]:
        """List the names of models that a provider offers."""
        return get(f"{_MODELS}/all", provider, returns=list[str], hint=HINT)

    @endpoint
    def delete_integration_api(self, provider: str, integration: str) -> Call[None]:
        """Take a model or index from a provider."""
        return delete(_MODEL, provider, integration, hint=HINT)

    @endpoint
    def associate_prompt_with_integration(self, provider: str, integration: str, prompt: str) -> Call[None]:
        """Allow a prompt to be used with a model."""
        return post(f"{_MODEL}/prompt/{{}}", provider, integration, prompt, repeatable=True, hint=HINT)

    @endpoint
    def get_prompts_with_integration(self, provider: str, integration: str) -> Call[list[MessageTemplate]]:
        """List the prompts that may be used with a model."""
        return get(f"{_MODEL}/prompt", provider, integration, returns=list[MessageTemplate], hint=HINT)

    @endpoint
    def get_token_usage_for_integration(self, provider: str, integration: str) -> Call[int]:
        """Return how many tokens a model has used."""
        return get(f"{_MODEL}/metrics", provider, integration, returns=int, hint=HINT)

    @endpoint
    def get_token_usage_for_integration_provider(self, provider: str) -> Call[dict[str, str]]:
        """Return how many tokens each model of a provider has used."""
        return get("/integrations/provider/{}/metrics", provider, returns=dict[str, str], hint=HINT)

    @endpoint
    def register_token_usage(self, provider: str, integration: str, tokens: int) -> Call[None]:
        """Add tokens to what a model has used."""
        return post(f"{_MODEL}/metrics", provider, integration, body=tokens, hint=HINT)
