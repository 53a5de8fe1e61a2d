"""Pictures and speech from models."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskOptions
from conductor_workflows.builder.llm._completions import CompletionTask
from conductor_workflows.builder.llm._options import builder_options, input_options

if TYPE_CHECKING:
    from collections.abc import Mapping


class ImageOptions(TaskOptions, total=False):
    """Options of a picture: width and height in pixels, ``size`` like ``1024x1024`` instead of them, and more."""

    width: int | None
    height: int | None
    size: str | None
    style: str | None
    weight: float | None
    output_format: str | None
    prompt_variables: Mapping[str, object] | None


class AudioOptions(TaskOptions, total=False):
    """Options of speech: what is said, by which voice, how fast (1 is normal) and in which format."""

    text: str | None
    voice: str | None
    speed: float | None
    response_format: str | None
    prompt: str | None
    prompt_variables: Mapping[str, object] | None


class GenerateImageTask(CompletionTask):
    """Lets a model make pictures.

    Args:
        task_ref_name: unique name of this task.
        llm_provider: name of the integration that offers the model.
        model: name of the model.
        prompt: what is to be seen.
        image_count: how many; the server knows it as ``n``.
        options: size, style and format, and what every builder takes.
    """

    TYPE: ClassVar[str] = "GENERATE_IMAGE"

    def __init__(
        self,
        task_ref_name: str,
        llm_provider: str,
        model: str,
        prompt: str,
        *,
        image_count: int = 1,
        **options: Unpack[ImageOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"llmProvider": str(llm_provider), "model": model, "prompt": prompt, "n": image_count})
        self.input_map(input_options(options, ImageOptions, task_ref_name))


class GenerateAudioTask(CompletionTask):
    """Lets a model speak.

    Args:
        task_ref_name: unique name of this task.
        llm_provider: name of the integration that offers the model.
        model: name of the model.
        audio_count: how many recordings; the server knows it as ``n``.
        options: text, voice and format, and what every builder takes.
    """

    TYPE: ClassVar[str] = "GENERATE_AUDIO"

    def __init__(
        self,
        task_ref_name: str,
        llm_provider: str,
        model: str,
        *,
        audio_count: int = 1,
        **options: Unpack[AudioOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"llmProvider": str(llm_provider), "model": model, "n": audio_count})
        self.input_map(input_options(options, AudioOptions, task_ref_name))
