"""Authors of plugins want a broken one to be an error, with its traceback."""

from __future__ import annotations

import pytest

from conductor_core import Settings, hookimpl
from conductor_core.errors import PluginLoadError
from tests._support.fake_plugins import FakeEnvironment, row_of

STRICT = Settings(strict_plugins=True)


def test_a_broken_plugin_is_an_error_and_its_traceback_is_logged(
    fake: FakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    fake.add_value("conductor.plugins", "broken", "a_module_that_is_not_there")
    plugins = fake.plugins(STRICT)
    for _ in range(2):
        with pytest.raises(PluginLoadError, match=r"plugins:broken .* cannot be loaded, and strict_plugins is set"):
            plugins.listeners()
    assert caplog.records[0].exc_info is not None


def test_the_report_still_shows_all_of_them(fake: FakeEnvironment) -> None:
    fake.add_value("conductor.plugins", "broken", "a_module_that_is_not_there")
    fake.add_value("conductor.plugins", "worse", "another_one")
    plugins = fake.plugins(STRICT)
    plugins.load_needed()
    assert {row_of(plugins, f"plugins:{name}").state for name in ("broken", "worse")} == {"failed"}


def test_a_plugin_that_cannot_make_its_listeners_is_an_error_too(fake: FakeEnvironment) -> None:
    def failing() -> list[object]:
        raise RuntimeError("no meter")

    fake.add("conductor.plugins", "acme", conductor_register_listeners=hookimpl(failing))
    with pytest.raises(PluginLoadError, match="conductor_register_listeners, and strict_plugins is set: no meter"):
        fake.plugins(STRICT).listeners()


def test_the_environment_switches_it_on() -> None:
    assert Settings.load(environ={"CONDUCTOR_STRICT_PLUGINS": "1"}).strict_plugins
