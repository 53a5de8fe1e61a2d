"""The prompt client: templates for language models, their versions, tags and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_core.models import MessageTemplate, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_prompts.models import PromptTemplateTestRequest

_PROMPT: Final = "/prompts/{}"
_JSON: Final = "application/json"  # what servers take; the text is sent itself, without the quotes of JSON
_HINT: Final = "give the text to the task as messages"


class PromptApi(Api[Face], name="prompts"):
    """Prompt templates, as ``conductor.prompts``."""

    @endpoint
    def save_prompt(
        self,
        name: str,
        description: str,
        template: str,
        models: Sequence[str] | None = None,
        *,
        version: int | None = None,
        auto_increment: bool = False,
    ) -> Call[None]:
        """Create a prompt, or replace the one of this name.

        Args:
            name: name that tasks refer to.
            description: what it is for.
            template: the text, with variables like ``${name}``.
            models: models that may use it, written ``provider:model``.
            version: version to store it as; None is the server's choice.
            auto_increment: store it as the next version.
        """
        query = {
            "description": description,
            "models": models,
            "version": version,
            "autoIncrement": auto_increment or None,
        }
        return post(_PROMPT, name, query=query, text=template, media_type=_JSON, hint=_HINT)

    @endpoint
    def update_prompt(
        self,
        name: str,
        description: str,
        template: str,
        models: Sequence[str] | None = None,
        *,
        version: int | None = None,
    ) -> Call[None]:
        """Replace a prompt, or one version of it."""
        query = {"description": description, "models": models, "version": version}
        return put(_PROMPT, name, query=query, text=template, media_type=_JSON, hint=_HINT)

    @endpoint
    def save_prompts(self, templates: Sequence[MessageTemplate]) -> Call[None]:
        """Store many prompts in one call."""
        return post("/prompts/", body=list(templates), repeatable=True, hint=_HINT)

    @endpoint
    def get_prompt(self, name: str, version: int | None = None) -> Call[MessageTemplate]:
        """Fetch one prompt: the newest version unless one is given."""
        return get(_PROMPT, name, query={"version": version}, returns=MessageTemplate, hint=_HINT)

    @endpoint
    def get_prompts(self) -> Call[list[MessageTemplate]]:
        """List all prompts."""
        return get("/prompts", returns=list[MessageTemplate], hint=_HINT)

    @endpoint
    def get_prompt_versions(self, name: str) -> Call[list[MessageTemplate]]:
        """List all versions of one prompt."""
        return get(f"{_PROMPT}/versions", name, returns=list[MessageTemplate], hint=_HINT)

    @endpoint
    def delete_prompt(self, name: str) -> Call[None]:
        """Delete a prompt in all its versions."""
        return delete(_PROMPT, name, hint=_HINT)

    @endpoint
    def delete_prompt_version(self, name: str, version: int) -> Call[None]:
        """Delete one version of a prompt; the others stay."""
        return delete(f"{_PROMPT}/versions/{{}}", name, version, hint=_HINT)

    @endpoint
    def test_prompt(self, request: PromptTemplateTestRequest) -> Call[str]:
        """Fill a prompt's variables in, ask the model, and return what it says."""
        return post("/prompts/test", body=request, returns=str, hint=_HINT)

    @endpoint
    def get_prompt_tags(self, name: str) -> Call[list[Tag]]:
        """List the tags of a prompt."""
        return get(f"{_PROMPT}/tags", name, returns=list[Tag], hint=_HINT)

    @endpoint
    def set_prompt_tags(self, name: str, tags: Sequence[Tag]) -> Call[None]:
        """Give a prompt these tags; others of it stay."""
        return put(f"{_PROMPT}/tags", name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_prompt_tags(self, name: str, tags: Sequence[Tag]) -> Call[None]:
        """Take these tags from a prompt."""
        return delete(f"{_PROMPT}/tags", name, body=list(tags), hint=_HINT)
