"""A plugin that is not what it should be is reported and skipped; nothing of it is half registered."""

from __future__ import annotations

import logging
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import PluginError, Settings, hookimpl
from conductor_core.errors import DuplicatePluginError, PluginLoadError
from conductor_core.events import PollStarted
from conductor_core.hookspecs import HOOK_API_VERSION
from tests._support.fake_plugins import FakeEnvironment, row_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator
    from pathlib import Path


def on_poll_started(event: object) -> None:
    """Listen."""


async def register_late() -> None:
    """Register too late."""


async def wrap_late(next: object) -> object:  # noqa: A002 - the hook's name for it
    return next


async def wrap_by_and_by(next: object) -> AsyncIterator[object]:  # noqa: A002 - the hook's name for it
    yield next


def misspelt(evnt: object) -> None:
    """Name an argument that the hook does not have."""


def around(event: object) -> Generator[None, object, object]:
    """Stand around other listeners, as pluggy would have it."""
    return (yield)


def around_old(event: object) -> Generator[None]:
    """Do the same in the old way."""
    yield


@hookimpl
def hooked(event: object) -> None:
    """Listen."""


HOOK = hooked
WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "implements no hook of this framework; mark its functions with @hookimpl"),
    ({"conductor_on_poll_started": on_poll_started}, "mark its functions with @hookimpl"),
    (
        {"conductor_on_pol_started": HOOK},
        "conductor_on_pol_started is no hook of this framework; did you mean 'conductor_on_poll_started'",
    ),
    ({"conductor_on_poll_started": hookimpl(misspelt)}, "Argument(s) {'evnt'} are declared in the hookimpl"),
    (
        {"conductor_register_auth": hookimpl(register_late)},
        "conductor_register_auth is a coroutine function, and this hook is called without await; make it a plain def",
    ),
    ({"conductor_wrap_execute": hookimpl(wrap_late)}, "conductor_wrap_execute is a coroutine function"),
    ({"conductor_wrap_execute": hookimpl(wrap_by_and_by)}, "conductor_wrap_execute is a coroutine function"),
    (
        {"anything": hookimpl(specname="conductor_register_auth")(register_late)},
        "conductor_register_auth is a coroutine function",
    ),
    ({"conductor_hook_api": 3, "conductor_on_poll_started": HOOK}, "needs hook API 3, this core offers 1"),
    ({"conductor_hook_api": 0, "conductor_on_poll_started": HOOK}, "needs hook API 0"),
    ({"conductor_hook_api": "new", "conductor_on_poll_started": HOOK}, "needs hook API new"),
    ({"conductor_on_poll_started": hookimpl(wrapper=True)(around)}, "conductor_on_poll_started is a pluggy wrapper"),
    ({"conductor_on_poll_started": hookimpl(hookwrapper=True)(around_old)}, "is a pluggy wrapper"),
]


def _id(value: dict[str, Any] | str) -> str:
    """Names, since the text of a function differs from process to process."""
    return (value if isinstance(value, str) else " and ".join(value))[:50]


@pytest.mark.parametrize(("attributes", "reason"), WRONG, ids=_id)
def test_what_breaks_the_contract_is_skipped_with_the_reason(
    fake: FakeEnvironment, caplog: pytest.LogCaptureFixture, attributes: dict[str, Any], reason: str
) -> None:
    fake.add("conductor.plugins", "wrong", **attributes)
    fake.add("conductor.plugins", "xfine", conductor_on_poll_started=HOOK)
    plugins = fake.plugins()
    listeners = plugins.listeners()
    row = row_of(plugins, "plugins:wrong")
    assert row.state == "failed"
    assert reason in row.reason
    assert row.hooks == ()
    assert [listener.name for listener in listeners.of(PollStarted)] == ["plugins:xfine"]
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "plugins:wrong" in record.getMessage()
    assert "is skipped" in record.getMessage()


def test_the_present_hook_api_is_accepted(fake: FakeEnvironment) -> None:
    attributes: dict[str, Any] = {"conductor_hook_api": HOOK_API_VERSION, "conductor_on_poll_started": HOOK}
    fake.add("conductor.plugins", "fine", **attributes)
    plugins = fake.plugins()
    plugins.listeners()
    assert row_of(plugins, "plugins:fine").state == "active"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ValueError('no licence')", "ValueError: no licence (line 1 of breaking.py)"),
        ("import a_module_that_is_not_there", "ModuleNotFoundError: No module named 'a_module_that_is_not_there'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("assert False, 'never'", "AssertionError: never"),
        ("def (", "SyntaxError"),
        ("raise BaseException('anything')", "BaseException: anything"),
    ],
)
def test_a_plugin_that_breaks_while_imported_is_skipped(
    fake: FakeEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, reason: str
) -> None:
    (tmp_path / "breaking.py").write_text(source)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    fake.add_value("conductor.plugins", "breaking", "breaking")
    plugins = fake.plugins()
    plugins.listeners()
    row = row_of(plugins, "plugins:breaking")
    assert row.state == "failed"
    assert reason in row.reason
    assert row.load_ms is not None
    assert "breaking" not in sys.modules


def test_ctrl_c_during_an_import_is_not_swallowed(
    fake: FakeEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "interrupted.py").write_text("raise KeyboardInterrupt")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    fake.add_value("conductor.plugins", "interrupted", "interrupted")
    with pytest.raises(KeyboardInterrupt):
        fake.plugins().listeners()


