"""Prompts, models and vector stores by the older methods and their order of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core import Conductor
from conductor_core.errors import NotFoundError, NotSupportedByServerError
from conductor_migration._configuration import AnyConfiguration, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self


class AIOrchestrator:
    """Sets up what tasks of language models need. The clients ``integrations`` and ``prompts`` offer the same and more.

    A provider is the name that the server knows it by, like ``openai``, or a member of an enumeration of such names. Its
    configuration is a mapping, or an object whose ``to_dict`` makes one.

    Args:
        api_configuration: where the server is, or a conductor to share; the environment when None.
        prompt_test_workflow_name: kept for older programs; the server tests prompts without a workflow.
    """

    def __init__(
        self, api_configuration: AnyConfiguration | Conductor = None, prompt_test_workflow_name: str = ""
    ) -> None:
        self._owned = not isinstance(api_configuration, Conductor)
        self.conductor: Conductor = (
            api_configuration if isinstance(api_configuration, Conductor) else Conductor(settings_of(api_configuration))
        )
        self.prompt_test_workflow_name = prompt_test_workflow_name

    def add_prompt_template(self, name: str, prompt_template: str, description: str) -> Self:
        """Create a prompt, or replace the one of this name."""
        self.conductor.prompts.save_prompt(name, description, prompt_template)
        return self

    def get_prompt_template(self, template_name: str) -> Any:
        """Return a prompt, or None when there is none of this name."""
        try:
            return self.conductor.prompts.get_prompt(template_name)
        except NotSupportedByServerError:
            raise
        except NotFoundError:
            return None

    def associate_prompt_template(self, name: str, ai_integration: str, ai_models: Sequence[str]) -> None:
        """Let models of one provider use a prompt."""
        for model in ai_models:
            self.conductor.integrations.associate_prompt_with_integration(ai_integration, model, name)

    def test_prompt_template(
        self,
        text: str,
        variables: Mapping[str, object],
        ai_integration: str,
        text_complete_model: str,
        stop_words: Sequence[str] | None = None,
        max_tokens: int = 100,  # noqa: ARG002 - older programs pass it, and it has never been sent
        temperature: float = 0,
        top_p: float = 1,
    ) -> str:
        """Fill the variables of a prompt's text in, ask the model, and return what it says."""
        request: dict[str, object] = {
            "prompt": text,
            "promptVariables": dict(variables),
            "llmProvider": ai_integration,
            "model": text_complete_model,
            "temperature": temperature,
            "topP": top_p,
            "stopWords": list(stop_words or ()),
        }
        prompts: Any = self.conductor.prompts  # the model of a request is of a distribution that this one does not need
        answer: str = prompts.test_prompt(request)
        return answer

    def add_ai_integration(
        self,
        ai_integration_name: str,
        provider: object,
        models: Sequence[str],
        description: str,
        config: object,
        overwrite: bool = False,  # noqa: FBT001, FBT002 - the older signature
    ) -> None:
        """Store a provider of language models and its models; what exists stays unless ``overwrite`` is set."""
        self.conductor.integrations.add_ai_integration(
            ai_integration_name,
            _name(provider),
            models,
            _configuration(config),
            description=description,
            overwrite=overwrite,
        )

    def add_vector_store(
        self,
        db_integration_name: str,
        provider: object,
        indices: Sequence[str],
        config: object,
        description: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002 - the older signature
    ) -> None:
        """Store a vector database and its indices; what exists stays unless ``overwrite`` is set."""
        self.conductor.integrations.add_vector_store(
            db_integration_name,
            _name(provider),
            indices,
            _configuration(config),
            description=description or db_integration_name,
            overwrite=overwrite,
        )

    def get_token_used(self, ai_integration: str) -> Any:
        """Return the tokens that each model of a provider has used."""
        return self.conductor.integrations.get_token_usage_for_integration_provider(ai_integration)

    def get_token_used_by_model(self, ai_integration: str, model: str) -> Any:
        """Return the tokens that one model has used."""
        return self.conductor.integrations.get_token_usage_for_integration(ai_integration, model)

    def close(self) -> None:
        """Close the connection, unless it belongs to a conductor that was passed."""
        if self._owned:
            self.conductor.close()


def _name(provider: object) -> str:
    return str(getattr(provider, "value", provider))


def _configuration(config: Any) -> Mapping[str, object]:
    made: Mapping[str, object] = config.to_dict() if hasattr(config, "to_dict") else config
    return made
