"""A client: prompt templates for language models."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "prompt templates are an Orkes feature; elsewhere keep the text in the workflow or in a worker"


class PromptApi(Api[Face], name="prompts"):
    """A client as ``conductor.prompts``: prompt templates for language models."""

    @endpoint
    def get_prompts(self) -> Call[list[dict[str, object]]]:
        """Fetch all prompt templates."""
        return get("/prompts", returns=list[dict[str, object]], hint=_HINT)
