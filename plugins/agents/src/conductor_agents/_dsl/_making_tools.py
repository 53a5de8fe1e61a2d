"""Tools that make something: pictures, sound, films and documents. The server asks the provider for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from conductor_agents._dsl._checks import check_text
from conductor_agents._dsl._tool import ToolDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

Document: TypeAlias = dict[str, Any]


def _text(description: str, **more: object) -> Document:
    return {"type": "string", "description": description, **more}


def _integer(description: str, **more: object) -> Document:
    return {"type": "integer", "description": description, **more}


def _number(description: str, **more: object) -> Document:
    return {"type": "number", "description": description, **more}


def _object(required: str, properties: Document) -> Document:
    return {"type": "object", "properties": properties, "required": [required]}


_IMAGE: Final = _object(
    "prompt",
    {
        "prompt": _text("What the picture shows."),
        "style": _text("The style: 'vivid' or 'natural'."),
        "width": _integer("Width in pixels.", default=1024),
        "height": _integer("Height in pixels.", default=1024),
        "size": _text("Width and height in one, such as '1024x1024'."),
        "n": _integer("Number of pictures.", default=1),
        "outputFormat": _text("File format: 'png', 'jpg' or 'webp'.", default="png"),
        "weight": _number("Weight of the prompt."),
    },
)
_AUDIO: Final = _object(
    "text",
    {
        "text": _text("What is said."),
        "voice": _text("Whose voice.", enum=["alloy", "echo", "fable", "onyx", "nova", "shimmer"], default="alloy"),
        "speed": _number("Speed, from 0.25 to 4.0.", default=1.0),
        "responseFormat": _text("File format: 'mp3', 'wav', 'opus', 'aac' or 'flac'.", default="mp3"),
        "n": _integer("Number of recordings.", default=1),
    },
)
_VIDEO: Final = _object(
    "prompt",
    {
        "prompt": _text("What the film shows."),
        "inputImage": _text("The first picture: a URL, or the file in base64."),
        "duration": _integer("Length in seconds.", default=5),
        "width": _integer("Width in pixels.", default=1280),
        "height": _integer("Height in pixels.", default=720),
        "fps": _integer("Pictures per second.", default=24),
        "outputFormat": _text("File format, such as 'mp4'.", default="mp4"),
        "style": _text("The style, such as 'cinematic' or 'natural'."),
        "motion": _text("How much moves, such as 'slow', 'normal' or 'extreme'."),
        "seed": _integer("The same seed makes the same film."),
        "guidanceScale": _number("How closely the prompt is followed, from 1.0 to 20.0."),
        "aspectRatio": _text("Shape of the picture, such as '16:9' or '1:1'."),
        "negativePrompt": _text("What the film must not show."),
        "personGeneration": _text("Whether people may be shown."),
        "resolution": _text("Quality, such as '720p' or '1080p'."),
        "generateAudio": {"type": "boolean", "description": "Whether sound is made too."},
        "size": _text("Width and height in one, such as '1280x720'."),
        "n": _integer("Number of films.", default=1),
        "maxDurationSeconds": _integer("The longest allowed, in seconds."),
        "maxCostDollars": _number("The most it may cost, in US dollars."),
    },
)
_PDF: Final = _object(
    "markdown",
    {
        "markdown": _text("The text of the document, in Markdown."),
        "pageSize": _text("A4, LETTER, LEGAL, A3 or A5.", default="A4"),
        "theme": _text("The look: 'default' or 'compact'.", default="default"),
        "baseFontSize": _number("Size of the text in points.", default=11),
    },
)


def image_tool(
    name: str,
    description: str,
    llm_provider: str,
    model: str,
    *,
    input_schema: Document | None = None,
    **defaults: object,
) -> ToolDefinition:
    """Let the model have pictures made.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        llm_provider: who makes them, as the server names providers.
        model: the provider's model.
        input_schema: JSON schema of the arguments; what the server's task takes when None.
        defaults: arguments that hold unless the model says otherwise.
    """
    provider = _provider(llm_provider, model)
    return _making("GENERATE_IMAGE", name, description, input_schema or _IMAGE, provider, defaults)


def audio_tool(
    name: str,
    description: str,
    llm_provider: str,
    model: str,
    *,
    input_schema: Document | None = None,
    **defaults: object,
) -> ToolDefinition:
    """Let the model have text spoken; the arguments are those of :func:`image_tool`."""
    provider = _provider(llm_provider, model)
    return _making("GENERATE_AUDIO", name, description, input_schema or _AUDIO, provider, defaults)


def video_tool(
    name: str,
    description: str,
    llm_provider: str,
    model: str,
    *,
    input_schema: Document | None = None,
    **defaults: object,
) -> ToolDefinition:
    """Let the model have films made; the arguments are those of :func:`image_tool`."""
    provider = _provider(llm_provider, model)
    return _making("GENERATE_VIDEO", name, description, input_schema or _VIDEO, provider, defaults)


def pdf_tool(
    name: str = "generate_pdf",
    description: str = "Make a PDF document of a text in Markdown.",
    *,
    input_schema: Document | None = None,
    **defaults: object,
) -> ToolDefinition:
    """Let the model have PDF documents made; the server does it without a provider.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        input_schema: JSON schema of the arguments; what the server's task takes when None.
        defaults: arguments that hold unless the model says otherwise.
    """
    return _making("GENERATE_PDF", name, description, input_schema or _PDF, {}, defaults)


def _provider(llm_provider: str, model: str) -> Document:
    check_text("llm_provider", llm_provider)
    check_text("model", model)
    return {"llmProvider": llm_provider, "model": model}


def _making(
    task_type: str,
    name: str,
    description: str,
    input_schema: Document,
    provider: Document,
    defaults: Mapping[str, object],
) -> ToolDefinition:
    return ToolDefinition(
        name=name,
        description=description,
        tool_type=task_type.lower(),
        input_schema=dict(input_schema),
        config={"taskType": task_type, **provider, **defaults},
    )
