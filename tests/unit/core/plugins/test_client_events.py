"""What listeners are told about workflows that clients start and fetch."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, Plugins, Settings, get, hookimpl, post
from conductor_core._plugins._client_events import told_to
from conductor_core._plugins._listeners import Listeners, make_listener, methods_of
from conductor_core.errors import ServerError
from conductor_core.events import CLIENT_EVENT_TYPES, WorkflowInputPayloadSize, WorkflowPayloadUsed, WorkflowStarted
from conductor_core.starts import start_of

if TYPE_CHECKING:
    from conductor_core import Call
    from conductor_core.interfaces import Exchange

BROKEN = ServerError(method="POST", url="u", status=503, message="no")
START: dict[str, Any] = {"name": "orders", "version": 2, "input": {"a": 1}}


class Recorder:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def _tell(self, event: Any) -> None:
        self.told.append(event)

    on_workflow_started = on_workflow_input_payload_size = on_workflow_payload_used = _tell


def told(call: Call[Any], answer: object, *listeners: object) -> list[Any]:
    """Run one call whose answer, or failure, is known; return what a listener heard."""
    recorder = Recorder()

    def steps(_call: Call[Any]) -> Exchange:
        yield from ()
        if isinstance(answer, Exception):
            raise answer
        return answer

    rows = [(one, methods_of(one)) for one in (*listeners, recorder)]
    by_hook = {
        kind.hook: tuple(make_listener("x", methods[kind.hook], one) for one, methods in rows if kind.hook in methods)
        for kind in CLIENT_EVENT_TYPES
    }
    running = told_to(Listeners(MappingProxyType(by_hook)), steps)(call)
    with pytest.raises((StopIteration, ServerError)) as ended:
        next(running)
    if isinstance(ended.value, StopIteration):
        assert ended.value.value is answer
    return recorder.told


def test_a_start_is_told_with_its_id_and_the_size_of_its_input() -> None:
    started, size = told(post("/workflow", body=START, returns=str), "w-1")
    assert isinstance(started, WorkflowStarted)
    assert (started.name, started.version, started.success, started.workflow_id) == ("orders", 2, True, "w-1")
    assert started.cause is None
    assert isinstance(size, WorkflowInputPayloadSize)
    assert (size.name, size.version, size.size_bytes) == ("orders", 2, len('{"a":1}'))


def test_a_start_that_fails_is_told_with_its_cause() -> None:
    (started,) = told(post("/workflow/{}", "orders", body={"a": 1}, returns=str), BROKEN)
    assert (started.name, started.version, started.success, started.cause) == ("orders", None, False, BROKEN)


def test_payloads_outside_of_the_server_are_told() -> None:
    stored = {**START, "externalInputPayloadStoragePath": "in/1"}
    *_, written = told(post("/workflow", body=stored, returns=str), "w-1")
    assert isinstance(written, WorkflowPayloadUsed)
    assert (written.operation, written.payload_type, written.name) == ("WRITE", "WORKFLOW_INPUT", "orders")
    answer = {"workflowName": "orders", "workflowVersion": 2, "externalOutputPayloadStoragePath": "out/1"}
    (read,) = told(get("/workflow/{}", "w-1", returns=dict[str, Any]), answer)
    assert (read.operation, read.payload_type, read.name, read.version) == ("READ", "WORKFLOW_OUTPUT", "orders", 2)


def test_other_calls_tell_nothing() -> None:
    assert told(get("/workflow/{}", "w-1", returns=dict[str, Any]), {"workflowName": "orders"}) == []
    assert told(post("/metadata/workflow", body={}, returns=dict[str, Any]), {}) == []
    assert start_of(get("/workflow/{}", "w-1", returns=dict[str, Any])) is None


def test_a_listener_that_raises_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def on_workflow_started(self, event: Any) -> None:
            raise RuntimeError("my fault")

    assert len(told(post("/workflow", body=START, returns=str), "w-1", Broken())) == 2
    assert "listener x failed on WorkflowStarted: RuntimeError('my fault')" in caplog.text


def test_an_async_listener_is_said_not_to_be_told(caplog: pytest.LogCaptureFixture) -> None:
    class Waiting:
        async def on_workflow_started(self, event: Any) -> None:
            raise AssertionError(event)

    assert len(told(post("/workflow", body=START, returns=str), "w-1", Waiting())) == 2
    assert "plain functions only" in caplog.text


def test_without_a_listener_nothing_stands_around_calls() -> None:
    def steps(call: Call[Any]) -> Exchange:
        raise AssertionError(call)

    assert told_to(Listeners(), steps) is steps


class Hooked:
    """A plugin that listens through hooks."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    @hookimpl
    def conductor_on_workflow_started(self, event: WorkflowStarted) -> None:
        self.told.append(event)

    @hookimpl
    def conductor_on_workflow_input_payload_size(self, event: WorkflowInputPayloadSize) -> None:
        self.told.append(event)

    @hookimpl
    def conductor_on_workflow_payload_used(self, event: WorkflowPayloadUsed) -> None:
        self.told.append(event)


def test_a_plugin_hears_everything_through_its_hooks() -> None:
    hooked = Hooked()
    plugins = Plugins.from_settings(Settings(), plugins=[hooked])

    def steps(_call: Call[Any]) -> Exchange:
        yield from ()
        return "w-1"

    stored = {**START, "externalInputPayloadStoragePath": "in/1"}
    with pytest.raises(StopIteration):
        next(plugins.wrap_call(steps, plugins.settings)(post("/workflow", body=stored, returns=str)))
    assert [type(event) for event in hooked.told] == [WorkflowStarted, WorkflowInputPayloadSize, WorkflowPayloadUsed]


def test_listeners_of_a_plugin_set_hear_of_its_conductors() -> None:
    recorder = Recorder()
    settings = Settings(server_url="embedded://memory/client-events", transport="embedded")
    plugins = Plugins.from_settings(settings, listeners=[recorder])
    with Conductor(plugins=plugins) as conductor, pytest.raises(Exception, match="404"):
        conductor.run(post("/workflow/{}", "unknown", body={}, returns=str))
    (started,) = recorder.told
    assert (started.name, started.success) == ("unknown", False)
