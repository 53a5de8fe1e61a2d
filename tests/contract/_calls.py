"""What the installed clients send, without sending it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from conductor_core import Call, Plugins, Settings, Sleep
from conductor_core._endpoint import endpoints_of
from conductor_core._plugins import _known
from conductor_core.errors import NotFoundError
from tests.contract import _spec
from tests.contract._samples import arguments_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conductor_core import Api

_MOST_STEPS = 10


@dataclass(frozen=True)
class Sent:
    """One call of one client method."""

    client: str
    method: str
    call: Call[Any]

    @property
    def key(self) -> tuple[str, str]:
        """Verb and path template."""
        return self.call.method, self.call.template

    def __str__(self) -> str:
        return f"{self.client}.{self.method} {self.call.method} {self.call.template}"


@cache
def clients() -> dict[str, type[Api[Any]]]:
    """The class of every installed client, by name."""
    plugins = Plugins.from_settings(Settings())
    return {name: plugins.client(name) for name in plugins.names(_known.CLIENTS)}


def methods() -> list[tuple[str, str]]:
    """Client and name of every method."""
    return [(client, name) for client, api in clients().items() for name in sorted(endpoints_of(api))]


@cache
def all_sent() -> tuple[Sent, ...]:
    """Every call of every method, built with sample values; one for each operation of a method."""
    found: dict[tuple[str, str, str, str], Sent] = {}
    for client, name in methods():
        for call in _calls_of(client, name):
            found.setdefault((client, name, call.method, call.template), Sent(client, name, call))
    return tuple(found.values())


def _calls_of(client: str, name: str) -> Iterator[Call[Any]]:
    api = clients()[client]
    endpoint = endpoints_of(api)[name]
    arguments = arguments_of(endpoint)
    instance = api(None)  # type: ignore[arg-type]  # builders never touch the driver
    if endpoint.is_flow:
        for fails in (False, True):
            yield from _steps(endpoint.call(instance, **arguments), fails=fails)
    else:
        yield endpoint.build(instance, **arguments)


def _steps(flow: Generator[Any, Any, Any], *, fails: bool) -> Iterator[Call[Any]]:
    """Run a flow on answers that are made from the schema; its first call may find nothing."""
    answer: Any = None
    for number in itertools.count():
        try:
            step = flow.throw(_not_found()) if number == 1 and fails else flow.send(answer)
        except (StopIteration, NotFoundError):
            return
        if isinstance(step, Sleep) or number == _MOST_STEPS:
            flow.close()
            return
        yield step
        answer = answer_of(step)


def answer_of(call: Call[Any]) -> Any:
    """An answer as the OpenAPI document describes it, read as the call reads it."""
    if call.returns is None:
        return None
    operation = _spec.operations()[call.method, call.template]
    kind: Any = call.returns
    return TypeAdapter[Any](kind).validate_python(_spec.example(operation.answer))


def _not_found() -> NotFoundError:
    return NotFoundError(method="GET", url="http://conductor.test/api", status=404)
