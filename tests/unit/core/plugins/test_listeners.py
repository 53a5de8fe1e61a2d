"""Listeners: hooks or plain methods, sync or async, frozen before the first event."""

from __future__ import annotations

import dataclasses
import inspect
import logging
from functools import partial
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import events, hookimpl, hookspecs
from conductor_core._plugins import Listeners
from conductor_core.errors import PluginLoadError
from conductor_core.events import (
    CLIENT_EVENT_TYPES,
    EVENT_TYPES,
    Event,
    PollFailure,
    PollStarted,
    TaskExecutionCompleted,
)
from conductor_core.models import TaskResult

if TYPE_CHECKING:
    from conductor_core import Settings
    from tests._support.fake_plugins import FakeEnvironment

STARTED = PollStarted(task_type="t", worker_id="w", poll_count=1)
VALUES: dict[str, Any] = {
    "task_type": "t",
    "worker_id": "w",
    "poll_count": 1,
    "duration_ms": 1.5,
    "tasks_received": 2,
    "cause": ValueError("no"),
    "task_id": "1",
    "workflow_instance_id": "2",
    "output_size_bytes": 3,
    "retry_count": 4,
    "task_result": TaskResult(),
    "tasks": ({"taskId": "1"},),
    "restarts": 5,
    "operation": "READ",
    "payload_type": "TASK_INPUT",
    "size_bytes": 6,
}


def event_of(kind: type[Event]) -> Event:
    names = [field.name for field in dataclasses.fields(kind) if field.name != "timestamp"]
    return kind(**{name: VALUES[name] for name in names})


class SeedsListener:
    """A listener as the official SDKs have them: an object with plain methods."""

    def __init__(self) -> None:
        self.told: list[Event] = []

    def _tell(self, event: Event) -> None:
        self.told.append(event)

    on_poll_started = on_poll_completed = on_poll_failure = on_task_paused = _tell
    on_task_execution_started = on_task_execution_completed = on_task_execution_failure = _tell
    on_task_update_completed = on_task_update_failure = _tell
    on_task_queue_full = on_worker_restarted = on_task_payload_used = on_task_result_payload_size = _tell
    on_workers_stopped = _tell


def test_every_event_has_a_hook_and_a_method_of_the_seeds(fake: FakeEnvironment) -> None:
    listener = SeedsListener()
    listeners = fake.plugins(listeners=[listener]).listeners()
    told = [event_of(kind) for kind in EVENT_TYPES]
    for event in told:
        # Built-ins listen to failures too; here only the one made in code is called.
        (found,) = [row for row in listeners.of(type(event)) if row.name.startswith("code:")]
        found.function(event)
    assert listener.told == told


def test_events_and_hooks_are_the_same_list() -> None:
    classes: list[Any] = [kind for kind in vars(events).values() if inspect.isclass(kind)]
    kinds = [kind for kind in classes if "hook" in vars(kind)]
    hooks = [name for name in vars(hookspecs.ListenerSpecs) if name.startswith("conductor_on_")]
    assert sorted(kind.hook for kind in kinds) == sorted(hooks)
    assert sorted(hooks) == sorted(kind.hook for kind in (*EVENT_TYPES, *CLIENT_EVENT_TYPES))


def test_events_are_frozen_and_say_when() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        STARTED.poll_count = 2  # type: ignore[misc]  # that is the point
    assert STARTED.timestamp.utcoffset() is not None
    assert not hasattr(STARTED, "__dict__")


def test_a_listener_is_told_what_it_has_a_method_for(fake: FakeEnvironment) -> None:
    class Partial:
        on_poll_started = None  # not a method

        def on_task_execution_completed(self, event: object) -> None:
            """Listen."""

        def conductor_on_poll_failure(self, event: object) -> None:
            """Listen, by the full name of the hook."""

    listeners = fake.plugins(listeners=[Partial()]).listeners()
    names = {hook: [row.name for row in rows] for hook, rows in listeners.by_hook.items()}
    assert names["conductor_on_task_execution_completed"] == ["code:Partial"]
    assert "code:Partial" in names["conductor_on_poll_failure"]
    assert listeners.of(PollStarted) == ()


def test_a_class_is_made(fake: FakeEnvironment) -> None:
    listeners = fake.plugins(listeners=[SeedsListener]).listeners()
    (row,) = listeners.of(PollStarted)
    row.function(STARTED)
    owner: Any = row.function
    assert owner.__self__.told == [STARTED]
    assert row.name == "code:SeedsListener"


def test_a_class_that_needs_arguments_is_refused_at_once(fake: FakeEnvironment) -> None:
    class Needy(SeedsListener):
        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    with pytest.raises(PluginLoadError, match=r"Needy cannot be made without arguments .*pass an object"):
        fake.plugins(listeners=[Needy])


@pytest.mark.parametrize("listener", [object(), print, "on_poll_started", ModuleType("empty"), None])
def test_what_listens_to_nothing_is_refused_at_once(fake: FakeEnvironment, listener: object) -> None:
    with pytest.raises(PluginLoadError, match="has no method of a listener, like on_task_execution_completed"):
        fake.plugins(listeners=[listener])


def test_a_module_may_listen(fake: FakeEnvironment) -> None:
    told: list[object] = []
    module = ModuleType("listening")
    vars(module)["on_poll_started"] = told.append
    (row,) = fake.plugins(listeners=[module]).listeners().of(PollStarted)
    row.function(STARTED)
    assert (row.name, told) == ("code:listening", [STARTED])


