"""JSON schemas that a worker states itself, and validation by them where ``strict_schema`` asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Protocol, TypeAlias, cast

from conductor_core.errors import NonRetryableException, WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._worker import WorkerDefinition

Side: TypeAlias = Literal["input", "output"]
Schema: TypeAlias = dict[str, Any]

_MASK: Final = "the value"
_MAX_PROBLEMS: Final = 3


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A JSON schema, made by :func:`json_schema`."""

    document: Schema


def json_schema(document: Mapping[str, Any]) -> JsonSchema:
    """Mark a document as a JSON schema, for ``input_type`` and ``output_type`` of a worker.

    Raises:
        WorkerError: it is no mapping.
    """
    if not isinstance(cast("object", document), Mapping):
        raise WorkerError(f"json_schema takes the schema as a mapping, got {type(document).__name__}")
    return JsonSchema(dict(document))


@dataclass(frozen=True, slots=True)
class WorkerSchemas:
    """What a worker says of its input and output, each a :class:`JsonSchema`, a type, or None for nothing."""

    input: object = None
    output: object = None

    def document(self, side: Side) -> Schema | None:
        """Return the JSON schema of one side; None where the worker says nothing.

        Raises:
            WorkerError: a type that no schema can be made of.
        """
        stated = self.input if side == "input" else self.output
        if stated is None:
            return None
        if isinstance(stated, JsonSchema):
            return stated.document
        from conductor_core.worker._schema import stated_schema  # noqa: PLC0415 - loads pydantic

        try:
            return stated_schema(stated, is_output=side == "output")
        except TypeError as error:
            raise WorkerError(f"{side}_type: {error}") from error


class SchemaMismatchError(NonRetryableException):
    """Input or output does not fit the schema that its worker states; trying again cannot help.

    Attributes:
        path: where the first bad value is.
        side: ``input`` or ``output``.
    """

    def __init__(self, side: Side, problems: list[tuple[str, str]]) -> None:
        self.side = side
        self.path: str = problems[0][0] or "."
        shown = "; ".join(f"{path}: {text}" if path else text for path, text in problems[:_MAX_PROBLEMS])
        more = f" (and {len(problems) - _MAX_PROBLEMS} more)" if len(problems) > _MAX_PROBLEMS else ""
        super().__init__(f"the {side} does not fit its schema: {shown}{more}")


class SchemaCheck:
    """Validates one side of one worker.

    Args:
        worker: task definition name, for messages.
        side: what is validated.
        document: the schema.

    Raises:
        WorkerError: the validating library is not installed, or the document is no usable schema.
    """

    def __init__(self, worker: str, side: Side, document: Schema) -> None:
        self._side: Side = side
        try:
            library = cast("_Library", importlib.import_module("jsonschema_rs"))
        except ImportError:
            raise WorkerError(
                f"worker {worker!r} states a schema of its {side}, and strict_schema asks to validate by it: "
                "pip install 'conductor-core[schema]'"
            ) from None
        try:
            self._validator = library.validator_for(document, validate_formats=True, retriever=_refuse, mask=_MASK)
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise WorkerError(f"worker {worker!r}: the schema of its {side} cannot be used: {reason}") from None

    def __call__(self, value: object) -> None:
        """Validate a value of JSON's own types.

        Raises:
            SchemaMismatchError: it does not fit; the message names places and rules, never values.
        """
        problems = [(".".join(map(str, e.instance_path)), e.message) for e in self._validator.iter_errors(value)]
        if problems:
            raise SchemaMismatchError(self._side, problems)


def check_of(definition: WorkerDefinition, config: WorkerConfig, side: Side) -> SchemaCheck | None:
    """Return what validates one side; None where the worker states nothing of it, or nobody asked.

    Raises:
        WorkerError: it cannot be validated.
    """
    document = definition.schemas.document(side) if config.strict_schema else None
    return SchemaCheck(definition.name, side, document) if document is not None else None


def is_bound_strictly(definition: WorkerDefinition, config: WorkerConfig) -> bool:
    """Tell whether the signature is the judge of the input: where the worker states a schema, that one is."""
    return config.strict_schema and definition.schemas.input is None


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched: put it below $defs")


class _Error(Protocol):
    @property
    def message(self) -> str: ...
    @property
    def instance_path(self) -> list[str | int]: ...


class _Validator(Protocol):
    def iter_errors(self, instance: object) -> Iterable[_Error]: ...


class _Library(Protocol):
    def validator_for(
        self, schema: Schema, *, validate_formats: bool, retriever: Callable[[str], NoReturn], mask: str
    ) -> _Validator: ...
