"""Limits of language models, and what they used."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get, post
from conductor_integrations._hints import HINT
from conductor_integrations.models import TokenLimit, TokenUsageLog

_TOKEN = "/integrations/llm/{}/token"  # noqa: S105 - a path


class Tokens(Api[Face]):
    """Tokens of a provider's language models."""

    @endpoint
    def get_token_limit(self, name: str) -> Call[TokenLimit]:
        """Fetch the limit of a provider."""
        return get(_TOKEN, name, returns=TokenLimit, hint=HINT)

    @endpoint
    def set_token_limit(self, name: str, limit: TokenLimit) -> Call[None]:
        """Set the limit of a provider."""
        return post(_TOKEN, name, body=limit, repeatable=True, hint=HINT)

    @endpoint
    def get_token_history(
        self, name: str, *, model: str | None = None, look_up_window: int | None = None
    ) -> Call[list[TokenUsageLog]]:
        """Return what one model, or all of a provider, used in each of the last days.

        Args:
            name: name of the provider.
            model: name of the model; None is all.
            look_up_window: days to look back; servers take 31 when it is None.
        """
        query = {"model": model, "lookUpWindow": look_up_window}
        return get(f"{_TOKEN}/history", name, query=query, returns=list[TokenUsageLog], hint=HINT)