def test_an_installed_listener_needs_no_mark(fake: FakeEnvironment) -> None:
    told: list[object] = []
    fake.add("conductor.listeners", "plain", on_poll_started=told.append)
    (row,) = fake.plugins().listeners().of(PollStarted)
    row.function(STARTED)
    assert (row.name, told) == ("listeners:plain", [STARTED])


def test_a_listener_may_be_added_until_workers_start(fake: FakeEnvironment) -> None:
    plugins = fake.plugins()
    before = plugins.listeners()
    plugins.add_listener(SeedsListener())
    assert before.of(PollStarted) == ()
    assert len(plugins.listeners().of(PollStarted)) == 1


def test_listeners_are_frozen(fake: FakeEnvironment) -> None:
    listeners = fake.plugins(listeners=[SeedsListener()]).listeners()
    assert isinstance(listeners.by_hook, MappingProxyType)
    assert isinstance(listeners.of(PollStarted), tuple)
    assert listeners
    assert not Listeners()


def test_a_listener_is_told_once_however_it_came(fake: FakeEnvironment) -> None:
    class Marked:
        @hookimpl
        def conductor_on_poll_started(self, event: object) -> None:
            """Listen."""

    listener = Marked()
    plugins = fake.plugins(plugins=[listener], listeners=[listener])
    plugins.add_listener(listener)
    assert len(plugins.listeners().of(PollStarted)) == 1


async def test_async_listeners_are_known_as_such(fake: FakeEnvironment) -> None:
    told: list[object] = []

    class Callable:
        async def __call__(self, event: object) -> None:
            told.append(event)

    class Mixed:
        def __init__(self) -> None:
            self.on_poll_completed = Callable()
            self.on_poll_failure = partial(self._tell, "partial")

        async def _tell(self, text: str, event: object) -> None:
            told.append((text, event))

        async def on_poll_started(self, event: object) -> None:
            told.append(event)

        @hookimpl
        async def conductor_on_task_paused(self) -> None:
            told.append("paused")

        def on_task_execution_started(self, event: object) -> None:
            told.append(event)

    listeners = fake.plugins(plugins=[Mixed()]).listeners()
    found = {hook: row for hook, rows in listeners.by_hook.items() for row in rows if row.name == "code:Mixed"}
    assert {hook.removeprefix("conductor_on_"): row.is_async for hook, row in found.items()} == {
        "poll_started": True,
        "poll_completed": True,
        "poll_failure": True,
        "task_paused": True,
        "task_execution_started": False,
    }
    for row in found.values():
        answer = row.function(STARTED)
        if row.is_async:
            await answer
    assert len(told) == 5


def test_a_hook_may_leave_out_the_event(fake: FakeEnvironment) -> None:
    told: list[str] = []

    @hookimpl
    def conductor_on_poll_started() -> None:
        told.append("started")

    vars(conductor_on_poll_started)["conductor_blocking"] = True
    fake.add("conductor.plugins", "short", conductor_on_poll_started=conductor_on_poll_started)
    (row,) = fake.plugins().listeners().of(PollStarted)
    row.function(STARTED)
    assert told == ["started"]
    assert row.blocking


def test_a_listener_may_say_that_it_blocks(fake: FakeEnvironment) -> None:
    class Slow(SeedsListener):
        conductor_blocking = True

    (slow,) = fake.plugins(listeners=[Slow()]).listeners().of(PollStarted)
    (quick,) = fake.plugins(listeners=[SeedsListener()]).listeners().of(PollStarted)
    assert (slow.blocking, quick.blocking) == (True, False)


def test_the_built_in_listener_logs_failures_only(fake: FakeEnvironment, caplog: pytest.LogCaptureFixture) -> None:
    listeners = fake.plugins().listeners()
    assert listeners.of(PollStarted) == listeners.of(TaskExecutionCompleted) == ()
    with caplog.at_level(logging.DEBUG, "conductor"):
        for kind in EVENT_TYPES:
            for row in listeners.of(kind):
                row.function(event_of(kind))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "polling t failed after 2 ms: no"),
        ("ERROR", "task 1 (t) of workflow 2 failed after 2 ms: ValueError: no"),
        ("CRITICAL", "result of task 1 (t) of workflow 2 not delivered after 4 tries: no"),
    ]
    assert listeners.of(PollFailure)[0].name == "listeners:logging"


class Making:
    """A plugin that makes its listeners when workers start."""

    def __init__(self, *made: object) -> None:
        self._made = made
        self.asked: list[Settings] = []

    @hookimpl
    def conductor_register_listeners(self, settings: Settings) -> object:
        self.asked.append(settings)
        if "broken" in self._made:
            raise ValueError("broken")
        return self._made


def test_a_plugin_makes_its_listeners_for_the_settings(fake: FakeEnvironment) -> None:
    first, second = SeedsListener(), SeedsListener()
    plugin = Making(first, second)
    plugins = fake.plugins(plugins=[plugin])
    found = [row for row in plugins.listeners().of(PollStarted) if row.name == "code:Making"]
    for row in found:
        row.function(STARTED)
    assert first.told == second.told == [STARTED]
    assert plugin.asked == [plugins.settings]


def test_a_plugin_that_is_switched_off_makes_none_and_costs_nothing(fake: FakeEnvironment) -> None:
    assert fake.plugins(plugins=[Making()]).listeners().of(PollStarted) == ()


def test_a_plugin_that_fails_to_make_listeners_is_logged_and_skipped(
    fake: FakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    listener = SeedsListener()
    listeners = fake.plugins(plugins=[Making("broken")], listeners=[listener]).listeners()
    assert [row.name for row in listeners.of(PollStarted)] == ["code:SeedsListener"]
    assert "code:Making listens to nothing" in caplog.text
