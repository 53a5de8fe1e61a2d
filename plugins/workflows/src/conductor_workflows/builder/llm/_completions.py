"""Answers of language models."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name, given
from conductor_workflows.builder.llm._options import SamplingOptions, builder_options, input_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder.llm._chat import ChatMessage, ToolSpec


class TextOptions(SamplingOptions, total=False):
    """Options of a completion."""

    prompt_variables: Mapping[str, object] | None
    prompt_version: int | None
    json_output: bool | None


class ChatOptions(TextOptions, total=False):
    """Options of a chat; a text may be an expression."""

    user_input: str | None
    google_search_retrieval: bool | None
    input_schema: Mapping[str, object] | None
    output_schema: Mapping[str, object] | None
    output_mime_type: str | None
    output_location: str | None
    thinking_token_limit: int | None
    reasoning_effort: str | None
    voice: str | None
    participants: Mapping[str, str] | Sequence[str] | None


class CompletionTask(TaskBuilder):
    """What the tasks that ask a model have in common."""

    def prompt_variable(self, variable: str, value: object) -> Self:
        """Set one variable of the prompt; others stay."""
        return self.prompt_variables({variable: value})

    def prompt_variables(self, variables: Mapping[str, object]) -> Self:
        """Set several variables of the prompt; others stay."""
        return self.input_parameter(
            "promptVariables", {**self.input_parameters.get("promptVariables", {}), **variables}
        )

    def result(self, path: str = "") -> Expression:
        """Return the expression for the model's answer, or for one part of it."""
        return self.output(f"result.{path}" if path else "result")


class LlmTextCompleteTask(CompletionTask):
    """Asks a model with a stored prompt.

    Args:
        task_ref_name: unique name of this task.
        llm_provider: name of the integration that offers the model.
        model: name of the model.
        prompt_name: name of the prompt.
        options: how the model picks its words, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_TEXT_COMPLETE"

    def __init__(
        self, task_ref_name: str, llm_provider: str, model: str, prompt_name: str, **options: Unpack[TextOptions]
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        checked_name(prompt_name, f"prompt_name of task {task_ref_name!r}")
        self.input_map({"llmProvider": str(llm_provider), "model": model, "promptName": prompt_name})
        self.input_map(input_options(options, TextOptions, task_ref_name))


class LlmChatCompleteTask(CompletionTask):
    """Lets a model answer a chat.

    Args:
        task_ref_name: unique name of this task.
        llm_provider: name of the integration that offers the model.
        model: name of the model.
        messages: the chat so far: messages, or an expression for their list.
        instructions_template: name of a stored prompt with the instructions, or their text.
        tools: what the model may call.
        options: how the model picks its words and what it answers with, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_CHAT_COMPLETE"

    def __init__(
        self,
        task_ref_name: str,
        llm_provider: str,
        model: str,
        messages: Sequence[ChatMessage] | str | None = None,
        instructions_template: str | None = None,
        tools: Sequence[ToolSpec] = (),
        **options: Unpack[ChatOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"llmProvider": str(llm_provider), "model": model})
        chat = messages if isinstance(messages, str) else [message.to_input() for message in messages or ()] or None
        said = {
            "messages": chat,
            "instructions": instructions_template,
            "tools": [tool.to_input() for tool in tools] or None,
        }
        self.input_map(given(said) | input_options(options, ChatOptions, task_ref_name))