def test_an_attribute_that_raises_is_a_reason_too(fake: FakeEnvironment) -> None:
    class Trap:
        @property
        def conductor_hook_api(self) -> int:
            raise RuntimeError("trap")

    module = fake.add("conductor.plugins", "trap_module", trap=Trap())
    fake.offers.clear()
    fake.add_value("conductor.plugins", "trap", f"{module.__name__}:trap")
    plugins = fake.plugins()
    plugins.listeners()
    assert "RuntimeError: trap" in row_of(plugins, "plugins:trap").reason


def test_a_class_is_made_and_a_class_that_needs_arguments_is_skipped(fake: FakeEnvironment) -> None:
    class Fine:
        @hookimpl
        def conductor_on_poll_started(self, event: object) -> None:
            """Listen."""

    class Needy(Fine):
        def __init__(self, argument: object) -> None:
            """Need an argument."""

    module = fake.add("conductor.plugins", "unused", Fine=Fine, Needy=Needy)
    fake.offers.clear()
    fake.add_value("conductor.plugins", "fine", f"{module.__name__}:Fine")
    fake.add_value("conductor.plugins", "needy", f"{module.__name__}:Needy")
    fake.add_value("conductor.plugins", "absent", f"{module.__name__}:Absent")
    plugins = fake.plugins()
    assert [listener.name for listener in plugins.listeners().of(PollStarted)] == ["plugins:fine"]
    assert "TypeError" in row_of(plugins, "plugins:needy").reason
    assert "has no attribute 'Absent'" in row_of(plugins, "plugins:absent").reason


def test_a_plugin_is_loaded_once(fake: FakeEnvironment) -> None:
    made: list[int] = []

    class Counting:
        def __init__(self) -> None:
            made.append(1)

        @hookimpl
        def conductor_on_poll_started(self, event: object) -> None:
            """Listen."""

    module = fake.add("conductor.plugins", "unused", Counting=Counting)
    fake.offers.clear()
    fake.add_value("conductor.plugins", "counting", f"{module.__name__}:Counting")
    plugins = fake.plugins()
    for _ in range(3):
        assert len(plugins.listeners().of(PollStarted)) == 1
    assert made == [1]


def test_a_failure_is_logged_once(fake: FakeEnvironment, caplog: pytest.LogCaptureFixture) -> None:
    fake.add_value("conductor.plugins", "broken", "a_module_that_is_not_there")
    plugins = fake.plugins()
    for _ in range(3):
        plugins.listeners()
    assert len(caplog.records) == 1


def test_duplicates_of_general_plugins_fail_each_time(fake: FakeEnvironment) -> None:
    fake.add("conductor.plugins", "acme", "general_one", conductor_on_poll_started=HOOK)
    fake.add("conductor.plugins", "acme", "general_two", conductor_on_poll_started=HOOK)
    plugins = fake.plugins()
    for _ in range(2):  # also the second time: going on without them could lose a signature
        with pytest.raises(DuplicatePluginError, match=r"general_one.*general_two"):
            plugins.listeners()
    assert row_of_all(plugins, "plugins:acme") == {"failed"}


def row_of_all(plugins: Any, name: str) -> set[str]:
    return {row.state for row in plugins.report() if row.name == name}


def test_one_module_behind_two_entry_points_listens_once(fake: FakeEnvironment) -> None:
    module = fake.add("conductor.plugins", "both", conductor_on_poll_started=HOOK)
    fake.add_value("conductor.listeners", "both", module.__name__)
    plugins = fake.plugins()
    assert len(plugins.listeners().of(PollStarted)) == 1
    states = {row.name: (row.state, row.reason, row.hooks) for row in plugins.report() if row.name.endswith(":both")}
    assert states["plugins:both"] == ("active", "", ("conductor_on_poll_started",))
    assert states["listeners:both"] == ("shared", "applied once, as plugins:both", ())


def test_hooks_of_other_distributions_are_optional(fake: FakeEnvironment) -> None:
    @hookimpl(optionalhook=True)
    def conductor_server_routes(app: object) -> None:
        """Add routes to a server of another distribution."""

    fake.add("conductor.plugins", "routes", conductor_server_routes=conductor_server_routes)
    plugins = fake.plugins()
    plugins.listeners()
    row = row_of(plugins, "plugins:routes")
    assert (row.state, row.hooks) == ("active", ("conductor_server_routes",))


def test_two_plugins_of_one_class_are_two_plugins(fake: FakeEnvironment) -> None:
    class Listening:
        def on_poll_started(self, event: object) -> None:
            """Listen."""

    first, second = Listening(), Listening()
    plugins = fake.plugins(plugins=[first, second, first], listeners=[first])
    assert len(plugins.listeners().of(PollStarted)) == 2
    names = [row.name for row in plugins.report() if row.name.startswith("code:")]
    assert names == ["code:Listening", "code:Listening-2"]


def test_a_wrong_plugin_in_code_leaves_those_before_it_alone(fake: FakeEnvironment) -> None:
    class Fine:
        def on_poll_started(self, event: object) -> None:
            """Listen."""

    plugins = fake.plugins(plugins=[Fine()])
    wrong = ModuleType("wrong")
    vars(wrong)["conductor_register_auth"] = hookimpl(register_late)
    with pytest.raises(
        PluginLoadError, match="the plugin wrong cannot be used: conductor_register_auth is a coroutine"
    ):
        fake.plugins(plugins=[Fine(), wrong])
    assert len(plugins.listeners().of(PollStarted)) == 1


def test_every_failure_is_a_plugin_error() -> None:
    assert issubclass(PluginLoadError, PluginError)
    assert issubclass(DuplicatePluginError, PluginError)
    assert Settings().load_plugins is None
