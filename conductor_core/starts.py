"""Calls that start workflows, for those who stand around calls: what is started, and its input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core import Call

_WHOLE_REQUEST: Final = frozenset({"/workflow", "/workflow/execute/{}/{}"})
_INPUT_ONLY: Final = "/workflow/{}"


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow that a call starts.

    Attributes:
        name: name of the workflow.
        version: its version as text; empty when the call leaves it to the server.
        call: the call itself.
    """

    name: str
    version: str
    call: Call[Any]

    def input_size(self) -> int:
        """Return the size of the input as JSON, in bytes."""
        from pydantic_core import to_json  # noqa: PLC0415 - the core has loaded it for the body

        return len(to_json(_input_of(self.call), by_alias=True))

    @property
    def is_stored_elsewhere(self) -> bool:
        """Whether the input is kept outside of the server, and only its path is sent."""
        body = self.call.body
        names = "externalInputPayloadStoragePath", "external_input_payload_storage_path"
        return self.call.template in _WHOLE_REQUEST and any(_field(body, name) for name in names)

    def with_input(self, further: Mapping[str, object]) -> Call[Any]:
        """Return the call with further keys in the workflow's input."""
        values = {**_input_of(self.call), **further}
        body = self.call.body
        if self.call.template == _INPUT_ONLY:
            return replace(self.call, body=values)
        if isinstance(body, dict):
            return replace(self.call, body={**cast("dict[str, object]", body), "input": values})
        return replace(self.call, body=cast("Any", body).model_copy(update={"input": values}))


def start_of(call: Call[Any]) -> Start | None:
    """Return what a call starts, or None when it starts nothing."""
    if call.method != "POST":
        return None
    if call.template == _INPUT_ONLY and isinstance(call.body, dict):
        return Start(call.target.rpartition("/")[2], dict(call.query).get("version", ""), call)
    if call.template in _WHOLE_REQUEST:
        version = _field(call.body, "version")
        return Start(str(_field(call.body, "name") or ""), "" if version is None else str(version), call)
    return None


def _input_of(call: Call[Any]) -> dict[str, object]:
    found = call.body if call.template == _INPUT_ONLY else _field(call.body, "input")
    return dict(cast("Mapping[str, object]", found)) if isinstance(found, dict) else {}


def _field(body: object, name: str) -> object:
    if isinstance(body, dict):
        return cast("dict[str, object]", body).get(name)
    found: object = getattr(body, name, None)
    return found
